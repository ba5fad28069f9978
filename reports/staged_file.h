#pragma once

#include <filesystem>
#include <string_view>

namespace lockstep::reports {

enum class Folders { must_exist, create };

/// std::runtime_error where a file could not be written to its folder as things stand.
void check_target(const std::filesystem::path& out);

/// A file that is written beside its target, piece by piece, and takes the target's place or vanishes, also
/// when SIGINT, SIGTERM or SIGHUP ends the program. std::runtime_error, one line with path and reason: it
/// cannot be written.
class StagedFile {
 public:
  explicit StagedFile(const std::filesystem::path&, Folders = Folders::must_exist);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  void append(std::string_view bytes);
  /// After the last piece: flushes it to the disk.
  void finish();
  /// Once, after that.
  void take_place();
  /// Where it is until then.
  const std::filesystem::path& aside() const { return aside_; }

 private:
  void remove();
  std::filesystem::path path_, target_, aside_;
  int file_ = -1;
};

}  // namespace lockstep::reports
