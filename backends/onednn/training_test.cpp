#include <array>
#include <cmath>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/onednn/gradients_for_test.h"
#include "backends/onednn/sample_for_test.h"
#include "backends/problem_text.h"

namespace lockstep::onednn {
namespace {

/// A layer with all that it needs for a step of training.
struct Trained {
  explicit Trained(const std::string& text, int threads = 1)
      : problem(parse_problem(text + "/pass:training/threads:" + std::to_string(threads))),
        sample(problem),
        layer(backend_for_test().prepare_training(problem, sample.weights)) {}

  GradientArrays step(Place place = Place::time_major) {
    Arrays arrays(problem, sample, place);
    GradientArrays gradients(problem, place);
    layer->run(arrays.io(problem));
    layer->backward(arrays.io(problem), gradients.gradients(problem));
    return gradients;
  }

  Problem problem;
  Sample sample;
  std::unique_ptr<TrainableLayer> layer;
};

bool are_finite(const GradientArrays& gradients) {
  const auto finite = [](float value) { return std::isfinite(value); };
  const Weights& weights = gradients.of_weights;
  return std::ranges::all_of(weights.kernel, finite) && std::ranges::all_of(weights.bias, finite) &&
         std::ranges::all_of(weights.recurrent_kernel, finite) &&
         std::ranges::all_of(gradients.of_input.values(), finite);
}

class TrainingTest : public testing::TestWithParam<std::tuple<const char*, int>> {
 protected:
  Trained trained() const { return Trained(std::get<0>(GetParam()), std::get<1>(GetParam())); }
};

TEST_P(TrainingTest, RunsAsForInference) {
  Trained trained = this->trained();
  for (const Place place : {Place::time_major, Place::batch_major, Place::apart, Place::scattered}) {
    Arrays arrays(trained.problem, trained.sample, place);
    trained.layer->run(arrays.io(trained.problem));
    EXPECT_EQ(difference(trained.problem, trained.sample, arrays), "");
  }
}

TEST_P(TrainingTest, RepeatsItsBits) {
  Trained trained = this->trained();
  const GradientArrays first = trained.step();
  EXPECT_TRUE(are_finite(first));
  EXPECT_EQ(difference(first, trained.step()), "");
  Arrays arrays(trained.problem, trained.sample, Place::time_major);
  GradientArrays once(trained.problem, Place::time_major), twice(trained.problem, Place::time_major);
  trained.layer->run(arrays.io(trained.problem));
  trained.layer->backward(arrays.io(trained.problem), once.gradients(trained.problem));
  trained.layer->backward(arrays.io(trained.problem), twice.gradients(trained.problem));
  EXPECT_EQ(difference(first, once), "");
  EXPECT_EQ(difference(first, twice), "");
}

TEST_P(TrainingTest, DoesNotCareWhereThingsLie) {
  Trained trained = this->trained();
  const GradientArrays first = trained.step();
  EXPECT_EQ(difference(first, trained.step(Place::apart)), "");
  EXPECT_EQ(difference(first, trained.step(Place::scattered)), "");
  // A flattened Dense adds the rows up in the order of the batch where they lie so.
  const bool is_recurrent = as_recurrent(trained.problem) != nullptr;
  if (is_recurrent) {
    EXPECT_EQ(difference(first, trained.step(Place::batch_major)), "");
  }
}

TEST_P(TrainingTest, TakesNewWeights) {
  Trained trained = this->trained();
  const Weights other = make_weights(trained.problem.layer, trained.problem.shape.features, default_seed + 1);
  const GradientArrays before = trained.step();
  {
    const Weights gone = other;
    trained.layer->update(gone);
  }
  const GradientArrays after = trained.step();
  trained.layer = backend_for_test().prepare_training(trained.problem, other);
  EXPECT_EQ(difference(after, trained.step()), "");
  if (!other.kernel.empty()) {
    EXPECT_NE(difference(before, after), "");
  }
}

TEST_P(TrainingTest, AnAbsentGradientIsZero) {
  Trained trained = this->trained();
  const Problem& problem = trained.problem;
  Arrays arrays(problem, trained.sample, Place::time_major);
  const Io io = arrays.io(problem);
  trained.layer->run(io);
  for (auto member : {&GradientArrays::of_output, &GradientArrays::of_final_h, &GradientArrays::of_final_c}) {
    GradientArrays zero(problem, Place::time_major), absent(problem, Place::time_major);
    const std::vector<float> zeros((zero.*member).values().size());
    const Buffer<float> buffer(static_cast<std::int64_t>(zeros.size()));
    std::copy(zeros.begin(), zeros.end(), buffer.begin());
    (zero.*member).fill(buffer);
    Gradients without = absent.gradients(problem);
    if (member == &GradientArrays::of_output) without.output = {};
    if (member == &GradientArrays::of_final_h) without.final_h = {};
    if (member == &GradientArrays::of_final_c) without.final_c = {};
    trained.layer->backward(io, zero.gradients(problem));
    trained.layer->backward(io, without);
    for (std::size_t i = 0; i < zero.results().size(); ++i)  // -0 is 0, and what is not asked for a NaN
      EXPECT_THAT(absent.results()[i].second,
                  testing::Pointwise(testing::NanSensitiveFloatEq(), zero.results()[i].second))
          << zero.results()[i].first;
  }
}

TEST_P(TrainingTest, WritesNoGradientThatIsNotAskedFor) {
  Trained trained = this->trained();
  const Problem& problem = trained.problem;
  Arrays arrays(problem, trained.sample, Place::time_major);
  const Io io = arrays.io(problem);
  const GradientArrays untouched(problem, Place::time_major), all = trained.step();
  trained.layer->run(io);
  GradientArrays of_weights(problem, Place::time_major), of_data(problem, Place::time_major);
  Gradients asked = of_weights.gradients(problem);
  asked.input = {};
  asked.initial_h = asked.initial_c = {};
  trained.layer->backward(io, asked);
  EXPECT_TRUE(of_weights.of_input == untouched.of_input);
  of_weights.of_input = all.of_input;
  of_weights.of_initial_h = all.of_initial_h;
  of_weights.of_initial_c = all.of_initial_c;
  EXPECT_EQ(difference(of_weights, all), "");

  asked = of_data.gradients(problem);
  asked.weights = nullptr;
  trained.layer->backward(io, asked);
  EXPECT_TRUE(of_data.of_input == all.of_input && of_data.of_initial_h == all.of_initial_h &&
              of_data.of_initial_c == all.of_initial_c);
}

TEST_P(TrainingTest, LayersDoNotDisturbEachOther) {
  const GradientArrays expected = trained().step();
  std::array<std::string, 2> wrong;
  const auto work = [&](std::string& text) {
    Trained trained = this->trained();
    for (int i = 0; i < 50 && text.empty(); ++i) text = difference(trained.step(), expected);
  };
  { const std::jthread first(work, std::ref(wrong[0])), second(work, std::ref(wrong[1])); }
  EXPECT_EQ(wrong, (std::array<std::string, 2>{}));
}

INSTANTIATE_TEST_SUITE_P(
    Layers, TrainingTest,
    testing::Combine(
        testing::Values("lstm/B:5/T:7/F:6/U:9/seq:1/state:1/final:1",
                        "lstm/B:3/T:4/F:5/U:17/back:1/state:1/final:1",
                        "gru/B:5/T:7/F:6/U:9/seq:1/back:1/state:1/final:1", "gru/B:4/T:3/F:6/U:9/bias:0",
                        "gru/reset_after:0/B:5/T:7/F:6/U:9/seq:1/state:1",
                        "gru/reset_after:0/B:3/T:3/F:2/U:9/final:1/back:1",
                        "simple_rnn/B:5/T:7/F:6/U:9/seq:1/back:1/final:1",
                        "simple_rnn/B:130/T:2/F:6/U:9/act:relu", "dense/B:5/T:7/F:6/U:9/act:tanh",
                        "dense/B:5/T:7/F:6/U:9/act:softmax/style:time_distributed",
                        "dense/B:70/T:97/F:3/U:2/act:hard_sigmoid", "dense/B:3/T:5/F:4/U:5/bias:0",
                        "activation/B:5/T:7/F:6", "activation/B:5/T:7/F:6/act:softmax"),
        testing::Values(1, 2)));

// Where the reset gate is 1/2 everywhere, the candidate's bias of the state has half the gradient of the
// input's; the gates' two biases are only ever added.
TEST(BiasGradientTest, IsSplitBetweenInputAndState) {
  Trained trained("gru/B:4/T:5/F:3/U:6/seq:1");
  constexpr std::size_t units = 6, columns = 3 * units;
  Weights weights = trained.sample.weights;
  for (auto* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
    for (std::size_t i = 0; i < values->size(); ++i)
      if (i % columns / units == 1) (*values)[i] = 0;
  trained.layer->update(weights);
  const std::vector<float> bias = trained.step().of_weights.bias;
  ASSERT_EQ(bias.size(), 2 * columns);
  for (std::size_t j = 0; j < columns; ++j) {
    const bool is_gate = j < 2 * units;
    EXPECT_EQ(bias[columns + j], is_gate ? bias[j] : bias[j] / 2) << j;
    EXPECT_NE(bias[j], 0);
  }
}

TEST(TrainingMethodTest, NamesBothWays) {
  const auto method = [](const char* text, int threads) { return Trained(text, threads).layer->method(); };
  EXPECT_THAT(method("lstm/B:3/T:2/F:3/U:4", 2),
              testing::MatchesRegex(".+, backward .+, tnc, 2 batch slices"));
  EXPECT_THAT(method("dense/B:3/T:2/F:3/U:4/act:tanh", 2),
              testing::MatchesRegex(".+, backward .+ and .+, 2 row slices"));
}

TEST(TrainingSupportTest, SaysWhatOneDnnLacks) {
  const auto why = [](const std::string& text) {
    return backend_for_test().supports(parse_problem(text + "/pass:training")).why();
  };
  EXPECT_EQ(why("gru/B:1/T:2/F:3/U:4/mask:right"), "oneDNN owns the time loop and knows no mask");
  EXPECT_EQ(why("lstm/B:1/T:2/F:3/U:4/act:relu"), "oneDNN's LSTM computes sigmoid gates and tanh only");
  EXPECT_EQ(why("gru/B:1/T:2/F:3/U:4/rec_act:hard_sigmoid"),
            "oneDNN's GRU computes sigmoid gates and tanh only");
  EXPECT_EQ(why("simple_rnn/B:1/T:2/F:3/U:4/act:softsign"),
            "oneDNN's RNN cell computes tanh, sigmoid, relu and linear only");
  EXPECT_EQ(why("dense/B:1/T:2/F:3/U:4/act:softsign"), "oneDNN has no softsign");
  EXPECT_EQ(why("activation/B:1/T:2/F:3/act:softsign"), "oneDNN has no softsign");
  for (const auto* text : {"lstm", "gru", "gru/reset_after:0", "simple_rnn/act:relu", "simple_rnn/act:linear",
                           "simple_rnn/act:sigmoid", "dense/act:hard_sigmoid", "dense/act:softmax"})
    EXPECT_EQ(why(std::string(text) + "/B:1/T:2/F:3/U:4"), "");
}

}  // namespace
}  // namespace lockstep::onednn
