#include "bench/gate/lab/rounds.h"

#include <algorithm>
#include <cmath>

namespace lockstep::gate {

double time_batch(const Call& call, std::int64_t calls, const Now& now) {
  const double start = now();
  for (std::int64_t i = 0; i < calls; ++i) call();
  return (now() - start) / static_cast<double>(calls);
}

std::int64_t calls_for(double batch_seconds, const Call& call, const Now& now) {
  constexpr std::int64_t most = 1 << 20;
  constexpr int looks = 3;  // of which the shortest was disturbed least
  std::int64_t calls = 1;
  call();
  while (calls < most && time_batch(call, calls, now) * static_cast<double>(calls) < batch_seconds / 4)
    calls *= 2;
  double seconds = time_batch(call, calls, now);
  for (int look = 1; look < looks; ++look) seconds = std::min(seconds, time_batch(call, calls, now));
  if (!(seconds > 0)) return calls;
  return static_cast<std::int64_t>(
      std::clamp(std::round(batch_seconds / seconds), 1.0, static_cast<double>(most)));
}

std::array<std::vector<double>, 2> time_rounds(const std::array<Call, 2>& arms, std::int64_t calls,
                                               int rounds, std::mt19937_64& random, const Now& now) {
  std::vector<std::size_t> first(static_cast<std::size_t>((rounds + 1) / 2));  // arm of each block
  for (std::size_t block = 0; block < first.size(); ++block) first[block] = block % 2;
  std::shuffle(first.begin(), first.end(), random);
  std::array<std::vector<double>, 2> seconds;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t one = first[static_cast<std::size_t>(round / 2)] ^ static_cast<std::size_t>(round % 2);
    for (const std::size_t arm : {one, 1 - one}) seconds[arm].push_back(time_batch(arms[arm], calls, now));
  }
  return seconds;
}

}  // namespace lockstep::gate
