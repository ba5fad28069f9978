#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/tensor.h"

/// Threads that meet at every step are far slower than those that do not where each does not have a core of
/// its own, which no rule can know: so it is tried.
namespace lockstep {

/// A few steps of a recurrent problem, without all that need not be asked for: as many as take far longer
/// than to start the threads, if not more than usual sequences have.
inline Problem trial_of(Problem problem) {
  constexpr std::int64_t multiply_adds = 4'000'000, fewest = 8, most = 64;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t of_a_step = batch * gate_count(layer) * layer.units * (features + layer.units);
  problem.extras = {};
  problem.shape.time_steps = std::clamp(multiply_adds / of_a_step, fewest, most);
  return problem;
}

/// Whether most runs of `meeting` take clearly less time than most of `apart`, in turn, by the medians: as
/// soon as that is so, and for some milliseconds while it is not, as threads may have to be woken first. What
/// is far slower is not waited for. Layers of this trial_of() a problem.
inline bool is_worth_meeting(const Problem& trial, Layer& meeting, Layer& apart) {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  constexpr std::size_t fewest_runs = 5;
  constexpr auto patience = std::chrono::milliseconds(10);
  constexpr double worth_it = 0.9, longest_rounds = 6;  // of as many runs of `apart`; 4 where both are alike
  const auto [batch, time_steps, features] = trial.shape;
  const std::int64_t units = as_recurrent(trial)->units;
  const Buffer<float> input(batch * time_steps * features), output(batch * time_steps * units);
  std::fill(input.begin(), input.end(), 0.0F);
  Io io;
  io.input = sequence_view<const float>(input.data(), {batch, time_steps, features}, Layout::batch_major);
  io.output = sequence_view(output.data(), {batch, output_time_steps(trial), units}, Layout::batch_major);
  const auto time_of = [&](Layer& layer) {
    const auto start = Clock::now();
    layer.run(io);
    return Seconds(Clock::now() - start).count();
  };
  const auto median = [](std::vector<double>& times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  };
  std::vector<double> of_meeting, of_apart;
  const auto start = Clock::now();
  Seconds took{};
  do {
    for (auto [layer, times] : {std::pair{&meeting, &of_meeting}, std::pair{&apart, &of_apart}}) {
      layer->run(io);  // to have its threads awake, which slept while the other one ran
      times->push_back(time_of(*layer));
    }
    if (of_apart.size() >= fewest_runs && median(of_meeting) < worth_it * median(of_apart)) return true;
    took = Clock::now() - start;
  } while (took < patience ||
           (of_apart.size() < fewest_runs &&
            took < longest_rounds * static_cast<double>(fewest_runs) * Seconds(median(of_apart))));
  return false;
}

using ThreadsTrial = std::function<bool(const Problem& trial, Layer& meeting, Layer& apart)>;

/// Outcomes of trials, one per size of a cell as long as it lives, so that all layers of a size give the same
/// bits.
class ThreadsTrials {
 public:
  template <class Try>
  bool outcome(const Problem& problem, const Try& try_it) {
    const RecurrentSpec& layer = *as_recurrent(problem);
    const Size size(layer.cell, layer.reset_after, layer.units, problem.shape.features, problem.shape.batch,
                    problem.exec.threads);
    const std::scoped_lock lock(mutex_);
    if (const auto known = found_.find(size); known != found_.end()) return known->second;
    return found_[size] = try_it();
  }

 private:
  using Size = std::tuple<Cell, bool, std::int64_t, std::int64_t, std::int64_t, int>;
  std::mutex mutex_;
  std::map<Size, bool> found_;
};

}  // namespace lockstep
