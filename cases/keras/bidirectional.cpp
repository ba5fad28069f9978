#include "cases/keras/bidirectional.h"

#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/spec_names.h"

namespace lockstep::keras {
namespace {

RecurrentStack take_layers(const Json& json, Fields& wrapper, Remarks& remarks) {
  if (is_stacked_rnn(json)) return read_stacked_rnn(wrapper, remarks);
  return {{read_layer(wrapper, remarks)}, {}};
}

/// One of the two, with its name in Keras.
std::pair<RecurrentStack, std::string> take_one(Fields& config, std::string_view key, Remarks& remarks) {
  const Json& json = config.need(key);
  Fields wrapper(json, fmt::format("{}: its {}", config.where(), key));
  RecurrentStack stack = take_layers(json, wrapper, remarks);
  wrapper.ignore({"build_config"});
  wrapper.finish();
  if (!std::holds_alternative<RecurrentSpec>(stack.layers.back().kind))
    config.refuse(key, "a SimpleRNN, an LSTM, a GRU or an RNN of their cells");
  Fields inner(json.at("config"), wrapper.where());
  return {std::move(stack), inner.text("name")};
}

std::optional<Merge> take_merge(Fields& config) {
  constexpr Names<Merge, 4> merges{{"concat", "sum", "mul", "ave"}};
  const Json& mode = config.need("merge_mode");
  if (mode.is_null()) return std::nullopt;
  const auto merge = mode.is_string() ? merges.parse(mode.get_ref<const std::string&>()) : std::nullopt;
  if (!merge) config.refuse("merge_mode", fmt::format("null or one of {}", merges.accepted()));
  return merge;
}

/// What returns.
RecurrentSpec& last_of(RecurrentStack& stack) {
  return std::get<RecurrentSpec>(stack.layers.back().kind);
}

/// As Keras does: one of each direction, alike in what they return.
void check_pair(const Fields& config, BidirectionalConfig& pair) {
  const RecurrentSpec &forward = last_of(pair.forward), &backward = last_of(pair.backward);
  if (forward.go_backwards == backward.go_backwards)
    config.refuse("backward_layer", "one whose go_backwards is not that of the layer");
  if (forward.units != backward.units)  // Keras builds what reads them for twice the units of the first
    config.refuse("backward_layer", "one with the units of the layer");
  if (forward.return_sequences != backward.return_sequences)
    config.refuse("backward_layer", "one whose return_sequences is that of the layer");
  if (pair.forward.layers.back().stateful != pair.backward.layers.back().stateful)
    config.refuse("backward_layer", "one whose stateful is that of the layer");
}

}  // namespace

BidirectionalConfig read_bidirectional(Fields& wrapper, Remarks& remarks) {
  take_class(wrapper);
  Fields config(wrapper.need("config"), wrapper.where());
  const bool trainable = take_common(config, remarks);
  BidirectionalConfig pair;
  pair.merge = take_merge(config);
  std::tie(pair.forward, pair.forward_name) = take_one(config, "layer", remarks);
  if (config.take("backward_layer").is_null()) {
    pair.backward = pair.forward;
    for (LayerConfig& one : pair.backward.layers) {
      bool& go_backwards = std::get<RecurrentSpec>(one.kind).go_backwards;
      go_backwards = !go_backwards;
    }
    pair.backward_name = pair.forward_name;
  } else {
    std::tie(pair.backward, pair.backward_name) = take_one(config, "backward_layer", remarks);
  }
  config.finish();
  check_pair(config, pair);
  if (remarks.keras_major < 3) {  // which renames them when they are made
    pair.forward_name.insert(0, "forward_");
    pair.backward_name.insert(0, "backward_");
  }
  pair.return_sequences = last_of(pair.forward).return_sequences;
  for (RecurrentStack* stack : {&pair.forward, &pair.backward}) {
    last_of(*stack).zero_output_for_mask = pair.return_sequences;  // whatever their own says
    for (LayerConfig& one : stack->layers) one.trainable = one.trainable && trainable;
  }
  return pair;
}

}  // namespace lockstep::keras
