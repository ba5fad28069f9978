#include "cases/keras/model_config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"
#include "cases/keras/files_for_test.h"
#include "cases/keras/read_keras.h"

namespace lockstep::keras {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json layer_json(const char* class_name, const char* name, Json config, Json inbound) {
  config["name"] = name;
  config["trainable"] = true;
  config["dtype"] = "float32";
  Json layer = Json::object();
  layer["module"] = "keras.layers";
  layer["class_name"] = class_name;
  layer["config"] = std::move(config);
  layer["registered_name"] = nullptr;
  layer["name"] = name;
  layer["inbound_nodes"] = std::move(inbound);
  return layer;
}
Json tensor_json(const char* layer) {
  return Json::parse(fmt::format(R"({{"class_name": "__keras_tensor__", "config": {{"shape": [null, 3, 2],
    "dtype": "float32", "keras_history": ["{}", 0, 0]}}}})",
                                 layer));
}
/// A call with one argument: a tensor, or a list of them.
Json call_json(Json argument, Json keywords = Json::object()) {
  Json call = Json::object();
  call["args"].push_back(std::move(argument));
  call["kwargs"] = std::move(keywords);
  Json calls = Json::array();
  calls.push_back(std::move(call));
  return calls;
}
Json twice_json(const char* layer) {
  return Json(2, tensor_json(layer));
}
/// x (batch, 3, 2), the layers, and the last of them as the output.
Json functional_json(const std::vector<Json>& layers) {
  Json model =
      Json::parse(R"({"module": "keras", "class_name": "Functional", "registered_name": null, "config":
    {"name": "model", "trainable": true, "input_layers": [["x", 0, 0]], "output_layers": [[null, 0, 0]]}})");
  Json& config = model["config"];
  config["output_layers"][0][0] = layers.back()["name"];
  const Json takes = Json::parse(R"({"batch_shape": [null, 3, 2], "sparse": false})");
  config["layers"].push_back(layer_json("InputLayer", "x", takes, Json::array()));
  for (const Json& layer : layers) config["layers"].push_back(layer);
  return model;
}
std::string refusal_of_model(const Json& model) {
  return refusal_of([&] {
    Remarks remarks;
    read_model_config(model, remarks);
  });
}

TEST(ModelConfig, TakesAMergeOfTensors) {
  const Json sum = layer_json("Add", "sum", Json::object(), call_json(twice_json("x")));
  EXPECT_EQ(refusal_of_model(functional_json({sum})), "accepted");
}

/// x and a second Input, of which a layer reads the sum.
Json two_inputs_json(const Json& inputs) {
  Json both = Json::array({tensor_json("x"), tensor_json("also")});
  Json model = functional_json({layer_json("Add", "sum", Json::object(), call_json(std::move(both)))});
  const Json takes = Json::parse(R"({"batch_shape": [null, 3, 2], "sparse": false})");
  model["config"]["layers"].push_back(layer_json("InputLayer", "also", takes, Json::array()));
  model["config"]["input_layers"] = inputs;
  return model;
}

TEST(ModelConfig, TakesSeveralInputs) {
  Remarks remarks;
  const Json inputs = Json::parse(R"([["also", 0, 0], ["x", 0, 0]])");
  EXPECT_THAT(read_model_config(two_inputs_json(inputs), remarks).model.inputs,
              ::testing::ElementsAre("also", "x"));
}

TEST(ModelConfig, RefusesInputsThatItsLayersAreNot) {
  for (const char* inputs : {R"([["x", 0, 0]])", R"([["x", 0, 0], ["x", 0, 0]])",
                             R"([["x", 0, 0], ["also", 0, 0], ["sum", 0, 0]])"})
    EXPECT_THAT(refusal_of_model(two_inputs_json(Json::parse(inputs))),
                HasSubstr("accepted is each InputLayer once"))
        << inputs;
  EXPECT_EQ(refusal_of_model(two_inputs_json(Json::parse(R"({"a": ["x", 0, 0], "b": ["also", 0, 0]})"))),
            "accepted");
  for (const char* inputs : {R"({"a": ["x", 0, 0], "b": 1})", R"({"a": [["x", 0, 0]]})", R"("x")"})
    EXPECT_THAT(refusal_of_model(two_inputs_json(Json::parse(inputs))), HasSubstr("input_layers is"))
        << inputs;
}

TEST(ModelConfig, TakesAModelAsOftenAsItsInputsSay) {
  Json inner = two_inputs_json(Json::parse(R"([["also", 0, 0], ["x", 0, 0]])"));
  inner["config"]["name"] = inner["name"] = "inner";
  inner["inbound_nodes"] = call_json(twice_json("x"));
  EXPECT_EQ(refusal_of_model(functional_json({inner})), "accepted");
  inner["inbound_nodes"] = call_json(Json(3, tensor_json("x")));
  EXPECT_THAT(refusal_of_model(functional_json({inner})),
              HasSubstr("accepted is 3, as many as it is called with"));
}

TEST(ModelConfig, RefusesAMergeOfNothing) {
  Json keywords = Json::object();
  keywords["mask"] = tensor_json("x");
  const Json sum = layer_json("Add", "sum", Json::object(), call_json(Json::array(), keywords));
  EXPECT_THAT(refusal_of_model(functional_json({sum})),
              HasSubstr("accepted is calls of the layer with a tensor"));
}

/// A Dense on x, then on what it returns.
Json twice_called_json() {
  const Json config = Json::parse(R"({"units": 2, "activation": "linear", "use_bias": true})");
  Json calls = call_json(tensor_json("x"));
  calls.push_back(call_json(tensor_json("dense"))[0]);
  return layer_json("Dense", "dense", config, calls);
}

TEST(ModelConfig, TakesALayerThatIsCalledTwiceAsTwo) {
  Json json = functional_json({twice_called_json()});
  json["config"]["output_layers"][0][1] = 1U;
  Remarks remarks;
  const ModelConfig made = read_model_config(json, remarks);
  ASSERT_EQ(made.model.nodes.size(), 3U);
  EXPECT_EQ(made.model.nodes[1].name, "dense");
  EXPECT_EQ(made.model.nodes[1].call_of, "");
  EXPECT_EQ(made.model.nodes[2].name, "dense/call_2");
  EXPECT_EQ(made.model.nodes[2].call_of, "dense");
  EXPECT_THAT(made.model.nodes[2].inputs, ElementsAre("dense"));
  EXPECT_THAT(made.model.outputs, ElementsAre("dense/call_2"));
  EXPECT_EQ(made.places.size(), 1U);
  EXPECT_THAT(remarks.not_trained, ElementsAre("layer \"dense\": is called 2 times: accepted in training is "
                                               "one call of a layer with weights"));
}

TEST(ModelConfig, SaysOfALayerThatIsCalledTwiceOnceWhatIsRemarkable) {
  Json dense = twice_called_json();
  dense["config"]["dtype"] = "float16";
  Json json = functional_json({dense});
  json["config"]["output_layers"][0][1] = 1U;
  Remarks remarks;
  read_model_config(json, remarks);
  EXPECT_EQ(remarks.notices.size(), 1U);
}

TEST(ModelConfig, RefusesACallThatIsReadAndThereIsNot) {
  Json json = functional_json({twice_called_json()});
  json["config"]["output_layers"][0][1] = 2U;
  EXPECT_THAT(refusal_of_model(json), HasSubstr("layer \"dense\": its call 2 is read: accepted are 0 to 1"));
}

/// An operation of Keras 3, which is called with these.
Json operation_json(const char* class_name, const char* name, const char* config, const Json& arguments) {
  Json operation = layer_json(class_name, name, Json::object(), Json::array());
  operation["module"] = "keras.src.ops.numpy";
  operation["config"] = Json::parse(config);
  operation["config"]["name"] = name;
  operation["inbound_nodes"].push_back({{"args", arguments}, {"kwargs", Json::object()}});
  return operation;
}

TEST(ModelConfig, TellsOfWhichCallOfALayerAMaskIsMade) {
  const auto masked_by = [](std::size_t call) {
    Json calls = call_json(tensor_json("x"));
    calls.push_back(calls[0]);
    Json told = tensor_json("drop");
    told["config"]["keras_history"][1] = call;
    const Json rate = Json::parse(R"({"rate": 0.5, "seed": null, "noise_shape": null})"),
               by_zero = Json::parse(R"({"mask_value": 0.0})"),
               identity = Json::parse(R"({"activation": "linear"})");
    Json mask = Json::object();
    mask["mask"] = tensor_json("any");
    const Json model = functional_json(
        {layer_json("Dropout", "drop", rate, calls),
         layer_json("Masking", "masking", by_zero, call_json(tensor_json("drop"))),
         operation_json("NotEqual", "told", "{}", Json::array({told, 0.0})),
         operation_json("Any", "any", R"({"axis": -1, "keepdims": false})",
                        Json::array({tensor_json("told")})),
         layer_json("Activation", "after", identity, call_json(tensor_json("masking"), mask))});
    Remarks remarks;
    return read_model_config(model, remarks).masks.at(0).of;
  };
  EXPECT_EQ(masked_by(0), "drop");
  EXPECT_EQ(masked_by(1), "drop/call_2");
}

TEST(ModelConfig, RefusesCallsThatKeras32DoesNotTell) {
  Remarks remarks;
  remarks.counts_calls = false;
  const Json json = functional_json({twice_called_json()});
  EXPECT_THAT(refusal_of([&] { read_model_config(json, remarks); }),
              HasSubstr("one call of each layer by Keras 3.2"));
}

TEST(ModelConfig, RefusesMoreCallsThanThereMayBeLayers) {
  Json dense = twice_called_json();
  const Json call = dense["inbound_nodes"][0];
  while (dense["inbound_nodes"].size() < 2001) dense["inbound_nodes"].push_back(call);
  EXPECT_THAT(refusal_of_model(functional_json({dense})), HasSubstr("more than 2000 layers"));
}

TEST(ModelConfig, RefusesAMergeOfMoreThanThereCouldBe) {
  const Json many(1001, tensor_json("x"));
  EXPECT_THAT(refusal_of_model(functional_json({layer_json("Add", "sum", Json::object(), call_json(many))})),
              HasSubstr("up to 1000 tensors"));
}

TEST(ModelConfig, RefusesASizeBeyondAllNumbers) {
  const Json target = Json::parse(R"({"target_shape": [18446744073709551615]})");
  const Json shaped = layer_json("Reshape", "shaped", target, call_json(tensor_json("x")));
  EXPECT_THAT(refusal_of_model(functional_json({shaped})), HasSubstr("layer \"shaped\": target_shape"));
}

/// The states of `layer` from the first on.
Json states_json(const char* layer, std::size_t count) {
  Json states = Json::array();
  for (std::size_t i = 1; i <= count; ++i) {
    states.push_back(tensor_json(layer));
    states.back()["config"]["keras_history"][2] = i;
  }
  return states;
}
Json recurrent_json(const char* class_name, const char* name, Json call) {
  Json config = Json::parse(R"({"units": 2, "activation": "tanh", "recurrent_activation": "sigmoid",
    "use_bias": true, "return_sequences": false, "return_state": true})");
  if (class_name == std::string("GRU")) config["reset_after"] = true;
  return layer_json(class_name, name, std::move(config), std::move(call));
}
/// An LSTM that starts from what `given` says.
Json started_json(Json given) {
  Json keywords = Json::object();
  keywords["initial_state"] = std::move(given);
  return recurrent_json("LSTM", "decoder", call_json(tensor_json("x"), std::move(keywords)));
}

TEST(ModelConfig, HandsStatesOn) {
  const Json encoder = recurrent_json("LSTM", "encoder", call_json(tensor_json("x")));
  Json by_position = started_json(nullptr);
  by_position["inbound_nodes"][0]["args"].push_back(states_json("encoder", 2));
  Json old = started_json(nullptr);
  old["inbound_nodes"] = Json::parse(R"([[["x", 0, 0, {"initial_state": null}], ["encoder", 0, 1, {}],
    ["encoder", 0, 2, {}]]])");
  for (const Json& decoder : {started_json(states_json("encoder", 2)), by_position, old}) {
    Remarks remarks;
    const ModelSpec model = read_model_config(functional_json({encoder, decoder}), remarks).model;
    EXPECT_THAT(model.nodes[2].inputs, ElementsAre("x", "encoder:h", "encoder:c"));
    ASSERT_EQ(model.nodes.size(), 5U);
    EXPECT_EQ(model.nodes[3].name, "encoder:c");
    EXPECT_EQ(model.nodes[3].kind, NodeKind(StateSpec{State::c}));
    EXPECT_THAT(model.nodes[3].inputs, ElementsAre("encoder"));
    EXPECT_NO_THROW(resolve_without_weights(model));
  }
}

TEST(ModelConfig, RefusesStatesThatThereAreNot) {
  const Json encoder = recurrent_json("LSTM", "encoder", call_json(tensor_json("x")));
  const auto refused_of = [](const Json& first, Json states) {
    return refusal_of([&] {
      Remarks remarks;
      const Json model = functional_json({first, started_json(std::move(states))});
      resolve_without_weights(read_model_config(model, remarks).model);
    });
  };
  const auto refused = [&](Json states) { return refused_of(encoder, std::move(states)); };
  EXPECT_THAT(refused(states_json("encoder", 3)),
              AllOf(HasSubstr("layer \"decoder\": inbound_nodes is"), HasSubstr("2 initial states, not 3")));
  EXPECT_THAT(refused(states_json("encoder", 1)), HasSubstr("2 initial states, not 1"));
  EXPECT_THAT(refused("zeros"), HasSubstr("layer \"decoder\": inbound_nodes is"));
  EXPECT_THAT(refused(Json::array()), HasSubstr("layer \"decoder\": inbound_nodes is"));
  Json beyond = states_json("encoder", 3);
  beyond.erase(0);
  EXPECT_THAT(refused(beyond), HasSubstr("where return_state is true, the states"));
  EXPECT_THAT(refused(states_json("x", 2)), HasSubstr("where return_state is true, the states"));
  EXPECT_THAT(refused(states_json("decoder", 2)), HasSubstr("a cycle"));
  Json silent = encoder;
  silent["config"]["return_state"] = false;
  EXPECT_THAT(refusal_of_model(functional_json({silent, started_json(states_json("encoder", 2))})),
              HasSubstr("where return_state is true, the states"));
  const Json gru = recurrent_json("GRU", "encoder", call_json(tensor_json("x")));
  EXPECT_THAT(refusal_of_model(functional_json({gru, started_json(states_json("encoder", 2))})),
              HasSubstr("where return_state is true, the states"));
  Json wide = encoder;
  wide["config"]["units"] = 3;
  EXPECT_THAT(refused_of(wide, states_json("encoder", 2)),
              HasSubstr("layer \"decoder\": starts from \"encoder:h\", which returns (batch, 3): accepted is "
                        "(batch, 2)"));
  Json twice = started_json(states_json("encoder", 2));
  twice["inbound_nodes"][0]["args"].push_back(states_json("encoder", 2));
  EXPECT_THAT(refusal_of_model(functional_json({encoder, twice})), HasSubstr("initial_state is"));
  Json dense =
      layer_json("Activation", "head", Json::parse(R"({"activation": "tanh"})"), call_json(tensor_json("x")));
  dense["inbound_nodes"][0]["args"].push_back(states_json("encoder", 2));
  EXPECT_THAT(refusal_of_model(functional_json({encoder, dense})), HasSubstr("accepted is one tensor"));
}

TEST(ModelConfig, TakesInputsByTheirNames) {
  Json model = functional_json({recurrent_json("LSTM", "lstm", call_json(tensor_json("x")))});
  model["config"]["input_layers"] = Json::parse(R"({"x": ["x", 0, 0]})");
  model["config"]["output_layers"] = Json::parse(R"({"second": ["lstm", 0, 0], "first": ["lstm", 0, 2]})");
  Remarks remarks;
  const ModelSpec read = read_model_config(model, remarks).model;
  EXPECT_THAT(read.inputs, ElementsAre("x"));
  EXPECT_THAT(read.outputs, ElementsAre("lstm:c", "lstm"));
}

/// Minutes, where each of them costs as much as all.
TEST(ModelConfig, TakesManyReadsOfAState) {
  Json model = functional_json({recurrent_json("LSTM", "lstm", call_json(tensor_json("x")))});
  Json& outputs = model["config"]["output_layers"];
  outputs = Json::array();
  for (int i = 0; i < 50'000; ++i) outputs.push_back(Json::parse(R"(["lstm", 0, 1])"));
  Remarks remarks;
  EXPECT_EQ(read_model_config(model, remarks).model.outputs.size(), 50'000U);
}

TEST(ModelConfig, TakesAModelThatIsCalledWithADict) {
  Json tensors = Json::object();
  tensors["x"] = tensor_json("x");
  tensors["also"] = tensor_json("before");
  const Json identity = Json::parse(R"({"activation": "linear"})");
  const auto read_by_sum = [&](const char* inputs) {
    Json inner = two_inputs_json(Json::parse(inputs));
    inner["config"]["name"] = inner["name"] = "inner";
    inner["inbound_nodes"] = call_json(tensors);
    Remarks remarks;
    const Json before = layer_json("Activation", "before", identity, call_json(tensor_json("x")));
    return read_model_config(functional_json({before, inner}), remarks).model.nodes.at(2).inputs;
  };
  for (const char* inputs : {R"([["also", 0, 0], ["x", 0, 0]])", R"([["x", 0, 0], ["also", 0, 0]])",
                             R"({"also": ["also", 0, 0], "x": ["x", 0, 0]})"})
    EXPECT_THAT(read_by_sum(inputs), ElementsAre("x", "before")) << inputs;
  EXPECT_THAT(read_by_sum(R"({"x": ["also", 0, 0], "also": ["x", 0, 0]})"), ElementsAre("before", "x"));
}

TEST(ModelConfig, RefusesAModelThatIsCalledWithAnotherShape) {
  const auto refusal_of_inner = [](const char* class_name, const Json& shape, bool is_again) {
    Json inner = functional_json({recurrent_json("LSTM", "lstm", call_json(tensor_json("x")))});
    if (class_name == std::string("Sequential")) {
      inner["class_name"] = class_name;
      for (const char* key : {"input_layers", "output_layers"}) inner["config"].erase(key);
      inner["config"]["layers"][1]["config"]["return_state"] = false;
      for (Json& layer : inner["config"]["layers"]) layer.erase("inbound_nodes");
    }
    inner["config"]["layers"][0]["config"]["batch_shape"] = shape;
    inner["name"] = inner["config"]["name"] = "inner";
    inner["inbound_nodes"] = call_json(tensor_json("x"));
    const Json dense =
        layer_json("Dense", "wide", Json::parse(R"({"units": 4, "activation": "linear", "use_bias": true})"),
                   call_json(tensor_json("x")));
    if (!is_again) return refusal_of_model(functional_json({inner}));
    inner["inbound_nodes"].push_back(call_json(tensor_json("wide"))[0]);
    Json model = functional_json({dense, inner});
    const std::size_t first = class_name == std::string("Functional") ? 1 : 0;  // as Keras counts them
    model["config"]["output_layers"] = Json::array({{"inner", first, 0U}, {"inner", first + 1, 0U}});
    return refusal_of_model(model);
  };
  const Json same = Json::parse("[null, 3, 2]"), longer = Json::parse("[null, 4, 2]");
  for (const char* class_name : {"Functional", "Sequential"}) {
    EXPECT_EQ(refusal_of_inner(class_name, same, false), "accepted");
    EXPECT_EQ(refusal_of_inner(class_name, longer, false),
              "layer \"inner/x\": is given what \"x\" returns, (batch, 3, 2): accepted is (batch, 4, 2)");
    EXPECT_EQ(
        refusal_of_inner(class_name, same, true),
        "layer \"inner/call_2/x\": is given what \"wide\" returns, (batch, 3, 4): accepted is (batch, 3, 2)");
  }
}

TEST(ModelConfig, RefusesStatesThatASequentialReturns) {
  Json model = Json::parse(config_for_test);
  Json& layers = model["config"]["layers"];
  Json memory = layers[1];
  memory["config"]["return_state"] = true;
  layers = {layers[0], memory};
  EXPECT_THAT(refusal_of_model(model), HasSubstr("return_state"));
}

/// Which Keras sets to zeros in some versions.
TEST(ModelConfig, RefusesAProductOfMaskedSteps) {
  const auto file_of = [](const char* merge) {
    const Json value = Json::parse(R"({"mask_value": 0.0})");
    const Json masking = layer_json("Masking", "masking", value, call_json(tensor_json("x")));
    const Json merged = layer_json(merge, "merged", Json::object(), call_json(twice_json("masking")));
    const FolderForTest folder;
    write_zip_for_test(folder / "model.keras", {{"metadata.json", metadata_for_test},
                                                {"config.json", functional_json({masking, merged}).dump()},
                                                {"model.weights.h5", hdf5_for_test({})}});
    return refusal_of([&] { read_keras(folder / "model.keras"); });
  };
  EXPECT_EQ(file_of("Add"), "accepted");
  EXPECT_THAT(file_of("Multiply"), HasSubstr("layer \"merged\": multiplies masked steps"));
}

}  // namespace
}  // namespace lockstep::keras
