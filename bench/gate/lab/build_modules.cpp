#include "bench/gate/lab/build_modules.h"

#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "backends/registry.h"

namespace lockstep::gate {

std::filesystem::path modules_of(const std::filesystem::path& build) {
  std::error_code error;
  if (!std::filesystem::is_directory(build, error))
    throw std::invalid_argument(
        fmt::format("{}: no such folder; accepted is a build folder, or one of modules", build.string()));
  for (const auto& folder : {build / "modules", build})
    if (!module_files(folder).empty()) return std::filesystem::canonical(folder);
  throw std::invalid_argument(
      fmt::format("{}: no module; accepted is a folder with modules/*.so or *.so, as a build leaves them",
                  build.string()));
}

void refuse_same(const std::filesystem::path& base, const std::filesystem::path& head) {
  if (base == head)
    throw std::invalid_argument(fmt::format(
        "{}: base and head are one; accepted are two builds, or a build and a copy of it", base.string()));
  for (const auto& module : module_files(base)) {
    const std::filesystem::path other = head / module.filename();
    std::error_code error;
    if (std::filesystem::equivalent(module, other, error))
      throw std::invalid_argument(fmt::format("{}: the same file as {}; accepted is a file of its own",
                                              other.string(), module.string()));
  }
}

std::filesystem::path on_layout(const std::filesystem::path& module, int layout) {
  return module.parent_path() / fmt::format("layout-{}", layout) / module.filename();
}

}  // namespace lockstep::gate
