#include "verify/mutants/score.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <variant>

#include <fmt/format.h>

#include "verify/check.h"
#include "verify/mutants/choice.h"
#include "verify/mutants/exact_integers.h"
#include "verify/mutants/mutant_backend.h"
#include "verify/oracle.h"
#include "verify/relations/relation.h"

namespace lockstep {
namespace {

constexpr std::size_t always_tried = 8, most_tried = 96;  // cases for each mutant; more than 8 while it lives

constexpr std::array<std::string_view, 11> names{"output",    "final h", "final c",  "step",
                                                 "layout",    "repeat",  "guards",   "threw",
                                                 "gradients", "update",  "relations"};

/// What the oracle says of a case.
struct Answer {
  std::shared_ptr<const Expected> expected;
  Beside beside;
};

/// As for a backend, which a mutant is not to the command line.
std::string mutant_repro_of(const Finding& finding) {
  constexpr std::string_view flag = "--backends";
  std::string command = repro_of(finding);
  return command.replace(command.find(flag), flag.size(), "--mutants --only");
}

bool failed(const Finding& finding, std::string_view check) {
  return std::find(finding.failed.begin(), finding.failed.end(), check) != finding.failed.end();
}

class Trials {
 public:
  Trials(std::span<const Case> cases, const std::vector<std::string>& counting)
      : cases_(cases), answers_(cases.size()) {
    for (std::size_t k = 0; k < names.size(); ++k)
      counts_[k] =
          counting.empty() || std::find(counting.begin(), counting.end(), names[k]) != counting.end();
  }

  /// Asks the oracle, for the mutants to come.
  Finding try_control(std::size_t i) {
    answers_[i] = {Oracle(1).expect(cases_[i]), beside_results(cases_[i])};
    return check_on(control(), i, true);
  }

  MutantScore try_mutant(const Mutant& mutant, const std::vector<std::size_t>& chosen) const {
    MutantScore score;
    score.mutant = &mutant;
    score.killed_by.resize(names.size());
    for (const std::size_t i : chosen) {
      if (score.tried >= always_tried && score.killed > 0) break;
      const bool for_the_matrix = score.tried++ < always_tried;
      note(score, check_on(mutant, i, for_the_matrix || counts_.back()));
    }
    return score;
  }

 private:
  Finding check_on(const Mutant& mutant, std::size_t i, bool with_relations) const {
    const MutantBackend backend(mutant);
    Finding finding = check(backend, cases_[i], *answers_[i].expected, answers_[i].beside);
    const bool has_relations = cases_[i].problem.exec.pass == Pass::inference;
    if (!with_relations || !has_relations || failed(finding, "threw")) return finding;
    for (const RelationFinding& relation : check_relations(backend, cases_[i], *answers_[i].expected)) {
      if (relation.verdict != Verdict::fail) continue;
      fail(finding, names.back(), fmt::format("{}: {}", relation.relation, relation.reason));
      break;
    }
    return finding;
  }

  void note(MutantScore& score, const Finding& finding) const {
    bool kills = false;
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (!failed(finding, names[k])) continue;
      ++score.killed_by[k];
      kills = kills || counts_[k];
    }
    if (!kills) return;
    if (score.killed == 0) {
      score.repro = mutant_repro_of(finding);
      score.reason = finding.reason;
    }
    ++score.killed;
  }

  std::span<const Case> cases_;
  std::vector<Answer> answers_;
  std::array<bool, names.size()> counts_{};
};

}  // namespace

std::span<const std::string_view> check_names() {
  return names;
}

const Finding* MutantRun::broken_control() const {
  if (exact_integers.verdict != Verdict::pass) return &exact_integers;
  const auto broken = std::find_if(controls.begin(), controls.end(),
                                   [](const Finding& one) { return one.verdict != Verdict::pass; });
  return broken == controls.end() ? nullptr : &*broken;
}

std::size_t MutantRun::killed() const {
  return static_cast<std::size_t>(
      std::count_if(scores.begin(), scores.end(), [](const MutantScore& one) { return !one.survived(); }));
}

MutantRun run_mutants(std::span<const Mutant* const> mutants, std::span<const Case> cases,
                      const std::vector<std::string>& counting, int workers, const Progress& progress) {
  MutantRun run;
  run.exact_integers = check_exact_integers(MutantBackend(control()));
  const Choice choice(cases);
  std::vector<std::vector<std::size_t>> chosen;
  std::set<std::size_t> used;
  for (const Mutant* mutant : mutants) {
    chosen.push_back(choice.of(*mutant, most_tried));
    used.insert(chosen.back().begin(), chosen.back().end());
  }
  Trials trials(cases, counting);
  const std::vector<std::size_t> in_use(used.begin(), used.end());
  run.controls.resize(in_use.size());
  const auto stateless = [] { return std::monostate(); };
  for_each_index(in_use.size(), workers, {}, stateless,
                 [&](std::monostate, std::size_t i) { run.controls[i] = trials.try_control(in_use[i]); });
  if (run.broken_control() != nullptr) return run;
  run.scores.resize(mutants.size());
  for_each_index(mutants.size(), workers, progress, stateless, [&](std::monostate, std::size_t i) {
    run.scores[i] = trials.try_mutant(*mutants[i], chosen[i]);
  });
  return run;
}

}  // namespace lockstep
