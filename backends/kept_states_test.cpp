#include "backends/kept_states.h"

#include <gmock/gmock.h>

#include "backends/model_for_test.h"

namespace lockstep {
namespace {

/// An LSTM(5), a GRU(3) and a SimpleRNN(2).
ModelSpec three_cells() {
  ModelSpec model = two_heads();
  model.nodes.push_back({"gru", recurrent_for_test(Cell::gru, 3, false), {"lstm"}, {}});
  model.nodes.push_back({"rnn", recurrent_for_test(Cell::simple_rnn, 2, false), {"lstm"}, {}});
  return model;
}

TEST(KeptStates, AreThoseOfEveryLayerWhereNoneIsStateful) {
  const KeptStates kept(three_cells(), 4);
  const auto initial = kept.initial_rows(1, 2);
  ASSERT_EQ(initial.size(), 3U);
  EXPECT_EQ(initial[0].h.dims, (std::array<std::int64_t, 2>{2, 5}));
  EXPECT_EQ(initial[0].c.dims, (std::array<std::int64_t, 2>{2, 5}));
  EXPECT_EQ(initial[1].h.dims, (std::array<std::int64_t, 2>{2, 3}));
  EXPECT_FALSE(initial[1].c);
  EXPECT_EQ(initial[2].h.dims, (std::array<std::int64_t, 2>{2, 2}));
}

TEST(KeptStates, AreThoseOfStatefulLayersWhereThereAreSome) {
  ModelSpec model = three_cells();
  model.nodes[4].stateful = true;
  KeptStates kept(model, 4);
  EXPECT_FALSE(kept.initial_rows(0, 4)[0].h);
  EXPECT_TRUE(kept.initial_rows(0, 4)[1].h);
  EXPECT_FALSE(kept.final_rows(0, 4)[2].h);
  KeptStates all(model, 4, KeptStates::Of::all);
  EXPECT_TRUE(all.initial_rows(0, 4)[0].h);
  EXPECT_TRUE(all.final_rows(0, 4)[2].h);
}

TEST(KeptStates, StartFromThoseGiven) {
  const std::vector<float> values = some_values(4 * 3, 0.5F);
  std::vector<BasicInitialState<float>> given(3);
  given[1].h = state_view(values.data(), 4, 3);
  KeptStates kept(three_cells(), 4);
  kept.start(given);
  EXPECT_EQ(kept.initial_rows(2, 2)[1].h(1, 2), values[11]);
  EXPECT_EQ(kept.initial_rows(0, 4)[0].h(3, 4), 0);
  kept.advance();
  EXPECT_EQ(kept.initial_rows(2, 2)[1].h(1, 2), 0) << "the run before ended there";

  ModelSpec model = three_cells();
  model.nodes[5].stateful = true;  // the SimpleRNN
  EXPECT_THAT([&] { KeptStates(model, 4).start(given); },
              testing::ThrowsMessage<std::invalid_argument>(
                  testing::HasSubstr("layer \"gru\" keeps no state, as others are stateful")));
}

TEST(KeptStates, StartWhereTheRunBeforeEnded) {
  KeptStates kept(three_cells(), 4);
  EXPECT_EQ(kept.initial_rows(2, 2)[1].h(1, 2), 0);
  kept.final_rows(2, 2)[1].h(1, 2) = 7;
  EXPECT_EQ(kept.initial_rows(2, 2)[1].h(1, 2), 0);
  kept.advance();
  EXPECT_EQ(kept.initial_rows(2, 2)[1].h(1, 2), 7);
  EXPECT_EQ(kept.initial_rows(0, 4)[1].h(3, 2), 7);
}

TEST(KeptStates, AreZeroAgainOnceTheyAreReset) {
  KeptStates kept(three_cells(), 4);
  kept.final_rows(0, 4)[0].c(3, 4) = 7;
  kept.advance();
  kept.final_rows(0, 4)[0].h(0, 0) = 8;
  kept.reset();
  EXPECT_EQ(kept.initial_rows(0, 4)[0].c(3, 4), 0);
  kept.advance();
  EXPECT_EQ(kept.initial_rows(0, 4)[0].h(0, 0), 0);
}

}  // namespace
}  // namespace lockstep
