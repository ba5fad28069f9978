#include "cases/library/prepared_model.h"

#include <utility>

#include "cases/library/open_backend.h"

namespace lockstep {

PreparedModel::Implementation::Implementation(std::weak_ptr<const void> loaded, const ModelSpec& spec,
                                              std::int64_t features, const PrepareOptions& given,
                                              const Implementation* alike)
    : made_of(std::move(loaded)),
      options(given),
      model(spec, open_backend(options), {options.batch, options.time_steps, features},
            Exec{options.threads, Pass::inference}, InitialStates::zero, nullptr,
            alike == nullptr ? nullptr : &alike->model),
      buffers(spec, {options.batch, options.time_steps, features}) {
  io.inputs = buffers.inputs();
  io.outputs = buffers.outputs();
}

PreparedModel::PreparedModel(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
PreparedModel::PreparedModel(PreparedModel&&) noexcept = default;
PreparedModel& PreparedModel::operator=(PreparedModel&&) noexcept = default;
PreparedModel::~PreparedModel() = default;

bool PreparedModel::run(std::span<const float> input, std::span<float> output) noexcept {
  return run(std::span(&input, 1), std::span(&output, 1));
}
bool PreparedModel::run(std::span<const float> input, OutputSpans outputs) noexcept {
  return run(std::span(&input, 1), outputs);
}
bool PreparedModel::run(InputSpans inputs, std::span<float> output) noexcept {
  return run(inputs, std::span(&output, 1));
}

bool PreparedModel::run(InputSpans inputs, OutputSpans outputs) noexcept {
  Implementation& own = *implementation_;
  return own.buffers.call(inputs, outputs, [&] {
    own.io.inputs = own.buffers.inputs();  // as many as before: no allocation
    own.io.outputs = own.buffers.outputs();
    own.model.run(own.io);
  });
}

std::size_t PreparedModel::input_size(std::size_t input) const noexcept {
  return implementation_->buffers.input_size(input);
}
std::size_t PreparedModel::output_size(std::size_t output) const noexcept {
  return implementation_->buffers.output_size(output);
}
std::array<std::int64_t, 3> PreparedModel::input_dims(std::size_t input) const {
  return implementation_->buffers.inputs().at(input).dims;
}
std::array<std::int64_t, 3> PreparedModel::output_dims(std::size_t output) const {
  return implementation_->buffers.outputs().at(output).dims;
}
std::string PreparedModel::method() const {
  return implementation_->model.method();
}

}  // namespace lockstep
