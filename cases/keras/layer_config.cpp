#include "cases/keras/layer_config.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/keras/join_config.h"
#include "cases/keras/layer_settings.h"
#include "cases/keras/recurrent_config.h"

namespace lockstep::keras {
namespace {

LayerConfig read_dense(Fields& config, Remarks& remarks) {
  DenseSpec spec;
  spec.units = config.whole("units");
  spec.activation = take_activation(config, "activation", remarks);
  spec.use_bias = config.flag("use_bias");
  take_weight_settings(config, {"kernel", "bias"}, remarks);
  config.only_off("lora_rank", "null");
  config.ignore({"lora_alpha"});
  config.only_off("quantization_config", "null");
  return {spec, {}, "vars"};
}

LayerConfig read_activation(Fields& config, Remarks& remarks) {
  const ActivationSpec spec{take_activation(config, "activation", remarks)};
  take_for_training(config, "activity_regularizer", remarks);
  return {spec, {}, ""};
}

LayerConfig read_softmax(Fields& config, Remarks&) {
  if (const Json& axis = config.need("axis"); axis != Json(-1)) config.refuse("axis", "-1");
  return {ActivationSpec{Activation::softmax}, {}, ""};
}

LayerConfig read_relu(Fields& config, Remarks&) {
  if (!config.take("max_value").is_null()) config.refuse("max_value", "null");
  for (const char* key : {"negative_slope", "threshold"})
    if (const Json& value = config.take(key); !value.is_null() && value != Json(0)) config.refuse(key, "0");
  return {ActivationSpec{Activation::relu}, {}, ""};
}

LayerConfig read_dropout(Fields& config, Remarks& remarks) {
  const double rate = config.number("rate");
  take_for_training(config, "rate", remarks);
  config.ignore({"seed", "noise_shape"});
  return {DropoutSpec{rate}, {}, ""};
}

LayerConfig read_masking(Fields& config, Remarks& remarks) {
  const double value = config.number("mask_value");
  if (!(std::abs(value) <= std::numeric_limits<float>::max()))
    config.refuse("mask_value", "a number that is finite in float32");
  remarks.not_trained.push_back(fmt::format("{}: masks steps: accepted in training is none", config.where()));
  return {MaskingSpec{static_cast<float>(value)}, {}, ""};
}

/// The identity at inference, and no Dropout.
LayerConfig read_identity(Fields& config, Remarks& remarks) {
  for (const char* key : {"stddev", "l1", "l2", "activity_regularizer"})
    take_for_training(config, key, remarks);
  config.ignore({"seed"});
  return {DropoutSpec{}, {}, ""};
}

LayerConfig read_input(Fields& config, Remarks&) {
  const char* key = config.take("batch_input_shape").is_null() ? "batch_shape" : "batch_input_shape";
  const InputSpec spec = input_shape(config, key, config.need(key));
  config.ignore({"batch_shape"});
  config.only_off("sparse", "false");
  config.only_off("ragged", "false");
  config.only_off("optional", "false");
  return {spec, {}, ""};
}

LayerConfig read_time_distributed(Fields& config, Remarks& remarks) {
  Fields inner(config.need("layer"), fmt::format("{}: its layer", config.where()));
  LayerConfig layer = read_layer(inner, remarks);
  inner.ignore({"build_config"});
  inner.finish();
  if (auto* dense = std::get_if<DenseSpec>(&layer.kind))
    dense->style = DenseStyle::time_distributed;
  else if (!std::holds_alternative<ActivationSpec>(layer.kind) &&
           !std::holds_alternative<DropoutSpec>(layer.kind))
    config.refuse("layer", "a Dense, an Activation or a Dropout");
  if (!layer.weights_path.empty()) layer.weights_path = "layer/" + layer.weights_path;
  return layer;
}

struct Class {
  std::string_view name;
  LayerConfig (*read)(Fields& config, Remarks&);
};
constexpr std::array<Class, 24> classes{{{"InputLayer", read_input},
                                         {"SimpleRNN", read_recurrent<Cell::simple_rnn>},
                                         {"LSTM", read_recurrent<Cell::lstm>},
                                         {"GRU", read_recurrent<Cell::gru>},
                                         {"RNN", read_rnn},
                                         {"Dense", read_dense},
                                         {"TimeDistributed", read_time_distributed},
                                         {"Activation", read_activation},
                                         {"Softmax", read_softmax},
                                         {"ReLU", read_relu},
                                         {"Masking", read_masking},
                                         {"Concatenate", read_concatenate},
                                         {"Add", read_merge<Merge::sum>},
                                         {"Multiply", read_merge<Merge::mul>},
                                         {"Average", read_merge<Merge::ave>},
                                         {"Reshape", read_reshape},
                                         {"Flatten", read_flatten},
                                         {"Dropout", read_dropout},
                                         {"SpatialDropout1D", read_dropout},
                                         {"AlphaDropout", read_dropout},
                                         {"GaussianDropout", read_dropout},
                                         {"GaussianNoise", read_identity},
                                         {"ActivityRegularization", read_identity},
                                         {"Identity", read_identity}}};

/// A text, or a policy: {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, ...}.
std::string dtype_name(const Json& dtype) {
  if (dtype.is_string()) return dtype.get<std::string>();
  if (!dtype.is_object()) return "";
  const std::string kind =
      dtype.value("class_name", Json()).is_string() ? dtype["class_name"].get<std::string>() : "";
  const auto config = dtype.find("config");
  if ((kind != "DTypePolicy" && kind != "Policy") || config == dtype.end() || !config->is_object()) return "";
  const auto name = config->find("name");
  return name != config->end() && name->is_string() ? name->get<std::string>() : "";
}

void take_dtype(Fields& config, Remarks& remarks) {
  const Json& dtype = config.take("dtype");
  if (dtype.is_null()) return;
  const std::string name = dtype_name(dtype);
  if (name == "float32") return;
  for (const char* other : {"float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"})
    if (name == other) {
      remarks.notices.push_back(
          fmt::format("{}: its dtype is {}: it is computed in float32", config.where(), name));
      return;
    }
  config.refuse("dtype",
                "float32, or float64, float16, bfloat16, mixed_float16 and mixed_bfloat16 with a notice");
}

}  // namespace

void check_class(const std::string& class_name, const std::string& where) {
  std::string accepted;
  for (const Class& one : classes) {
    if (one.name == class_name) return;
    (accepted += one.name) += ", ";
  }
  for (const char* of_layers : {"Bidirectional", "Sequential", "Functional"})
    if (class_name == of_layers) return;
  throw std::invalid_argument(
      fmt::format("{} is of the class {}: accepted are {}Bidirectional, Sequential, Functional", where,
                  in_quotes(class_name), accepted));
}

InputSpec input_shape(const Fields& config, std::string_view key, const Json& shape) {
  const auto is_size = [](const Json& size) {
    return size.is_number_integer() && size.get<std::int64_t>() > 0;
  };
  const char* accepted = "[null, time_steps or null, features], and [null, features]";
  if (!shape.is_array() || (shape.size() != 2 && shape.size() != 3)) config.refuse(key, accepted);
  InputSpec spec;
  spec.sequence = shape.size() == 3;
  if (spec.sequence && !shape[1].is_null()) {
    if (!is_size(shape[1])) config.refuse(key, accepted);
    spec.time_steps = shape[1].get<std::int64_t>();
  }
  if (!is_size(shape.back())) config.refuse(key, accepted);
  spec.features = shape.back().get<std::int64_t>();
  return spec;
}

bool take_common(Fields& config, Remarks& remarks) {
  config.ignore({"name", "batch_input_shape", "batch_size"});
  take_dtype(config, remarks);
  const bool trainable = config.flag("trainable", true);
  if (!trainable)
    remarks.not_trained.push_back(
        fmt::format("{}: trainable is false: accepted in training is true", config.where()));
  return trainable;
}

std::string take_class(Fields& wrapper) {
  const std::string name = wrapper.text("class_name");
  if (const Json& module = wrapper.take("module"); !module.is_null()) {
    const std::string text = module.is_string() ? module.get<std::string>() : "";
    if (text != "keras" && !text.starts_with("keras.") && !text.starts_with("tf_keras"))
      wrapper.refuse("module", "one of Keras' own, as in \"keras.layers\"");
  }
  if (const Json& registered = wrapper.take("registered_name");
      !registered.is_null() && registered != Json(name))
    wrapper.refuse("registered_name", "null: no class of one's own is computed");
  wrapper.ignore({"shared_object_id"});
  return name;
}

LayerConfig read_layer(Fields& wrapper, Remarks& remarks) {
  const std::string class_name = take_class(wrapper);
  check_class(class_name, wrapper.where());
  const Json& json = wrapper.need("config");
  Fields config(json, wrapper.where());
  for (const Class& one : classes)
    if (one.name == class_name) {
      const bool trainable = take_common(config, remarks);
      LayerConfig layer = one.read(config, remarks);
      config.finish();
      layer.trainable = layer.trainable && trainable;
      layer.class_name = class_name;
      return layer;
    }
  throw std::invalid_argument(
      fmt::format("{} is of the class {}: accepted is a layer that is not made of layers", wrapper.where(),
                  in_quotes(class_name)));
}

}  // namespace lockstep::keras
