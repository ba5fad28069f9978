#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "cases/case.h"
#include "cases/data.h"
#include "verify/guarded.h"
#include "verify/oracle.h"
#include "verify/relations/relation.h"

namespace lockstep {

/// What a run gave. NaN is what the layer did not write.
struct Result : GuardedOutputs {
  explicit Result(const Problem& problem) : GuardedOutputs(problem, Layout::time_major) {}
};

/// A run wrote beside its outputs.
struct WroteOutside : std::exception {
  const char* what() const noexcept override { return "wrote outside its outputs"; }
};

/// A case that a backend takes, ready to be compared with its companions.
struct Subject {
  Subject(const Backend&, const Case&, const Expected&);
  const Backend& backend;
  const Case& one;
  Given given;
  Allowed allowed;  // views into the expected values, which outlive it
  Result usual;     // of the case itself
};

/// One relation at work on one case: runs companions of the case and compares results.
class Trial {
 public:
  Trial(const Relation&, const Subject&);

  const Problem& problem() const { return subject_.one.problem; }
  const Given& given() const { return subject_.given; }
  const Result& usual() const { return subject_.usual; }
  std::uint64_t seed() const { return subject_.one.seed; }

  /// A companion made ready. Where the backend refuses it the trial becomes a skip with the reason, and the
  /// layer does nothing.
  std::unique_ptr<Layer> prepare(const Problem&, const Weights&);
  Result run(const Problem&, const Given&);

  /// Compares two sides, of the same dims, element by element; `allowed` is what the oracle allows each.
  void compare(std::string_view part, const SequenceView<const float>& a, const SequenceView<const float>& b,
               const SequenceView<const double>& allowed);
  void compare(std::string_view part, const StateView<const float>& a, const StateView<const float>& b,
               const StateView<const double>& allowed);
  /// Compares output and final states, those that both have, of two results of the size of the case.
  void compare(const Result& a, const Result& b);
  void compare(const Result& a, const Result& b, const Allowed&);
  const Allowed& allowed() const { return subject_.allowed; }

  /// What comparing elements cannot say.
  void fail(const std::string& reason);

  RelationFinding finding() const;

 private:
  const Relation& relation_;
  const Subject& subject_;
  std::string refusal_;  // of the first companion that the backend does not take
  RelationFinding found_;
};

/// One run. Throws WroteOutside.
void run_on(Layer&, const Problem&, const Given&, const Result&);

}  // namespace lockstep
