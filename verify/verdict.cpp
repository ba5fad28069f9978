#include "verify/verdict.h"

#include <fmt/format.h>

#include "backends/names.h"
#include "backends/problem_text.h"

namespace lockstep {

std::string_view to_string(Verdict verdict) {
  static constexpr Names<Verdict, 4> names{{"pass", "fail", "skip", "untrusted"}};
  return names.of(verdict);
}

Finding::Finding(const Case& one, std::string_view backend_name)
    : subject(to_string(one.problem)),
      layer(subject.substr(0, subject.find('/'))),
      why(one.why),
      seed(one.seed),
      backend(backend_name) {}

std::string repro_of(const Finding& finding) {
  const std::string seed = finding.seed == default_seed ? "" : fmt::format(" --seed {}", finding.seed);
  return fmt::format("lockstep verify {} --backends {}{}", finding.subject, finding.backend, seed);
}

}  // namespace lockstep
