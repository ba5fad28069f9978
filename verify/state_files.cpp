#include "verify/state_files.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "backends/model_states.h"
#include "cases/array_file.h"

namespace lockstep {
namespace {

/// A recurrent layer by its name in the model.
struct Recurrent {
  std::string name;
  RecurrentSpec spec;
  bool reads_states = false;  // of the model, and takes no others
};

std::vector<Recurrent> recurrent_layers(const ModelSpec& model) {
  std::vector<Recurrent> layers;
  for (const Node& node : model.nodes)
    if (const auto* spec = std::get_if<RecurrentSpec>(&node.kind))
      layers.push_back({node.name, *spec, reads_states(node)});
  if (layers.empty())
    throw std::invalid_argument("--h0, --c0: the model has no recurrent layer: accepted with one that has");
  if (std::all_of(layers.begin(), layers.end(), [](const Recurrent& one) { return one.reads_states; }))
    throw std::invalid_argument(
        "--h0, --c0: every recurrent layer starts from states of the model: accepted with one that does not");
  return layers;
}

std::string names_of(const std::vector<Recurrent>& layers) {
  std::vector<std::string_view> names;
  for (const Recurrent& layer : layers)
    if (!layer.reads_states) names.push_back(layer.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Which layer a text names, and the file.
struct Named {
  std::size_t layer = 0;
  std::filesystem::path path;
};

Named find(const std::string& option, const std::string& text, const std::vector<Recurrent>& layers) {
  if (const std::size_t end = text.find('='); end != std::string::npos) {
    const std::string_view name = std::string_view(text).substr(0, end);
    const auto layer =
        std::find_if(layers.begin(), layers.end(), [&](const Recurrent& one) { return one.name == name; });
    if (layer != layers.end())
      return {static_cast<std::size_t>(layer - layers.begin()), text.substr(end + 1)};
    if (std::error_code error; !std::filesystem::exists(text, error))
      throw std::invalid_argument(fmt::format("{} {}: no recurrent layer is called {}: accepted are {}",
                                              option, text, in_quotes(name), names_of(layers)));
  }
  if (layers.size() > 1)
    throw std::invalid_argument(
        fmt::format("{} {}: the model has {} recurrent layers: accepted is LAYER=FILE of one of {}", option,
                    text, layers.size(), names_of(layers)));
  return {0, text};
}

void read_one(const std::string& option, const std::string& text, const std::vector<Recurrent>& layers,
              Buffer<float> Given::*state, std::int64_t samples, std::vector<Given>& to) {
  const auto [i, path] = find(option, text, layers);
  const auto& [name, spec, reads_states] = layers[i];
  if (reads_states)
    throw std::invalid_argument(
        fmt::format("{} {}: layer \"{}\" starts from states of the model: accepted are {}", option, text,
                    name, names_of(layers)));
  if (state == &Given::initial_c && spec.cell != Cell::lstm)
    throw std::invalid_argument(
        fmt::format("{} {}: layer \"{}\" is a {}, which has no state c: accepted is {}", option, text, name,
                    to_string(spec.cell), "that of an lstm"));
  Buffer<float>& values = to[i].*state;
  if (values.size() > 0)
    throw std::invalid_argument(
        fmt::format("{} {}: layer \"{}\" has one already: accepted is one for each", option, text, name));
  ArrayFile file(path, option.substr(2), option);
  if (const std::vector wanted{samples, spec.units}; file.dims() != wanted)
    throw std::invalid_argument(
        fmt::format("{}: has the shape ({}): accepted is ({}), samples and units of layer \"{}\"",
                    in_quotes(path.string()), fmt::join(file.dims(), ", "), fmt::join(wanted, ", "), name));
  to[i].shape.batch = samples;
  values = Buffer<float>(samples * spec.units);
  file.read(samples, values.data());
}

}  // namespace

std::vector<Given> read_states(const ModelSpec& model, const StateFiles& files, std::int64_t samples) {
  if (files.empty()) return {};
  const std::vector<Recurrent> layers = recurrent_layers(model);
  std::vector<Given> states(layers.size());
  for (const std::string& text : files.h) read_one("--h0", text, layers, &Given::initial_h, samples, states);
  for (const std::string& text : files.c) read_one("--c0", text, layers, &Given::initial_c, samples, states);
  return states;
}

}  // namespace lockstep
