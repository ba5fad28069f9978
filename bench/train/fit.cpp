#include "bench/train/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "bench/train/batches.h"

namespace lockstep {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

/// Trainer::step, in parts, so that the gradients can be seen.
TrainingStep take_step(Trainer<float>& trainer, const TrainingBatch<float>& batch, std::int64_t number,
                       FitWatch& watch) {
  TrainingStep step{batch.inputs[0].dims[0], 0, 0};
  const auto begin = Clock::now();
  trainer.forward(batch);
  step.loss = trainer.loss(batch);
  trainer.backward(batch);
  const auto pause = Clock::now();
  watch.gradients_are_there(number, trainer);
  const auto again = Clock::now();
  trainer.apply();
  step.seconds = seconds_of(pause - begin) + seconds_of(Clock::now() - again);
  return step;
}

/// Of the first weight that is no number; empty: there is none.
std::string divergence(std::span<const std::span<float>> weights, std::int64_t step) {
  for (const auto& values : weights)
    for (const float value : values)
      if (!std::isfinite(value)) return fmt::format("a weight is {} after step {}", value, step);
  return {};
}

}  // namespace

std::int64_t steps_per_epoch(const FitSpec& spec, std::int64_t samples) {
  return (samples + spec.batch - 1) / spec.batch;
}

std::int64_t steps_of(const FitSpec& spec, std::int64_t samples) {
  const std::int64_t all = spec.epochs * steps_per_epoch(spec, samples);
  return spec.steps > 0 ? std::min(spec.steps, all) : all;
}

FitResult fit(Trainer<float>& trainer, const TrainingData& data, const FitSpec& spec, FitWatch& watch) {
  const std::int64_t per_epoch = steps_per_epoch(spec, data.samples()), all = steps_of(spec, data.samples());
  FitResult result;
  constexpr std::int64_t most_reserved = 1 << 20;
  result.steps.reserve(static_cast<std::size_t>(std::min(all, most_reserved)));
  for (const auto& values : trainer.weights()) result.weights.emplace_back(values.begin(), values.end());
  BatchBuffer buffer(data, std::min(spec.batch, data.samples()));
  std::int64_t number = 0;
  for (std::int64_t epoch = 1; number < all && result.whole(); ++epoch) {
    watch.epoch_begins(epoch);
    const auto order = epoch_order(data.samples(), spec.shuffle, epoch - 1);
    Epoch so_far;
    double sum = 0;  // of the samples' losses
    for (std::int64_t i = 0; i < per_epoch && number < all; ++i) {
      const std::int64_t begin = i * spec.batch, size = std::min(spec.batch, data.samples() - begin);
      const auto& batch = buffer.gather(
          std::span(order).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size)));
      const TrainingStep step = take_step(trainer, batch, ++number, watch);
      if (!std::isfinite(step.loss)) {
        result.diverged = fmt::format("the loss is {} at step {}, in epoch {}", step.loss, number, epoch);
        break;
      }
      result.steps.push_back(step);
      sum += step.loss * static_cast<double>(size);
      so_far.samples += size;
      so_far.steps += 1;
      so_far.loss = sum / static_cast<double>(so_far.samples);
      so_far.seconds += step.seconds;
      watch.step_ends(number, so_far, trainer);
      if (number < all && watch.interrupts()) {
        result.interrupted = true;
        break;
      }
    }
    const bool whole = so_far.steps == std::min(per_epoch, all - (epoch - 1) * per_epoch);
    if (whole && result.diverged.empty()) result.diverged = divergence(trainer.weights(), number);
    if (!whole || !result.diverged.empty()) {
      result.steps.resize(static_cast<std::size_t>((epoch - 1) * per_epoch));
      break;
    }
    result.epochs.push_back(so_far);
    for (std::size_t k = 0; k < result.weights.size(); ++k)
      std::copy(trainer.weights()[k].begin(), trainer.weights()[k].end(), result.weights[k].begin());
  }
  result.method = trainer.method();
  return result;
}

}  // namespace lockstep
