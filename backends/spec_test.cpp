#include "backends/spec.h"

#include <functional>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t largest_dimension = std::int64_t{1} << 24;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

RecurrentSpec recurrent(Cell cell) {
  RecurrentSpec layer;
  layer.cell = cell;
  return layer;
}

Problem problem_of(const LayerSpec& layer) {
  Problem problem;
  problem.layer = layer;
  return problem;
}

std::string refusal(const Problem& problem) {
  return refusal_of([&] { validate(problem); });
}

TEST(Validate, AcceptsTheDefaultsOfEveryLayer) {
  for (const Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru})
    EXPECT_EQ(refusal(problem_of(recurrent(cell))), "accepted");
  EXPECT_EQ(refusal(problem_of(DenseSpec{})), "accepted");
  EXPECT_EQ(refusal(problem_of(ActivationSpec{})), "accepted");
}

struct Dimension {
  const char* name;
  LayerSpec layer;
  std::function<std::int64_t&(Problem&)> of;
};

TEST(Validate, BoundsEveryDimensionOnBothSidesAndNamesIt) {
  const std::vector<Dimension> dimensions{
      {"batch (B)", RecurrentSpec{}, [](Problem& p) -> std::int64_t& { return p.shape.batch; }},
      {"time_steps (T)", RecurrentSpec{}, [](Problem& p) -> std::int64_t& { return p.shape.time_steps; }},
      {"features (F)", ActivationSpec{}, [](Problem& p) -> std::int64_t& { return p.shape.features; }},
      {"units (U)", RecurrentSpec{},
       [](Problem& p) -> std::int64_t& { return std::get<RecurrentSpec>(p.layer).units; }},
      {"units (U)", DenseSpec{},
       [](Problem& p) -> std::int64_t& { return std::get<DenseSpec>(p.layer).units; }}};
  for (const Dimension& dimension : dimensions) {
    Problem problem = problem_of(dimension.layer);
    std::int64_t& value = dimension.of(problem);
    for (const std::int64_t good : {std::int64_t{1}, largest_dimension}) {
      value = good;
      EXPECT_EQ(refusal(problem), "accepted") << dimension.name << " " << good;
    }
    for (const std::int64_t bad :
         {std::int64_t{0}, std::int64_t{-1}, largest_dimension + 1, largest, -largest - 1}) {
      value = bad;
      EXPECT_EQ(refusal(problem),
                dimension.name + (" is " + std::to_string(bad)) + ": accepted are 1 to 16777216");
    }
  }
}

TEST(Validate, BoundsTheThreads) {
  Problem problem;
  for (const int good : {1, 1024}) {
    problem.exec.threads = good;
    EXPECT_EQ(refusal(problem), "accepted");
  }
  for (const int bad : {0, -1, 1025, std::numeric_limits<int>::max()}) {
    problem.exec.threads = bad;
    EXPECT_EQ(refusal(problem), "threads is " + std::to_string(bad) + ": accepted are 1 to 1024");
  }
}

TEST(Validate, RefusesSoftmaxInACellAndAcceptsItElsewhere) {
  for (const Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru}) {
    RecurrentSpec layer = recurrent(cell);
    layer.activation = Activation::softmax;
    EXPECT_THAT(refusal(problem_of(layer)), HasSubstr("activation (act) is softmax"));
    layer = recurrent(cell);
    layer.recurrent_activation = Activation::softmax;
    EXPECT_THAT(refusal(problem_of(layer)), HasSubstr("recurrent_activation (rec_act) is softmax"));
  }
  EXPECT_EQ(refusal(problem_of(DenseSpec{1, Activation::softmax})), "accepted");
  EXPECT_EQ(refusal(problem_of(ActivationSpec{Activation::softmax})), "accepted");
}

TEST(Validate, RefusesARecurrentActivationOfACellWithoutGates) {
  RecurrentSpec layer = recurrent(Cell::simple_rnn);
  layer.recurrent_activation = Activation::hard_sigmoid;
  EXPECT_THAT(refusal(problem_of(layer)), HasSubstr("only lstm and gru do"));
  layer.cell = Cell::lstm;
  EXPECT_EQ(refusal(problem_of(layer)), "accepted");
}

TEST(Validate, RefusesResetAfterOfACellWithoutAResetGate) {
  for (const Cell cell : {Cell::simple_rnn, Cell::lstm}) {
    RecurrentSpec layer = recurrent(cell);
    layer.reset_after = false;
    EXPECT_THAT(refusal(problem_of(layer)), HasSubstr("reset_after is 0"));
    EXPECT_THAT(refusal(problem_of(layer)), HasSubstr("only gru has"));
  }
  RecurrentSpec gru = recurrent(Cell::gru);
  gru.reset_after = false;
  EXPECT_EQ(refusal(problem_of(gru)), "accepted");
}

TEST(Validate, RefusesStatesAndMasksOfALayerWithoutThem) {
  for (const LayerSpec& layer : std::vector<LayerSpec>{DenseSpec{}, ActivationSpec{}})
    for (const Extras& extras :
         {Extras{true, false, MaskPattern::none}, Extras{false, true, MaskPattern::none},
          Extras{false, false, MaskPattern::left}}) {
      Problem problem = problem_of(layer);
      problem.extras = extras;
      EXPECT_THAT(refusal(problem), HasSubstr("belong to recurrent layers (simple_rnn, lstm, gru)"));
      problem.layer = RecurrentSpec{};
      EXPECT_EQ(refusal(problem), "accepted");
    }
}

TEST(GateCount, IsThatOfTheCell) {
  EXPECT_EQ(gate_count(recurrent(Cell::simple_rnn)), 1);
  EXPECT_EQ(gate_count(recurrent(Cell::gru)), 3);
  EXPECT_EQ(gate_count(recurrent(Cell::lstm)), 4);
}

TEST(OutputFeatures, AreTheUnitsOrTheInputFeatures) {
  RecurrentSpec lstm;
  lstm.units = 7;
  EXPECT_EQ(output_features(lstm, 3), 7);
  EXPECT_EQ(output_features(DenseSpec{5}, 3), 5);
  EXPECT_EQ(output_features(ActivationSpec{}, 3), 3);
}

TEST(OutputTimeSteps, AreOneWhereARecurrentLayerReturnsItsLastStep) {
  RecurrentSpec layer;
  Problem problem{layer, {2, 9, 3}, {}, {}};
  EXPECT_EQ(output_time_steps(problem), 1);
  layer.return_sequences = true;
  problem.layer = layer;
  EXPECT_EQ(output_time_steps(problem), 9);
  problem.layer = DenseSpec{};
  EXPECT_EQ(output_time_steps(problem), 9);
  problem.layer = ActivationSpec{};
  EXPECT_EQ(output_time_steps(problem), 9);
}

TEST(BytesNeeded, CountsInputOutputAndWeights) {
  RecurrentSpec lstm;
  lstm.units = 5;
  lstm.return_sequences = true;
  Problem problem{lstm, {2, 7, 3}, {}, {}};
  const std::int64_t weights = 3 * 20 + 5 * 20 + 20;
  EXPECT_EQ(bytes_needed(problem), 4 * (2 * 7 * 3 + 2 * 7 * 5 + weights));
  problem.exec.pass = Pass::training;  // keeps four gates and three states of each step
  EXPECT_EQ(bytes_needed(problem), 4 * (2 * 7 * 3 + 2 * 7 * 5 + weights + 2 * 7 * 7 * 5));
  problem.layer = ActivationSpec{};
  EXPECT_EQ(bytes_needed(problem), 4 * 2 * (2 * 7 * 3));
}

TEST(BytesNeeded, SaturatesForTheLargestValidProblems) {
  RecurrentSpec lstm;
  lstm.units = largest_dimension;
  lstm.return_sequences = true;
  for (const LayerSpec& layer :
       std::vector<LayerSpec>{lstm, DenseSpec{largest_dimension}, ActivationSpec{}}) {
    const Problem problem{layer, {largest_dimension, largest_dimension, largest_dimension}, {}, {}};
    ASSERT_EQ(refusal(problem), "accepted");
    EXPECT_EQ(bytes_needed(problem), largest);
  }
}

TEST(BytesNeeded, SaturatesWhereTheSumOverflowsAndNoTermDoes) {
  // 2^24 * 2^24 * 2^13 elements on either side: 2^62 elements in all, 2^64 bytes.
  const Problem problem{
      DenseSpec{std::int64_t{1} << 13}, {largest_dimension, largest_dimension, 1 << 13}, {}, {}};
  EXPECT_EQ(bytes_needed(problem), largest);
}

TEST(BytesNeeded, GrowsWithEveryDimension) {
  const Problem problem{DenseSpec{5}, {2, 7, 3}, {}, {}};
  for (const auto grow : std::initializer_list<void (*)(Problem&)>{
           [](Problem& p) { ++p.shape.batch; }, [](Problem& p) { ++p.shape.time_steps; },
           [](Problem& p) { ++p.shape.features; },
           [](Problem& p) { ++std::get<DenseSpec>(p.layer).units; }}) {
    Problem larger = problem;
    grow(larger);
    EXPECT_GT(bytes_needed(larger), bytes_needed(problem));
  }
}

TEST(AsLayer, IsNullForAnotherKind) {
  EXPECT_NE(as_recurrent(problem_of(RecurrentSpec{})), nullptr);
  EXPECT_EQ(as_dense(problem_of(RecurrentSpec{})), nullptr);
  EXPECT_NE(as_dense(problem_of(DenseSpec{})), nullptr);
  EXPECT_EQ(as_recurrent(problem_of(ActivationSpec{})), nullptr);
}

}  // namespace
}  // namespace lockstep
