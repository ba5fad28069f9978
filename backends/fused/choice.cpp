#include "backends/fused/choice.h"

#include <cstdlib>
#include <stdexcept>

#include "backends/in_quotes.h"

namespace lockstep::fused {

const Kernels& find_kernels(std::string_view isa) {
  if (isa.empty()) return *usable_kernels().front();
  std::string accepted;
  for (const Kernels* kernels : usable_kernels()) {
    if (kernels->isa == isa) return *kernels;
    (accepted += accepted.empty() ? "" : ", ") += kernels->isa;
  }
  throw std::invalid_argument(std::string(isa_variable) + " is " + in_quotes(isa) + ": accepted are " +
                              accepted);
}

const Kernels& chosen_kernels() {
  const char* isa = std::getenv(isa_variable);
  return find_kernels(isa != nullptr ? isa : "");
}

}  // namespace lockstep::fused
