#include "backends/summary.h"

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/model_states.h"
#include "backends/summary_entries.h"
#include "backends/text_cell.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The layout is checked against Keras' own output where the golden files are read.

TEST(Summary, ShowsASequentialModel) {
  EXPECT_EQ(summary(last_step(), 60), R"(Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┓
┃ Layer (type)           ┃ Output Shape    ┃   Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━┩
│ gru (GRU)              │ (None, 16)      │     1,584 │
├────────────────────────┼─────────────────┼───────────┤
│ dense (Dense)          │ (None, 8)       │       136 │
└────────────────────────┴─────────────────┴───────────┘
 Total params: 1,720 (6.72 KB)
 Trainable params: 1,720 (6.72 KB)
 Non-trainable params: 0 (0.00 B)
)");
}

TEST(Summary, PutsShortHeadersAtTheBottom) {
  EXPECT_THAT(summary(last_step(), 40), HasSubstr(R"(
┃               ┃ Output   ┃ Param ┃
┃ Layer (type)  ┃ Shape    ┃     # ┃
)"));
}

TEST(Summary, ShowsConnectionsWhereALayerIsReadTwice) {
  const std::string text = summary(two_heads(), 120);
  EXPECT_THAT(text, HasSubstr("┃ Connected to"));
  EXPECT_THAT(text, HasSubstr("│ -    "));
  EXPECT_THAT(text, HasSubstr("│ lstm[0][0] "));
  ModelSpec chain = two_heads();
  chain.nodes.pop_back();
  chain.outputs = {"dense"};
  EXPECT_EQ(summary(chain).find("Connected"), std::string::npos);
  EXPECT_THAT(summary(chain), HasSubstr("input_layer (InputLayer)"));
}

TEST(Summary, ShowsAModelInAModelAsOneLayer) {
  ModelSpec model = two_heads();
  model.nodes.pop_back();
  model.nodes.back().name = "outer/inner";
  model.nodes.back().trainable = false;
  model.outputs = {"outer/inner"};
  model.nested = {{"outer", "Sequential", {"outer/inner"}}};
  model.nodes.push_back(
      node_for_test("second/lstm", recurrent_for_test(Cell::lstm, 3, true), "outer/inner", 2));
  model.nodes.back().return_state = true;  // which is the LSTM's, and not what the model returns
  model.outputs = {"second/lstm"};
  model.nested.push_back({"second", "Sequential", {"second/lstm"}});
  const std::string text = summary(model, 120);
  EXPECT_THAT(text, HasSubstr("│ second (Sequential) "));
  EXPECT_EQ(text.find("(None, 3)"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("│ outer (Sequential) "));
  EXPECT_EQ(text.find("inner"), std::string::npos);
  EXPECT_THAT(text, HasSubstr(" Non-trainable params: 12 (48.00 B)"));
}

TEST(Summary, ShowsABidirectionalAsOneLayer) {
  EXPECT_EQ(summary(both_ways(Merge::concat, true), 74), R"(Model: "functional"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┓
┃ Layer (type)                 ┃ Output Shape          ┃     Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━┩
│ input_layer (InputLayer)     │ (None, None, 4)       │           0 │
├──────────────────────────────┼───────────────────────┼─────────────┤
│ both (Bidirectional)         │ (None, None, 10)      │         365 │
├──────────────────────────────┼───────────────────────┼─────────────┤
│ dense (Dense)                │ (None, None, 2)       │          22 │
└──────────────────────────────┴───────────────────────┴─────────────┘
 Total params: 387 (1.51 KB)
 Trainable params: 387 (1.51 KB)
 Non-trainable params: 0 (0.00 B)
)");
}

TEST(Summary, ShowsALayerThatIsCalledTwiceOnce) {
  const std::string text = summary(called_twice());
  EXPECT_THAT(text, HasSubstr("│ lstm (LSTM) "));
  EXPECT_THAT(text, AllOf(HasSubstr("│ input_layer[0][0], "), HasSubstr("│ lstm[0][0] ")));
  EXPECT_THAT(text, HasSubstr(" Total params: 144 (576.00 B)"));
  EXPECT_EQ(text.find("call"), std::string::npos);
}

TEST(Summary, ShowsTheStatesThatALayerReturns) {
  ModelSpec model = two_heads();
  model.nodes[1].return_state = true;
  EXPECT_THAT(summary(model),
              AllOf(HasSubstr("│ [(None, None, 5), (None, "), HasSubstr("│ 5), (None, 5)] ")));
  model = last_step();
  model.nodes[1].return_state = true;
  EXPECT_THAT(summary(model), HasSubstr("│ [(None, 16), (None, 16)] "));
  model = both_ways(Merge::concat, true);
  for (Node& node : model.nodes) node.return_state = true;
  EXPECT_THAT(summary(model),
              AllOf(HasSubstr("│ [(None, None, 10), (None, "), HasSubstr("│ 5), (None, 5), (None, 5)] ")));
}

TEST(Summary, ShowsEachStateThatALayerStartsFrom) {
  ModelSpec model = both_ways(Merge::concat, true);
  model.nodes.push_back({"start", InputSpec{{}, 5, false}, {}, {}});
  std::size_t states = 0;
  for (Node& node : model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
      node.inputs.resize(1 + state_count(*recurrent), "start");
      states += state_count(*recurrent);
    }
  EXPECT_EQ(states, 3U);
  const std::vector<SummaryEntry> entries = summary_entries(model, resolve(model));
  EXPECT_EQ(entries[1].name, "both");
  EXPECT_THAT(entries[1].calls.at(0).reads,
              ElementsAre("input_layer[0][0]", "start[0][0]", "start[0][0]", "start[0][0]"));
}

TEST(Summary, ShowsWhichOfTheTensorsOfALayerIsRead) {
  ModelSpec model = both_ways(std::nullopt, false);
  model.nodes.push_back({"joined", MergeSpec{Merge::mul}, {"both/backward_layer", "both/forward_layer"}, {}});
  model.outputs = {"joined"};
  const std::string text = summary(model);
  EXPECT_THAT(text, HasSubstr("│ [(None, 5), (None, 5)] "));
  EXPECT_THAT(text, HasSubstr("│ joined (Multiply) "));
  EXPECT_THAT(text, HasSubstr("│ both[0][1], both[0][0] "));
}

TEST(Summary, IsNoWiderThanKerasMakesIt) {
  EXPECT_EQ(summary(last_step(), 500), summary(last_step(), 92));
  EXPECT_EQ(summary(two_heads(), 500), summary(two_heads(), 112));
  EXPECT_THROW(summary(two_heads(), 39), std::invalid_argument);
  EXPECT_NO_THROW(summary(two_heads(), 40));
}

TEST(Cell, BreaksBetweenWords) {
  EXPECT_THAT(wrap_cell("lstm (LSTM)", 12, Align::left), ElementsAre("lstm (LSTM) "));
  EXPECT_THAT(wrap_cell("lstm (LSTM)", 11, Align::left), ElementsAre("lstm (LSTM)"));
  EXPECT_THAT(wrap_cell("lstm (LSTM)", 10, Align::left), ElementsAre("lstm      ", "(LSTM)    "));
  EXPECT_THAT(wrap_cell("1,584", 7, Align::right), ElementsAre("  1,584"));
}

TEST(Cell, CutsAWordThatIsTooLong) {
  EXPECT_THAT(wrap_cell("a (TimeDistributed) b", 8, Align::left),
              ElementsAre("a       ", "(TimeDi…", "b       "));
  EXPECT_THAT(wrap_cell("größe_1", 7, Align::left), ElementsAre("größe_1"));
  EXPECT_THAT(wrap_cell("größe_12", 4, Align::left), ElementsAre("grö…"));
}

}  // namespace
}  // namespace lockstep
