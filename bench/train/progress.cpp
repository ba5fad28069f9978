#include "bench/train/progress.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace lockstep {
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string time_per_step(double seconds) {
  if (seconds >= 1) return fmt::format("{:.0f}s/step", seconds);
  if (seconds >= 1e-3) return fmt::format("{:.0f}ms/step", seconds * 1e3);
  return fmt::format("{:.0f}us/step", seconds * 1e6);
}

}  // namespace

std::string epoch_line(const Epoch& so_far, std::int64_t steps) {
  constexpr std::int64_t width = 20;
  const std::int64_t done = width * so_far.steps / steps;
  const double per_step = so_far.seconds / static_cast<double>(so_far.steps);
  std::string bar;
  for (std::int64_t i = 0; i < width; ++i) bar += i < done ? "━" : "─";
  const std::int64_t left = steps - so_far.steps;
  return fmt::format("{:>{}}/{} {} {:.0f}s {} - loss: {:.4f}", so_far.steps, fmt::formatted_size("{}", steps),
                     steps, bar, left > 0 ? per_step * static_cast<double>(left) : so_far.seconds,
                     time_per_step(per_step), so_far.loss);
}

TrainingProgress::TrainingProgress(const std::string& title, std::int64_t epochs,
                                   std::int64_t steps_per_epoch)
    : epochs_(epochs), steps_(steps_per_epoch), terminal_(::isatty(STDERR_FILENO) == 1) {
  if (terminal_) fmt::print(stderr, "{}\n", title);
}

TrainingProgress::~TrainingProgress() {
  if (open_) std::fputs("\n", stderr);
}

void TrainingProgress::epoch_begins(std::int64_t epoch) {
  if (!terminal_) return;
  fmt::print(stderr, "Epoch {}/{}\n", epoch, epochs_);
  last_ = 0;
}

void TrainingProgress::step_ends(const Epoch& so_far) {
  constexpr double pause = 0.1;
  const bool whole = so_far.steps == steps_;
  if (!terminal_ || (seconds_now() - last_ < pause && !whole)) return;
  last_ = seconds_now();
  fmt::print(stderr, "\r\033[K{}{}", epoch_line(so_far, steps_), whole ? "\n" : "");
  std::fflush(stderr);
  open_ = !whole;
}

}  // namespace lockstep
