#include "cases/keras/recurrent_config.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/keras/files_for_test.h"
#include "cases/keras/model_config.h"

namespace lockstep::keras {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The LSTM of config_for_test as an RNN "stack" of two such cells in its place; changed.
Json config_of_stack(const std::function<void(Json& rnn)>& change) {
  Json model = Json::parse(config_for_test);
  Json& layer = model["config"]["layers"][1];
  Json rnn = {{"name", "stack"}, {"trainable", true}, {"dtype", "float32"}};
  for (const char* of_loop :
       {"return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask"}) {
    rnn[of_loop] = layer["config"][of_loop];
    layer["config"].erase(of_loop);
  }
  layer["class_name"] = "LSTMCell";
  Json cells = Json::array({layer, layer});
  cells[1]["config"]["name"] = "second";
  rnn["cell"] = {{"class_name", "StackedRNNCells"}, {"config", {{"name", "cells"}, {"cells", cells}}}};
  layer = {{"class_name", "RNN"}, {"config", rnn}};
  change(layer["config"]);
  return model;
}

ModelConfig read_stack(const std::function<void(Json& rnn)>& change) {
  Remarks remarks;
  return read_model_config(config_of_stack(change), remarks);
}

const RecurrentSpec& spec_of(const ModelConfig& made, std::size_t node) {
  return std::get<RecurrentSpec>(made.model.nodes[node].kind);
}

std::vector<std::string> names_of(const ModelConfig& made) {
  std::vector<std::string> names;
  for (const Node& node : made.model.nodes) names.push_back(node.name);
  return names;
}

TEST(StackedRnn, IsALayerForEachCell) {
  const ModelConfig made = read_stack([](Json&) {});
  EXPECT_THAT(names_of(made), ElementsAre("input_layer", "stack/cell_0", "stack/cell_1", "head"));
  std::vector<std::string> paths, layers;
  for (const WeightsPlace& place : made.places) {
    paths.push_back(place.path);
    layers.push_back(place.layer);
  }
  EXPECT_THAT(paths, ElementsAre("cell/cells/lstm_cell/vars", "cell/cells/lstm_cell_1/vars", "vars"));
  EXPECT_THAT(layers, ElementsAre("stack/memory", "stack/second", "head"));
  EXPECT_THAT(made.model.nodes[2].inputs, ElementsAre("stack/cell_0"));
  EXPECT_THAT(made.model.nodes[3].inputs, ElementsAre("stack/cell_1"));
  EXPECT_TRUE(spec_of(made, 1).return_sequences);
  EXPECT_FALSE(spec_of(made, 2).return_sequences);
  EXPECT_EQ(made.model.nested.at(0).type, "RNN");
  EXPECT_THAT(made.model.nested.at(0).outputs, ElementsAre("stack/cell_1"));
}

TEST(StackedRnn, GoesBackwardsWithEachCell) {
  const ModelConfig made = read_stack([](Json& rnn) { rnn["go_backwards"] = true; });
  EXPECT_THAT(names_of(made),
              ElementsAre("input_layer", "stack/cell_0", "stack/cell_0_reversed", "stack/cell_1", "head"));
  EXPECT_TRUE(spec_of(made, 1).go_backwards);
  EXPECT_TRUE(spec_of(made, 3).go_backwards);
  EXPECT_EQ(made.model.nodes[2].kind, NodeKind(ReverseSpec{}));
  EXPECT_THAT(made.model.nodes[3].inputs, ElementsAre("stack/cell_0_reversed"));
}

TEST(StackedRnn, ReturnsFromItsLastCellWhatItIsAskedFor) {
  for (const bool on : {false, true}) {
    const ModelConfig made = read_stack([&](Json& rnn) {
      rnn["return_sequences"] = true;
      for (const char* key : {"zero_output_for_mask", "stateful"}) rnn[key] = on;
    });
    EXPECT_FALSE(spec_of(made, 1).zero_output_for_mask);
    EXPECT_EQ(spec_of(made, 2).zero_output_for_mask, on);
    EXPECT_TRUE(spec_of(made, 2).return_sequences);
    for (const std::size_t cell : {1U, 2U}) EXPECT_EQ(made.model.nodes[cell].stateful, on);
  }
}

TEST(StackedRnn, IsTrainableWhereEachPartIs) {
  const auto change = [](const std::function<void(Json & rnn)>& off) { return read_stack(off).model.nodes; };
  for (const Node& node : change([](Json&) {})) EXPECT_TRUE(node.trainable);
  const auto first =
      change([](Json& rnn) { rnn["cell"]["config"]["cells"][0]["config"]["trainable"] = false; });
  EXPECT_FALSE(first[1].trainable);
  EXPECT_TRUE(first[2].trainable);
  const auto cells = change([](Json& rnn) { rnn["cell"]["config"]["trainable"] = false; });
  const auto whole = change([](Json& rnn) { rnn["trainable"] = false; });
  for (const auto& nodes : {cells, whole}) {
    EXPECT_FALSE(nodes[1].trainable);
    EXPECT_FALSE(nodes[2].trainable);
  }
}

TEST(StackedRnn, IsRefusedByWhatIsNotUnderstood) {
  struct Case {
    std::function<void(Json& rnn)> change;
    const char* said;
  };
  const Case cases[] = {
      {[](Json& rnn) { rnn["peephole"] = 1; }, R"(layer "stack": "peephole" is 1)"},
      {[](Json& rnn) { rnn["cell"]["config"]["peephole"] = 1; },
       R"(layer "stack": its cell: "peephole" is 1)"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"][1]["config"]["peephole"] = 1; },
       R"(layer "stack": its cell 1: "peephole" is 1)"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"][0]["config"]["activation"] = "swish"; },
       R"(layer "stack": its cell 0: activation is "swish")"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"][0]["class_name"] = "StackedRNNCells"; },
       R"(its cell 0: class_name is "StackedRNNCells": accepted is one of SimpleRNNCell, LSTMCell, GRUCell)"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"] = Json::array(); },
       "cells is []: accepted is a list of 1 to 1000 cells"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"] = Json(1001, 1); }, "a list of 1 to 1000 cells"},
      {[](Json& rnn) { rnn["cell"]["config"]["cells"] = 2; }, "cells is 2: accepted is a list"},
      {[](Json& rnn) { rnn["cell"]["config"]["reverse_state_order"] = true; }, "reverse_state_order is true"},
      {[](Json& rnn) { rnn.erase("return_sequences"); }, R"(layer "stack" has no return_sequences)"},
  };
  for (const Case& refused : cases)
    EXPECT_THAT(refusal_of([&] { read_stack(refused.change); }), HasSubstr(refused.said));
}

TEST(StackedRnn, CountsEachOfItsCellsAsALayer) {
  Json model = config_of_stack([](Json& rnn) {
    rnn["return_sequences"] = true;
    Json& cells = rnn["cell"]["config"]["cells"];
    const Json cell = cells[0];
    while (cells.size() < 900) {
      cells.push_back(cell);
      cells.back()["config"]["name"] = fmt::format("cell_{}", cells.size());
    }
  });
  Json& layers = model["config"]["layers"];
  const auto stack = std::find_if(layers.begin(), layers.end(),
                                  [](const Json& layer) { return layer["class_name"] == "RNN"; });
  const Json first = *stack;
  const auto refusal_with = [&](std::size_t count) {
    layers = Json::array({layers[0]});
    for (std::size_t i = 0; i < count; ++i) {
      layers.push_back(first);
      layers.back()["config"]["name"] = fmt::format("stack_{}", i);
    }
    return refusal_of([&] {
      Remarks remarks;
      read_model_config(model, remarks);
    });
  };
  EXPECT_EQ(refusal_with(2), "accepted");
  EXPECT_THAT(refusal_with(3), HasSubstr("more than 2000 layers"));
}

TEST(StackedRnn, StandsInABidirectional) {
  Json model = config_of_stack([](Json&) {});
  Json& layer = model["config"]["layers"][1];
  layer = {{"class_name", "Bidirectional"},
           {"config", {{"name", "both"}, {"merge_mode", "concat"}, {"layer", layer}}}};
  const auto read = [&] {
    Remarks remarks;
    return read_model_config(model, remarks);
  };
  const ModelConfig made = read();
  EXPECT_THAT(names_of(made),
              ElementsAre("input_layer", "both/forward_layer/cell_0", "both/forward_layer/cell_1",
                          "both/backward_layer/cell_0", "both/backward_layer/cell_0_reversed",
                          "both/backward_layer/cell_1", "both", "head"));
  EXPECT_EQ(made.places[2].path, "backward_layer/cell/cells/lstm_cell/vars");
  EXPECT_EQ(made.places[2].layer, "both/stack/memory");
  Json& inner = layer["config"]["layer"];
  layer["config"]["backward_layer"] = inner;
  EXPECT_THAT(refusal_of(read), HasSubstr("one whose go_backwards is not that of the layer"));
}

}  // namespace
}  // namespace lockstep::keras
