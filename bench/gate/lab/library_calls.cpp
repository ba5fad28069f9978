#include "bench/gate/lab/library_calls.h"

#include <stdexcept>
#include <string>
#include <system_error>

#include <dlfcn.h>

#include "backends/registry.h"

namespace lockstep::gate {

std::filesystem::path call_counter_file() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink(this_program_file, error).parent_path();
  for (const auto& one : {folder, folder.parent_path()})
    if (std::filesystem::exists(one / call_counter)) return one / call_counter;
  return module_folder().parent_path() / call_counter;
}

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
