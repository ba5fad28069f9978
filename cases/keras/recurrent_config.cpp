#include "cases/keras/recurrent_config.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/names.h"
#include "cases/keras/layer_json.h"
#include "cases/keras/layer_settings.h"

namespace lockstep::keras {
namespace {

constexpr const char* stacked_cells = "StackedRNNCells";

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

/// One of a layer's cells; errors name it as `where`.
LayerConfig take_one_cell(const Json& json, const std::string& where, Remarks& remarks, std::string& name) {
  constexpr Names<Cell, 3> cell_classes{{"SimpleRNNCell", "LSTMCell", "GRUCell"}};
  Fields wrapper(json, where);
  const std::string class_name = take_class(wrapper);
  RecurrentSpec spec;
  const auto cell = cell_classes.parse(class_name);
  if (!cell) wrapper.refuse("class_name", "one of " + cell_classes.accepted());
  spec.cell = *cell;
  Fields config(wrapper.need("config"), where);
  wrapper.ignore({"build_config"});
  wrapper.finish();
  name = config.text("name");
  const bool trainable = take_common(config, remarks);
  take_cell(config, spec, remarks);
  config.finish();
  return {spec, class_name, "cell/vars", trainable};
}

/// Of "lstm_cell" the second is filed as "lstm_cell_1".
std::string filed_as(const std::string& class_name, std::map<std::string, std::size_t>& counts) {
  const std::size_t before = counts[class_name]++;
  return before == 0 ? snake_case(class_name) : fmt::format("{}_{}", snake_case(class_name), before);
}

}  // namespace

template <Cell cell>
LayerConfig read_recurrent(Fields& config, Remarks& remarks) {
  RecurrentSpec spec;
  spec.cell = cell;
  take_cell(config, spec, remarks);
  const auto [stateful, return_state] = take_loop(config, spec, remarks);
  config.ignore({"use_cudnn"});
  return {spec, {}, "cell/vars", true, stateful, return_state};
}
template LayerConfig read_recurrent<Cell::simple_rnn>(Fields&, Remarks&);
template LayerConfig read_recurrent<Cell::lstm>(Fields&, Remarks&);
template LayerConfig read_recurrent<Cell::gru>(Fields&, Remarks&);

LayerConfig read_rnn(Fields& config, Remarks& remarks) {
  std::string name;
  LayerConfig layer =
      take_one_cell(config.need("cell"), fmt::format("{}: its cell", config.where()), remarks, name);
  const auto [stateful, return_state] = take_loop(config, std::get<RecurrentSpec>(layer.kind), remarks);
  take_for_training(config, "activity_regularizer", remarks);
  layer.stateful = stateful;
  layer.return_state = return_state;
  return layer;
}

bool is_stacked_rnn(const Json& layer) {
  if (!layer.is_object() || class_of(layer) != "RNN") return false;
  const auto config = layer.find("config");
  if (config == layer.end() || !config->is_object()) return false;
  const auto cell = config->find("cell");
  return cell != config->end() && cell->is_object() && class_of(*cell) == stacked_cells;
}

RecurrentStack read_stacked_rnn(Fields& wrapper, Remarks& remarks) {
  constexpr std::size_t most_cells = 1000;
  take_class(wrapper);
  Fields config(wrapper.need("config"), wrapper.where());
  const bool trainable = take_common(config, remarks);
  Fields cell(config.need("cell"), fmt::format("{}: its cell", wrapper.where()));
  take_class(cell);
  cell.ignore({"build_config"});
  Fields stack(cell.need("config"), cell.where());
  cell.finish();
  const bool trainable_cells = take_common(stack, remarks);
  stack.only_off("reverse_state_order", "false");
  const Json& cells = stack.need("cells");
  stack.finish();
  if (!cells.is_array() || cells.empty() || cells.size() > most_cells)
    stack.refuse("cells", fmt::format("a list of 1 to {} cells", most_cells));
  RecurrentSpec outer;
  const auto [stateful, return_state] = take_loop(config, outer, remarks);
  take_for_training(config, "activity_regularizer", remarks);
  config.finish();
  RecurrentStack made;
  std::map<std::string, std::size_t> counts;
  for (const Json& one : cells) {
    const std::size_t i = made.layers.size();
    LayerConfig layer = take_one_cell(one, fmt::format("{}: its cell {}", wrapper.where(), i), remarks,
                                      made.cells.emplace_back());
    auto& spec = std::get<RecurrentSpec>(layer.kind);
    const bool is_last = i + 1 == cells.size();
    spec.return_sequences = outer.return_sequences || !is_last;
    spec.go_backwards = outer.go_backwards;
    spec.zero_output_for_mask = outer.zero_output_for_mask && is_last;
    layer.weights_path = fmt::format("cell/cells/{}/vars", filed_as(layer.class_name, counts));
    layer.trainable = layer.trainable && trainable && trainable_cells;
    layer.stateful = stateful;
    layer.return_state = return_state;
    made.layers.push_back(std::move(layer));
  }
  return made;
}

}  // namespace lockstep::keras
