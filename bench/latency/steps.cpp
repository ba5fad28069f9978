#include "bench/latency/steps.h"

#include <algorithm>
#include <chrono>

namespace lockstep {
namespace {

/// The input of one time step, or a vector, which has one. The window goes around where there are no more.
SequenceView<const float> input_at(SequenceView<const float> all, std::int64_t step) {
  all.data += (step % all.dims[1]) * all.strides[1];
  all.dims[1] = 1;
  return all;
}

Shape shape_of_step(const ModelSpec& model, const ModelGiven& given) {
  Shape shape = given.inputs[resolve(model).leading].shape;
  shape.time_steps = 1;
  return shape;
}

}  // namespace

LayerSteps::LayerSteps(const Backend& backend, const Problem& step, std::shared_ptr<const Given> given)
    : layer_(backend.prepare(step, given->weights)),
      given_(std::move(given)),
      asked_{Asked<float>(step, Layout::time_major), Asked<float>(step, Layout::time_major)} {
  for (std::size_t turn = 0; turn < 2; ++turn) {
    const Asked<float>& before = asked_[1 - turn];
    for (const Buffer<float>* state : {&before.final_h, &before.final_c})
      std::fill(state->begin(), state->end(), 0.0F);
    io_[turn].output = asked_[turn].output_view();
    if (before.final_h.size() == 0) continue;
    io_[turn].initial_h = before.h_view();
    io_[turn].final_h = asked_[turn].h_view();
    if (before.final_c.size() == 0) continue;
    io_[turn].initial_c = before.c_view();
    io_[turn].final_c = asked_[turn].c_view();
  }
}

void LayerSteps::run() {
  Io& io = io_[static_cast<std::size_t>(done_ % 2)];
  io.input = input_at(given_->input_view(), done_++);
  layer_->run(io);
}

std::vector<SequenceView<float>> LayerSteps::outputs() const {
  return {io_[static_cast<std::size_t>((done_ + 1) % 2)].output};
}

ModelSteps::ModelSteps(const Backend& backend, const ModelSpec& step, std::shared_ptr<const ModelGiven> given,
                       int threads, const Backend* fallback)
    : given_(std::move(given)),
      stream_(step, backend, shape_of_step(step, *given_), threads, nullptr, fallback),
      asked_(step, shape_of_step(step, *given_), Layout::time_major),
      inputs_(given_->inputs.size()),
      views_(asked_.views()) {}

void ModelSteps::run() {
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    inputs_[i] = input_at(given_->inputs[i].input_view(), done_);
  ++done_;
  stream_.run(inputs_, views_);
}

FirstSteps::FirstSteps(Steps& steps, std::int64_t time_steps) : time_steps_(time_steps) {
  for (const auto& view : steps.outputs()) {
    dims_.push_back({view.dims[0], time_steps, view.dims[2]});
    values_.emplace_back(view.dims[0] * time_steps * view.dims[2]);
  }
  for (std::int64_t t = 0; t < time_steps; ++t) {
    const auto start = std::chrono::steady_clock::now();
    steps.run();
    if (t == 0)
      first_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto views = steps.outputs();
    for (std::size_t i = 0; i < views.size(); ++i)
      for (std::int64_t b = 0; b < dims_[i][0]; ++b)
        std::copy_n(views[i].row(b, 0), dims_[i][2],
                    sequence_view(values_[i].data(), dims_[i], Layout::time_major).row(b, t));
  }
}

SequenceView<const float> FirstSteps::output(std::size_t index, std::int64_t steps) const {
  SequenceView<const float> view =
      sequence_view<const float>(values_[index].data(), dims_[index], Layout::time_major);
  view.data += (time_steps_ - steps) * view.strides[1];
  view.dims[1] = steps;
  return view;
}

}  // namespace lockstep
