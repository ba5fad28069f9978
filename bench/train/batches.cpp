#include "bench/train/batches.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace lockstep {
namespace {

std::int64_t sample_size(const Array<float>& array) {
  return array.dims[1] * array.dims[2];
}

SequenceView<const float> gather_from(const Array<float>& array, std::span<const std::int64_t> samples,
                                      const Buffer<float>& to) {
  const std::int64_t time_steps = array.dims[1], features = array.dims[2];
  const SequenceView<float> view = sequence_view(
      to.data(), {static_cast<std::int64_t>(samples.size()), time_steps, features}, Layout::time_major);
  for (std::int64_t t = 0; t < time_steps; ++t)
    for (std::int64_t b = 0; b < view.dims[0]; ++b)
      std::copy_n(
          array.values.data() + samples[static_cast<std::size_t>(b)] * sample_size(array) + t * features,
          features, view.row(b, t));
  return view;
}

}  // namespace

std::vector<std::int64_t> epoch_order(std::int64_t samples, std::optional<std::uint64_t> shuffle,
                                      std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(samples));
  std::iota(order.begin(), order.end(), 0);
  if (!shuffle) return order;
  // Not std::shuffle, whose order no standard fixes.
  std::seed_seq seeds{static_cast<std::uint32_t>(*shuffle), static_cast<std::uint32_t>(*shuffle >> 32),
                      static_cast<std::uint32_t>(epoch)};
  std::mt19937_64 random(seeds);
  for (std::size_t left = order.size(); left > 1; --left) std::swap(order[left - 1], order[random() % left]);
  return order;
}

BatchBuffer::BatchBuffer(const TrainingData& data, std::int64_t largest) : data_(data) {
  for (const Array<float>& input : data.inputs) inputs_.emplace_back(largest * sample_size(input));
  for (const Array<float>& target : data.targets) targets_.emplace_back(largest * sample_size(target));
  batch_.inputs.resize(data.inputs.size());
  batch_.targets.resize(data.targets.size());
}

const TrainingBatch<float>& BatchBuffer::gather(std::span<const std::int64_t> samples) {
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    batch_.inputs[i] = gather_from(data_.inputs[i], samples, inputs_[i]);
  for (std::size_t i = 0; i < targets_.size(); ++i)
    batch_.targets[i] = gather_from(data_.targets[i], samples, targets_[i]);
  return batch_;
}

}  // namespace lockstep
