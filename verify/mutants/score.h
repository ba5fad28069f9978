#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"
#include "verify/mutants/mutant.h"
#include "verify/verdict.h"
#include "verify/verify.h"

namespace lockstep {

/// The names of the checks that can kill a mutant, as in Finding::failed.
std::span<const std::string_view> check_names();

/// What became of one mutant.
struct MutantScore {
  const Mutant* mutant = nullptr;
  std::size_t tried = 0, killed = 0;   // cases; killed by a check that counts
  std::vector<std::size_t> killed_by;  // cases, for each of check_names(), whether it counts or not
  std::string repro, reason;           // of the first case in which a check that counts killed it

  bool survived() const { return killed == 0; }
};

/// What the mutants were tried on, and what became of them.
struct MutantRun {
  Finding exact_integers;           // the control on whole numbers
  std::vector<Finding> controls;    // the control on each case used
  std::vector<MutantScore> scores;  // none where the control did not pass

  /// The first finding of the control that is no pass, or null.
  const Finding* broken_control() const;
  std::size_t killed() const;
};

/// First the control on every case that is used, then each mutant on the cases chosen for it, in order: some,
/// and more as long as it lives. `counting` are names of checks; empty: all count. What is found depends
/// neither on `workers` nor on time.
MutantRun run_mutants(std::span<const Mutant* const>, std::span<const Case>,
                      const std::vector<std::string>& counting, int workers, const Progress& progress = {});

}  // namespace lockstep
