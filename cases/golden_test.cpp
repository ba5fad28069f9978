#include "cases/golden.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>

#include "backends/model.h"
#include "backends/model_reference.h"
#include "backends/naive_for_test.h"
#include "backends/problem_text.h"
#include "backends/reference.h"
#include "backends/refusal_for_test.h"
#include "backends/summary.h"
#include "cases/golden_for_test.h"
#include "cases/seeds.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

constexpr double printed_bound = 2e-7;  // half a unit of the seven digits that Keras' tests print, with room
constexpr double model_bound = 1e-11;   // up to 700 steps, each one product of 200 terms

/// Of naive, at float: one step's, twice, as the states of these layers contract what earlier steps rounded.
double float_bound(std::int64_t terms) {
  return 2 * step_tolerance(terms, 1);
}

/// The largest difference from what Keras computed, relative to values above 1.
template <class Real>
double error(const std::vector<Real>& computed, const std::vector<double>& expected) {
  if (computed.size() != expected.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference =
        std::abs(static_cast<double>(computed[i]) - expected[i]) / std::max(1.0, std::abs(expected[i]));
    if (!(difference <= largest)) largest = difference;  // NaN stays
  }
  return largest;
}

template <class Real>
std::vector<Real> values_of(const GoldenTensors& tensors, std::string_view name) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) return {};
  return {found->second.values.begin(), found->second.values.end()};
}

template <class Real>
BasicWeights<Real> weights_of(const GoldenTensors& tensors, const std::string& prefix) {
  return {values_of<Real>(tensors, prefix + "kernel"), values_of<Real>(tensors, prefix + "recurrent_kernel"),
          values_of<Real>(tensors, prefix + "bias")};
}

/// One vector's problem, run in Real.
template <class Real>
struct VectorRun {
  explicit VectorRun(const GoldenVector& vector)
      : problem(vector.problem),
        weights(weights_of<Real>(vector.given, "")),
        input(values_of<Real>(vector.given, "input")),
        initial_h(values_of<Real>(vector.given, "initial_h")),
        initial_c(values_of<Real>(vector.given, "initial_c")),
        mask(values_of<std::uint8_t>(vector.given, "mask")) {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t steps = output_time_steps(problem), units = output_features(problem.layer, features);
    const auto state = [&](std::vector<Real>& values) {
      return state_view(values.empty() ? nullptr : values.data(), batch, units);
    };
    outputs["output"].resize(static_cast<std::size_t>(batch * steps * units));
    for (const auto& [name, tensor] : vector.expected) outputs[name].resize(tensor.values.size());
    io.input = sequence_view<const Real>(input.data(), {batch, time_steps, features}, Layout::batch_major);
    io.output = sequence_view(outputs["output"].data(), {batch, steps, units}, Layout::batch_major);
    io.initial_h = state(initial_h);
    io.initial_c = state(initial_c);
    io.final_h = state(outputs["final_h"]);
    io.final_c = state(outputs["final_c"]);
    if (!mask.empty()) io.mask = mask_view(mask.data(), batch, time_steps);
  }
  double worst(const GoldenVector& vector) const {
    double largest = 0;
    for (const auto& [name, tensor] : vector.expected)
      largest = std::max(largest, error(outputs.at(name), tensor.values));
    return largest;
  }
  Problem problem;
  BasicWeights<Real> weights;
  std::vector<Real> input, initial_h, initial_c;
  std::vector<std::uint8_t> mask;
  std::map<std::string, std::vector<Real>> outputs;
  BasicIo<Real> io;
};

double oracle_error(const GoldenVector& vector) {
  VectorRun<double> run(vector);
  reference::LayerRows<double>(run.problem, run.weights).run(run.io, 0, run.problem.shape.batch);
  return run.worst(vector);
}

double naive_error(const GoldenVector& vector) {
  VectorRun<float> run(vector);
  check_weights(run.problem, run.weights);
  naive().prepare(run.problem, run.weights)->run(run.io);
  return run.worst(vector);
}

struct File {
  const char* name;
  std::size_t least;  // vectors: fewer, and some were lost
};
std::ostream& operator<<(std::ostream& out, const File& file) {
  return out << file.name;
}

class Golden : public ::testing::TestWithParam<File> {
 protected:
  std::vector<GoldenVector> vectors = read_golden_vectors(golden_folder / GetParam().name);
};

TEST_P(Golden, IsWhole) {
  EXPECT_GE(vectors.size(), GetParam().least);
  for (const GoldenVector& vector : vectors) {
    SCOPED_TRACE(to_string(vector.problem));
    const Extras& extras = vector.problem.extras;
    EXPECT_TRUE(vector.expected.contains("output"));
    EXPECT_EQ(vector.given.contains("mask"), extras.mask != MaskPattern::none);
    EXPECT_EQ(vector.given.contains("initial_h"), extras.initial_state);
    EXPECT_EQ(vector.expected.contains("final_h"), extras.final_state);
  }
}

TEST_P(Golden, OracleAgreesWithKeras) {
  const bool printed = std::string_view(GetParam().name) == "literals.json";
  for (const GoldenVector& vector : vectors)
    EXPECT_LE(oracle_error(vector), printed ? printed_bound : double_bound)
        << to_string(vector.problem) << ": " << vector.why;
}

TEST_P(Golden, NaiveAgreesWithKeras) {
  for (const GoldenVector& vector : vectors) {
    const std::int64_t features = vector.problem.shape.features;
    EXPECT_LE(naive_error(vector), float_bound(features + output_features(vector.problem.layer, features)))
        << to_string(vector.problem) << ": " << vector.why;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden,
                         ::testing::Values(File{"lstm.json", 50}, File{"gru.json", 100},
                                           File{"simple_rnn.json", 45}, File{"dense.json", 45},
                                           File{"literals.json", 30}),
                         [](const auto& test) {
                           return std::filesystem::path(test.param.name).stem().string();
                         });

/// A golden model: the seed with the weights of the file, and what it is run on.
template <class Real>
struct GoldenRun {
  explicit GoldenRun(const GoldenModel& golden)
      : model(find_seed(golden.seed_name).model),
        input(values_of<Real>(golden.given, "input")),
        initial_h(values_of<Real>(golden.given, "initial_h")),
        initial_c(values_of<Real>(golden.given, "initial_c")) {
    for (Node& node : model.nodes) node.weights = weights_of<float>(golden.weights, node.name + "/");
    for (const auto& [name, tensor] : golden.expected)
      if (std::find(model.outputs.begin(), model.outputs.end(), name) == model.outputs.end())
        model.outputs.push_back(name);
    const auto& sizes = golden.given.at("input").shape;
    shape = {sizes.at(0), sizes.at(1), sizes.at(2)};
    io.inputs = {sequence_view<const Real>(input.data(), {shape.batch, shape.time_steps, shape.features},
                                           Layout::batch_major)};
    for (const auto& dims : output_dims(model, shape)) {
      outputs.emplace_back(static_cast<std::size_t>(dims[0] * dims[1] * dims[2]));
      io.outputs.push_back(sequence_view(outputs.back().data(), dims, Layout::batch_major));
    }
    if (initial_h.empty()) return;
    states = InitialStates::given;
    const auto units = static_cast<std::int64_t>(initial_h.size()) / shape.batch;
    io.initial = {{state_view<const Real>(initial_h.data(), shape.batch, units),
                   state_view<const Real>(initial_c.data(), shape.batch, units)}};
  }
  /// Of the outputs that the file holds, which are all of the model's.
  double worst(const GoldenModel& golden) const {
    double largest = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const GoldenTensor& tensor = golden.expected.at(model.outputs[i]);
      const auto last = static_cast<std::ptrdiff_t>(shape.time_steps * tensor.shape.back());
      const std::vector<Real> computed =
          tensor.last_step_only
              ? std::vector<Real>(outputs[i].begin() + last - tensor.shape.back(), outputs[i].begin() + last)
              : outputs[i];
      largest = std::max(largest, error(computed, tensor.values));
    }
    return largest;
  }
  ModelSpec model;
  std::vector<Real> input, initial_h, initial_c;
  Shape shape;
  InitialStates states = InitialStates::zero;
  std::vector<std::vector<Real>> outputs;
  BasicModelIo<Real> io;
};

class GoldenSeeds : public ::testing::Test {
 protected:
  std::vector<GoldenModel> models = read_golden_models(golden_folder / "seeds.json");
};

TEST_F(GoldenSeeds, HoldEverySeedAndItsWeights) {
  for (const Seed& seed : seeds())
    EXPECT_THAT(models, ::testing::Contains(::testing::Field(&GoldenModel::seed_name, seed.name)));
  for (const GoldenModel& golden : models) {
    std::size_t values = 0;
    for (const auto& [name, tensor] : golden.weights) values += tensor.values.size();
    EXPECT_EQ(static_cast<std::int64_t>(values), parameters(find_seed(golden.seed_name).model)) << golden.why;
  }
  EXPECT_THAT(models, ::testing::Contains(::testing::Field(
                          &GoldenModel::given, ::testing::Contains(::testing::Key("initial_h")))));
}

TEST_F(GoldenSeeds, HaveTheSummaryThatKerasPrints) {
  for (const GoldenModel& golden : models)
    EXPECT_EQ(summary(find_seed(golden.seed_name).model), golden.summary);
}

TEST_F(GoldenSeeds, OracleAgreesWithKeras) {
  for (const GoldenModel& golden : models) {
    GoldenRun<double> run(golden);
    run_reference(run.model, run.io);
    EXPECT_LE(run.worst(golden), model_bound) << golden.seed_name << ": " << golden.why;
  }
}

TEST_F(GoldenSeeds, NaiveAgreesWithKeras) {
  for (const GoldenModel& golden : models) {
    GoldenRun<float> run(golden);
    Model(run.model, naive(), run.shape, Exec{2}, run.states).run(run.io);
    const std::int64_t units = std::get<RecurrentSpec>(run.model.nodes[1].kind).units;
    EXPECT_LE(run.worst(golden), float_bound(run.shape.features + units))
        << golden.seed_name << ": " << golden.why;
  }
}

/// What a file of this text is refused for.
std::string refusal(const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "lockstep_golden.json";
  std::ofstream(path) << text;
  return refusal_of([&] { read_golden_vectors(path); });
}

TEST(GoldenFile, IsRefusedWithAReason) {
  EXPECT_THROW(read_golden_vectors(golden_folder / "no_such.json"), std::invalid_argument);
  EXPECT_THROW(read_golden_models(golden_folder / "lstm.json"), std::invalid_argument);
  EXPECT_THAT(refusal(""), HasSubstr("lockstep_golden.json"));
  EXPECT_THAT(refusal(R"({"vectors": []})"), HasSubstr("\"vectors\" is empty"));
  EXPECT_THAT(refusal(R"({"vectors": [{"problem": "dense/B:0"}]})"), HasSubstr("batch (B) is 0"));
  const auto with_input = [](const std::string& tensor) {
    return R"({"vectors": [{"problem": "dense/B:1", "why": "", "given": {"input": )" + tensor +
           R"(}, "expected": {}}]})";
  };
  EXPECT_EQ(refusal(with_input(R"({"shape": [1, 2], "values": [1, 2]})")), "accepted");
  EXPECT_THAT(refusal(with_input(R"({"shape": [1, 2], "values": [1]})")),
              HasSubstr("input has 1 values: its shape takes 2"));
  EXPECT_NE(refusal(with_input(R"({"shape": [1, 2]})")), "");
  EXPECT_NE(refusal(with_input(R"({"shape": [], "last_step_of_first_sample": []})")), "");
}

}  // namespace
}  // namespace lockstep
