#include "backends/module.h"

namespace lockstep {
namespace {

/// A module that loads, and computes nothing. NAME is set by the build.
class Usable : public Backend {
 public:
  std::string_view name() const override { return NAME; }
  std::string version() const override { return "1"; }
  Support supports(const Problem&) const override { return Support::no("it computes nothing"); }
  std::unique_ptr<Layer> prepare(const Problem&, const Weights&) const override { return nullptr; }
};

}  // namespace
}  // namespace lockstep

LOCKSTEP_MODULE(lockstep::Usable)
