#include "cases/campaign.h"

#include <array>
#include <string>

#include "cases/data.h"

namespace lockstep {
namespace {

/// The draws of one case.
class Draw {
 public:
  Draw(std::uint64_t seed, std::size_t index)
      : random_(Random(seed, "campaign").at(static_cast<std::int64_t>(index))) {}
  /// 0 ... n - 1.
  std::int64_t below(std::int64_t n) {
    const double share = (static_cast<double>(random_.uniform(drawn_++)) + 1) / 2;
    return std::min(n - 1, static_cast<std::int64_t>(share * static_cast<double>(n)));
  }
  std::int64_t from_1_to(std::int64_t n) { return 1 + below(n); }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& values) {
    return values[static_cast<std::size_t>(below(N))];
  }

 private:
  Random random_;
  std::int64_t drawn_ = 0;
};

constexpr std::array bounded{Activation::tanh, Activation::sigmoid, Activation::hard_sigmoid,
                             Activation::softsign};
constexpr std::array every_activation{Activation::linear,       Activation::tanh, Activation::sigmoid,
                                      Activation::hard_sigmoid, Activation::relu, Activation::softsign,
                                      Activation::softmax};
constexpr std::array masks{MaskPattern::right, MaskPattern::left, MaskPattern::holes};

RecurrentSpec draw_recurrent(Draw& draw) {
  RecurrentSpec layer;
  layer.cell = draw.one_of(std::array{Cell::simple_rnn, Cell::lstm, Cell::gru});
  layer.units = draw.from_1_to(48);
  if (draw.one_in(4)) layer.activation = draw.one_of(bounded);
  if (layer.cell != Cell::simple_rnn && draw.one_in(6))
    layer.recurrent_activation = draw.one_of(std::array{Activation::hard_sigmoid, Activation::softsign});
  layer.use_bias = !draw.one_in(4);
  if (layer.cell == Cell::gru) layer.reset_after = !draw.one_in(2);
  layer.return_sequences = !draw.one_in(4);
  layer.go_backwards = draw.one_in(4);
  return layer;
}

Problem draw_problem(Draw& draw) {
  Problem problem;
  problem.shape = {draw.from_1_to(5), draw.from_1_to(96), draw.from_1_to(48)};
  problem.exec.threads = static_cast<int>(draw.from_1_to(2));
  const std::int64_t kind = draw.below(8);
  if (kind == 0) {
    problem.layer = ActivationSpec{draw.one_of(every_activation)};
  } else if (kind == 1) {
    DenseSpec layer;
    layer.units = draw.from_1_to(48);
    layer.activation = draw.one_of(every_activation);
    layer.use_bias = !draw.one_in(4);
    if (draw.one_in(2)) layer.style = DenseStyle::time_distributed;
    problem.layer = layer;
  } else {
    RecurrentSpec layer = draw_recurrent(draw);
    problem.extras.initial_state = draw.one_in(3);
    problem.extras.final_state = draw.one_in(3);
    if (draw.one_in(5)) problem.extras.mask = draw.one_of(masks);
    layer.zero_output_for_mask = problem.extras.mask != MaskPattern::none && draw.one_in(2);
    problem.layer = layer;
  }
  return problem;
}

}  // namespace

std::vector<Case> random_cases(std::size_t count, std::uint64_t seed) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    Draw draw(seed, i);
    Case one{draw_problem(draw), "drawn at random", seed + i, 1, true};
    if (as_recurrent(one.problem) != nullptr) one.gain = draw.one_of(std::array{0.5, 1.0, 1.0, 2.0, 4.0});
    if (draw.one_in(4)) one.problem.exec.pass = Pass::training;
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace lockstep
