#include "cases/keras/read_keras.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "backends/model_states.h"
#include "cases/fields.h"
#include "cases/file_bytes.h"
#include "cases/keras/archive.h"
#include "cases/keras/hdf5_content.h"
#include "cases/keras/limits.h"
#include "cases/keras/model_config.h"
#include "cases/keras/read_weights.h"

namespace lockstep {
namespace keras {
namespace {

/// parse_json, by the name of the member.
Json parse_member(const char* name, const std::string& text) {
  try {
    return parse_json(text);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{} {}", name, error.what()));
  }
}

/// Of keras_version, as in "3.15.1".
void take_version(Fields& fields, Remarks& remarks) {
  const std::string version = fields.text("keras_version");
  remarks.counts_calls = !version.starts_with("3.2.");
  for (const int major : {2, 3})
    if (version.starts_with(fmt::format("{}.", major))) {
      remarks.keras_major = major;
      return;
    }
  fields.refuse("keras_version", "2 or 3");
}

/// Keras' layer Softmax takes the mask of what it reads, and its Activation doesn't.
void refuse_masked_softmax(const ModelSpec& model, const ModelGraph& graph) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const auto* activation = std::get_if<ActivationSpec>(&model.nodes[i].kind);
    if (activation != nullptr && activation->activation == Activation::softmax &&
        model.nodes[i].type != "Activation" && graph.masked[graph.giver(i)])
      throw std::invalid_argument(fmt::format(
          "layer \"{}\": reads masked steps: accepted is Activation(\"softmax\")", model.nodes[i].name));
  }
}

/// Keras' layer Multiply sets masked steps to zeros, or not, by its version (keras/src/layers/merging).
void refuse_masked_multiply(const ModelSpec& model, const ModelGraph& graph) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    for (const std::size_t read : graph.reads[i])
      if (model.nodes[i].type == "Multiply" && graph.masked[read])
        throw std::invalid_argument(fmt::format(
            "layer \"{}\": multiplies masked steps, which Keras sets to zeros in some versions: accepted "
            "is a Multiply of steps that all count",
            model.nodes[i].name));
}

/// Whether layers of it are called as a Keras model calls its own: with what that model is given alone.
bool is_model(const ModelConfig& config, const std::string& name) {
  return std::any_of(config.model.nested.begin(), config.model.nested.end(), [&](const NestedModel& nested) {
    return nested.name == name && (nested.type == "Functional" || nested.type == "Sequential");
  });
}

/// Keras 3 takes the mask of what a layer reads to it unless states are given, too (Layer.__call__ in
/// keras/src/layers/layer.py), and then leaves it out; Keras 2 does not. The mask that a model is called with
/// is none of a call in it.
void refuse_masks_beside_states(const ModelConfig& config, const ModelGraph& graph, const Remarks& remarks) {
  if (remarks.keras_major < 3) return;
  for (std::size_t i = 0; i < config.model.nodes.size(); ++i) {
    const Node& node = config.model.nodes[i];
    const auto is_of =
        [&](const MaskGiven& mask) {  // the same call, be it of a layer in a Bidirectional or RNN
          return node.name == mask.layer || (node.name.starts_with(fmt::format("{}/", mask.layer)) &&
                                             !node.name.starts_with(fmt::format("{}/call_", mask.layer)) &&
                                             !is_model(config, mask.layer));
        };
    if (reads_states(node) && graph.masked[graph.giver(i)] &&
        std::none_of(config.masks.begin(), config.masks.end(), is_of))
      throw std::invalid_argument(fmt::format(
          "layer \"{}\": reads masked steps and starts from given states, where Keras 3 leaves the mask out: "
          "accepted is such a call with the mask as an argument, or steps that all count",
          node.name));
  }
}

/// Keras 2 takes the states that a stateful layer is given as long as its own are zeros (RNN.call in
/// keras/src/layers/rnn/base_rnn.py), and then goes on from its own; Keras 3 takes them in each call.
void refuse_states_given_and_kept(const ModelSpec& model, const Remarks& remarks) {
  if (remarks.keras_major >= 3) return;
  for (const Node& node : model.nodes)
    if (node.stateful && reads_states(node))
      throw std::invalid_argument(
          fmt::format("layer \"{}\": is stateful and starts from given states, which Keras 2 takes in its "
                      "first call alone: accepted is one of the two",
                      node.name));
}

/// A mask is that of the Masking which leads to what the layer reads.
void check_masks(const ModelConfig& config, const ModelGraph& graph) {
  const auto position = [&](const std::string& name) {
    const auto& nodes = config.model.nodes;
    return static_cast<std::size_t>(
        std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; }) -
        nodes.begin());
  };
  for (const MaskGiven& mask : config.masks) {
    const std::size_t reads = position(mask.reads);
    if (reads < config.model.nodes.size() && graph.masked[reads]) {
      const Node& masking = config.model.nodes[*graph.masking];
      if (masking.inputs[0] == mask.of &&
          std::get<MaskingSpec>(masking.kind).mask_value == static_cast<float>(mask.mask_value))
        continue;
    }
    throw std::invalid_argument(
        fmt::format("layer \"{}\": its mask is whether {} is {}: accepted is the mask of what it reads, {}",
                    mask.layer, in_quotes(mask.of), mask.mask_value, in_quotes(mask.reads)));
  }
}

/// Its weights would stay as they are.
void note_unread(const ModelSpec& model, const ModelGraph& graph, Remarks& remarks) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (!graph.used[i] && layer_of(model.nodes[i]))
      remarks.not_trained.push_back(fmt::format(
          "layer \"{}\": leads to no output: accepted in training is one that does", model.nodes[i].name));
}

/// As metadata.json, a config or an attribute of a legacy .h5 has it; empty where none does.
std::string saved_by(const std::string& version) {
  if (version.empty()) return "Saved by: Keras, of a version that the file does not tell";
  const bool is_plain =
      version.find_first_not_of("0123456789.abcdefghijklmnopqrstuvwxyz-+") == std::string::npos;
  return fmt::format("Saved by: Keras {}", is_plain ? version : in_quotes(version));
}

ModelFile finished(ModelConfig config, Remarks remarks, const std::string& version) {
  const ModelGraph graph = resolve(config.model);
  refuse_masked_softmax(config.model, graph);
  refuse_masked_multiply(config.model, graph);
  check_masks(config, graph);
  refuse_masks_beside_states(config, graph, remarks);
  refuse_states_given_and_kept(config.model, remarks);
  note_unread(config.model, graph, remarks);
  std::vector<std::string> about{saved_by(version)};
  if (!remarks.dtypes.empty())
    about.push_back(fmt::format("Weights in the file: {}", fmt::join(remarks.dtypes, ", ")));
  return {std::move(config.model), std::move(remarks.notices), std::move(remarks.not_trained),
          std::move(about)};
}

ModelFile read_zip(const std::filesystem::path& path) {
  ArchiveMembers members = read_archive(path);
  Remarks remarks;
  const Json metadata = parse_member("metadata.json", members.metadata);
  Fields fields(metadata, "metadata.json");
  take_version(fields, remarks);
  ModelConfig config = read_model_config(parse_member("config.json", members.config), remarks);
  Hdf5Content content = read_hdf5(std::move(members.weights), is_weight);
  read_weights(config, content, WeightsNaming::by_class, remarks);
  return finished(std::move(config), std::move(remarks), fields.text("keras_version"));
}

constexpr const char* saved = "what Keras' model.save writes";

/// Keras 2.12 names such a file .keras, too, when it is asked to.
bool is_hdf5(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::string start(signature.size(), '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  return start == signature;
}

/// Of Keras before .keras files, and of Keras 3 where it is asked for one.
ModelFile read_legacy(const std::filesystem::path& path) {
  Hdf5Content content = read_hdf5(bytes_of_file(path, largest_file, saved), is_weight);
  if (content.model_config.empty())
    throw std::invalid_argument(
        "has no model_config: accepted is a whole model, as model.save writes it; weights alone are, too, in "
        "a file with the suffix .weights.h5");
  Remarks remarks;
  const Json version = {{"keras_version", content.keras_version}};
  Fields fields(version, "the file");
  take_version(fields, remarks);
  ModelConfig config = read_model_config(parse_member("model_config", content.model_config), remarks);
  read_weights(config, content, WeightsNaming::by_layer, remarks);
  return finished(std::move(config), std::move(remarks), content.keras_version);
}

bool holds_weights_alone(const std::filesystem::path& path) {
  return path.filename().string().ends_with(".weights.h5");
}

/// Of a config that may come alone: Keras 2 has another key for the shape that an InputLayer takes.
void take_version(const Json& config, const std::string& text, Remarks& remarks) {
  if (config.is_object() && config.contains("keras_version")) {
    Fields fields(config, "the model");
    return take_version(fields, remarks);
  }
  remarks.keras_major = text.find("\"batch_input_shape\"") == std::string::npos ? 3 : 2;
}

/// The layers of a config, and by which Keras it is, where it says so; errors name its file.
std::pair<ModelConfig, std::string> read_config_alone(const std::filesystem::path& path, Remarks& remarks) {
  try {
    const std::string text = bytes_of_file(path, largest_text, saved);
    const Json json = parse_json(text);
    take_version(json, text, remarks);
    return {read_model_config(json, remarks), json.value("keras_version", std::string())};
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("its config {}: {}", in_quotes(path.string()), error.what()));
  }
}

ModelFile read_weights_alone(const std::filesystem::path& path, const std::filesystem::path& config_path) {
  std::string bytes = bytes_of_file(path, largest_file, saved);
  Remarks remarks;
  auto [config, version] =
      read_config_alone(config_path.empty() ? path.parent_path() / "config.json" : config_path, remarks);
  Hdf5Content content = read_hdf5(std::move(bytes), is_weight);
  read_weights(config, content, WeightsNaming::by_class, remarks);
  return finished(std::move(config), std::move(remarks), version);
}

ModelFile read(const std::filesystem::path& path, const std::filesystem::path& config) {
  if (holds_weights_alone(path)) return read_weights_alone(path, config);
  return is_hdf5(path) || path.extension() != ".keras" ? read_legacy(path) : read_zip(path);
}

}  // namespace
}  // namespace keras

ModelFile read_keras(const std::filesystem::path& path, const std::filesystem::path& config) {
  try {
    return keras::read(path, config);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), error.what()));
  } catch (const Json::exception& error) {
    throw std::invalid_argument(fmt::format("{}: {}: accepted is what Keras' model.save writes",
                                            in_quotes(path.string()), in_quotes(error.what())));
  }
}

}  // namespace lockstep
