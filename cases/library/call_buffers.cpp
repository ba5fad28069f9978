#include "cases/library/call_buffers.h"

#include "backends/model_plan.h"

namespace lockstep {
namespace {

/// Of one sequence, or of one time step, both layouts are the same memory: it is taken as the faster one.
Layout layout_of(const std::array<std::int64_t, 3>& dims) {
  return dims[0] == 1 || dims[1] == 1 ? Layout::time_major : Layout::batch_major;
}

template <class Real>
SequenceView<Real> view_of(const std::array<std::int64_t, 3>& dims) {
  return sequence_view<Real>(nullptr, dims, layout_of(dims));
}

}  // namespace

CallBuffers::CallBuffers(const ModelSpec& model, const Shape& shape) {
  for (const auto& dims : input_dims(model, shape)) inputs_.push_back(view_of<const float>(dims));
  for (const auto& dims : output_dims(model, shape)) outputs_.push_back(view_of<float>(dims));
}

std::size_t CallBuffers::input_size(std::size_t input) const {
  return input < inputs_.size() ? size_of(inputs_[input].dims) : 0;
}

std::size_t CallBuffers::output_size(std::size_t output) const {
  return output < outputs_.size() ? size_of(outputs_[output].dims) : 0;
}

bool CallBuffers::take(std::span<const std::span<const float>> inputs,
                       std::span<const std::span<float>> outputs) {
  if (inputs.size() != inputs_.size() || outputs.size() != outputs_.size()) return false;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].size() != input_size(i)) return false;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].size() != output_size(i)) return false;
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs_[i].data = inputs[i].data();
  for (std::size_t i = 0; i < outputs.size(); ++i) outputs_[i].data = outputs[i].data();
  return true;
}

}  // namespace lockstep
