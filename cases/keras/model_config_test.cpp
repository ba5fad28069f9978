#include "cases/keras/model_config.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"
#include "cases/keras/files_for_test.h"
#include "cases/keras/read_keras.h"

namespace lockstep::keras {
namespace {

using ::testing::HasSubstr;

Json layer_json(const char* class_name, const char* name, Json config, Json inbound) {
  config["name"] = name;
  config["trainable"] = true;
  config["dtype"] = "float32";
  return {{"module", "keras.layers"},
          {"class_name", class_name},
          {"config", std::move(config)},
          {"registered_name", nullptr},
          {"name", name},
          {"inbound_nodes", std::move(inbound)}};
}
Json tensor_json(const char* layer) {
  return {{"class_name", "__keras_tensor__"},
          {"config", {{"shape", {nullptr, 3, 2}}, {"dtype", "float32"}, {"keras_history", {layer, 0, 0}}}}};
}
Json call_json(Json arguments, Json keywords = Json::object()) {
  return {{{"args", {std::move(arguments)}}, {"kwargs", std::move(keywords)}}};
}
/// x (batch, 3, 2), the layers, and the last of them as the output.
Json functional_json(const std::vector<Json>& layers) {
  Json all = {
      layer_json("InputLayer", "x", {{"batch_shape", {nullptr, 3, 2}}, {"sparse", false}}, Json::array())};
  for (const Json& one : layers) all.push_back(one);
  return {{"module", "keras"},
          {"class_name", "Functional"},
          {"config",
           {{"name", "model"},
            {"trainable", true},
            {"layers", all},
            {"input_layers", {{"x", 0, 0}}},
            {"output_layers", {{layers.back()["name"], 0, 0}}}}},
          {"registered_name", nullptr}};
}
std::string refusal_of_model(const Json& model) {
  return refusal_of([&] {
    Remarks remarks;
    read_model_config(model, remarks);
  });
}

TEST(ModelConfig, TakesAMergeOfTensors) {
  const auto sum = layer_json("Add", "sum", {}, call_json({tensor_json("x"), tensor_json("x")}));
  EXPECT_EQ(refusal_of_model(functional_json({sum})), "accepted");
}

TEST(ModelConfig, RefusesAMergeOfNothing) {
  const auto sum = layer_json("Add", "sum", {}, call_json(Json::array(), {{"mask", tensor_json("x")}}));
  EXPECT_THAT(refusal_of_model(functional_json({sum})), HasSubstr("layer \"sum\": inbound_nodes"));
}

TEST(ModelConfig, RefusesAMergeOfMoreThanThereCouldBe) {
  const Json many(1001, tensor_json("x"));
  EXPECT_THAT(refusal_of_model(functional_json({layer_json("Add", "sum", {}, call_json(many))})),
              HasSubstr("up to 1000 tensors"));
}

TEST(ModelConfig, RefusesASizeBeyondAllNumbers) {
  const auto shaped =
      layer_json("Reshape", "shaped", {{"target_shape", {UINT64_MAX}}}, call_json(tensor_json("x")));
  EXPECT_THAT(refusal_of_model(functional_json({shaped})), HasSubstr("target_shape"));
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
    const auto masking = layer_json("Masking", "masking", {{"mask_value", 0.0}}, call_json(tensor_json("x")));
    const auto merged =
        layer_json(merge, "merged", {}, call_json({tensor_json("masking"), tensor_json("masking")}));
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
