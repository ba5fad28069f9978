#include "reports/write.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/picture.h"
#include "reports/text.h"

namespace lockstep::reports {

namespace fs = std::filesystem;

namespace {

using Render = std::string (*)(const Document&);

std::string junit_of(const Document& document) {
  if (document.tests.empty())
    throw std::invalid_argument("JUnit XML: this report has judged nothing to tell of");
  return junit(document.title, document.tests);
}

constexpr std::array<std::pair<std::string_view, Render>, 6> formats = {{
    {".md", [](const Document& d) { return markdown(d); }},
    {".csv", [](const Document& d) { return csv(d.records); }},
    {".json", [](const Document& d) { return dump(json(d)); }},
    {".html", [](const Document& d) { return html(d); }},
    {".svg", [](const Document& d) { return picture(d); }},
    {".xml", junit_of},
}};

Render format_of(const fs::path& path) {
  std::string accepted;
  for (const auto& [suffix, render] : formats) {
    if (path.extension() == suffix) return render;
    accepted += fmt::format(" {}", suffix);
  }
  throw std::invalid_argument(fmt::format("'{}': no report format has this suffix; accepted are{}",
                                          clean_text(path.string()), accepted));
}

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

/// A complete, flushed file beside its target, that takes the target's place or vanishes.
class StagedFile {
 public:
  StagedFile(const fs::path& path, std::string_view text, Folders folders)
      : path_(path), target_(target_of(path, folders)) {
    static std::atomic<unsigned> counter{0};
    aside_ = target_;
    aside_.replace_filename(fmt::format(".{}-{}.part", getpid(), counter++));
    const int file = open(aside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) fail(path_, errno);
    int error = fill(file, text);
    if (close(file) != 0 && error == 0) error = errno;
    if (error == 0) return;
    unlink(aside_.c_str());
    fail(path_, error);
  }
  ~StagedFile() {
    if (!aside_.empty()) unlink(aside_.c_str());
  }
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  void take_place() {
    if (rename(aside_.c_str(), target_.c_str()) != 0) fail(path_, errno);
    aside_.clear();
  }

 private:
  int fill(int file, std::string_view text) const {
    struct stat old {};
    if (stat(target_.c_str(), &old) == 0 && fchmod(file, old.st_mode & 07777) != 0) return errno;
    while (!text.empty()) {
      const ssize_t count = ::write(file, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return fsync(file) == 0 ? 0 : errno;
  }

  fs::path path_, target_, aside_;
};

}  // namespace

void check_suffixes(const std::vector<fs::path>& outs) {
  for (const fs::path& out : outs) format_of(out);
}

void check_targets(const std::vector<fs::path>& outs) {
  check_suffixes(outs);
  for (const fs::path& out : outs) check_target(out);
}

void check_target(const fs::path& out) {
  const fs::path target = target_of(out, Folders::must_exist);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (access(folder.c_str(), W_OK) != 0) fail(out, errno);
}

void write_document(const Document& document, const std::vector<fs::path>& outs, Folders folders) {
  check_suffixes(outs);
  std::vector<std::string> texts;
  for (const fs::path& out : outs) texts.push_back(format_of(out)(document));
  std::list<StagedFile> staged;
  for (std::size_t i = 0; i < outs.size(); ++i) staged.emplace_back(outs[i], texts[i], folders);
  for (StagedFile& file : staged) file.take_place();
}

void write_text(const fs::path& path, std::string_view text, Folders folders) {
  StagedFile(path, text, folders).take_place();
}

}  // namespace lockstep::reports
