#include "verify/relations/verify_relations.h"

#include <atomic>
#include <iterator>
#include <mutex>

#include "backends/team.h"

namespace lockstep {

std::vector<RelationFinding> verify_relations(std::span<const Backend* const> backends,
                                              std::span<const Case> cases, int workers,
                                              const Progress& progress) {
  std::vector<std::vector<RelationFinding>> of_case(cases.size());
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex reporting;  // of `done`
  Team(workers).run([&](int) {
    try {
      Oracle oracle(1);
      for (std::size_t i = next++; i < cases.size(); i = next++) {
        const auto expected = oracle.expect(cases[i]);
        for (const Backend* backend : backends) {
          auto found = check_relations(*backend, cases[i], *expected);
          std::move(found.begin(), found.end(), std::back_inserter(of_case[i]));
        }
        const std::lock_guard lock(reporting);
        ++done;
        if (progress) progress(done, cases.size());
      }
    } catch (...) {
      next = cases.size();  // the others stop, too
      throw;
    }
  });
  std::vector<RelationFinding> findings;
  for (auto& found : of_case) std::move(found.begin(), found.end(), std::back_inserter(findings));
  return findings;
}

Tally tally(std::span<const RelationFinding> findings) {
  std::vector<Finding> plain(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) plain[i].verdict = findings[i].verdict;
  return tally(std::span<const Finding>(plain));
}

}  // namespace lockstep
