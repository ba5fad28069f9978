#include "verify/explain/report.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep {
namespace {

using reports::Cell;

std::string needed(const Explanation& one) {
  if (one.needs.empty()) return "nothing but the layer";
  return fmt::format("{}", fmt::join(one.needs, ", "));
}

std::string summary_of(const Explanation& one) {
  std::string text = fmt::format("The smallest problem that {} fails is {}.", one.failing.backend,
                                 one.shrunk.finding.subject);
  if (!one.step.empty()) text += fmt::format(" {}.", one.step);
  if (!one.looks_like.empty()) text += fmt::format(" It looks like: {}", one.likeness());
  return text;
}

reports::Table table_of(const Explanation& one) {
  reports::Table table(fmt::format("{} on {}", one.failing.subject, one.failing.backend),
                       {{"what", "What"}, {"found", "Found"}});
  const auto say = [&](std::string what, const std::string& found) {
    if (!found.empty()) table.add({std::move(what), found});
  };
  if (one.told_by != one.failing.subject) say("told by a smaller one", one.told_by);
  say("first wrong", one.first_wrong);
  say("where", one.step);
  say("looks like", one.likeness());
  say(one.shrunk.in_time ? "smallest problem that fails" : "smallest that was found in time",
      one.shrunk.finding.subject);
  say("it needs", needed(one));
  say("it fails with", one.shrunk.finding.reason);
  return table;
}

reports::Table repro_table(std::span<const Explanation> explanations) {
  reports::Table table("The smallest problems that fail",
                       {{"problem", "Problem", "", reports::Align::left, 3, true},
                        {"backend", "Backend"},
                        {"tried", "Problems tried"},
                        {"repro", "Repeat it with", "", reports::Align::left, 3, true}});
  for (const Explanation& one : explanations)
    table.add({one.shrunk.finding.subject, one.failing.backend, static_cast<std::int64_t>(one.shrunk.tried),
               repro_of(one.shrunk.finding)});
  return table;
}

}  // namespace

std::vector<Explanation> explain_failures(std::span<const Backend* const> backends,
                                          std::span<const Case> cases, std::span<const Finding> findings,
                                          const Patience& patience, const Progress& progress) {
  constexpr std::size_t most = 4;
  std::vector<std::pair<std::size_t, std::size_t>> failing;  // case and backend
  for (std::size_t k = 0; k < backends.size() && failing.size() < most; ++k)
    for (std::size_t i = 0; i < cases.size(); ++i)
      if (findings[i * backends.size() + k].verdict == Verdict::fail) {
        failing.emplace_back(i, k);
        break;
      }
  std::vector<Explanation> explanations;
  for (const auto& [i, k] : failing) {
    if (progress) progress(explanations.size(), failing.size());
    explanations.push_back(explain(*backends[k], cases[i], findings[i * backends.size() + k], patience));
  }
  return explanations;
}

void add_explanations(std::span<const Explanation> explanations, reports::Document& document) {
  if (explanations.empty()) return;
  reports::Section section{"What went wrong", {}, {}, {}};
  for (const Explanation& one : explanations) {
    document.lead.push_back(summary_of(one));
    section.tables.push_back(table_of(one));
  }
  section.tables.push_back(repro_table(explanations));
  document.sections.push_back(std::move(section));
}

}  // namespace lockstep
