#include "backends/module.h"

namespace {

using namespace lockstep;

/// activation(input · kernel + bias), one output after another.
class PlainDense : public Layer {
 public:
  PlainDense(const DenseSpec& layer, const Weights& weights) : layer_(layer), weights_(weights) {}

  void run(const Io& io) override {
    const auto [batch, time_steps, features] = io.input.dims;
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t t = 0; t < time_steps; ++t)
        for (std::int64_t j = 0; j < layer_.units; ++j) {
          const float* x = io.input.row(b, t);
          const float* column = weights_.kernel.data() + j;
          float sum = layer_.use_bias ? weights_.bias[static_cast<std::size_t>(j)] : 0;
          for (std::int64_t i = 0; i < features; ++i) sum += x[i] * column[i * layer_.units];
          io.output(b, t, j) = layer_.activation == Activation::relu && sum < 0 ? 0 : sum;
        }
  }
  std::string method() const override { return "dot products"; }

 private:
  DenseSpec layer_;
  Weights weights_;
};

class PlainDenseBackend : public Backend {
 public:
  std::string_view name() const override { return "plain_dense"; }
  std::string version() const override { return "1.0, one thread"; }
  Support supports(const Problem& problem) const override {
    const auto* dense = std::get_if<DenseSpec>(&problem.layer);
    if (dense == nullptr) return Support::no("plain_dense computes dense layers only");
    if (dense->activation != Activation::linear && dense->activation != Activation::relu)
      return Support::no("plain_dense knows the activations linear and relu only");
    if (problem.exec.threads != 1) return Support::no("plain_dense has one thread only");
    if (problem.exec.pass != Pass::inference) return Support::no("plain_dense has no backward pass");
    return Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<PlainDense>(std::get<DenseSpec>(problem.layer), weights);
  }
};

}  // namespace

LOCKSTEP_MODULE(PlainDenseBackend)
