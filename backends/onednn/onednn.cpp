#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/module.h"
#include "backends/onednn/activation.h"
#include "backends/onednn/api.h"
#include "backends/onednn/feedforward.h"
#include "backends/onednn/recurrent.h"

namespace lockstep::onednn {
namespace {

class OneDnn : public Backend {
 public:
  std::string_view name() const override { return "onednn"; }
  std::string version() const override {
    const auto* library = dnnl::version();
    return fmt::format("oneDNN {}.{}.{}, {}, ISA {}", library->major, library->minor, library->patch,
                       threading, name_of(dnnl::get_effective_cpu_isa()));
  }
  Support supports(const Problem& problem) const override {
    if (problem.exec.pass == Pass::training) return Support::no("onednn has no backward pass yet");
    if (const auto* recurrent = as_recurrent(problem)) return supports_recurrent(*recurrent, problem.extras);
    if (const auto* dense = as_dense(problem)) return onednn::supports(dense->activation);
    return onednn::supports(std::get<ActivationSpec>(problem.layer).activation);
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr) return prepare_recurrent(problem, weights);
    return prepare_feedforward(problem, weights);
  }
};

}  // namespace
}  // namespace lockstep::onednn

LOCKSTEP_MODULE(lockstep::onednn::OneDnn)
