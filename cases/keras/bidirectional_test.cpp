#include "cases/keras/bidirectional.h"

#include <functional>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/keras/files_for_test.h"
#include "cases/keras/model_config.h"

namespace lockstep::keras {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The LSTM of config_for_test as the two layers of a Bidirectional "both" in its place; changed.
Json config_of_both(const std::function<void(Json& both)>& change) {
  Json model = Json::parse(config_for_test);
  Json& layer = model["config"]["layers"][1];
  Json forward = layer, backward = layer;
  backward["config"]["go_backwards"] = true;
  layer["class_name"] = "Bidirectional";
  layer["config"] = {{"name", "both"},         {"trainable", true}, {"dtype", "float32"},
                     {"merge_mode", "concat"}, {"layer", forward},  {"backward_layer", backward}};
  change(layer["config"]);
  return model;
}

ModelConfig read(const std::function<void(Json& both)>& change, int keras_major = 3) {
  Remarks remarks;
  remarks.keras_major = keras_major;
  return read_model_config(config_of_both(change), remarks);
}

TEST(Bidirectional, IsTwoLayersAndWhatMergesThem) {
  const ModelConfig made = read([](Json&) {});
  std::vector<std::string> names, paths, layers;
  for (const Node& node : made.model.nodes) names.push_back(node.name);
  for (const WeightsPlace& place : made.places) {
    paths.push_back(place.path);
    layers.push_back(place.layer);
  }
  EXPECT_THAT(names, ElementsAre("input_layer", "both/forward_layer", "both/backward_layer", "both", "head"));
  EXPECT_THAT(paths, ElementsAre("forward_layer/cell/vars", "backward_layer/cell/vars", "vars"));
  EXPECT_THAT(layers, ElementsAre("both/memory", "both/memory", "head"));
  EXPECT_THAT(made.model.nodes[3].inputs, ElementsAre("both/forward_layer", "both/backward_layer"));
  EXPECT_EQ(made.model.nodes[3].kind, NodeKind(MergeSpec{Merge::concat}));
  EXPECT_THAT(made.model.nodes[4].inputs, ElementsAre("both"));
  EXPECT_TRUE(std::get<RecurrentSpec>(made.model.nodes[2].kind).go_backwards);
}

TEST(Bidirectional, HasABackwardLayerMadeFromTheOther) {
  const ModelConfig made = read([](Json& both) { both.erase("backward_layer"); }, 2);
  RecurrentSpec forward = std::get<RecurrentSpec>(made.model.nodes[1].kind);
  forward.go_backwards = true;
  EXPECT_EQ(made.model.nodes[2].kind, NodeKind(forward));
  EXPECT_EQ(made.places[0].layer, "both/forward_memory");
  EXPECT_EQ(made.places[1].layer, "both/backward_memory");
}

TEST(Bidirectional, ShowsZerosForMaskedStepsWhateverItsLayersSay) {
  for (const bool own : {false, true})
    for (const bool return_sequences : {false, true}) {
      const ModelConfig made = read([&](Json& both) {
        for (const char* layer : {"layer", "backward_layer"}) {
          both[layer]["config"]["zero_output_for_mask"] = own;
          both[layer]["config"]["return_sequences"] = return_sequences;
        }
      });
      for (const std::size_t i : {1U, 2U})
        EXPECT_EQ(std::get<RecurrentSpec>(made.model.nodes[i].kind).zero_output_for_mask, return_sequences);
    }
}

TEST(Bidirectional, IsTrainableWhereItsLayersAre) {
  const ModelConfig made = read([](Json& both) { both["layer"]["config"]["trainable"] = false; });
  EXPECT_FALSE(made.model.nodes[1].trainable);
  EXPECT_TRUE(made.model.nodes[2].trainable);
  EXPECT_FALSE(read([](Json& both) { both["trainable"] = false; }).model.nodes[2].trainable);
}

TEST(Bidirectional, IsRefusedByWhatIsNotUnderstood) {
  struct Case {
    std::function<void(Json& both)> change;
    const char* said;
  };
  const Case cases[] = {
      {[](Json& both) { both["merge_mode"] = "max"; },
       R"(layer "both": merge_mode is "max": accepted is null or one of concat, sum, mul, ave)"},
      {[](Json& both) { both["merge_mode"] = 3; }, "merge_mode is 3"},
      {[](Json& both) { both.erase("merge_mode"); }, R"(layer "both" has no merge_mode)"},
      {[](Json& both) { both["num_constants"] = 1; }, R"(layer "both": "num_constants" is 1)"},
      {[](Json& both) { both["layer"]["config"]["peephole"] = 1; },
       R"(layer "both": its layer: "peephole" is 1)"},
      {[](Json& both) { both["backward_layer"]["config"]["activation"] = "swish"; },
       R"(layer "both": its backward_layer: activation is "swish")"},
      {[](Json& both) { both["backward_layer"]["config"]["go_backwards"] = false; },
       "accepted is one whose go_backwards is not that of the layer"},
      {[](Json& both) { both["backward_layer"]["config"]["return_sequences"] = true; },
       "accepted is one whose return_sequences is that of the layer"},
      {[](Json& both) { both["backward_layer"]["config"]["stateful"] = true; },
       "accepted is one whose stateful is that of the layer"},
      {[](Json& both) { both["backward_layer"]["config"]["units"] = 5; },
       "accepted is one with the units of the layer"},
      {[](Json& both) { both["layer"]["class_name"] = "Bidirectional"; },
       R"(layer "both": its layer is of the class "Bidirectional")"},
      {[](Json& both) {
         both["layer"] = {{"class_name", "ReLU"}, {"config", {{"name", "a"}, {"max_value", nullptr}}}};
       },
       "accepted is a SimpleRNN, an LSTM, a GRU or an RNN of their cells"},
      {[](Json& both) { both["merge_mode"] = nullptr; },
       R"(layer "head": reads the 2 tensors of the layer before it: accepted in a Sequential is one)"},
  };
  for (const Case& one : cases)
    EXPECT_THAT(refusal_of([&] { read(one.change); }), AllOf(HasSubstr("accepted"), HasSubstr(one.said)));
}

}  // namespace
}  // namespace lockstep::keras
