#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/fused/share.h"
#include "backends/team.h"
#include "backends/threads_trial.h"

namespace lockstep::fused {

/// A recurrent layer with these kernels, by this plan.
class Recurrent : public Layer {
 public:
  Recurrent(const Problem&, const Weights&, const Kernels&, const Plan&);
  void run(const Io&) override;
  std::string method() const override { return to_string(plan_, kernels_.isa); }
  std::unique_ptr<Layer> another() const override;

 private:
  /// `packed`: of the weights of each slice of the plan.
  Recurrent(const Problem&, const Kernels&, const Plan&, std::vector<Share::CellWeights> packed);

  Problem problem_;
  const Kernels& kernels_;
  Plan plan_;
  std::vector<Share::CellWeights> packed_;
  States states_;
  std::optional<Turns> turns_;
  std::vector<std::unique_ptr<Share>> shares_;
  Team team_;
};

/// By the plan of the problem or, where its threads would wait for each other and a trial, the first of its
/// size, finds that no faster, by the one in which they do not.
std::unique_ptr<Layer> prepare_recurrent(const Problem&, const Weights&, const Kernels&,
                                         const ThreadsTrial& = is_worth_meeting);

}  // namespace lockstep::fused
