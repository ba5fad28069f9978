#include "cases/keras/read_keras.h"

#include <cmath>
#include <fstream>
#include <random>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/files_for_test.h"
#include "cases/keras/files_for_test.h"
#include "cases/keras/read_weights.h"

namespace lockstep::keras {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// The text with `from`, which it has, in place of `to`.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the test's text has no " + from);
  return text.replace(at, from.size(), to);
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ReadKeras : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "model.keras"; }
  ModelFile read_members(const MembersForTest& members, bool deflated = false) const {
    write_zip_for_test(path(), members, deflated);
    return read_keras(path());
  }
  ModelFile read_config(const std::string& config) const {
    return read_members({{"metadata.json", metadata_for_test},
                         {"config.json", config},
                         {"model.weights.h5", hdf5_for_test(weights_for_test())}});
  }
  ModelFile read_weights(const std::string& hdf5) const {
    return read_members(
        {{"metadata.json", metadata_for_test}, {"config.json", config_for_test}, {"model.weights.h5", hdf5}});
  }
  /// What a reading is refused for: one line that names the file.
  template <class Read>
  std::string refusal(Read read) const {
    try {
      read();
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), AllOf(StartsWith("\"" + path().string() + "\": "), Not(HasSubstr("\n")),
                                      AnyOf(HasSubstr("accepted"), HasSubstr("takes"))));
      return error.what();
    }
    return "is not refused";
  }
  std::string refusal_of_config(const std::string& from, const std::string& to) const {
    return refusal([&] { read_config(replaced(config_for_test, from, to)); });
  }
  std::string refusal_of_weights(const std::string& hdf5) const {
    return refusal([&] { read_weights(hdf5); });
  }
  /// Of a Dense(1000) that is called so often, on what it returns.
  std::string refusal_of_calls(std::size_t count) const {
    const auto tensor = [](const std::string& layer, std::size_t call) {
      return fmt::format(R"({{"class_name": "__keras_tensor__", "config": {{"shape": [null, 1000],
        "dtype": "float32", "keras_history": ["{}", {}, 0]}}}})",
                         layer, call);
    };
    std::string calls;
    for (std::size_t call = 0; call < count; ++call)
      calls += fmt::format(R"({}{{"args": [{}], "kwargs": {{}}}})", call == 0 ? "" : ",",
                           call == 0 ? tensor("x", 0) : tensor("dense", call - 1));
    const std::string config = fmt::format(
        R"({{"class_name": "Functional", "module": "keras", "registered_name": "Functional", "config": {{
        "name": "functional", "trainable": true, "layers": [
        {{"module": "keras.layers", "class_name": "InputLayer", "registered_name": null, "name": "x",
         "config": {{"batch_shape": [null, 1000], "dtype": "float32", "sparse": false, "name": "x"}},
         "inbound_nodes": []}},
        {{"module": "keras.layers", "class_name": "Dense", "registered_name": null, "name": "dense",
         "config": {{"name": "dense", "trainable": true, "dtype": "float32", "units": 1000,
         "activation": "linear", "use_bias": true}}, "inbound_nodes": [{}]}}],
        "input_layers": [["x", 0, 0]], "output_layers": [["dense", {}, 0]]}}}})",
        calls, count - 1);
    const TensorsForTest weights{{"layers/dense/vars/0", {{1000, 1000}, std::vector<float>(1'000'000)}},
                                 {"layers/dense/vars/1", {{1000}, std::vector<float>(1'000)}}};
    return refusal([&] {
      read_members({{"metadata.json", metadata_for_test},
                    {"config.json", config},
                    {"model.weights.h5", hdf5_for_test(weights)}});
    });
  }
  std::string refusal_of_tensors(const TensorsForTest& tensors) const {
    return refusal_of_weights(hdf5_for_test(tensors));
  }

 private:
  FolderForTest folder_;
};

TEST_F(ReadKeras, RefusesCallsWhoseWeightsWouldTakeMuchMoreThanTheFile) {
  EXPECT_EQ(refusal_of_calls(30), "is not refused");
  EXPECT_THAT(
      refusal_of_calls(40),
      HasSubstr("layer \"dense\": its weights are held for each of its calls: accepted are calls that "
                "take up to 128 MiB"));
}

TEST_F(ReadKeras, ReadsLayersAndWeights) {
  for (const bool deflated : {false, true}) {
    const ModelFile file = read_members({{"model.weights.h5", hdf5_for_test(weights_for_test())},
                                         {"config.json", config_for_test},
                                         {"metadata.json", metadata_for_test}},
                                        deflated);
    EXPECT_THAT(file.notices, IsEmpty());
    EXPECT_THAT(file.not_trained, IsEmpty());
    EXPECT_EQ(file.model.name, "sequential");
    EXPECT_TRUE(file.model.sequential);
    EXPECT_THAT(file.model.outputs, ElementsAre("head"));
    ASSERT_EQ(file.model.nodes.size(), 3U);
    EXPECT_EQ(std::get<InputSpec>(file.model.nodes[0].kind), (InputSpec{5, 3}));
    EXPECT_EQ(std::get<RecurrentSpec>(file.model.nodes[1].kind).units, 2);
    EXPECT_EQ(file.model.nodes[1].weights.kernel, std::vector<float>(24, 0.5F));
    EXPECT_EQ(parameters(file.model), 51);
  }
}

TEST_F(ReadKeras, TellsWhatIsTakenOtherwise) {
  EXPECT_THAT(read_config(replaced(config_for_test, R"("stateful": false)", R"("stateful": true)")).notices,
              ElementsAre("layer \"memory\": is stateful: every run starts from zero states, but with "
                          "lockstep run --stateful"));
  EXPECT_THAT(read_config(replaced(config_for_test, R"("memory", "trainable": true, "dtype": "float32")",
                                   R"("memory", "trainable": true, "dtype": "float16")"))
                  .notices,
              ElementsAre("layer \"memory\": its dtype is float16: it is computed in float32"));
}

TEST_F(ReadKeras, TellsWhoSavedItAndTheTypeOfItsWeights) {
  const std::string hdf5 = hdf5_for_test(weights_for_test());
  const auto about = [&](const std::string& version) {
    return read_members({{"metadata.json", replaced(metadata_for_test, "3.15.1", version)},
                         {"config.json", config_for_test},
                         {"model.weights.h5", hdf5}})
        .about;
  };
  EXPECT_THAT(about("3.9.0"), ElementsAre("Saved by: Keras 3.9.0", "Weights in the file: float32"));
  EXPECT_THAT(about("3.9\\u001b[31m")[0], Not(HasSubstr("\x1b")));
}

TEST_F(ReadKeras, TakesNoLayerForTrainableOfAModelThatIsNot) {
  for (const bool own : {true, false}) {
    const ModelFile file = read_config(replaced(
        config_for_test, own ? R"("sequential", "trainable": true)" : R"("memory", "trainable": true)",
        own ? R"("sequential", "trainable": false)" : R"("memory", "trainable": false)"));
    EXPECT_FALSE(file.model.nodes[1].trainable);
    EXPECT_EQ(file.model.nodes[2].trainable, !own);
    EXPECT_FALSE(file.not_trained.empty());
  }
}

TEST_F(ReadKeras, KeepsThatALayerReturnsItsStates) {
  EXPECT_FALSE(read_config(config_for_test).model.nodes[1].return_state);
  const std::string from = R"("return_state": false)", to = R"("return_state": true)";
  EXPECT_THAT(refusal([&] { read_config(replaced(config_for_test, from, "\"return_state\": 1")); }),
              HasSubstr("return_state is 1"));
  EXPECT_TRUE(read_config(replaced(config_for_test, from, to)).model.nodes[1].return_state);
}

TEST_F(ReadKeras, SaysWhyItWouldTrainOtherwise) {
  for (const auto& [from, to] :
       {std::pair{R"("dropout": 0.0)", R"("dropout": 0.25)"},
        std::pair{R"("recurrent_dropout": 0.0)", R"("recurrent_dropout": 1)"},
        std::pair{R"("kernel_regularizer": null)", R"("kernel_regularizer": {"l2": 1})"},
        std::pair{R"("bias_constraint": null)", R"("bias_constraint": "non_neg")"},
        std::pair{R"("memory", "trainable": true)", R"("memory", "trainable": false)"}})
    EXPECT_THAT(read_config(replaced(config_for_test, from, to)).not_trained,
                ElementsAre(AllOf(StartsWith("layer \"memory\": "), HasSubstr("accepted in training"))));
}

struct Change {
  const char *from, *to, *said;
};

TEST_F(ReadKeras, RefusesWhatItDoesNotUnderstandInTheConfig) {
  for (const auto& [from, to, said] : {
           Change{R"("units": 2,)", R"("units": 2, "peephole": true,)",
                  R"(layer "memory": "peephole" is true: this key is not known)"},
           Change{R"("units": 2,)", R"("units": 2, "units": 2,)", "config.json has the key \"units\" twice"},
           Change{R"("units": 2,)", R"("units": "2",)",
                  R"(layer "memory": units is "2": accepted is a whole number)"},
           Change{R"("units": 2,)", R"("units": 2.5,)", "units is 2.5"},
           Change{R"("units": 2,)", R"("units": 0,)", "units (U) is 0"},
           Change{R"("units": 2,)", R"("units": -3,)", "units (U) is -3"},
           Change{R"("units": 2,)", R"("units": 16777217,)", "units (U) is 16777217"},
           Change{R"("units": 2,)", R"("units": 99999999999999999999,)", "units is"},
           Change{R"("units": 2,)", R"("units": 16777216,)",
                  "has the shape (3, 8): the layer takes (3, 67108864)"},
           Change{R"("units": 2,)", "", "has no units"},
           Change{R"("activation": "tanh")", R"("activation": "swish")",
                  R"(layer "memory": activation is "swish": accepted is one of linear, tanh,)"},
           Change{R"("activation": "tanh")", R"("activation": {"class_name": "function", "config": "mine"})",
                  R"(activation is {"class_name":"function","config":"mine"})"},
           Change{R"("activation": "tanh")", R"("activation": "softmax")", "not elementwise"},
           Change{R"("use_bias": true)", R"("use_bias": 1)", "use_bias is 1: accepted is true and false"},
           Change{R"("unroll": false)", R"("time_major": true)", "time_major is true: accepted is false"},
           Change{R"("memory", "trainable": true, "dtype": "float32")",
                  R"("memory", "trainable": true, "dtype": "int8_from_float32")", "dtype is"},
           Change{R"("quantization_config": null)", R"("quantization_config": {"bits": 4})",
                  R"(layer "head": quantization_config is {"bits":4}: accepted is null)"},
           Change{R"("class_name": "LSTM")", R"("class_name": "ConvLSTM1D")",
                  R"(layer "memory" is of the class "ConvLSTM1D": accepted are InputLayer, SimpleRNN,)"},
           Change{R"("module": "keras.layers", "class_name": "LSTM")",
                  R"("module": "mine", "class_name": "LSTM")", R"(layer "memory": module is "mine")"},
           Change{R"("registered_name": null,
 "build_config": {"input_shape": [null, 2]})",
                  R"("registered_name": "mine>Dense",
 "build_config": {"input_shape": [null, 2]})",
                  R"(layer "head": registered_name is "mine>Dense")"},
           Change{R"("registered_name": null,
 "build_config": {"input_shape": [null, 2]})",
                  R"("registered_name": null, "lora": 1)", R"(layer "head": "lora" is 1)"},
           Change{R"("class_name": "Sequential")", R"("class_name": "MyModel")",
                  R"(the model: class_name is "MyModel": accepted is Sequential and Functional)"},
           Change{
               R"([null, 5, 3], "dtype")", R"([null, 5, 3, 1], "dtype")",
               R"(layer "input_layer": batch_shape is [null,5,3,1]: accepted is [null, time_steps or null, )"
               R"(features], and [null, features])"},
           Change{
               R"([null, 5, 3], "dtype")", R"([null, 3], "dtype")",
               R"(layer "memory": takes a sequence (batch, time_steps, features), but "input_layer" returns )"
               R"((batch, 3))"},
           Change{R"([null, 5, 3], "dtype")", R"([null, null], "dtype")", "batch_shape is [null,null]"},
           Change{R"([null, 5, 3], "dtype")", R"([null, 5, 9223372036854775807], "dtype")", "features"},
           Change{R"("name": "head")", R"("name": "memory")", "the name is used twice"},
           Change{R"("name": "head")", R"("name": "he\nad")", "control character"},
           Change{R"("name": "head")", R"("name": 3)", "one has no name"},
           Change{R"("config": {"name": "head")", R"("config": 3, "x": {"name": "head")",
                  "one has no config"},
           Change{R"("layers": [)", R"("layers": [3, )", "one is 3"},
           Change{R"("layers": [)", R"("layers": 3, "x": [)", "layers is 3"},
           Change{R"({"module": "keras", "class_name": "Sequential")",
                  R"([{"module": "keras", "class_name": "Sequential")", "config.json is no JSON"},
       })
    EXPECT_THAT(refusal_of_config(from, to), HasSubstr(said)) << to;
}

TEST_F(ReadKeras, RefusesWhatIsNoJson) {
  for (const std::string& config :
       {std::string(), std::string("nonsense"), std::string("{\"a\": \"\xff\xfe\"}"),
        std::string(config_for_test).substr(0, 700), std::string("\0{}", 3)})
    EXPECT_THAT(refusal([&] { read_config(config); }), HasSubstr("config.json is no JSON"));
  for (const char* config : {"[]", "3", "null", "\"text\""})
    EXPECT_THAT(refusal([&] { read_config(config); }), HasSubstr("the model is"));
  std::string deep(1'000'000, '[');
  EXPECT_THAT(refusal([&] { read_config(deep); }), HasSubstr("is nested deeper than 100 levels"));
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += R"({"config":)";
  EXPECT_THAT(refusal([&] { read_config(nested); }), HasSubstr("is nested deeper than 100 levels"));
}

TEST_F(ReadKeras, RefusesAnArchiveThatIsNotWhole) {
  const std::string hdf5 = hdf5_for_test(weights_for_test());
  const MembersForTest whole{
      {"metadata.json", metadata_for_test}, {"config.json", config_for_test}, {"model.weights.h5", hdf5}};
  for (std::size_t left_out = 0; left_out < whole.size(); ++left_out) {
    MembersForTest some = whole;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_THAT(refusal([&] { read_members(some); }), HasSubstr("has no " + whole[left_out].first));
  }
  for (const char* other :
       {"assets/words.txt", "model.weights.npz", "model.weights.json", "../config.json"}) {
    MembersForTest more = whole;
    more.emplace_back(other, "text");
    EXPECT_THAT(refusal([&] { read_members(more); }), HasSubstr(std::string("holds \"") + other));
  }
  MembersForTest twice = whole;
  twice.emplace_back("config.jsoN", "{}");
  write_zip_for_test(path(), twice);  // which takes no name twice
  std::string bytes = bytes_of(path());
  for (std::size_t at = 0; (at = bytes.find("jsoN", at)) != std::string::npos;) bytes.replace(at, 4, "json");
  std::ofstream(path(), std::ios::binary) << bytes;
  EXPECT_THAT(refusal([&] { read_keras(path()); }), HasSubstr("holds config.json twice"));
  MembersForTest large = whole;
  large[1].second.append(std::size_t{5} << 20, ' ');
  EXPECT_THAT(refusal([&] { read_members(large); }), HasSubstr("config.json says that it holds"));
  MembersForTest zeros = whole;
  zeros[2].second = std::string(std::size_t{100} << 20, '\0');
  EXPECT_THAT(refusal([&] { read_members(zeros, true); }),
              HasSubstr("model.weights.h5 says that it holds 104857600"));
  for (const char* version : {R"({"keras_version": "4.0.0"})", R"({"keras_version": 3})", "{}", "[]"}) {
    MembersForTest other = whole;
    other[0].second = version;
    EXPECT_THAT(refusal([&] { read_members(other); }), HasSubstr("metadata.json"));
  }
}

TEST_F(ReadKeras, RefusesEveryFileThatIsCutShort) {
  read_config(config_for_test);
  const std::string whole = bytes_of(path());
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    std::ofstream(path(), std::ios::binary) << whole.substr(0, size);
    EXPECT_THAT(refusal([&] { read_keras(path()); }), HasSubstr("zip archive")) << size;
  }
  std::filesystem::remove(path());
  EXPECT_THAT(refusal([&] { read_keras(path()); }), HasSubstr("there is no such file"));
  std::filesystem::create_directory(path());
  EXPECT_THAT(refusal([&] { read_keras(path()); }), HasSubstr("zip archive"));
  std::filesystem::remove(path());
}

TEST_F(ReadKeras, ReadsOrRefusesWhateverIsChanged) {
  read_config(config_for_test);
  const std::string whole = bytes_of(path());
  const std::string config = config_for_test;
  std::minstd_rand random(1);
  const auto change = [&](std::string& bytes) {
    bytes[random() % bytes.size()] = static_cast<char>(random() >> 8);
  };
  for (int i = 0; i < 500; ++i) {
    std::string bytes = whole, text = config;
    change(bytes);
    for (int changes = 1 + i % 3; changes > 0; --changes) change(text);
    std::ofstream(path(), std::ios::binary) << bytes;
    for (const bool whole_file : {true, false}) {
      try {
        if (whole_file)
          read_keras(path());
        else
          read_config(text);
      } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      }
    }
  }
}

TEST_F(ReadKeras, ReadsWeightsAloneWithTheConfigBesideThem) {
  const std::filesystem::path weights = path().parent_path() / "model.weights.h5",
                              config = path().parent_path() / "config.json",
                              other = path().parent_path() / "other.json";
  std::ofstream(weights, std::ios::binary) << hdf5_for_test(weights_for_test());
  EXPECT_THROW(read_keras(weights), std::invalid_argument);
  std::ofstream(config) << config_for_test;
  std::ofstream(other) << replaced(config_for_test, R"("name": "head")", R"("name": "other")");
  EXPECT_THAT(read_keras(weights).model.outputs, ElementsAre("head"));
  EXPECT_EQ(read_keras(weights).model.nodes[1].weights.kernel, std::vector<float>(24, 0.5F));
  EXPECT_THAT(read_keras(weights, other).model.outputs, ElementsAre("other"));
}

TEST_F(ReadKeras, TakesAConfigAloneForKeras2WhereItIsOfThat) {
  const std::filesystem::path weights = path().parent_path() / "model.weights.h5",
                              config = path().parent_path() / "config.json";
  std::ofstream(weights, std::ios::binary) << hdf5_for_test(weights_for_test());
  const std::string hard = replaced(config_for_test, R"("recurrent_activation": "sigmoid")",
                                    R"("recurrent_activation": "hard_sigmoid")");
  const auto refusal_of = [&](const std::string& text) {
    std::ofstream(config) << text;
    try {
      read_keras(weights);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal_of(hard), "");
  EXPECT_THAT(refusal_of(replaced(hard, R"("batch_shape")", R"("batch_input_shape")")),
              HasSubstr("the Keras 2 that wrote this file"));
  const std::string module = R"({"module": "keras", "class_name": "Sequential")";
  EXPECT_THAT(refusal_of(replaced(hard, module, R"({"keras_version": "2.15.0", "class_name": "Sequential")")),
              HasSubstr("the Keras 2 that wrote this file"));
  EXPECT_THAT(refusal_of(replaced(hard, module, R"({"keras_version": 7, "class_name": "Sequential")")),
              HasSubstr("keras_version is 7"));
}

TEST_F(ReadKeras, RefusesTensorsThatDoNotFit) {
  const TensorsForTest whole = weights_for_test();
  const std::string bias = "layers/lstm/cell/vars/2", kernel = "layers/lstm/cell/vars/0";
  TensorsForTest changed = whole;
  changed.erase(bias);
  EXPECT_THAT(refusal_of_tensors(changed),
              HasSubstr("layer \"memory\": its bias: there is no \"" + bias + "\" in the weights"));
  changed = whole;
  changed[bias].dims = {2, 4};
  EXPECT_THAT(refusal_of_tensors(changed), HasSubstr("has the shape (2, 4): the layer takes (8)"));
  changed = whole;
  changed[kernel].dims = {8, 3};
  EXPECT_THAT(refusal_of_tensors(changed), HasSubstr("has the shape (8, 3): the layer takes (3, 8)"));
  for (const auto& [value, name] : {std::pair{std::nanf(""), "nan"}, std::pair{HUGE_VALF, "infinity"}}) {
    changed = whole;
    changed[kernel].values[13] = value;
    EXPECT_THAT(refusal_of_tensors(changed), HasSubstr(std::string("holds ") + name + " at [1, 5]"));
  }
  for (const char* other :
       {"layers/lstm/cell/vars/3", "layers/lstm_1/cell/vars/0", "vars/0", "layers/dense/scale"}) {
    changed = whole;
    changed[other] = {{1}, {1}};
    EXPECT_THAT(refusal_of_tensors(changed), HasSubstr(std::string("\"") + other + "\" is of no layer"));
  }
  EXPECT_THAT(refusal_of_tensors({}), HasSubstr("there is no"));
}

TEST(IsWeight, LeavesOutWhatTrainingKeepsBesideThem) {
  for (const char* path :
       {"layers/lstm/cell/vars/0", "layers/sequential/layers/optimizer/vars/0", "layers/optimizer/vars/0",
        "layers/sequential/layers/dense/vars/1", "_layer_checkpoint_dependencies/metrics/vars/0",
        "model_weights/metrics/metrics/kernel:0", "model_weights/optimizer/optimizer/bias"})
    EXPECT_TRUE(is_weight(path)) << path;
  for (const char* path : {"optimizer/vars/0", "metrics/0/vars/0", "layers/sequential/optimizer/vars/1",
                           "layers/functional/layers/sequential/optimizer/vars/0",
                           "layers/sequential/metrics/0/vars/0", "optimizer_weights/adam/m",
                           "layers/optimizer/optimizer/vars/0", "layers/dropout/seed_generator/vars/0"})
    EXPECT_FALSE(is_weight(path)) << path;
}

}  // namespace
}  // namespace lockstep::keras
