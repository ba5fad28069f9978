#include "verify/relations/verify_relations.h"

#include <iterator>

namespace lockstep {

std::vector<RelationFinding> verify_relations(std::span<const Backend* const> backends,
                                              std::span<const Case> cases, int workers,
                                              const Progress& progress) {
  std::vector<std::vector<RelationFinding>> of_case(cases.size());
  for_each_index(
      cases.size(), workers, progress, [] { return Oracle(1); },
      [&](Oracle& oracle, std::size_t i) {
        const auto expected = oracle.expect(cases[i]);
        for (const Backend* backend : backends) {
          auto found = check_relations(*backend, cases[i], *expected);
          std::move(found.begin(), found.end(), std::back_inserter(of_case[i]));
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
