#include "verify/mutants/by_steps.h"

#include <algorithm>
#include <utility>

namespace lockstep {
namespace {

/// One step of one row, from a state to a state.
Problem one_step_of(const Problem& problem) {
  RecurrentSpec layer = *as_recurrent(problem);
  layer.return_sequences = layer.go_backwards = layer.zero_output_for_mask = false;
  return {layer, {1, 1, problem.shape.features}, {true, true, MaskPattern::none}, {}};
}

class LayerBySteps : public Layer {
 public:
  LayerBySteps(const Problem& problem, const Weights& weights, TakeStep take)
      : problem_(problem),
        spec_(*as_recurrent(problem)),
        cell_(problem, weights),
        take_(std::move(take)),
        h_(static_cast<std::size_t>(spec_.units)),
        c_(h_),
        shown_(h_) {}
  std::string method() const override { return "reference.h, step by step"; }

  void run(const Io& io) override {
    for (std::int64_t b = 0; b < problem_.shape.batch; ++b) run_row(io, b);
  }

 private:
  void run_row(const Io& io, std::int64_t b) {
    const std::int64_t time_steps = problem_.shape.time_steps;
    reference::copy_or_zero(io.initial_h ? io.initial_h.row(b) : nullptr, spec_.units, h_.data());
    reference::copy_or_zero(io.initial_c ? io.initial_c.row(b) : nullptr, spec_.units, c_.data());
    std::fill(shown_.begin(), shown_.end(), 0.0F);
    for (std::int64_t place = 0; place < time_steps; ++place) {
      const std::int64_t t = spec_.go_backwards ? time_steps - 1 - place : place;
      Step step{b, place, !io.mask || io.mask(b, t) != 0, io.input.row(b, t), h_, c_, &cell_};
      take_(step);
      if (step.counts)
        shown_ = h_;
      else if (spec_.zero_output_for_mask)
        std::fill(shown_.begin(), shown_.end(), 0.0F);
      if (spec_.return_sequences || place == time_steps - 1)
        std::copy(shown_.begin(), shown_.end(), io.output.row(b, spec_.return_sequences ? place : 0));
    }
    if (io.final_h) std::copy(h_.begin(), h_.end(), io.final_h.row(b));
    if (io.final_c) std::copy(c_.begin(), c_.end(), io.final_c.row(b));
  }

  Problem problem_;
  RecurrentSpec spec_;
  OneStep cell_;
  TakeStep take_;
  std::vector<float> h_, c_, shown_;
};

}  // namespace

OneStep::OneStep(const Problem& problem, const Weights& weights) : layer_(one_step_of(problem), weights) {}

void OneStep::advance(const float* x, std::span<float> h, std::span<float> c) {
  const auto units = static_cast<std::int64_t>(h.size());
  const bool has_c = as_recurrent(layer_.problem())->cell == Cell::lstm;
  std::vector<float> new_h(h.size()), new_c(c.size()), output(h.size());
  Io io;
  io.input = sequence_view(x, {1, 1, layer_.problem().shape.features}, Layout::time_major);
  io.initial_h = state_view<const float>(h.data(), 1, units);
  io.initial_c = state_view<const float>(has_c ? c.data() : nullptr, 1, units);
  io.output = sequence_view(output.data(), {1, 1, units}, Layout::time_major);
  io.final_h = state_view(new_h.data(), 1, units);
  io.final_c = state_view(has_c ? new_c.data() : nullptr, 1, units);
  layer_.run(io);
  std::copy(new_h.begin(), new_h.end(), h.begin());
  if (has_c) std::copy(new_c.begin(), new_c.end(), c.begin());
}

std::unique_ptr<Layer> layer_by_steps(const Problem& problem, const Weights& weights, TakeStep take) {
  return std::make_unique<LayerBySteps>(problem, weights, std::move(take));
}

}  // namespace lockstep
