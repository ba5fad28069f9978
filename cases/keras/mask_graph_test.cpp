#include "cases/keras/mask_graph.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/keras/calls.h"

namespace lockstep::keras {
namespace {

using ::testing::HasSubstr;

Json mask_tensor_json(const char* layer) {
  return {{"class_name", "__keras_tensor__"},
          {"config", {{"shape", {nullptr, 3, 2}}, {"dtype", "bool"}, {"keras_history", {layer, 0U, 0U}}}}};
}
/// An operation as Keras 3 writes it, which is called with these.
Json operation_json(const char* class_name, const char* name, const Json& arguments) {
  Json operation = {{"module", "keras.src.ops.numpy"},
                    {"class_name", class_name},
                    {"config", {{"name", name}, {"axis", -1}}},
                    {"registered_name", nullptr},
                    {"inbound_nodes", {{{"args", arguments}, {"kwargs", Json::object()}}}}};
  const std::string_view kind = class_name;
  if (kind != "Any" && kind != "ExpandDims" && kind != "Concatenate") operation["config"].erase("axis");
  return operation;
}
Json reading_json(const char* class_name, const char* name, const std::vector<const char*>& reads) {
  Json arguments = Json::array();
  for (const char* layer : reads) arguments.push_back(mask_tensor_json(layer));
  if (std::string_view(class_name) == "Concatenate") arguments = Json::array({arguments});
  return operation_json(class_name, name, arguments);
}
Json told_json(const char* name, const char* layer, double value) {
  return operation_json("NotEqual", name, Json::array({mask_tensor_json(layer), value}));
}

void add_operation(MaskGraph& graph, const Json& json) {
  Fields wrapper(json, "layer \"op\"");
  graph.add(json["config"]["name"], wrapper,
            [](const TensorRead& read) { return call_name(read.layer, read.node); });
  wrapper.finish();
}
/// Of a Masking of x by 0.5, "any"; and of another value, "any_other".
MaskGraph graph_of(const std::vector<Json>& more) {
  MaskGraph graph;
  for (const Json& json :
       {told_json("told", "x", 0.5), reading_json("Any", "any", {"told"}), told_json("told_other", "x", 0.25),
        reading_json("Any", "any_other", {"told_other"})})
    add_operation(graph, json);
  for (const Json& json : more) add_operation(graph, json);
  return graph;
}
std::string refusal_of_mask(const std::vector<Json>& more, const char* name) {
  return refusal_of([&] { graph_of(more).mask_of(name, "lstm"); });
}

TEST(MaskGraph, ComesToTheMaskOfOneMasking) {
  const MaskGraph graph = graph_of({
      reading_json("LogicalOr", "twice", {"any", "any"}),
      reading_json("LogicalOr", "thrice", {"twice", "any"}),
      reading_json("ExpandDims", "expanded", {"thrice"}),
      reading_json("ZerosLike", "zeros", {"dense"}),
      reading_json("LogicalOr", "spread", {"expanded", "zeros"}),
      reading_json("Concatenate", "joined", {"spread", "expanded", "spread"}),
      reading_json("Any", "of_joined", {"joined"}),
  });
  for (const char* name : {"any", "twice", "thrice", "of_joined"}) {
    const StepMask mask = graph.mask_of(name, "lstm");
    EXPECT_EQ(mask.of, "x");
    EXPECT_EQ(mask.value, 0.5);
  }
}

TEST(MaskGraph, RefusesAMaskThatIsNoneOfOneMasking) {
  EXPECT_EQ(refusal_of_mask({}, "any"), "accepted");
  for (const char* name : {"told", "of_nothing"})
    EXPECT_EQ(refusal_of_mask({}, name),
              fmt::format("layer \"lstm\": its mask is what \"{}\" returns: accepted is "
                          "the mask of one Masking",
                          name));
  EXPECT_THAT(refusal_of_mask({reading_json("LogicalOr", "either", {"any", "any_other"})}, "either"),
              HasSubstr("what \"either\" returns"));
  EXPECT_THAT(refusal_of_mask({reading_json("LogicalOr", "mixed", {"any", "told"})}, "mixed"),
              HasSubstr("what \"mixed\" returns"));
  EXPECT_THAT(refusal_of_mask({reading_json("Any", "of_steps", {"any"})}, "of_steps"),
              HasSubstr("\"of_steps\""));
  EXPECT_THAT(
      refusal_of_mask({reading_json("ZerosLike", "zeros", {"x"}), reading_json("Any", "none", {"zeros"})},
                      "none"),
      HasSubstr("what \"none\" returns"));
  EXPECT_THAT(refusal_of_mask(
                  {reading_json("ExpandDims", "expanded", {"any"}), reading_json("OnesLike", "ones", {"x"}),
                   reading_json("Concatenate", "joined", {"expanded", "ones"}),
                   reading_json("Any", "of_joined", {"joined"})},
                  "of_joined"),
              HasSubstr("what \"of_joined\" returns"));
}

TEST(MaskGraph, TellsTheCallOfTheLayerWhoseStepsCount) {
  Json told = told_json("told_again", "x", 0.5);
  told[Json::json_pointer("/inbound_nodes/0/args/0/config/keras_history/1")] = 1U;
  const Json any = reading_json("Any", "any_again", {"told_again"});
  EXPECT_EQ(graph_of({told, any}).mask_of("any_again", "lstm").of, "x/call_2");
  EXPECT_THAT(
      refusal_of_mask({told, any, reading_json("LogicalOr", "either", {"any", "any_again"})}, "either"),
      HasSubstr("the mask of one Masking"));
}

TEST(MaskGraph, ComesToAnEndInACycle) {
  EXPECT_THAT(
      refusal_of_mask(
          {reading_json("LogicalOr", "a", {"b", "any"}), reading_json("LogicalOr", "b", {"a", "a"})}, "a"),
      HasSubstr("what \"a\" returns"));
}

TEST(MaskGraph, RefusesOperationsThatItDoesNotUnderstand) {
  const auto refusal_of_operation = [](Json json, const char* pointer, const Json& value) {
    json[Json::json_pointer(pointer)] = value;
    return refusal_of([&] { graph_of({json}); });
  };
  const Json any = reading_json("Any", "more", {"told"}), told = told_json("more", "x", 0.5),
             either = reading_json("LogicalOr", "more", {"any", "any"}),
             joined = reading_json("Concatenate", "more", {"any", "any"});
  EXPECT_THAT(refusal_of_operation(any, "/config/axis", 1), HasSubstr("axis is 1: accepted is -1"));
  EXPECT_THAT(refusal_of_operation(any, "/config/keepdims", true), HasSubstr("keepdims is true"));
  EXPECT_THAT(refusal_of_operation(any, "/config/where", 1), HasSubstr("\"where\" is 1"));
  EXPECT_THAT(refusal_of_operation(any, "/inbound_nodes/0/args/0", 3),
              HasSubstr("accepted is tensors that layers return"));
  EXPECT_THAT(refusal_of_operation(any, "/inbound_nodes/0/kwargs", Json{{"axis", 1}}),
              HasSubstr("kwargs is"));
  EXPECT_THAT(refusal_of_operation(any, "/inbound_nodes", Json::array()), HasSubstr("accepted is one call"));
  EXPECT_THAT(refusal_of_operation(told, "/inbound_nodes/0/args/1", "x"),
              HasSubstr("accepted is a tensor and a number"));
  EXPECT_THAT(refusal_of_operation(either, "/inbound_nodes/0/args", Json::array({mask_tensor_json("any")})),
              HasSubstr("accepted is two tensors"));
  EXPECT_THAT(refusal_of_operation(joined, "/inbound_nodes/0/args",
                                   Json::array({Json(1001, mask_tensor_json("any"))})),
              HasSubstr("accepted is a list of up to 1000 tensors"));
  EXPECT_THAT(refusal_of_operation(any, "/config/name", "any"),
              HasSubstr("layer \"any\": the name is used twice"));
}

TEST(MaskGraph, HasOperationsOfKerasAlone) {
  EXPECT_TRUE(MaskGraph::has(reading_json("Concatenate", "a", {"x"})));
  Json layer = reading_json("Concatenate", "a", {"x"});
  layer["module"] = "keras.layers";
  EXPECT_FALSE(MaskGraph::has(layer));
  EXPECT_FALSE(MaskGraph::has(reading_json("Add", "a", {"x"})));
  for (const Json& other : {Json(), Json(3), Json::object()}) EXPECT_FALSE(MaskGraph::has(other));
}

}  // namespace
}  // namespace lockstep::keras
