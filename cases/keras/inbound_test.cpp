#include "cases/keras/inbound.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/keras/layer_json.h"

namespace lockstep::keras {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> first_and_second{"first", "second"};

/// With $a in place of a tensor that the layer a returns.
Json with_tensors(std::string text) {
  for (const char* layer : {"a", "b"}) {
    const std::string tensor =
        fmt::format(R"({{"class_name": "__keras_tensor__", "config": {{"shape": [null, 3],
      "dtype": "float32", "keras_history": ["{}", 0, 0]}}}})",
                    layer);
    const std::string name = fmt::format("${}", layer);
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + tensor.size()))
      text.replace(at, name.size(), tensor);
  }
  return Json::parse(text);
}
/// Of a layer that is called once, as the text says.
Inbound inbound_of(const std::string& call, const std::vector<std::string>& keys = first_and_second,
                   Reads reads = Reads::of_model) {
  Json layer = Json::object();
  layer["inbound_nodes"].push_back(with_tensors(call));
  Fields wrapper(layer, "layer \"inner\"");
  return take_inbound(wrapper, reads, keys).at(0);
}
std::vector<std::string> reads_of_call(const std::string& call,
                                       const std::vector<std::string>& keys = first_and_second) {
  std::vector<std::string> names;
  for (const TensorRead& read : inbound_of(call, keys).reads) names.push_back(read.layer);
  return names;
}
std::string refusal_of_call(const std::string& call, const std::vector<std::string>& keys = first_and_second,
                            Reads reads = Reads::of_model) {
  return refusal_of([&] { inbound_of(call, keys, reads); });
}

TEST(Inbound, OfAModelIsADictInTheOrderOfItsInputs) {
  for (const char* call :
       {R"({"args": [{"first": $a, "second": $b}], "kwargs": {}})",
        R"({"args": [{"second": $b, "first": $a}], "kwargs": {"mask": {"second": null, "first": null}}})",
        R"({"second": ["b", 0, 0, {}], "first": ["a", 0, 0, {}]})"})
    EXPECT_THAT(reads_of_call(call), ElementsAre("a", "b")) << call;
  EXPECT_THAT(reads_of_call(R"({"args": [{"first": $a, "second": $b}]})", {"second", "first"}),
              ElementsAre("b", "a"));
}

TEST(Inbound, OfAModelIsATensorOrAList) {
  for (const char* call : {R"({"args": [$b], "kwargs": {"mask": null}})", R"({"args": [[$b]], "kwargs": {}})",
                           R"({"args": [{"first": $b}], "kwargs": {}})", R"([["b", 0, 0, {}]])"})
    EXPECT_THAT(reads_of_call(call, {"first"}), ElementsAre("b")) << call;
  EXPECT_THAT(reads_of_call(R"({"args": [[$b, $a]], "kwargs": {"mask": [null, null]}})"),
              ElementsAre("b", "a"));
}

TEST(Inbound, HasMasksByTheSameKeys) {
  const char* call =
      R"({"args": [{"first": $a, "second": $b}], "kwargs": {"mask": {"second": $b, "first": null}}})";
  const Inbound inbound = inbound_of(call);
  ASSERT_EQ(inbound.masks.size(), 2U);
  EXPECT_FALSE(inbound.masks[0]);
  ASSERT_TRUE(inbound.masks[1]);
  EXPECT_EQ(inbound.masks[1]->layer, "b");
  EXPECT_THAT(refusal_of_call(call, {"second", "first"}),
              AllOf(HasSubstr("layer \"inner\": its call: mask is"), HasSubstr("a list in another order")));
  for (const char* mask : {R"({"first": null})", "$a", R"({"first": $a, "third": null})"})
    EXPECT_THAT(refusal_of_call(fmt::format(
                    R"({{"args": [{{"first": $a, "second": $b}}], "kwargs": {{"mask": {}}}}})", mask)),
                HasSubstr(R"(a dict of the inputs of the model: ["first","second"])"))
        << mask;
}

TEST(Inbound, RefusesADictThatTheModelDoesNotTake) {
  for (const char* dict : {R"({"first": $a})", R"({"first": $a, "third": $b})",
                           R"({"first": $a, "second": $b, "third": $b})", R"({})"})
    EXPECT_THAT(refusal_of_call(fmt::format(R"({{"args": [{}], "kwargs": {{}}}})", dict)),
                AllOf(HasSubstr("layer \"inner\": its call: args is"),
                      HasSubstr(R"(accepted is a dict of the inputs of the model: ["first","second"])")))
        << dict;
  EXPECT_THAT(refusal_of_call(R"({"args": [{"first": {"of": $a}, "second": [$b]}], "kwargs": {}})"),
              HasSubstr("tensors that layers return"));
  EXPECT_THAT(refusal_of_call(R"({"first": ["a", 0, 0, {}], "third": ["b", 0, 0, {}]})"),
              AllOf(HasSubstr("layer \"inner\": inbound_nodes is"), HasSubstr(R"(["first","second"])")));
  EXPECT_THAT(refusal_of_call(R"({"args": ["first"], "kwargs": {}})"),
              HasSubstr("tensors that layers return"));
  EXPECT_THAT(refusal_of_call(R"({"args": [$a, $b], "kwargs": {}})"),
              HasSubstr("one tensor, or a list or a dict of them"));
}

TEST(Inbound, OfAnotherLayerIsNoDict) {
  for (const Reads reads : {Reads::one, Reads::one_and_states, Reads::several}) {
    EXPECT_THAT(refusal_of_call(R"({"args": [{"first": $a}], "kwargs": {}})", {}, reads),
                HasSubstr("accepted is"));
    EXPECT_THAT(refusal_of_call(R"({"first": ["a", 0, 0, {}]})", {}, reads),
                HasSubstr("its call has no args"));
  }
}

TEST(Inbound, HasTheKeysOfTheModel) {
  const auto keys_of = [](const char* inputs) {
    Json model = Json::object();
    model["config"]["input_layers"] = Json::parse(inputs);
    return input_keys(model);
  };
  EXPECT_THAT(keys_of(R"({"second": ["x", 0, 0], "first": ["y", 0, 0]})"), ElementsAre("first", "second"));
  EXPECT_THAT(keys_of(R"([["y", 0, 0], ["x", 0, 0]])"), ElementsAre("y", "x"));
  EXPECT_THAT(keys_of(R"(["x", 0, 0])"), ElementsAre("x"));
  for (const char* none : {"null", "[]", "[1]", "3", "[[]]"}) EXPECT_THAT(keys_of(none), IsEmpty()) << none;
  EXPECT_THAT(input_keys(Json::object()), IsEmpty());
}

}  // namespace
}  // namespace lockstep::keras
