#include "verify/import_command.h"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/convention_tensors.h"
#include "reports/markdown.h"
#include "reports/table.h"
#include "verify/exit_code.h"
#include "verify/open_model.h"

namespace lockstep {
namespace {

constexpr auto conventions =
    std::to_array<std::pair<WeightLayout, const char*>>({{WeightLayout::keras, "Keras"},
                                                         {WeightLayout::pytorch, "PyTorch"},
                                                         {WeightLayout::onnx, "ONNX"},
                                                         {WeightLayout::onednn, "oneDNN"}});

const char* class_of(const RecurrentSpec& spec) {
  return spec.cell == Cell::lstm ? "LSTM" : spec.cell == Cell::gru ? "GRU" : "SimpleRNN";
}

/// What no row of the table says.
std::vector<std::string> remarks_on(const RecurrentSpec& spec) {
  std::vector<std::string> lines;
  if (spec.cell == Cell::simple_rnn) {
    const bool in_pytorch = has_layer(WeightLayout::pytorch, spec);
    lines.push_back(fmt::format("Activation {}: {}of ONNX RNN by activations.", to_string(spec.activation),
                                in_pytorch ? "of nn.RNN by nonlinearity, " : ""));
    if (!in_pytorch) {
      lines.emplace_back("nn.RNN of PyTorch has tanh and relu alone, vanilla_rnn of oneDNN sigmoid beside");
      lines.emplace_back("them.");
    }
  } else {
    const bool in_all = has_layer(WeightLayout::onednn, spec);
    lines.push_back(fmt::format("Activations {} and {} of the gates{}.", to_string(spec.activation),
                                to_string(spec.recurrent_activation),
                                in_all ? ", as all four have them" : ""));
    if (!in_all) lines.emplace_back("PyTorch and oneDNN have tanh and sigmoid alone.");
  }
  if (spec.cell == Cell::gru && spec.reset_after) {
    lines.emplace_back("Reset gate: after the recurrent product. PyTorch always, ONNX with");
    lines.emplace_back("linear_before_reset=1, oneDNN in lbr_gru.");
  } else if (spec.cell == Cell::gru) {
    lines.emplace_back("Reset gate: before the recurrent product. PyTorch never, ONNX with");
    lines.emplace_back("linear_before_reset=0, oneDNN in vanilla_gru.");
  }
  if (spec.use_bias && spec.cell == Cell::gru && spec.reset_after) {
    lines.emplace_back("Biases: row 0 of the input, row 1 of the state; of h that one is within the");
    lines.emplace_back("product with r. oneDNN: u and r are the sums of both rows, o is of row 0, o'");
    lines.emplace_back("of row 1.");
  } else if (spec.use_bias) {
    lines.emplace_back("Biases: one, where PyTorch and ONNX add two: from there it is their sum.");
  }
  if (spec.go_backwards) {
    lines.emplace_back("Backwards: in PyTorch the names end with _reverse, in ONNX direction is reverse,");
    lines.emplace_back("in oneDNN right2left.");
  }
  return lines;
}

std::string explain_layer(const Node& node, const LayerSpec& layer, std::int64_t features) {
  const auto* recurrent = std::get_if<RecurrentSpec>(&layer);
  std::string text = fmt::format("{}: {}, {} features, {} units\n\n", in_quotes(node.name),
                                 recurrent != nullptr ? class_of(*recurrent) : "Dense", features,
                                 output_features(layer, features));
  std::vector<reports::Column> columns{{"convention", "In"}, {"tensor", "Tensor"}, {"shape", "Shape"}};
  if (recurrent != nullptr && recurrent->cell != Cell::simple_rnn) columns.push_back({"gates", "Gates"});
  columns.push_back({"made", "Of Keras'"});
  reports::Table table("Weights", columns);
  for (const auto& [convention, name] : conventions)
    for (const ConventionTensor& tensor : tensors_of(convention, layer, features)) {
      reports::Row row{std::string(name), tensor.name, fmt::format("{}", fmt::join(tensor.dims, "x"))};
      if (columns.size() == 5) row.emplace_back(tensor.gates);
      row.push_back(tensor.made.empty() ? reports::Cell() : reports::Cell(tensor.made));
      table.add(std::move(row));
    }
  text += reports::markdown(table);
  if (recurrent == nullptr) return text;
  text += "\n";
  for (const std::string& line : remarks_on(*recurrent)) text += line + "\n";
  return text;
}

}  // namespace

std::string explain_weights(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::string text;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const auto layer = layer_of(model.nodes[i]);
    if (!layer || std::holds_alternative<ActivationSpec>(*layer) || !model.nodes[i].call_of.empty()) continue;
    if (!text.empty()) text += "\n";
    text += explain_layer(model.nodes[i], *layer, graph.given(i).features);
  }
  return text;
}

int import_command(const std::string& model, const std::filesystem::path& config) {
  const std::string text = explain_weights(open_model(model, default_seed, config).model);
  fmt::print("{}", text.empty() ? "No layer of it has weights.\n" : text);
  return exit_held;
}

}  // namespace lockstep
