#include "bench/ceilings/rate.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace lockstep {
namespace {

using Clock = std::chrono::steady_clock;

struct Stretch {
  Clock::time_point start, end;
  std::int64_t times = 0;
};

template <class Work>
Stretch repeat(double seconds, const Work& work) {
  work();
  Stretch done;
  done.start = Clock::now();
  const auto until =
      done.start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  do {
    work();
    ++done.times;
    done.end = Clock::now();
  } while (done.end < until);
  return done;
}

double rate_of(std::int64_t times, Clock::time_point start, Clock::time_point end) {
  return static_cast<double>(times) / std::chrono::duration<double>(end - start).count();
}

}  // namespace

double rate_of(double seconds, const std::function<void()>& work) {
  const Stretch done = repeat(seconds, work);
  return rate_of(done.times, done.start, done.end);
}

double rate_of(double seconds, Team& team, const std::function<void(int)>& work) {
  std::vector<Stretch> done(static_cast<std::size_t>(team.threads()));
  team.run([&](int index) { done[static_cast<std::size_t>(index)] = repeat(seconds, [&] { work(index); }); });
  Stretch all = done.front();
  for (std::size_t i = 1; i < done.size(); ++i) {
    all.start = std::min(all.start, done[i].start);
    all.end = std::max(all.end, done[i].end);
    all.times += done[i].times;
  }
  return rate_of(all.times, all.start, all.end);
}

}  // namespace lockstep
