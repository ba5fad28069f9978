#include "verify/verdict.h"

#include <fmt/format.h>

#include "backends/names.h"
#include "backends/problem_text.h"

namespace lockstep {

std::string_view to_string(Verdict verdict) {
  static constexpr Names<Verdict, 4> names{{"pass", "fail", "skip", "untrusted"}};
  return names.of(verdict);
}

std::string repro_of(const Finding& finding) {
  const std::string seed =
      finding.checked.seed == default_seed ? "" : fmt::format(" --seed {}", finding.checked.seed);
  return fmt::format("lockstep verify {} --backends {}{}", to_string(finding.checked.problem),
                     finding.backend, seed);
}

}  // namespace lockstep
