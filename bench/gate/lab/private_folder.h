#pragma once

#include <filesystem>

namespace lockstep::gate {

/// A folder of this process's own, gone with the object.
class PrivateFolder {
 public:
  /// Throws std::runtime_error that names the folder in which none can be made.
  PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace lockstep::gate
