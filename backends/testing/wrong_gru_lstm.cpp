#include "backends/module.h"
#include "backends/reference.h"

namespace lockstep {
namespace {

/// reference.h at float on the weights and the layer that it is given.
class WrongLayer : public Layer {
 public:
  WrongLayer(const Problem& problem, Weights weights)
      : batch_(problem.shape.batch), weights_(std::move(weights)), rows_(problem, weights_) {}
  void run(const Io& io) override { rows_.run(io, 0, batch_); }
  std::string method() const override { return "loops"; }

 private:
  std::int64_t batch_;
  Weights weights_;
  reference::LayerRows<float> rows_;
};

/// Two faults for the verifier to explain: an LSTM with its gates in the order f i c o, and a GRU that
/// applies its reset gate before the recurrent product, whatever is asked for.
class Wrong : public Backend {
 public:
  std::string_view name() const override { return "wrong"; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem& problem) const override {
    if (problem.exec.pass != Pass::inference) return Support::no("wrong has no backward pass");
    return Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& asked, const Weights& given) const override {
    Problem problem = asked;
    Weights weights = given;
    if (auto* layer = std::get_if<RecurrentSpec>(&problem.layer)) {
      if (layer->cell == Cell::lstm) swap_first_gates(*layer, weights);
      if (layer->cell == Cell::gru && layer->reset_after) reset_before(*layer, weights);
    }
    return std::make_unique<WrongLayer>(problem, std::move(weights));
  }

 private:
  static void swap_first_gates(const RecurrentSpec& layer, Weights& weights) {
    for (auto* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
      for (auto row = matrix->begin(); row < matrix->end(); row += 4 * layer.units)
        std::swap_ranges(row, row + layer.units, row + layer.units);
  }
  static void reset_before(RecurrentSpec& layer, Weights& weights) {
    layer.reset_after = false;
    const std::size_t columns = weights.bias.size() / 2;
    for (std::size_t j = 0; j < columns; ++j) weights.bias[j] += weights.bias[columns + j];
    weights.bias.resize(columns);
  }
};

}  // namespace
}  // namespace lockstep

LOCKSTEP_MODULE(lockstep::Wrong)
