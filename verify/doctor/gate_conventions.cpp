#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "verify/doctor/convention.h"
#include "verify/doctor/matrices.h"

namespace lockstep::doctor {
namespace {

std::string_view gates_in_keras(Cell cell) {
  return cell == Cell::lstm ? "ifco" : "zrh";
}

std::string spaced(std::string_view letters) {
  std::string text;
  for (const char letter : letters) (text += text.empty() ? "" : " ") += letter;
  return text;
}

/// Programs with other orders than Keras and oneDNN; PyTorch's LSTM has Keras' own.
struct KnownOrder {
  std::string_view letters, whose;
};
constexpr std::array<KnownOrder, 4> known_orders{
    {{"iofc", "ONNX"}, {"ifoc", "Core ML"}, {"icfo", "BasicLSTMCell of TensorFlow 1"}, {"rzh", "PyTorch"}}};
std::string_view whose(std::string_view letters) {
  for (const KnownOrder& known : known_orders)
    if (known.letters == letters) return known.whose;
  return "";
}

Convention gate_order(Cell cell, const std::string& letters) {
  const std::string_view keras = gates_in_keras(cell);
  std::vector<std::size_t> from;  // where each of Keras' gates is in the other order
  for (const char gate : keras) from.push_back(letters.find(gate));
  Convention order;
  order.name = fmt::format("gate order {}", spaced(letters));
  const std::string owner = whose(letters).empty() ? "" : fmt::format(" (as {})", whose(letters));
  order.remedy = fmt::format(
      "bring the gate blocks in kernel, recurrent_kernel and bias of {{0}} into one order: the program "
      "behind "
      "y takes them as {}{}, the model has {}",
      spaced(letters), owner, spaced(keras));
  order.slots = slot::gates;
  order.applies = [cell](const Variant& variant, std::size_t node) { return is_cell(variant, node, cell); };
  order.apply = [from](Variant& variant, std::size_t node) {
    const std::int64_t units = recurrent_of(variant, node).units;
    edit_weights(variant, node, [&](BasicWeights<double>& weights) {
      for (Matrix* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
        reorder_blocks(*matrix, units, from);
    });
  };
  return order;
}

void add_orders(Cell cell, Conventions& all) {
  std::vector<std::string> orders;
  std::string letters(gates_in_keras(cell));
  std::sort(letters.begin(), letters.end());
  do {
    if (letters != gates_in_keras(cell)) orders.push_back(letters);
  } while (std::next_permutation(letters.begin(), letters.end()));
  std::stable_partition(orders.begin(), orders.end(),
                        [](const std::string& order) { return !whose(order).empty(); });
  for (const std::string& order : orders) all.push_back(gate_order(cell, order));
}

/// h = z h + (1 - z) candidate, or with z and 1 - z in each other's place: sigmoid(-x) is 1 - sigmoid(x).
Convention update_gate() {
  Convention update;
  update.name = "update gate z weighs the candidate";
  update.remedy =
      "let the update gate of {0} weigh one and the same: the program behind y has (1 - z) * h + z * "
      "candidate, the model z * h + (1 - z) * candidate";
  update.slots = slot::update_gate;
  update.applies = [](const Variant& variant, std::size_t node) {
    if (!is_cell(variant, node, Cell::gru)) return false;
    const Activation inner = recurrent_at(variant, node)->recurrent_activation;
    return inner == Activation::sigmoid || inner == Activation::hard_sigmoid;
  };
  update.apply = [](Variant& variant, std::size_t node) {
    const std::int64_t units = recurrent_of(variant, node).units;
    edit_weights(variant, node, [&](BasicWeights<double>& weights) {
      for (Matrix* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
        edit_block(*matrix, units, 3, 0, [](double& value) { value = -value; });
    });
  };
  return update;
}

Convention interleaved() {
  Convention mixed;
  mixed.name = "gates interleaved";
  mixed.remedy =
      "lay the gates of {0} out alike: the program behind y takes the columns of the weights as gates within "
      "units, the model has units within gates";
  mixed.slots = slot::gates;
  mixed.applies = [](const Variant& variant, std::size_t node) {
    const auto* recurrent = recurrent_at(variant, node);
    return recurrent != nullptr && recurrent->cell != Cell::simple_rnn && recurrent->units > 1;
  };
  mixed.apply = [](Variant& variant, std::size_t node) {
    const RecurrentSpec spec = recurrent_of(variant, node);
    edit_weights(variant, node, [&](BasicWeights<double>& weights) {
      for (Matrix* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
        gather_blocks(*matrix, spec.units, static_cast<std::size_t>(gate_count(spec)));
    });
  };
  return mixed;
}

}  // namespace

Conventions gate_conventions() {
  Conventions all;
  for (const Cell cell : {Cell::lstm, Cell::gru}) add_orders(cell, all);
  all.push_back(update_gate());
  all.push_back(interleaved());
  return all;
}

}  // namespace lockstep::doctor
