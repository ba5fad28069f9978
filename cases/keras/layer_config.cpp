#include "cases/keras/layer_config.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "backends/spec_names.h"
#include "cases/keras/join_config.h"

namespace lockstep::keras {
namespace {

/// Of a key whose value matters in training alone, and is none where it is null, false or 0.
void take_for_training(Fields& config, std::string_view key, Remarks& remarks) {
  const Json& value = config.take(key);
  const bool off = value.is_null() || value == Json(false) || (value.is_number() && value.get<double>() == 0);
  if (!off)
    remarks.not_trained.push_back(
        fmt::format("{}: {} is {}: accepted in training is none", config.where(), key, shown(value)));
}

Activation take_activation(Fields& config, std::string_view key, const Remarks& remarks) {
  const Json& value = config.need(key);
  if (value.is_null()) return Activation::linear;
  const auto activation = parse_activation(value);
  if (!activation) config.refuse(key, "one of " + activation_names.accepted());
  if (activation == Activation::hard_sigmoid && remarks.keras_major < 3)
    config.refuse(key,
                  "Keras 3's, clip(x / 6 + 1/2): the Keras 2 that wrote this file means clip(0.2 x + 1/2)");
  return *activation;
}

void take_weight_settings(Fields& config, std::initializer_list<const char*> weights, Remarks& remarks) {
  for (const std::string weight : weights) {
    config.ignore({weight + "_initializer"});
    take_for_training(config, weight + "_regularizer", remarks);
    take_for_training(config, weight + "_constraint", remarks);
  }
  take_for_training(config, "activity_regularizer", remarks);
}

/// What a layer and its cell have alike.
void take_cell(Fields& config, RecurrentSpec& spec, Remarks& remarks) {
  spec.units = config.whole("units");
  spec.activation = take_activation(config, "activation", remarks);
  if (spec.cell != Cell::simple_rnn)
    spec.recurrent_activation = take_activation(config, "recurrent_activation", remarks);
  spec.use_bias = config.flag("use_bias");
  if (spec.cell == Cell::gru) spec.reset_after = config.flag("reset_after");
  if (spec.cell == Cell::lstm) config.ignore({"unit_forget_bias"});  // an initializer
  take_weight_settings(config, {"kernel", "recurrent", "bias"}, remarks);
  take_for_training(config, "dropout", remarks);
  take_for_training(config, "recurrent_dropout", remarks);
  config.ignore({"seed", "implementation"});  // of dropout; how it is computed
}

/// What a layer has around its cell (keras/src/layers/rnn/rnn.py).
struct Loop {
  bool stateful = false, return_state = false;
};
Loop take_loop(Fields& config, RecurrentSpec& spec, Remarks& remarks) {
  spec.return_sequences = config.flag("return_sequences");
  spec.go_backwards = config.flag("go_backwards", false);
  spec.zero_output_for_mask = config.flag("zero_output_for_mask", false);
  config.only_off("time_major", "false");
  config.ignore({"unroll"});                                     // how it is computed
  const bool return_state = config.flag("return_state", false);  // whoever reads the states is refused
  const bool stateful = config.flag("stateful", false);
  if (stateful) {
    remarks.notices.push_back(
        fmt::format("{}: is stateful: every run starts from zero states, but with lockstep run --stateful",
                    config.where()));
    remarks.not_trained.push_back(fmt::format(
        "{}: is stateful: accepted in training is a layer that starts from zero states", config.where()));
  }
  return {stateful, return_state};
}

LayerConfig read_recurrent(Cell cell, Fields& config, Remarks& remarks) {
  RecurrentSpec spec;
  spec.cell = cell;
  take_cell(config, spec, remarks);
  const auto [stateful, return_state] = take_loop(config, spec, remarks);
  config.ignore({"use_cudnn"});
  return {spec, {}, "cell/vars", true, stateful, return_state};
}

/// RNN(LSTMCell(...)) is LSTM(...).
LayerConfig read_rnn(Fields& config, Remarks& remarks) {
  constexpr Names<Cell, 3> cell_classes{{"SimpleRNNCell", "LSTMCell", "GRUCell"}};
  const std::string where = fmt::format("{}: its cell", config.where());
  Fields wrapper(config.need("cell"), where);
  const std::string name = take_class(wrapper);
  const auto cell = cell_classes.parse(name);
  if (!cell) wrapper.refuse("class_name", "one of " + cell_classes.accepted());
  Fields cell_config(wrapper.need("config"), where);
  wrapper.ignore({"build_config"});
  wrapper.finish();
  RecurrentSpec spec;
  spec.cell = *cell;
  const bool trainable = take_common(cell_config, remarks);
  take_cell(cell_config, spec, remarks);
  cell_config.finish();
  const auto [stateful, return_state] = take_loop(config, spec, remarks);
  take_for_training(config, "activity_regularizer", remarks);
  return {spec, {}, "cell/vars", trainable, stateful, return_state};
}

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
  const InputSpec spec = sequence_shape(config, key, config.need(key));
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
template <Cell cell>
LayerConfig read_cell(Fields& config, Remarks& remarks) {
  return read_recurrent(cell, config, remarks);
}
constexpr std::array<Class, 24> classes{{{"InputLayer", read_input},
                                         {"SimpleRNN", read_cell<Cell::simple_rnn>},
                                         {"LSTM", read_cell<Cell::lstm>},
                                         {"GRU", read_cell<Cell::gru>},
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

InputSpec sequence_shape(const Fields& config, std::string_view key, const Json& shape) {
  const auto is_size = [](const Json& size) {
    return size.is_number_integer() && size.get<std::int64_t>() > 0;
  };
  const char* accepted = "[null, time_steps or null, features]";
  if (!shape.is_array() || shape.size() != 3) config.refuse(key, accepted);
  if (!shape[1].is_null() && !is_size(shape[1])) config.refuse(key, accepted);
  if (!is_size(shape[2])) config.refuse(key, accepted);
  InputSpec spec;
  if (!shape[1].is_null()) spec.time_steps = shape[1].get<std::int64_t>();
  spec.features = shape[2].get<std::int64_t>();
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
