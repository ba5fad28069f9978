#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/module.h"
#include "backends/onednn/activation.h"
#include "backends/onednn/api.h"
#include "backends/onednn/feedforward.h"
#include "backends/onednn/feedforward_training.h"
#include "backends/onednn/recurrent.h"
#include "backends/onednn/recurrent_training.h"

namespace lockstep::onednn {
namespace {

class OneDnn : public Backend {
 public:
  std::string_view name() const override { return LOCKSTEP_MODULE_NAME; }
  std::string version() const override {
    const auto* library = dnnl::version();
    return fmt::format("oneDNN {}.{}.{}, {}, ISA {}", library->major, library->minor, library->patch,
                       threading, name_of(dnnl::get_effective_cpu_isa()));
  }
  Support supports(const Problem& problem) const override {
    if (const auto* recurrent = as_recurrent(problem)) return supports_recurrent(*recurrent, problem.extras);
    if (const auto* dense = as_dense(problem)) return onednn::supports(dense->activation);
    return onednn::supports(std::get<ActivationSpec>(problem.layer).activation);
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr) return prepare_recurrent(problem, weights);
    return prepare_feedforward(problem, weights);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr) return prepare_recurrent_training(problem, weights);
    return prepare_feedforward_training(problem, weights);
  }
};

}  // namespace
}  // namespace lockstep::onednn

LOCKSTEP_MODULE(lockstep::onednn::OneDnn)
