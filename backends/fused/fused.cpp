#include <memory>
#include <stdexcept>
#include <string>

#include "backends/fused/choice.h"
#include "backends/fused/feedforward.h"
#include "backends/fused/recurrent.h"
#include "backends/fused/training.h"
#include "backends/module.h"

namespace lockstep::fused {
namespace {

class Fused : public Backend {
 public:
  std::string_view name() const override { return "fused"; }
  std::string version() const override {
    try {
      return "lockstep's own on " + highway_version() + ", ISA " + std::string(chosen_kernels().isa) +
             ", own threads";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  }
  Support supports(const Problem&) const override {
    try {
      chosen_kernels();
    } catch (const std::invalid_argument& error) {
      return Support::no(error.what());
    }
    return Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    const Kernels& kernels = chosen_kernels();
    if (as_recurrent(problem) != nullptr) return prepare_recurrent(problem, weights, kernels);
    if (as_dense(problem) != nullptr) return std::make_unique<Dense>(problem, weights, kernels);
    return std::make_unique<RowActivation>(problem, kernels);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    return fused::prepare_training(problem, weights);
  }
};

}  // namespace
}  // namespace lockstep::fused

LOCKSTEP_MODULE(lockstep::fused::Fused)
