#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "verify/doctor/convention.h"
#include "verify/doctor/matrices.h"

namespace lockstep::doctor {
namespace {

/// Keras 2's clip(0.2 x + 1/2) is Keras 3's clip(x / 6 + 1/2) of 1.2 x.
constexpr double keras_2_scale = 1.2;
constexpr std::string_view keras_2_name = "hard_sigmoid of Keras 2";

std::string name_of(Activation activation) {
  if (activation == Activation::hard_sigmoid) return "hard_sigmoid of Keras 3, clip(x / 6 + 1/2)";
  return std::string(to_string(activation));
}

void scale_blocks(Variant& variant, std::size_t node, std::int64_t units, std::size_t gates,
                  std::span<const std::size_t> blocks) {
  edit_weights(variant, node, [&](BasicWeights<double>& weights) {
    for (Matrix* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
      for (const std::size_t block : blocks)
        edit_block(*matrix, units, gates, block, [](double& value) { value *= keras_2_scale; });
  });
}

std::string remedy(std::string_view key, std::string_view theirs) {
  return fmt::format("give {{0}} one {}: in the program behind y it is {}", key, theirs);
}
std::string keras_2_remedy(std::string_view key) {
  return fmt::format("{}, clip(0.2 x + 1/2), and not what the model has", remedy(key, keras_2_name));
}

bool has_inner(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->cell != Cell::simple_rnn;
}

Convention inner(Activation other) {
  return {fmt::format("recurrent_activation {}", name_of(other)),
          remedy("recurrent_activation", name_of(other)), slot::recurrent_activation,
          [other](const Variant& variant, std::size_t node) {
            return has_inner(variant, node) && recurrent_at(variant, node)->recurrent_activation != other;
          },
          [other](Variant& variant, std::size_t node) {
            recurrent_of(variant, node).recurrent_activation = other;
          }};
}

Convention inner_of_keras_2() {
  return {fmt::format("recurrent_activation {}", keras_2_name), keras_2_remedy("recurrent_activation"),
          slot::recurrent_activation, has_inner, [](Variant& variant, std::size_t node) {
            RecurrentSpec& spec = recurrent_of(variant, node);
            spec.recurrent_activation = Activation::hard_sigmoid;
            constexpr std::array<std::size_t, 3> lstm_gates{0, 1, 3};
            constexpr std::array<std::size_t, 2> gru_gates{0, 1};
            const auto gates = static_cast<std::size_t>(gate_count(spec));
            if (spec.cell == Cell::lstm)
              scale_blocks(variant, node, spec.units, gates, lstm_gates);
            else
              scale_blocks(variant, node, spec.units, gates, gru_gates);
          }};
}

/// The activation of a layer of any kind; nullptr where it has none. `Kind`: NodeKind, const or not.
template <class Kind>
auto activation_of(Kind& kind) -> decltype(&std::get<DenseSpec>(kind).activation) {
  if (auto* recurrent = std::get_if<RecurrentSpec>(&kind)) return &recurrent->activation;
  if (auto* dense = std::get_if<DenseSpec>(&kind)) return &dense->activation;
  if (auto* activation = std::get_if<ActivationSpec>(&kind)) return &activation->activation;
  return nullptr;
}

Convention outer(Activation other) {
  return {other == Activation::linear ? "activation left out" : fmt::format("activation {}", name_of(other)),
          other == Activation::linear
              ? "apply the activation of {0}: the program behind y leaves it out (linear)"
              : remedy("activation", name_of(other)),
          slot::activation,
          [other](const Variant& variant, std::size_t node) {
            const Activation* own = activation_of(variant.model.nodes[node].kind);
            const bool of_units = other != Activation::softmax || recurrent_at(variant, node) == nullptr;
            return own != nullptr && *own != other && of_units;
          },
          [other](Variant& variant, std::size_t node) {
            *activation_of(variant.model.nodes[node].kind) = other;
          }};
}

Convention dense_of_keras_2() {
  return {fmt::format("activation {}", keras_2_name), keras_2_remedy("activation"), slot::activation,
          [](const Variant& variant, std::size_t node) { return dense_at(variant, node) != nullptr; },
          [](Variant& variant, std::size_t node) {
            auto& spec = std::get<DenseSpec>(variant.model.nodes[node].kind);
            spec.activation = Activation::hard_sigmoid;
            constexpr std::array<std::size_t, 1> all{0};
            scale_blocks(variant, node, spec.units, 1, all);
          }};
}

Convention swapped() {
  return {
      "activation and recurrent_activation swapped",
      "pass activation and recurrent_activation of {0} in their order: in the program behind y each is in "
      "the other's place",
      slot::activation | slot::recurrent_activation,
      [](const Variant& variant, std::size_t node) {
        return has_inner(variant, node) &&
               recurrent_at(variant, node)->activation != recurrent_at(variant, node)->recurrent_activation;
      },
      [](Variant& variant, std::size_t node) {
        RecurrentSpec& spec = recurrent_of(variant, node);
        std::swap(spec.activation, spec.recurrent_activation);
      }};
}

}  // namespace

Conventions activation_conventions() {
  Conventions all{inner_of_keras_2(), inner(Activation::hard_sigmoid), inner(Activation::sigmoid), swapped()};
  for (const Activation other : {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid,
                                 Activation::softmax, Activation::softsign, Activation::hard_sigmoid})
    all.push_back(outer(other));
  all.push_back(dense_of_keras_2());
  all.push_back(inner(Activation::tanh));
  return all;
}

}  // namespace lockstep::doctor
