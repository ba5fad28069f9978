#include "reports/staged_file.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/text.h"

namespace lockstep::reports {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, std::string_view reason) {
  throw std::runtime_error(fmt::format("'{}' cannot be written: {}", clean_text(path.string()), reason));
}

[[noreturn]] void fail(const fs::path& path, int error) {
  fail(path, std::generic_category().message(error));
}

/// Where the file itself is to stand: a symbolic link is followed.
fs::path target_of(const fs::path& path, Folders folders) {
  std::error_code error;
  const fs::path target = fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : path;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) fail(path, "it is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) fail(path, "it is not a regular file");
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (folders == Folders::create) {
    fs::create_directories(folder, error);
    if (error) fail(path, error.message());
  }
  if (!fs::is_directory(folder, error))
    fail(path, fmt::format("no folder '{}'", clean_text(folder.string())));
  return target;
}

/// The files that are being written, for a signal that ends the program: beyond so many at once, one stays.
std::array<std::atomic<const char*>, 64> staged;
static_assert(std::atomic<const char*>::is_always_lock_free);
std::atomic<pid_t> stager;  // who writes them: a fork of it has the list, too

extern "C" void remove_staged(int signal) {
  for (const auto& path : staged)
    if (const char* name = path.load(); name != nullptr && stager == getpid()) unlink(name);
  std::raise(signal);  // by then it ends the program: SA_RESETHAND
}

void remove_staged_when_ended() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;  // someone else's
    now.sa_handler = remove_staged;
    now.sa_flags = SA_RESETHAND;
    sigaction(signal, &now, nullptr);
  }
}

void list_staged(const fs::path& path) {
  [[maybe_unused]] static const bool once = (remove_staged_when_ended(), true);
  if (const pid_t own = getpid(); stager.exchange(own) != own)
    for (auto& place : staged) place = nullptr;  // a fork's list, of what its parent writes
  for (auto& place : staged)
    if (const char* free = nullptr; place.compare_exchange_strong(free, path.c_str())) return;
}
void unlist_staged(const fs::path& path) {
  for (auto& place : staged)
    if (const char* own = path.c_str(); place.compare_exchange_strong(own, nullptr)) return;
}

}  // namespace

StagedFile::StagedFile(const fs::path& path, Folders folders)
    : path_(path), target_(target_of(path, folders)) {
  static std::atomic<unsigned> counter{0};
  fs::path aside = target_;
  aside.replace_filename(fmt::format(".{}-{}.part", getpid(), counter++));
  file_ = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ < 0) fail(path_, errno);
  aside_ = aside;
  list_staged(aside_);
  struct stat old {};
  if (stat(target_.c_str(), &old) != 0 || fchmod(file_, old.st_mode & 07777) == 0) return;
  const int error = errno;
  ::close(file_);
  remove();
  fail(path_, error);
}

StagedFile::~StagedFile() {
  if (file_ >= 0) ::close(file_);
  if (!aside_.empty()) remove();
}

void StagedFile::remove() {
  unlink(aside_.c_str());
  unlist_staged(aside_);
}

void StagedFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void StagedFile::finish() {
  const int flushed = fsync(file_), error = errno, closed = ::close(file_);
  file_ = -1;
  if (flushed != 0) fail(path_, error);
  if (closed != 0) fail(path_, errno);
}

void StagedFile::take_place() {
  if (rename(aside_.c_str(), target_.c_str()) != 0) fail(path_, errno);
  unlist_staged(aside_);
  aside_.clear();
}

void check_target(const fs::path& out) {
  const fs::path target = target_of(out, Folders::must_exist);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (access(folder.c_str(), W_OK) != 0) fail(out, errno);
}

}  // namespace lockstep::reports
