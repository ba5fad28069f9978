#include <fmt/format.h>

#include "backends/module.h"
#include "backends/onnxruntime/api.h"
#include "backends/onnxruntime/feedforward.h"
#include "backends/onnxruntime/recurrent.h"

namespace lockstep::onnxruntime {
namespace {

class OnnxRuntime : public Backend {
 public:
  std::string_view name() const override { return LOCKSTEP_MODULE_NAME; }
  std::string version() const override {
    return fmt::format("ONNX Runtime {}, CPU provider, own threads", OrtGetApiBase()->version());
  }
  Support supports(const Problem& problem) const override {
    if (problem.exec.pass == Pass::training)
      return Support::no("ONNX Runtime's wheel computes inference only");
    return as_recurrent(problem) != nullptr ? supports_recurrent(problem) : Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr) return prepare_recurrent(problem, weights);
    return prepare_feedforward(problem, weights);
  }
};

}  // namespace
}  // namespace lockstep::onnxruntime

LOCKSTEP_MODULE(lockstep::onnxruntime::OnnxRuntime)
