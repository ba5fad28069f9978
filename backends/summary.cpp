#include "backends/summary.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "backends/text_cell.h"

namespace lockstep {
namespace {

struct Column {
  std::string_view header;
  double end;  // as a share of the line
  Align align = Align::left;
  int width = 0;  // of its text, in characters
};

/// No layer is read twice: one line of layers, for which Keras shows no connections.
bool sequential_like(const ModelSpec& model) {
  if (model.sequential) return true;
  const ModelGraph graph = resolve(model);
  std::vector<int> readers(model.nodes.size());
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (i != graph.input && ++readers[graph.reads[i]] > 1) return false;
  return true;
}

/// Keras asks rich for columns that fill the line without their borders and padding, and rich takes the
/// excess from all columns alike, rounding half to even.
std::vector<Column> columns_of(bool connections, int terminal_columns) {
  std::vector<Column> columns =
      connections ? std::vector<Column>{{"Layer (type)", 0.3},
                                        {"Output Shape", 0.56},
                                        {"Param #", 0.74, Align::right},
                                        {"Connected to", 1.0}}
                  : std::vector<Column>{
                        {"Layer (type)", 0.45}, {"Output Shape", 0.8}, {"Param #", 1.0, Align::right}};
  const int line = std::min(connections ? 108 : 88, terminal_columns - 4);
  // Of these excesses, 10 and 13, the share that rounds up is the second and the third.
  const std::vector<int> taken = connections ? std::vector<int>{3, 3, 4, 3} : std::vector<int>{3, 4, 3};
  int start = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int wanted = static_cast<int>(columns[i].end * line) - start;
    start += wanted;
    columns[i].width = wanted - taken[i];
  }
  return columns;
}

struct Line {
  std::string_view left, fill, join, right;
};
constexpr Line top{"┏", "━", "┳", "┓"}, under_header{"┡", "━", "╇", "┩"}, between{"├", "─", "┼", "┤"},
    bottom{"└", "─", "┴", "┘"};

std::string rule(const std::vector<Column>& columns, const Line& line) {
  std::string text(line.left);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) text += line.join;
    for (int j = 0; j < columns[i].width + 2; ++j) text += line.fill;
  }
  return text.append(line.right) += '\n';
}

/// Borders of a row, and where a cell that is lower than the row stands in it.
struct RowStyle {
  std::string_view border;
  bool at_bottom;
};
constexpr RowStyle header_row{"┃", true}, layer_row{"│", false};

std::string row(const std::vector<Column>& columns, const std::vector<std::string>& fields, RowStyle style) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(wrap_cell(fields[i], static_cast<std::size_t>(columns[i].width), columns[i].align));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    cells[i].insert(style.at_bottom ? cells[i].begin() : cells[i].end(), height - cells[i].size(),
                    std::string(static_cast<std::size_t>(columns[i].width), ' '));
  std::string text;
  for (std::size_t y = 0; y < height; ++y) {
    text += style.border;
    for (const auto& cell : cells) text += fmt::format(" {} {}", cell[y], style.border);
    text += '\n';
  }
  return text;
}

/// The outermost model in the model that a node is part of; null for none.
const NestedModel* nested_of(const ModelSpec& model, const std::string& node) {
  for (const NestedModel& one : model.nested)
    if (node.size() > one.name.size() && node.starts_with(one.name) && node[one.name.size()] == '/')
      return &one;
  return nullptr;
}

/// A row of the table: a layer, or a model that is one.
struct Entry {
  std::string name, type;
  SymbolicShape returns;
  std::int64_t parameters = 0, trainable = 0;
  std::string reads;  // empty: nothing
};

std::vector<Entry> entries_of(const ModelSpec& model, const ModelGraph& graph) {
  std::vector<Entry> entries;
  const NestedModel* last = nullptr;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    if (model.sequential && i == graph.input) continue;
    const NestedModel* nested = nested_of(model, node.name);
    if (nested == nullptr || nested != last) {
      Entry& entry = entries.emplace_back();
      entry.name = nested == nullptr ? node.name : nested->name;
      entry.type = nested == nullptr ? type_name(node) : nested->type;
      entry.returns = graph.returns[i];
      if (!node.inputs.empty()) {
        const NestedModel* from = nested_of(model, node.inputs[0]);
        entry.reads = from == nullptr ? node.inputs[0] : from->name;
      }
    }
    last = nested;
    if (nested != nullptr && nested->output == node.name) entries.back().returns = graph.returns[i];
    const auto layer = layer_of(node);
    if (!layer) continue;
    const std::int64_t count = weight_shapes(*layer, graph.returns[graph.reads[i]].features).parameters();
    entries.back().parameters += count;
    if (node.trainable) entries.back().trainable += count;
  }
  return entries;
}

std::string with_commas(std::int64_t count) {
  std::string digits = fmt::to_string(count);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

std::string readable_bytes(double bytes) {
  constexpr std::array<std::string_view, 6> units{"B", "KB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return fmt::format("{:.2f} {}", bytes, units[unit]);
}

std::string total(std::string_view name, std::int64_t count) {
  return fmt::format(" {} params: {} ({})\n", name, with_commas(count),
                     readable_bytes(static_cast<double>(count) * sizeof(float)));
}

}  // namespace

std::string_view type_name(const Node& node) {
  if (!node.type.empty()) return node.type;
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
    constexpr std::array<std::string_view, 3> names{"SimpleRNN", "LSTM", "GRU"};  // in the order of Cell
    return names[static_cast<std::size_t>(recurrent->cell)];
  }
  if (const auto* dense = std::get_if<DenseSpec>(&node.kind))
    return dense->style == DenseStyle::time_distributed ? "TimeDistributed" : "Dense";
  if (std::holds_alternative<ActivationSpec>(node.kind)) return "Activation";
  if (std::holds_alternative<DropoutSpec>(node.kind)) return "Dropout";
  return std::holds_alternative<MaskingSpec>(node.kind) ? "Masking" : "InputLayer";
}

std::string summary(const ModelSpec& model, int terminal_columns) {
  if (constexpr int least = 40; terminal_columns < least)
    throw std::invalid_argument(
        fmt::format("summary: {} columns are too narrow: accepted are {} or more", terminal_columns, least));
  const ModelGraph graph = resolve(model);
  const bool connections = !sequential_like(model);
  const std::vector<Column> columns = columns_of(connections, terminal_columns);

  std::vector<std::string> headers;
  for (const Column& column : columns) headers.emplace_back(column.header);
  std::string text = fmt::format("Model: \"{}\"\n", model.name);
  text += rule(columns, top) + row(columns, headers, header_row);
  bool first = true;
  std::int64_t sum = 0, trainable = 0;
  for (const Entry& entry : entries_of(model, graph)) {
    sum += entry.parameters;
    trainable += entry.trainable;
    std::vector<std::string> fields{fmt::format("{} ({})", entry.name, entry.type), to_string(entry.returns),
                                    with_commas(entry.parameters)};
    if (connections) fields.push_back(entry.reads.empty() ? "-" : entry.reads + "[0][0]");
    text += rule(columns, first ? under_header : between) + row(columns, fields, layer_row);
    first = false;
  }
  return text + rule(columns, bottom) + total("Total", sum) + total("Trainable", trainable) +
         total("Non-trainable", sum - trainable);
}

}  // namespace lockstep
