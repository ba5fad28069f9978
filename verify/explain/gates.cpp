#include "verify/explain/gates.h"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "verify/check.h"
#include "verify/explain/isolated.h"

namespace lockstep {
namespace {

/// The case with one step, from a state to a state.
Case one_step_of(const Case& whole) {
  Case one = whole;
  auto& layer = std::get<RecurrentSpec>(one.problem.layer);
  layer.return_sequences = layer.go_backwards = layer.zero_output_for_mask = false;
  one.problem.shape.time_steps = 1;
  one.problem.extras = {.initial_state = true, .final_state = true, .mask = MaskPattern::none};
  return one;
}

/// Which results are wrong; that a run writes elsewhere, or does not repeat, is another matter.
struct Wrong {
  bool output = false, state = false;
  explicit operator bool() const { return output || state; }
};

class Experiments {
 public:
  Experiments(const Backend& backend, const Case& whole) : backend_(backend), one_(one_step_of(whole)) {}

  bool possible() const { return static_cast<bool>(backend_.supports(one_.problem)); }
  const RecurrentSpec& layer() const { return *as_recurrent(one_.problem); }

  Wrong step() const {
    return wrong_in(one_.problem, [](Weights&) {});
  }
  bool is_wrong(std::int64_t gate, const Parts& parts, Plain plain) const {
    return static_cast<bool>(wrong_in(
        one_.problem, [&](Weights& weights) { weights = isolated(layer(), weights, gate, parts, plain); }));
  }

  /// Whether the step is right after a change of the problem.
  template <class Change>
  bool helps(Change&& change) const {
    Problem other = one_.problem;
    change(other);
    return other != one_.problem && backend_.supports(other) && !wrong_in(other, [](Weights&) {});
  }

  std::vector<std::string_view> wrong_parts(std::int64_t gate, Plain plain) const {
    std::vector<std::string_view> wrong;
    const auto alone = [&](std::string_view name, const Parts& parts) {
      if (is_wrong(gate, parts, plain)) wrong.push_back(name);
    };
    alone("kernel", {true, false, {false, false}});
    alone("recurrent kernel", {false, true, {false, false}});
    if (!layer().use_bias) return wrong;
    const bool two_rows = layer().cell == Cell::gru && layer().reset_after;
    alone(two_rows ? "input bias" : "bias", {false, false, {true, false}});
    if (two_rows) alone("recurrent bias", {false, false, {false, true}});
    return wrong;
  }

 private:
  /// Over several draws of the numbers: one alone could be blind, as where relu is zero.
  template <class Change>
  Wrong wrong_in(const Problem& problem, Change&& change) const {
    constexpr std::uint64_t draws = 4;
    Wrong wrong;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      Case one = one_;
      one.problem = problem;
      one.seed += draw;
      Given given = make_given(one);
      change(given.weights);
      const auto layer = backend_.prepare(one.problem, given.weights);
      const Finding found = check_layer(backend_, *layer, one, given, Expected(one.problem, given, 1));
      for (const std::string& name : found.failed) {
        wrong.output = wrong.output || name == "output";
        wrong.state = wrong.state || name == "final h" || name == "final c";
      }
    }
    return wrong;
  }

  const Backend& backend_;
  Case one_;
};

/// What the step needs to be wrong, where its weights do not tell.
std::vector<std::string> only_with(const Experiments& experiments) {
  std::vector<std::string> found;
  const auto without = [&](Activation RecurrentSpec::*which, std::string_view name) {
    const Activation used = experiments.layer().*which;
    for (const Activation other : {Activation::softsign, Activation::tanh, Activation::linear})
      if (other != used && experiments.helps([&](Problem& problem) {
            std::get<RecurrentSpec>(problem.layer).*which = other;
          })) {
        found.push_back(fmt::format("{} {}", name, to_string(used)));
        return;
      }
  };
  without(&RecurrentSpec::activation, "activation");
  if (experiments.layer().cell != Cell::simple_rnn)
    without(&RecurrentSpec::recurrent_activation, "recurrent activation");
  if (experiments.helps([](Problem& problem) { problem.extras.initial_state = false; }))
    found.emplace_back("an initial state");
  return found;
}

/// What the other gates may do, so that the step is right as long as none is looked at.
std::optional<Plain> harmless(const Experiments& experiments, std::initializer_list<Plain> choice) {
  for (const Plain plain : choice)
    if ((plain != Plain::constant || experiments.layer().use_bias) &&
        !experiments.is_wrong(no_gate, {}, plain))
      return plain;
  return std::nullopt;
}

StepDiagnosis diagnosis_of(const Experiments& experiments) {
  StepDiagnosis found;
  const Wrong wrong = experiments.step();
  if (!wrong.output) {
    found.kind = wrong.state ? StepDiagnosis::returned : StepDiagnosis::right;
    return found;
  }
  auto plain = harmless(experiments, {Plain::half_of_state, Plain::constant});
  if (!plain) {
    found.kind = StepDiagnosis::plain;
    found.only_with = only_with(experiments);
    if (found.only_with.empty()) plain = harmless(experiments, {Plain::nothing});
    if (!plain) return found;
  }
  const auto names = gates_of(experiments.layer());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto gate = static_cast<std::int64_t>(i);
    if (experiments.is_wrong(gate, {}, *plain))
      found.wrong.push_back({names[i], experiments.wrong_parts(gate, *plain)});
  }
  found.every_gate = found.wrong.size() == names.size();
  if (!found.wrong.empty())
    found.kind = StepDiagnosis::gates;
  else if (*plain != Plain::nothing)
    found.kind = StepDiagnosis::combined;
  return found;
}

std::string described(const WrongGate& gate) {
  if (gate.parts.empty()) return std::string(gate.name);
  return fmt::format("{} ({})", gate.name, fmt::join(gate.parts, ", "));
}

std::string described(const std::vector<WrongGate>& gates, bool every_gate) {
  const bool alike = std::all_of(gates.begin(), gates.end(),
                                 [&](const WrongGate& gate) { return gate.parts == gates.front().parts; });
  if (every_gate && alike && gates.size() > 1) return described({"every gate", gates.front().parts});
  std::string text;
  for (const WrongGate& gate : gates) (text += text.empty() ? "" : ", ") += described(gate);
  return text;
}

}  // namespace

StepDiagnosis diagnose_steps(const Backend& backend, const Case& one) {
  if (as_recurrent(one.problem) == nullptr) return {};
  const Experiments experiments(backend, one);
  if (!experiments.possible()) return {};
  try {
    return diagnosis_of(experiments);
  } catch (const std::exception&) {
    return {};
  }
}

std::string to_string(const StepDiagnosis& found) {
  switch (found.kind) {
    case StepDiagnosis::unknown:
      break;
    case StepDiagnosis::right:
      return "Every single step is right";
    case StepDiagnosis::returned:
      return "A single step is right, but not the state that it returns";
    case StepDiagnosis::gates:
      return "A single step is wrong in " + described(found.wrong, found.every_gate);
    case StepDiagnosis::combined:
      return "A single step is wrong although each gate is right alone: how they are combined is wrong";
    case StepDiagnosis::plain:
      if (!found.only_with.empty())
        return fmt::format("A single step is wrong, only with {}",
                           fmt::join(found.only_with, ", and only with "));
      return "A single step is wrong even where all gates have the same plain weights: an activation, what "
             "becomes of the state, or what is written";
  }
  return {};
}

}  // namespace lockstep
