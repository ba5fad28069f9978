#pragma once

#include <algorithm>
#include <cstdint>

namespace lockstep::onednn {

/// Time cut into `count` chunks of `steps`, the last of which may be shorter.
struct Chunks {
  std::int64_t count, steps, last_steps;
};

/// As few and as even chunks as keep the pre-activations of all gates, which oneDNN computes for a whole
/// chunk at once, near `budget` bytes: room for 16 steps at least, since each chunk costs a call of about a
/// microsecond.
inline Chunks chunks_of(std::int64_t time_steps, std::int64_t bytes_per_step,
                        std::int64_t budget = std::int64_t{4} << 20) {
  const auto up = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
  const std::int64_t most = std::max<std::int64_t>(16, budget / bytes_per_step);
  const std::int64_t steps = up(time_steps, up(time_steps, most));
  const std::int64_t count = up(time_steps, steps);
  return {count, steps, time_steps - (count - 1) * steps};
}

}  // namespace lockstep::onednn
