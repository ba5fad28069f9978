#include "cases/library/stream.h"

#include <utility>

#include "cases/library/open_backend.h"

namespace lockstep {
namespace {

/// What a library or the system does but once, it does now, and not in the caller's first call.
void warm_up(ModelStream& model, CallBuffers& buffers) {
  std::vector<std::vector<float>> given, memory;
  for (std::size_t i = 0; i < buffers.inputs().size(); ++i) given.emplace_back(buffers.input_size(i));
  for (std::size_t i = 0; i < buffers.outputs().size(); ++i) memory.emplace_back(buffers.output_size(i));
  const std::vector<std::span<const float>> inputs(given.begin(), given.end());
  const std::vector<std::span<float>> outputs(memory.begin(), memory.end());
  buffers.take(inputs, outputs);
  model.run(buffers.inputs(), buffers.outputs());
  model.reset();
}

}  // namespace

Stream::Implementation::Implementation(std::weak_ptr<const void> loaded, const ModelSpec& spec,
                                       std::int64_t features, const PrepareOptions& given,
                                       const Implementation* alike)
    : made_of(std::move(loaded)),
      options(given),
      model(spec, open_backend(options), {options.batch, options.time_steps, features}, options.threads,
            alike == nullptr ? nullptr : &alike->model),
      buffers(spec, {options.batch, options.time_steps, features}) {
  warm_up(model, buffers);
}

Stream::Stream(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

bool Stream::step(std::span<const float> input, std::span<float> output) noexcept {
  return step(std::span(&input, 1), std::span(&output, 1));
}
bool Stream::step(std::span<const float> input, OutputSpans outputs) noexcept {
  return step(std::span(&input, 1), outputs);
}
bool Stream::step(InputSpans inputs, std::span<float> output) noexcept {
  return step(inputs, std::span(&output, 1));
}

bool Stream::step(InputSpans inputs, OutputSpans outputs) noexcept {
  Implementation& own = *implementation_;
  return own.buffers.call(inputs, outputs,
                          [&] { own.model.run(own.buffers.inputs(), own.buffers.outputs()); });
}

void Stream::reset() noexcept {
  implementation_->model.reset();
}
std::size_t Stream::input_size(std::size_t input) const noexcept {
  return implementation_->buffers.input_size(input);
}
std::size_t Stream::output_size(std::size_t output) const noexcept {
  return implementation_->buffers.output_size(output);
}
std::array<std::int64_t, 3> Stream::input_dims(std::size_t input) const {
  return implementation_->buffers.inputs().at(input).dims;
}
std::array<std::int64_t, 3> Stream::output_dims(std::size_t output) const {
  return implementation_->buffers.outputs().at(output).dims;
}
std::string Stream::method() const {
  return implementation_->model.method();
}

}  // namespace lockstep
