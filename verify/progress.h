#pragma once

#include <cstddef>
#include <string>

namespace lockstep {

/// A line on stderr that counts, on a terminal only.
class ProgressLine {
 public:
  explicit ProgressLine(std::string title);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// Rewrites the line, at most some ten times a second; `now` is what is being done.
  void show(std::size_t done, std::size_t all, const std::string& now = {});

 private:
  std::string title_;
  bool terminal_;
  double last_ = 0;
};

}  // namespace lockstep
