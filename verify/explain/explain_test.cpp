#include "verify/explain/explain.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/check.h"
#include "verify/explain/faulty_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Explanation explained(const Backend& backend, const std::string& text) {
  const Case one{parse_problem(text), "a test"};
  const Finding found = check(backend, one, Expected(one.problem, make_given(one), 1));
  EXPECT_EQ(found.verdict, Verdict::fail) << text;
  return explain(backend, one, found);
}

TEST(Explain, NamesTheSmallestProblemTheGateAndTheKnownFault) {
  PlantedBackend backend;
  backend.run = resets_before;
  const Explanation found = explained(backend, "gru/B:3/T:9/F:5/U:7/threads:1");
  EXPECT_EQ(found.shrunk.finding.subject, "gru/B:1/T:1/F:1/U:1/seq:0/reset_after:1/threads:1");
  EXPECT_THAT(found.first_wrong, HasSubstr("first at step 0, batch 0, unit 0: expected"));
  EXPECT_EQ(found.step, "A single step is wrong in candidate h (recurrent kernel, recurrent bias)");
  EXPECT_EQ(found.likeness(),
            "The reset gate is applied before the recurrent product instead of after it. (gru_reset_before)");
}

TEST(Explain, SaysThatWhatIsCarriedFromStepToStepIsWrong) {
  PlantedBackend backend;
  backend.run = forgets_between_steps;
  const Explanation found = explained(backend, "lstm/B:3/T:9/F:5/U:7/seq:1");
  EXPECT_EQ(found.step, "Every single step is right: what is carried from step to step is wrong");
  EXPECT_EQ(found.shrunk.smallest.problem.shape.time_steps, 2);
  EXPECT_THAT(found.first_wrong, HasSubstr("first at step 8, batch 0, unit 0"));
  EXPECT_THAT(explained(backend, "lstm/B:3/T:9/F:5/U:7/seq:0").first_wrong, HasSubstr("first at step 8,"));
}

TEST(Explain, SaysWhichStepOfSeveralIsWrong) {
  PlantedBackend reversed;
  reversed.run = [](Problem problem, const Weights& weights, const Io& io) {
    std::get<RecurrentSpec>(problem.layer).go_backwards = true;
    run_right(problem, weights, io);
  };
  EXPECT_EQ(explained(reversed, "gru/B:3/T:9/F:5/U:7/seq:1").step,
            "Every single step is right: the order of several steps, or where they start, is wrong");
  PlantedBackend returns_the_first;
  returns_the_first.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (!as_recurrent(problem)->return_sequences)
      run_right(sized(problem, {problem.shape.batch, 1, problem.shape.features}), weights, io);
  };
  EXPECT_EQ(explained(returns_the_first, "gru/B:3/T:9/F:5/U:7").step,
            "Every single step is right: which step is returned is wrong");
  PlantedBackend repeats_the_last_but_one;
  repeats_the_last_but_one.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (const auto [batch, steps, units] = io.output.dims; steps > 1)
      for (std::int64_t b = 0; b < batch; ++b)
        std::copy_n(io.output.row(b, steps - 2), units, io.output.row(b, steps - 1));
  };
  EXPECT_EQ(explained(repeats_the_last_but_one, "gru/B:3/T:9/F:5/U:7/seq:1").step,
            "Every single step is right: wrong only with return_sequences");
}

TEST(Explain, SaysThatOnlyMasksDirectionsAndLayoutsAreWrong) {
  PlantedBackend unmasked;
  unmasked.run = [](const Problem& problem, const Weights& weights, Io io) {
    io.mask = {};
    run_right(problem, weights, io);
  };
  EXPECT_EQ(explained(unmasked, "lstm/B:3/T:9/F:5/U:7/seq:1/mask:holes").step,
            "Every single step is right: wrong only where a mask excludes steps");
  PlantedBackend forwards;
  forwards.run = [](Problem problem, const Weights& weights, const Io& io) {
    std::get<RecurrentSpec>(problem.layer).go_backwards = false;
    run_right(problem, weights, io);
  };
  EXPECT_EQ(explained(forwards, "gru/B:3/T:9/F:5/U:7/seq:1/back:1").step,
            "Every single step is right: wrong only with go_backwards");
  PlantedBackend time_major;
  time_major.run = [](const Problem& problem, const Weights& weights, Io io) {
    io.input = sequence_view(io.input.data, io.input.dims, Layout::time_major);
    run_right(problem, weights, io);
  };
  EXPECT_EQ(explained(time_major, "gru/B:3/T:9/F:5/U:7/seq:1").step,
            "It is wrong only where sequences lie batch-major in memory");
}

TEST(Explain, SaysOfFinalStatesRunsAndGuardsWhatIsWrong) {
  PlantedBackend final_h;
  final_h.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (io.final_h && problem.shape.time_steps > 1) io.final_h(0, 0) += 1;
  };
  EXPECT_EQ(explained(final_h, "gru/B:3/T:9/F:5/U:7/seq:1/final:1").step,
            "Every single step is right: what is returned as the final state is wrong");
  PlantedBackend wavers;
  wavers.run = [runs = std::make_shared<int>(0)](const Problem& problem, const Weights& weights,
                                                 const Io& io) {
    run_right(problem, weights, io);
    if (problem.shape.time_steps > 1) io.output(0, 0, 0) += 1e-9F * static_cast<float>((*runs)++ % 2);
    if (problem.shape.time_steps > 1 && *runs % 2 == 1)
      io.output(0, 0, 0) = std::nextafter(io.output(0, 0, 0), 2.0F);
  };
  EXPECT_EQ(explained(wavers, "gru/B:3/T:9/F:5/U:7/seq:1").step,
            "A run depends on the runs before it, or on chance");
  PlantedBackend writes;
  writes.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (problem.shape.time_steps > 1) io.output.data[-1] = 0;
  };
  EXPECT_EQ(explained(writes, "gru/B:3/T:9/F:5/U:7/seq:1").step,
            "What it computes is right, but it writes outside its outputs");
}

TEST(Explain, TellsALargeProblemByAPartOfIt) {
  PlantedBackend backend;
  backend.pack = gates_swapped(0, 1);
  const Explanation found = explained(backend, "lstm/B:32/T:50/F:64/U:64");
  EXPECT_EQ(found.told_by, "lstm/B:4/T:40/F:32/U:32/seq:0/threads:1");
  EXPECT_THAT(found.step,
              StartsWith("A single step is wrong in input gate i (kernel, recurrent kernel, bias), "
                         "forget gate f (kernel, recurrent kernel, bias)"));
  EXPECT_THAT(found.likeness(), HasSubstr("lstm_i_f_swapped"));
}

TEST(Explain, ExplainsLayersWithoutSteps) {
  PlantedBackend backend;
  backend.pack = weights_dropped(&Weights::bias);
  const Explanation found = explained(backend, "dense/B:3/T:4/F:5/U:6/act:relu");
  EXPECT_EQ(found.step, "");
  EXPECT_THAT(found.needs, ::testing::ElementsAre("a bias"));
  EXPECT_THAT(found.likeness(), HasSubstr("bias_dropped"));
}

}  // namespace
}  // namespace lockstep
