#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "bench/gate/lab/private_folder.h"

namespace lockstep::gate {

/// Modules as files of their own, which the loader maps once more; removed with this object. The pages that a
/// file happens to lie in can make code a percent faster or slower for as long as they are kept, so that each
/// process is given new ones.
class FreshCopies {
 public:
  /// The copy of the module that is used in one role, made at its first use. Throws std::runtime_error that
  /// names the module.
  std::filesystem::path of(const std::filesystem::path& module, const std::string& role) const {
    const auto copy = folder_.path() / role / module.filename();
    std::error_code error;
    std::filesystem::create_directory(copy.parent_path(), error);
    if (!error) std::filesystem::copy_file(module, copy, std::filesystem::copy_options::skip_existing, error);
    if (error)
      throw std::runtime_error(fmt::format("{}: cannot be copied: {}", module.string(), error.message()));
    return copy;
  }

 private:
  PrivateFolder folder_;
};

}  // namespace lockstep::gate
