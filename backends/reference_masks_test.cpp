#include "backends/reference_for_test.h"

namespace lockstep::reference {
namespace {

using ::testing::Each;

TEST_P(EveryCell, MaskedAtTheEndRepeatsTheLastStepThatCounts) {
  LayerRun run(text("/T:4/F:3/U:2/seq:1").c_str());
  const Values plain = run.scatter()();
  run.mask = {1, 1, 0, 0};
  const Values output = run();
  EXPECT_EQ(output, (Values{plain[0], plain[1], plain[2], plain[3], plain[2], plain[3], plain[2], plain[3]}));
  EXPECT_EQ(run.final_h, (Values{plain[2], plain[3]}));
}

TEST_P(EveryCell, MaskedAtTheStartShowsZerosAndKeepsTheInitialState) {
  LayerRun run(text("/T:3/F:3/U:2/seq:1/state:1").c_str()), rest(text("/T:1/F:3/U:2/seq:1/state:1").c_str());
  run.scatter().start({0.5, -0.25}, {0.125, 0.75});
  run.mask = {0, 0, 1};
  rest.weights = run.weights;
  std::copy_n(run.input.begin() + 6, 3, rest.input.begin());
  rest.start(run.initial_h, run.initial_c)();
  EXPECT_EQ(run(), (Values{0, 0, 0, 0, rest.output[0], rest.output[1]}));
}

TEST_P(EveryCell, MaskedInBetweenIsAsIfTheStepWereNotThere) {
  LayerRun run(text("/T:4/F:3/U:2/seq:1").c_str()), shorter(text("/T:3/F:3/U:2/seq:1").c_str());
  run.scatter();
  run.mask = {1, 0, 1, 1};
  shorter.weights = run.weights;
  std::copy_n(run.input.begin(), 3, shorter.input.begin());
  std::copy_n(run.input.begin() + 6, 6, shorter.input.begin() + 3);
  const Values s = shorter();
  EXPECT_EQ(run(), (Values{s[0], s[1], s[0], s[1], s[2], s[3], s[4], s[5]}));
  EXPECT_EQ(run.final_h, shorter.final_h);
}

TEST_P(EveryCell, MaskedWithZeroOutputShowsZerosAndKeepsTheState) {
  LayerRun shown(text("/T:4/F:3/U:2/seq:1").c_str()), zeroed(text("/T:4/F:3/U:2/seq:1/zero_mask:1").c_str());
  shown.scatter().mask = {1, 0, 1, 0};
  zeroed.scatter().mask = shown.mask;
  const Values s = shown();
  EXPECT_EQ(zeroed(), (Values{s[0], s[1], 0, 0, s[4], s[5], 0, 0}));
  EXPECT_EQ(zeroed.final_h, shown.final_h);
}

// Keras 3 (backend/tensorflow/rnn.py) takes the last output, which is the zeros.
TEST_P(EveryCell, MaskedAtTheEndWithZeroOutputReturnsZerosAsItsLastStep) {
  LayerRun run(text("/T:3/F:3/U:2/zero_mask:1").c_str());
  run.scatter().mask = {1, 1, 0};
  EXPECT_THAT(run(), Each(0.0));
}

TEST_P(EveryCell, MaskedThroughoutKeepsTheInitialState) {
  LayerRun run(text("/T:3/F:3/U:2/seq:1/state:1").c_str());
  run.scatter().start({0.5, -0.25}, {0.125, 0.75});
  run.mask = {0, 0, 0};
  EXPECT_THAT(run(), Each(0.0));
  EXPECT_EQ(run.final_h, run.initial_h);
}

TEST_P(EveryCell, MasksEachSampleByItself) {
  LayerRun both(text("/B:2/T:3/F:3/U:2/seq:1").c_str()), second(text("/T:3/F:3/U:2/seq:1").c_str());
  both.scatter().mask = {0, 1, 1, 1, 0, 1};
  second.weights = both.weights;
  std::copy_n(both.input.begin() + 9, 9, second.input.begin());
  second.mask = {1, 0, 1};
  const Values output = both();
  EXPECT_EQ(Values(output.begin() + 6, output.end()), second());
}

}  // namespace
}  // namespace lockstep::reference
