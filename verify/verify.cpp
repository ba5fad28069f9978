#include "verify/verify.h"

#include <fmt/format.h>

#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep {

std::vector<Finding> verify(std::span<const Backend* const> backends, std::span<const Case> cases,
                            int workers, const Progress& progress) {
  std::vector<Finding> findings(cases.size() * backends.size());
  for_each_index(
      cases.size(), workers, progress, [] { return Oracle(1); },
      [&](Oracle& oracle, std::size_t i) {
        const auto expected = oracle.expect(cases[i]);
        const Beside beside = beside_results(cases[i]);
        for (std::size_t k = 0; k < backends.size(); ++k)
          findings[i * backends.size() + k] = check(*backends[k], cases[i], *expected, beside);
      });
  return findings;
}

Tally tally(std::span<const Finding> findings) {
  Tally counts;
  for (const Finding& finding : findings) switch (finding.verdict) {
      case Verdict::pass:
        ++counts.pass;
        break;
      case Verdict::fail:
        ++counts.fail;
        break;
      case Verdict::skip:
        ++counts.skip;
        break;
      case Verdict::untrusted:
        ++counts.untrusted;
        break;
      case Verdict::ill_conditioned:
        ++counts.ill_conditioned;
        break;
    }
  return counts;
}

std::string to_string(const Tally& counts) {
  return fmt::format("{} passed, {} failed, {} skipped, {} untrusted, {} ill-conditioned", counts.pass,
                     counts.fail, counts.skip, counts.untrusted, counts.ill_conditioned);
}

}  // namespace lockstep
