#include "bench/gate/lab/library_calls.h"

#include <stdexcept>
#include <string>

#include <dlfcn.h>

namespace lockstep::gate {

LibraryCalls library_calls_of(const std::function<void()>& call) {
  if constexpr (!counts_library_calls) {
    call();
    return {};
  }
  const auto counter = [](const char* name) {
    const auto so_far = reinterpret_cast<std::int64_t (*)()>(::dlsym(RTLD_DEFAULT, name));
    if (so_far == nullptr)
      throw std::runtime_error(std::string("library calls are counted where LD_PRELOAD has ") + call_counter);
    return so_far;
  };
  static const auto calls = counter("lockstep_library_calls"),
                    reorders = counter("lockstep_library_reorders");
  const LibraryCalls before{calls(), reorders()};
  call();
  return {calls() - before.calls, reorders() - before.reorders};
}

}  // namespace lockstep::gate
