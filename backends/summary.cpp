#include "backends/summary.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/summary_entries.h"
#include "backends/text_cell.h"

namespace lockstep {
namespace {

struct Column {
  std::string_view header;
  double end;  // as a share of the line
  Align align = Align::left;
  int width = 0;  // of its text, in characters
};

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

/// One line of layers, for which Keras shows no connections.
bool sequential_like(const ModelSpec& model, const ModelGraph& graph,
                     const std::vector<SummaryEntry>& entries) {
  if (graph.inputs.size() > 1) return false;
  return model.sequential || std::all_of(entries.begin(), entries.end(), [](const SummaryEntry& entry) {
           return entry.readers <= 1 && entry.calls.size() == 1 && entry.calls.front().reads.size() <= 1;
         });
}

std::string shape_text(const ModelGraph& graph, const SummaryEntry& entry) {
  std::vector<std::string> shapes;
  for (const std::size_t node : entry.calls.back().outputs) shapes.push_back(to_string(graph.returns[node]));
  for (const SymbolicShape& state : entry.states) shapes.push_back(to_string(state));
  return shapes.size() == 1 ? shapes.front() : fmt::format("[{}]", fmt::join(shapes, ", "));
}

std::string connected_to(const SummaryEntry& entry) {
  std::vector<std::string> reads;
  for (const SummaryEntry::Call& call : entry.calls)
    reads.insert(reads.end(), call.reads.begin(), call.reads.end());
  return reads.empty() ? "-" : fmt::to_string(fmt::join(reads, ", "));
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
  if (const auto* merge = std::get_if<MergeSpec>(&node.kind)) {
    constexpr std::array<std::string_view, 4> names{"Concatenate", "Add", "Multiply", "Average"};  // of Merge
    return names[static_cast<std::size_t>(merge->merge)];
  }
  if (std::holds_alternative<ActivationSpec>(node.kind)) return "Activation";
  if (std::holds_alternative<DropoutSpec>(node.kind)) return "Dropout";
  if (std::holds_alternative<ReverseSpec>(node.kind)) return "Reverse";
  if (std::holds_alternative<ReshapeSpec>(node.kind)) return "Reshape";
  if (std::holds_alternative<StateSpec>(node.kind)) return "State";
  return std::holds_alternative<MaskingSpec>(node.kind) ? "Masking" : "InputLayer";
}

std::string summary(const ModelSpec& model, int terminal_columns) {
  if (constexpr int least = 40; terminal_columns < least)
    throw std::invalid_argument(
        fmt::format("summary: {} columns are too narrow: accepted are {} or more", terminal_columns, least));
  const ModelGraph graph = resolve(model);
  const std::vector<SummaryEntry> entries = summary_entries(model, graph);
  const bool connections = !sequential_like(model, graph, entries);
  const std::vector<Column> columns = columns_of(connections, terminal_columns);

  std::vector<std::string> headers;
  for (const Column& column : columns) headers.emplace_back(column.header);
  std::string text = fmt::format("Model: \"{}\"\n", model.name);
  text += rule(columns, top) + row(columns, headers, header_row);
  bool first = true;
  std::int64_t sum = 0, trainable = 0;
  const std::string& input = model.nodes[graph.inputs.front()].name;
  for (const SummaryEntry& entry : entries) {
    if (model.sequential && entry.name == input) continue;
    sum += entry.parameters;
    trainable += entry.trainable;
    std::vector<std::string> fields{fmt::format("{} ({})", entry.name, entry.type), shape_text(graph, entry),
                                    with_commas(entry.parameters)};
    if (connections) fields.push_back(connected_to(entry));
    text += rule(columns, first ? under_header : between) + row(columns, fields, layer_row);
    first = false;
  }
  return text + rule(columns, bottom) + total("Total", sum) + total("Trainable", trainable) +
         total("Non-trainable", sum - trainable);
}

}  // namespace lockstep
