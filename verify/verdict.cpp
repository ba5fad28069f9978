#include "verify/verdict.h"

#include <fmt/format.h>

#include "backends/names.h"
#include "backends/problem_text.h"
#include "backends/selection.h"

namespace lockstep {

namespace {
constexpr Names<Verdict, 5> names{{"pass", "fail", "skip", "untrusted", "ill-conditioned"}};
}  // namespace

std::string_view to_string(Verdict verdict) {
  return names.of(verdict);
}
std::span<const std::string_view> verdict_names() {
  return names.names;
}

Finding::Finding(const Case& one, std::string_view backend_name)
    : subject(to_string(one.problem)),
      layer(subject.substr(0, subject.find('/'))),
      why(one.why),
      seed(one.seed),
      gain(one.gain),
      is_random(one.is_random),
      backend(backend_name) {}

std::string computed_by(const Finding& finding) {
  return finding.left.empty() ? finding.backend : fmt::format("{} ({})", finding.backend, finding.left);
}

void fail(Finding& finding, std::string_view check, std::string reason) {
  finding.verdict = Verdict::fail;
  finding.failed.emplace_back(check);
  if (finding.reason.empty()) finding.reason = std::move(reason);
}

std::string repro_of(const Finding& finding) {
  std::string command = fmt::format("lockstep verify {} --backends {}", finding.subject, finding.backend);
  const std::string arrow = "-> ";
  if (const auto at = finding.left.rfind(arrow); at != std::string::npos)
    if (const std::string fallback = finding.left.substr(at + arrow.size()); fallback != default_fallback)
      command += fmt::format(" --fallback {}", fallback);
  if (!finding.module.empty()) command += fmt::format(" --module {}", finding.module);
  if (finding.seed != default_seed) command += fmt::format(" --seed {}", finding.seed);
  if (finding.gain != 1) command += fmt::format(" --gain {}", finding.gain);
  return command;
}

}  // namespace lockstep
