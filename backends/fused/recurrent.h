#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/fused/share.h"
#include "backends/team.h"

namespace lockstep::fused {

/// A recurrent layer with these kernels, by this plan.
class Recurrent : public Layer {
 public:
  Recurrent(const Problem&, const Weights&, const Kernels&, const Plan&);
  void run(const Io&) override;
  std::string method() const override { return to_string(plan_, isa_); }

 private:
  Plan plan_;
  std::string_view isa_;
  States states_;
  std::optional<Turns> turns_;
  std::vector<std::unique_ptr<Share>> shares_;
  Team team_;
};

}  // namespace lockstep::fused
