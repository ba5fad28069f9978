#include "verify/explain/gates.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/explain/faulty_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

StepDiagnosis diagnosed(const Backend& backend, const std::string& text) {
  return diagnose_steps(backend, {parse_problem(text), "a test"});
}

struct GatedLayer {
  std::string text;
  std::vector<std::string_view> gates;
  bool two_bias_rows;
};
const std::vector<GatedLayer> layers{
    {"lstm/B:2/T:5/F:3/U:4", {"input gate i", "forget gate f", "candidate c", "output gate o"}, false},
    {"gru/B:2/T:5/F:3/U:4", {"update gate z", "reset gate r", "candidate h"}, true},
    {"gru/B:2/T:5/F:3/U:4/reset_after:0", {"update gate z", "reset gate r", "candidate h"}, false},
    {"lstm/B:1/T:1/F:1/U:1/act:relu",
     {"input gate i", "forget gate f", "candidate c", "output gate o"},
     false},
};

TEST(Gates, NamesTheOneGateAndTheWeightsThatAreWrong) {
  for (const auto& [text, gates, two_bias_rows] : layers)
    for (std::size_t gate = 0; gate < gates.size(); ++gate) {
      SCOPED_TRACE(text + ", " + std::string(gates[gate]));
      const auto named = [&](PlantedBackend::Pack pack, std::vector<std::string_view> parts) {
        PlantedBackend backend;
        backend.pack = std::move(pack);
        const StepDiagnosis found = diagnosed(backend, text);
        EXPECT_EQ(found.kind, StepDiagnosis::gates);
        ASSERT_EQ(found.wrong.size(), 1) << to_string(found);
        EXPECT_EQ(found.wrong.front().name, gates[gate]);
        EXPECT_EQ(found.wrong.front().parts, parts);
        EXPECT_FALSE(found.every_gate);
      };
      named(gate_halved(gate, &Weights::kernel), {"kernel"});
      if (text.find("U:1") == std::string::npos) named(gate_rows_turned(gate), {"recurrent kernel"});
      if (two_bias_rows)
        named(gate_halved(gate, &Weights::bias), {"input bias", "recurrent bias"});
      else
        named(gate_halved(gate, &Weights::bias), {"bias"});
    }
}

TEST(Gates, NamesBothOfTwoThatAreSwapped) {
  const auto swapped = [](const std::string& text, std::size_t a, std::size_t b) {
    PlantedBackend backend;
    backend.pack = gates_swapped(a, b);
    std::vector<std::string_view> names;
    for (const WrongGate& gate : diagnosed(backend, text).wrong) names.push_back(gate.name);
    return names;
  };
  EXPECT_THAT(swapped("lstm/B:2/T:5/F:3/U:4", 0, 1), ElementsAre("input gate i", "forget gate f"));
  EXPECT_THAT(swapped("lstm/B:2/T:5/F:3/U:4/bias:0", 2, 3), ElementsAre("candidate c", "output gate o"));
  EXPECT_THAT(swapped("gru/B:2/T:5/F:3/U:4", 0, 1), ElementsAre("update gate z", "reset gate r"));
  EXPECT_THAT(swapped("gru/B:2/T:5/F:3/U:4/reset_after:0", 1, 2), ElementsAre("reset gate r", "candidate h"));
}

TEST(Gates, SaysWhatIsWrongInEveryGate) {
  PlantedBackend no_bias;
  no_bias.pack = weights_dropped(&Weights::bias);
  EXPECT_EQ(to_string(diagnosed(no_bias, "lstm/B:2/T:5/F:3/U:4")),
            "A single step is wrong in every gate (bias)");
  PlantedBackend no_recurrence;
  no_recurrence.pack = weights_dropped(&Weights::recurrent_kernel);
  EXPECT_EQ(to_string(diagnosed(no_recurrence, "gru/B:2/T:5/F:3/U:4")),
            "A single step is wrong in every gate (recurrent kernel)");
  EXPECT_EQ(to_string(diagnosed(no_recurrence, "simple_rnn/B:2/T:5/F:3/U:4")),
            "A single step is wrong in its only product (recurrent kernel)");
}

TEST(Gates, NamesTheProductThatComesInTheWrongOrder) {
  PlantedBackend backend;
  backend.run = resets_before;
  const StepDiagnosis found = diagnosed(backend, "gru/B:2/T:5/F:3/U:4/bias:0");
  EXPECT_EQ(to_string(found), "A single step is wrong in candidate h (recurrent kernel)");
}

TEST(Gates, NamesTheActivationOrTheStateThatEveryGateNeeds) {
  PlantedBackend backend;
  backend.run = [](Problem problem, const Weights& weights, const Io& io) {
    auto& layer = std::get<RecurrentSpec>(problem.layer);
    if (layer.recurrent_activation == Activation::sigmoid)
      layer.recurrent_activation = Activation::hard_sigmoid;
    run_right(problem, weights, io);
  };
  EXPECT_EQ(to_string(diagnosed(backend, "gru/B:2/T:5/F:3/U:4")),
            "A single step is wrong, only with recurrent activation sigmoid");
  backend.run = [](const Problem& problem, const Weights& weights, Io io) {
    io.initial_c = {};
    run_right(problem, weights, io);
  };
  EXPECT_EQ(to_string(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4")),
            "A single step is wrong, only with an initial state");
}

TEST(Gates, SaysWhatElseAStepCanHaveWrong) {
  PlantedBackend backend;
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (io.final_c) io.final_c(0, 0) += 1;
  };
  EXPECT_EQ(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4").kind, StepDiagnosis::returned);
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    io.output(0, 0, 0) += 1;
  };
  EXPECT_EQ(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4").kind, StepDiagnosis::plain);
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    io.output.data[-1] = 0;
  };
  EXPECT_EQ(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4").kind, StepDiagnosis::right);
  backend.run = [](const Problem&, const Weights&, const Io&) { throw std::runtime_error("broken"); };
  EXPECT_EQ(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4").kind, StepDiagnosis::unknown);
}

TEST(Gates, SaysThatStepsAreRightWhereOnlyTheHandOverIsWrong) {
  PlantedBackend backend;
  backend.run = forgets_between_steps;
  for (const char* text :
       {"lstm/B:2/T:5/F:3/U:4", "gru/B:2/T:5/F:3/U:4", "simple_rnn/B:2/T:5/F:3/U:4/seq:1"}) {
    const StepDiagnosis found = diagnosed(backend, text);
    EXPECT_EQ(found.kind, StepDiagnosis::right);
    EXPECT_THAT(to_string(found), StartsWith("Every single step is right"));
  }
}

TEST(Gates, SaysNothingOfLayersWithoutStepsOrThatAreRefused) {
  PlantedBackend backend;
  EXPECT_EQ(to_string(diagnosed(backend, "dense/B:2/T:5/F:3/U:4")), "");
  backend.answer = [](const Problem&) { return Support::no("never"); };
  EXPECT_EQ(to_string(diagnosed(backend, "lstm/B:2/T:5/F:3/U:4")), "");
}

}  // namespace
}  // namespace lockstep
