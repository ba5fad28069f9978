#include "cases/seeds.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "cases/data.h"
#include "cases/model_file.h"

namespace lockstep {
namespace {

Node input_layer(std::optional<std::int64_t> time_steps, std::int64_t features) {
  return {"input_layer", InputSpec{time_steps, features}, {}, {}};
}

template <class Spec>
Node layer(std::string name, const Spec& spec, std::string input, std::int64_t features, std::uint64_t seed) {
  return {std::move(name), spec, {std::move(input)}, make_weights(spec, features, seed)};
}

RecurrentSpec recurrent(Cell cell, std::int64_t units, bool return_sequences) {
  RecurrentSpec spec;
  spec.cell = cell;
  spec.units = units;
  spec.return_sequences = return_sequences;
  return spec;
}

DenseSpec dense(std::int64_t units, DenseStyle style) {
  DenseSpec spec;
  spec.units = units;
  spec.style = style;
  return spec;
}

void set_constant(Weights& weights, float kernel, float bias) {
  std::fill(weights.kernel.begin(), weights.kernel.end(), kernel);
  std::fill(weights.bias.begin(), weights.bias.end(), bias);
}

std::uint64_t head_seed(std::uint64_t seed) {
  return seed + 1;  // other numbers than the recurrent layer's
}

Seed lstm5_dense2(std::uint64_t seed) {
  ModelSpec model{"functional", false, {input_layer({}, 4)}, {"dense", "time_distributed"}};
  model.nodes.push_back(layer("lstm", recurrent(Cell::lstm, 5, true), "input_layer", 4, seed));
  model.nodes.push_back(layer("dense", dense(2, DenseStyle::flattened), "lstm", 5, head_seed(seed)));
  model.nodes.push_back(
      layer("time_distributed", dense(2, DenseStyle::time_distributed), "lstm", 5, head_seed(seed)));
  for (const std::size_t head : {2U, 3U}) set_constant(model.nodes[head].weights, 0.1F, 0);
  return {"seed:lstm5-dense2",
          "Dense and TimeDistributed(Dense) on one LSTM: small enough to check by hand",
          std::move(model),
          {1, 3, 4},
          1,
          InputKind::ones};
}

enum class Head { time_distributed, dense, last };

Seed gru16(Head head, bool reset_after, std::uint64_t seed) {
  struct Words {
    std::string_view name, why;
  };
  const auto [name, why] =
      head == Head::time_distributed ? Words{"td", "TimeDistributed(Dense) on every step"}
      : head == Head::dense          ? Words{"dense", "Dense on every step: the numbers of seed:gru16-td"}
                                     : Words{"last", "Dense on the last step of the same GRU"};
  RecurrentSpec gru = recurrent(Cell::gru, 16, head != Head::last);
  gru.reset_after = reset_after;
  const bool per_step = head == Head::time_distributed;
  const std::string head_name = per_step ? "time_distributed" : "dense";
  ModelSpec model{"sequential", true, {input_layer(64, 15)}, {"activation"}};
  model.nodes.push_back(layer("gru", gru, "input_layer", 15, seed));
  model.nodes.push_back(layer(head_name,
                              dense(8, per_step ? DenseStyle::time_distributed : DenseStyle::flattened),
                              "gru", 16, head_seed(seed)));
  model.nodes.push_back(layer("activation", ActivationSpec{Activation::softmax}, head_name, 8, seed));
  return {
      fmt::format("seed:gru16-{}{}", name, reset_after ? "" : "/reset_after:0"),
      fmt::format("{}{}", why, reset_after ? "" : ", with the reset before the product, once the default"),
      std::move(model),
      {1000, 64, 15},
      128,
      InputKind::random};
}

Seed rnn200_dense(std::uint64_t seed) {
  ModelSpec model{"functional", false, {input_layer(700, 1)}, {"time_distributed", "dense"}};
  model.nodes.push_back(layer("simple_rnn", recurrent(Cell::simple_rnn, 200, true), "input_layer", 1, seed));
  for (const DenseStyle style : {DenseStyle::time_distributed, DenseStyle::flattened})
    model.nodes.push_back(layer(style == DenseStyle::flattened ? "dense" : "time_distributed",
                                dense(1, style), "simple_rnn", 200, head_seed(seed)));
  return {"seed:rnn200-dense",
          "both heads with the same weights on one long SimpleRNN",
          std::move(model),
          {8, 700, 1},
          8,
          InputKind::random};
}

}  // namespace

std::vector<Seed> seeds(std::uint64_t seed) {
  std::vector<Seed> all{lstm5_dense2(seed)};
  for (const bool reset_after : {true, false})
    for (const Head head : {Head::time_distributed, Head::dense, Head::last})
      all.push_back(gru16(head, reset_after, seed));
  all.push_back(rnn200_dense(seed));
  return all;
}

std::vector<Seed> style_models(std::uint64_t seed) {
  constexpr std::int64_t time_steps = 128, features = 16, units = 64, classes = 10;
  std::vector<Seed> all;
  for (const Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru})
    for (const bool reset_after : {true, false})
      for (const bool return_sequences : {true, false}) {
        if (cell != Cell::gru && !reset_after) continue;
        RecurrentSpec spec = recurrent(cell, units, return_sequences);
        spec.reset_after = reset_after;
        ModelSpec model{"sequential", true, {input_layer(time_steps, features)}, {"dense"}};
        model.nodes.push_back(layer(std::string(to_string(cell)), spec, "input_layer", features, seed));
        model.nodes.push_back(layer("dense", dense(classes, DenseStyle::flattened), model.nodes.back().name,
                                    units, head_seed(seed)));
        all.push_back({fmt::format("styles:{}{}-{}", to_string(cell), reset_after ? "" : "/reset_after:0",
                                   return_sequences ? "sequences" : "last"),
                       return_sequences ? "a head on every step" : "a head on the last step alone",
                       std::move(model),
                       {32, time_steps, features},
                       32,
                       InputKind::random});
      }
  return all;
}

bool names_model(std::string_view text) {
  return text.starts_with("seed:") || text.starts_with("styles:") || names_model_file(text);
}

bool names_model_file(std::string_view text) {
  constexpr std::array<std::string_view, 7> suffixes{".keras", ".h5", ".hdf5", ".safetensors",
                                                     ".json",  ".pt", ".pth"};
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view suffix) { return text.ends_with(suffix); });
}

Seed find_seed(std::string_view name, std::uint64_t seed) {
  std::string names;
  for (const auto& list : {seeds(seed), style_models(seed)})
    for (const Seed& one : list) {
      if (one.name == name) return one;
      (names += names.empty() ? "" : ", ") += one.name;
    }
  throw std::invalid_argument(
      fmt::format("unknown model \"{}\": accepted are {}, and {}", name, names, model_files));
}

std::vector<Batch> batches(std::int64_t samples, std::int64_t batch) {
  std::vector<Batch> all;
  for (std::int64_t begin = 0; begin < samples; begin += batch)
    all.push_back({begin, std::min(batch, samples - begin)});
  return all;
}
std::vector<Batch> batches(const Seed& seed) {
  return batches(seed.input.batch, seed.batch);
}

}  // namespace lockstep
