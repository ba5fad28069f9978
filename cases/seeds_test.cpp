#include "cases/seeds.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "backends/model.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::int64_t parameters_of(const Node& node, std::int64_t features) {
  return weight_shapes(*layer_of(node), features).parameters();
}

/// Every output of the model on naive, batch-major.
std::vector<std::vector<float>> run(const ModelSpec& model, const ModelGiven& given, const Batch& batch) {
  Shape shape = given.inputs.at(0).shape;
  shape.batch = batch.size;
  const ModelAsked<float> asked(model, shape, Layout::batch_major);
  const auto states = given.states.empty() ? InitialStates::zero : InitialStates::given;
  Model(model, naive(), shape, Exec{}, states)
      .run({given.input_rows(batch.begin, batch.size),
            asked.views(),
            given.initial_rows(batch.begin, batch.size),
            {}});
  std::vector<std::vector<float>> outputs;
  for (const auto& output : asked.outputs) outputs.emplace_back(output.begin(), output.end());
  return outputs;
}
std::vector<std::vector<float>> run_samples(const Seed& seed, std::int64_t samples, InitialStates states) {
  const Shape shape{samples, seed.input.time_steps, seed.input.features};
  return run(seed.model, make_model_given(seed.model, shape, seed.input_kind, states, 1), {0, samples});
}

TEST(Seeds, AreValidAndTakeTheirInput) {
  EXPECT_EQ(seeds().size(), 8U);
  for (const Seed& seed : seeds()) {
    SCOPED_TRACE(seed.name);
    EXPECT_NO_THROW(output_dims(seed.model, seed.input));
    EXPECT_EQ(find_seed(seed.name).model.outputs, seed.model.outputs);
    EXPECT_FALSE(seed.why.empty());
  }
}

TEST(Seeds, AreListedWhereANameIsUnknown) {
  try {
    find_seed("seed:lstm6");
    FAIL() << "found a model that is not there";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("\"seed:lstm6\""), HasSubstr("seed:lstm5-dense2, seed:gru16-td")));
  }
}

TEST(Seeds, Lstm5HasTwoConstantHeads) {
  const Seed seed = find_seed("seed:lstm5-dense2");
  const auto& nodes = seed.model.nodes;
  EXPECT_EQ(parameters_of(nodes[1], 4), 200);
  EXPECT_EQ(parameters_of(nodes[2], 5), 12);
  EXPECT_EQ(parameters_of(nodes[3], 5), 12);
  EXPECT_EQ(parameters(seed.model), 224);
  for (const std::size_t head : {2U, 3U}) {
    EXPECT_THAT(nodes[head].weights.kernel, Each(0.1F));
    EXPECT_THAT(nodes[head].weights.bias, Each(0.0F));
  }
  const ModelGiven given = make_model_given(seed.model, seed.input, seed.input_kind, InitialStates::zero, 1);
  EXPECT_THAT(std::vector<float>(given.inputs[0].input.begin(), given.inputs[0].input.end()), Each(1.0F));
}

TEST(Seeds, Lstm5StartsFromZeroAndFromGivenStates) {
  const Seed seed = find_seed("seed:lstm5-dense2");
  const auto from_zero = run_samples(seed, 1, InitialStates::zero);
  const auto from_given = run_samples(seed, 1, InitialStates::given);
  EXPECT_EQ(from_zero[0], from_zero[1]) << "Dense, and TimeDistributed(Dense)";
  EXPECT_EQ(from_given[0], from_given[1]) << "Dense, and TimeDistributed(Dense)";
  EXPECT_NE(from_zero[0], from_given[0]);
}

TEST(Seeds, Gru16CountsTheParametersOfBothResets) {
  for (const char* head : {"td", "dense", "last"}) {
    const std::string name = std::string("seed:gru16-") + head;
    EXPECT_EQ(parameters(find_seed(name).model), (15 + 16 + 2) * 48 + 136);
    EXPECT_EQ(parameters(find_seed(name + "/reset_after:0").model), (15 + 16 + 1) * 48 + 136);
  }
}

TEST(Seeds, Gru16DiffersInItsHeadAlone) {
  for (const std::string reset : {"", "/reset_after:0"}) {
    const auto per_step = run_samples(find_seed("seed:gru16-td" + reset), 2, InitialStates::zero)[0];
    const auto flattened = run_samples(find_seed("seed:gru16-dense" + reset), 2, InitialStates::zero)[0];
    const auto last = run_samples(find_seed("seed:gru16-last" + reset), 2, InitialStates::zero)[0];
    EXPECT_EQ(per_step, flattened);
    EXPECT_EQ(std::vector<float>(flattened.end() - 8, flattened.end()),
              std::vector<float>(last.end() - 8, last.end()));
    EXPECT_EQ(last.size(), 2U * 8);
  }
}

TEST(Seeds, Gru16RunsInBatchesOfWhichTheLastIsSmaller) {
  const Seed seed = find_seed("seed:gru16-last");
  const auto runs = batches(seed);
  ASSERT_EQ(runs.size(), 8U);
  EXPECT_EQ(runs.front(), (Batch{0, 128}));
  EXPECT_EQ(runs.back(), (Batch{896, 104}));
  const ModelGiven given = make_model_given(seed.model, seed.input, seed.input_kind, InitialStates::given, 1);
  const auto whole = run(seed.model, given, {0, seed.input.batch})[0];
  std::vector<float> joined;
  for (const Batch& batch : runs) {
    const auto part = run(seed.model, given, batch)[0];
    joined.insert(joined.end(), part.begin(), part.end());
  }
  EXPECT_EQ(joined, whole);
}

TEST(Seeds, Gru16TargetOfEveryStepNeedsEveryStep) {
  const std::vector<std::int64_t> target{1000, 64, 8};
  EXPECT_NO_THROW(check_target(find_seed("seed:gru16-td").model, target));
  EXPECT_NO_THROW(check_target(find_seed("seed:gru16-dense").model, target));
  EXPECT_THROW(check_target(find_seed("seed:gru16-last").model, target), std::invalid_argument);
}

TEST(Seeds, Rnn200UsesTheSameHeadWeightsOnEveryStep) {
  Seed seed = find_seed("seed:rnn200-dense");
  const Node head = seed.model.nodes[2];
  EXPECT_EQ(parameters_of(head, 200), 200 + 1) << "not one kernel per step";
  EXPECT_EQ(head.weights.kernel, seed.model.nodes[3].weights.kernel);
  EXPECT_EQ(head.weights.bias, seed.model.nodes[3].weights.bias);

  seed.model.outputs.push_back("simple_rnn");
  const auto outputs = run_samples(seed, 1, InitialStates::zero);
  EXPECT_EQ(outputs[0], outputs[1]) << "TimeDistributed(Dense), and Dense";
  ASSERT_EQ(outputs[2].size(), 700U * 200);

  // The head alone, on the same hidden steps in reverse order, returns its outputs in reverse order.
  ModelSpec alone{"head", false, {{"hidden", InputSpec{700, 200}, {}, {}}, head}, {head.name}};
  alone.nodes[1].inputs = {"hidden"};
  std::vector<float> reversed_steps;
  for (std::size_t t = 700; t-- > 0;)
    reversed_steps.insert(reversed_steps.end(), outputs[2].begin() + static_cast<std::ptrdiff_t>(t * 200),
                          outputs[2].begin() + static_cast<std::ptrdiff_t>((t + 1) * 200));
  std::vector<float> values(700);
  Model(alone, naive(), {1, 700, 200}, Exec{})
      .run({{sequence_view<const float>(reversed_steps.data(), {1, 700, 200}, Layout::batch_major)},
            {sequence_view(values.data(), {1, 700, 1}, Layout::batch_major)},
            {},
            {}});
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(values, outputs[0]);
}

TEST(ModelGiven, GivesEachLayerOtherStates) {
  ModelSpec model = find_seed("seed:lstm5-dense2").model;
  model.nodes.push_back(model.nodes[1]);
  model.nodes.back().name = "second";
  model.outputs.push_back("second");
  const ModelGiven given = make_model_given(model, {2, 3, 4}, InputKind::random, InitialStates::given, 1);
  ASSERT_EQ(given.states.size(), 2U);
  EXPECT_NE(given.states[0].initial_h[0], given.states[1].initial_h[0]);
  EXPECT_NE(given.states[0].initial_h[0], given.states[0].initial_c[0]);
  const auto rows = given.initial_rows(1, 1);
  EXPECT_EQ(rows[1].h.data, given.states[1].initial_h.data() + 5);
}

}  // namespace
}  // namespace lockstep
