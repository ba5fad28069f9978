#include "bench/gate/lab/library_calls.h"

#include <stdexcept>
#include <string>

#include <dlfcn.h>

namespace lockstep::gate {

std::int64_t library_calls_of(const std::function<void()>& call) {
  if constexpr (!counts_library_calls) {
    call();
    return 0;
  }
  static const auto so_far =
      reinterpret_cast<std::int64_t (*)()>(::dlsym(RTLD_DEFAULT, "lockstep_library_calls"));
  if (so_far == nullptr)
    throw std::runtime_error(std::string("library calls are counted where LD_PRELOAD has ") + call_counter);
  const std::int64_t before = so_far();
  call();
  return so_far() - before;
}

}  // namespace lockstep::gate
