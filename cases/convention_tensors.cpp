#include "cases/convention_tensors.h"

#include <fmt/format.h>

namespace lockstep {
namespace {

std::vector<ConventionTensor> dense_tensors(WeightLayout layout, const DenseSpec& spec,
                                            std::int64_t features) {
  struct Names {
    const char *kernel, *bias;
  };
  constexpr Names names[]{
      {"kernel", "bias"}, {"weight", "bias"}, {"B, transB=1", "C"}, {"weights oi", "bias"}};
  const auto [kernel, bias] = names[static_cast<std::size_t>(layout)];
  const bool is_keras = layout == WeightLayout::keras;
  std::vector<ConventionTensor> tensors;
  if (is_keras)
    tensors.push_back({kernel, {features, spec.units}, "", ""});
  else
    tensors.push_back({kernel, {spec.units, features}, "", "transposed"});
  if (spec.use_bias) tensors.push_back({bias, {spec.units}, "", is_keras ? "" : "as it is"});
  return tensors;
}

class Recurrent {
 public:
  Recurrent(const RecurrentSpec& spec, std::int64_t features)
      : spec_(spec),
        features_(features),
        rows_(gate_count(spec) * spec.units),
        two_biases_(spec.cell == Cell::gru && spec.reset_after) {}

  std::vector<ConventionTensor> tensors(WeightLayout layout) const {
    if (!has_layer(layout, spec_)) return {};
    const std::string gates(gate_letters(layout, spec_.cell));
    auto all = kernels(layout, gates);
    if (spec_.use_bias)
      for (ConventionTensor& bias : biases(layout, gates)) all.push_back(std::move(bias));
    return all;
  }

 private:
  std::vector<ConventionTensor> kernels(WeightLayout layout, const std::string& gates) const {
    const std::int64_t units = spec_.units;
    switch (layout) {
      case WeightLayout::keras:
        return {{"kernel", {features_, rows_}, gates, ""}, {"recurrent_kernel", {units, rows_}, gates, ""}};
      case WeightLayout::pytorch:
        return {{"weight_ih_l0", {rows_, features_}, gates, "transposed"},
                {"weight_hh_l0", {rows_, units}, gates, "transposed"}};
      case WeightLayout::onnx:
        return {{"W", {1, rows_, features_}, gates, "transposed"},
                {"R", {1, rows_, units}, gates, "transposed"}};
      default:
        return {{"weights_layer", {1, 1, features_, rows_ / units, units}, gates, "as it is"},
                {"weights_iter", {1, 1, units, rows_ / units, units}, gates, "as it is"}};
    }
  }

  std::vector<ConventionTensor> biases(WeightLayout layout, const std::string& gates) const {
    const std::int64_t units = spec_.units;
    switch (layout) {
      case WeightLayout::keras:
        if (two_biases_) return {{"bias", {2, rows_}, gates, ""}};
        return {{"bias", {rows_}, gates, ""}};
      case WeightLayout::pytorch:
        return {{"bias_ih_l0", {rows_}, gates, two_biases_ ? "row 0" : "all of it"},
                {"bias_hh_l0", {rows_}, gates, two_biases_ ? "row 1" : "zeros"}};
      case WeightLayout::onnx:
        return {{"B", {1, 2 * rows_}, gates, two_biases_ ? "row 0, row 1" : "it, then zeros"}};
      default:
        if (two_biases_) return {{"bias", {1, 1, 4, units}, "u r o o'", "see below"}};
        return {{"bias", {1, 1, rows_ / units, units}, gates, "as it is"}};
    }
  }

  const RecurrentSpec& spec_;
  std::int64_t features_, rows_;
  bool two_biases_;
};

}  // namespace

bool has_layer(WeightLayout layout, const RecurrentSpec& spec) {
  if (layout == WeightLayout::keras || layout == WeightLayout::onnx) return true;
  const bool is_pytorch = layout == WeightLayout::pytorch;
  if (spec.cell == Cell::simple_rnn)
    return spec.activation == Activation::tanh || spec.activation == Activation::relu ||
           (!is_pytorch && spec.activation == Activation::sigmoid);
  return spec.activation == Activation::tanh && spec.recurrent_activation == Activation::sigmoid &&
         (spec.cell == Cell::lstm || spec.reset_after || !is_pytorch);
}

std::vector<ConventionTensor> tensors_of(WeightLayout layout, const LayerSpec& layer, std::int64_t features) {
  if (const auto* dense = std::get_if<DenseSpec>(&layer)) return dense_tensors(layout, *dense, features);
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&layer))
    return Recurrent(*recurrent, features).tensors(layout);
  return {};
}

}  // namespace lockstep
