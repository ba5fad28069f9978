#include "backends/model_parts.h"

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

/// Input (None, 4); "inner/lstm" on it, and on that "inner/dense", both outputs of "inner", a model; and
/// "head" on the first.
ModelSpec read_in_part() {
  DenseSpec dense;
  dense.units = 2;
  ModelSpec model{"functional", false, {{"input_layer", InputSpec{{}, 4}, {}, {}}}, {"head"}};
  model.nodes.push_back(
      node_for_test("inner/lstm", recurrent_for_test(Cell::lstm, 5, true), "input_layer", 4));
  model.nodes.push_back(node_for_test("inner/dense", dense, "inner/lstm", 5));
  model.nodes.push_back(node_for_test("head", dense, "inner/lstm", 5));
  model.nested = {{"inner", "Functional", {"inner/lstm", "inner/dense"}}};
  return model;
}
std::string refusal_of_parts(const ModelSpec& model) {
  return refusal_of([&] { resolve(model); });
}

TEST(ModelParts, MayBeUnread) {
  const ModelSpec model = read_in_part();
  const ModelGraph graph = resolve(model);
  EXPECT_EQ(graph.used, (std::vector<bool>{true, true, false, true}));
  EXPECT_EQ(unread_parts(model, graph), (std::vector<bool>{false, false, true, false}));
  ModelSpec alone = model;
  alone.nested.clear();
  EXPECT_EQ(refusal_of_parts(alone),
            "layer \"inner/dense\": leads to no output: each layer takes part in one");
  alone = model;
  alone.nodes[2].name = "innermost/dense";
  EXPECT_THAT(refusal_of_parts(alone), HasSubstr("\"innermost/dense\": leads to no output"));
}

TEST(ModelParts, MayBeUnreadWithAllThatTheyAloneRead) {
  ModelSpec model = read_in_part();
  model.nodes.push_back({"side", InputSpec{{}, 2, false}, {}, {}});
  model.nodes.push_back({"before", ActivationSpec{}, {"side"}, {}});
  model.nodes.push_back({"inner/after", ActivationSpec{}, {"before"}, {}});
  EXPECT_EQ(resolve(model).used, (std::vector<bool>{true, true, false, true, false, false, false}));
  model.nodes.push_back({"dangling", ActivationSpec{}, {"before"}, {}});
  EXPECT_THAT(refusal_of_parts(model), HasSubstr("layer \"dangling\": leads to no output"));
}

TEST(ModelParts, MayBeUnreadAsAWhole) {
  ModelSpec model = read_in_part();
  model.nodes[2].name = "inner/deep/dense";
  model.nested.push_back({"inner/deep", "Sequential", {"inner/deep/dense"}});
  EXPECT_EQ(refusal_of_parts(model), "accepted");
  model.nested.erase(model.nested.begin());
  EXPECT_THAT(refusal_of_parts(model), HasSubstr("layer \"inner/deep/dense\": leads to no output"));
}

TEST(ModelParts, OfAnotherCallAreRead) {
  ModelSpec model = read_in_part();
  for (const std::size_t i : {1U, 2U}) {
    Node again = model.nodes[i];
    again.call_of = again.name;
    again.name.insert(model.nested.front().name.size(), "/call_2");
    if (i == 2) again.inputs = {"inner/call_2/lstm"};
    model.nodes.push_back(again);
  }
  model.nested.push_back(
      {"inner/call_2", "Functional", {"inner/call_2/lstm", "inner/call_2/dense"}, "inner"});
  EXPECT_THAT(refusal_of_parts(model), HasSubstr("\"inner/call_2/lstm\": leads to no output"));
  model.outputs.emplace_back("inner/call_2/dense");
  EXPECT_EQ(refusal_of_parts(model), "accepted");
}

}  // namespace
}  // namespace lockstep
