#pragma once

#include <filesystem>

#include "bench/gate/lab/private_folder.h"

namespace lockstep::gate {

/// The modules of a build, with their other layouts, copied to a folder of their own, so that the same code
/// can be both builds of a gate. The copy is gone with this object.
class BuildCopy {
 public:
  /// Throws std::invalid_argument when there are no modules, std::filesystem::filesystem_error when they
  /// cannot be copied.
  explicit BuildCopy(const std::filesystem::path& build);
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  PrivateFolder folder_;
};

}  // namespace lockstep::gate
