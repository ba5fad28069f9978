#include "verify/progress.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace lockstep {
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
constexpr const char* clear_line = "\r\033[K";

}  // namespace

ProgressLine::ProgressLine(std::string title)
    : title_(std::move(title)), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (terminal_) std::fputs(clear_line, stderr);
}

void ProgressLine::show(std::size_t done, std::size_t all, const std::string& now) {
  constexpr double pause = 0.1;
  constexpr std::size_t widest = 48;
  if (!terminal_ || (seconds_now() - last_ < pause && done < all)) return;
  last_ = seconds_now();
  const std::string shown = now.size() > widest ? now.substr(0, widest - 3) + "..." : now;
  fmt::print(stderr, "{}{} {}/{} {}", clear_line, title_, done, all, shown);
  std::fflush(stderr);
}

}  // namespace lockstep
