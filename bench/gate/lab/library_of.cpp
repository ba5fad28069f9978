#include "bench/gate/lab/library_of.h"

#include <system_error>

#include <dlfcn.h>

namespace lockstep::gate {

std::filesystem::path file_of(const void* address) {
  Dl_info object;
  if (::dladdr(address, &object) == 0 || object.dli_fname == nullptr) return {};
  std::error_code error;
  return std::filesystem::canonical(object.dli_fname, error);
}

std::filesystem::path library_of(const std::filesystem::path& module) {
  void* handle = ::dlopen(std::filesystem::absolute(module).c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return {};
  std::filesystem::path library;
  for (const char* name : {"cblas_sgemm", "dnnl_primitive_execute"}) {
    const void* function = ::dlsym(handle, name);
    if (function != nullptr && library.empty()) library = file_of(function);
  }
  ::dlclose(handle);
  std::error_code error;
  return std::filesystem::equivalent(library, module, error) ? std::filesystem::path() : library;
}

}  // namespace lockstep::gate
