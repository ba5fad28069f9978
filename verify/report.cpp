#include "verify/report.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "reports/columns.h"
#include "verify/test_row.h"
#include "verify/verify.h"

namespace lockstep {
namespace {

using reports::Cell;
using reports::count;
using reports::number;
using reports::Table;
using reports::words;

/// Infinite where a result was not finite: no table holds that. Missing where nothing was compared.
Cell finite(double value, bool compared = true) {
  if (!compared) return {};
  if (!std::isfinite(value)) return "not finite";
  return value;
}

/// Where nothing can be said, nothing is excused or not.
Cell finite_or_none(double tolerance, bool compared) {
  return compared && std::isfinite(tolerance) ? Cell(tolerance) : Cell();
}

/// Error over tolerance of the rows that were judged by one, in order.
std::vector<double> shares_of(std::span<const Finding> findings) {
  std::vector<double> shares;
  for (const Finding& finding : findings)
    if (finding.tolerance > 0 && finding.verdict != Verdict::ill_conditioned)
      shares.push_back(finding.share_of_tolerance());
  std::sort(shares.begin(), shares.end());
  return shares;
}

Table verdict_table(std::span<const Finding> findings) {
  Table table("",
              {words("layer", "Layer"), words("backend", "Backend"), number("pass", "Pass"),
               number("fail", "Fail"), number("skip", "Skip"), number("untrusted", "Untrusted"),
               number("ill_conditioned", "Ill-cond."), number("median_share", "Median err/tol"),
               number("largest_share", "Largest err/tol"), number("largest_step_share", "Steps err/tol")});
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, std::vector<Finding>> groups;
  for (const Finding& finding : findings) {
    const std::pair key{finding.layer, computed_by(finding)};
    if (!groups.contains(key)) order.push_back(key);
    groups[key].push_back(finding);
  }
  for (const auto& key : order) {
    const Tally counts = tally(groups[key]);
    const std::vector<double> shares = shares_of(groups[key]);
    const bool compared = !shares.empty();
    double largest_of_steps = 0;
    for (const Finding& finding : groups[key])
      largest_of_steps = std::max(largest_of_steps, finding.step_share);
    table.add({key.first, key.second, count(counts.pass), count(counts.fail), count(counts.skip),
               count(counts.untrusted), count(counts.ill_conditioned),
               finite(compared ? shares[shares.size() / 2] : 0, compared),
               finite(compared ? shares.back() : 0, compared),
               finite(largest_of_steps, largest_of_steps > 0)});
  }
  return table;
}

constexpr std::size_t most_open_rows = 50;

Table open_table(std::span<const Finding> findings) {
  Table table("",
              {words("verdict", "Verdict"), words("problem", "Problem", true), words("backend", "Backend"),
               words("reason", "Reason"), words("repro", "Repeat it with", true)});
  std::vector<const Finding*> open;
  for (const Finding& finding : findings)
    if (finding.verdict != Verdict::pass && finding.verdict != Verdict::skip) open.push_back(&finding);
  std::stable_sort(open.begin(), open.end(),
                   [](const auto* a, const auto* b) { return a->verdict < b->verdict; });  // fail comes first
  for (const Finding* finding : std::span(open).first(std::min(open.size(), most_open_rows)))
    table.add({std::string(to_string(finding->verdict)), finding->subject, computed_by(*finding),
               finding->reason, repro_of(*finding)});
  return table;
}

/// A word on the rows that the table leaves to the records.
std::vector<std::string> not_shown(const Tally& counts) {
  const std::size_t all = counts.fail + counts.untrusted + counts.ill_conditioned;
  if (all <= most_open_rows) return {};
  return {fmt::format("The first {} of {}; the CSV and JSON files have all.", most_open_rows, all)};
}

/// The rows of these, by backend and reason.
template <class Belongs>
Table reason_table(std::span<const Finding> findings, Belongs belongs) {
  Table table("", {words("backend", "Backend"), words("reason", "Reason"), number("rows", "Rows"),
                   words("repro", "One of them", true)});
  std::map<std::pair<std::string, std::string>, std::vector<const Finding*>> groups;
  for (const Finding& finding : findings)
    if (belongs(finding)) groups[{computed_by(finding), finding.reason}].push_back(&finding);
  for (const auto& [key, rows] : groups)
    table.add({key.first, key.second, count(rows.size()), repro_of(*rows.front())});
  return table;
}

Table records(std::span<const Finding> findings) {
  Table table("Records",
              {words("problem", "Problem", true), words("backend", "Backend"), words("verdict", "Verdict"),
               number("largest_error", "Largest error"), number("tolerance", "Tolerance"),
               number("error_over_tolerance", "Error/tolerance"),
               number("step_error_over_tolerance", "Error/tolerance of single steps"),
               words("method", "Method"), words("reason", "Reason"), words("why", "Why this problem"),
               words("repro", "Repeat it with", true), number("milliseconds", "Time [ms]")});
  for (const Finding& finding : findings) {
    const bool compared = finding.tolerance > 0;
    table.add({finding.subject, computed_by(finding), std::string(to_string(finding.verdict)),
               compared ? finite(finding.largest_error) : Cell(), finite_or_none(finding.tolerance, compared),
               compared ? finite(finding.share_of_tolerance()) : Cell(),
               finite(finding.step_share, finding.step_share > 0), finding.method, finding.reason,
               finding.why, finding.verdict == Verdict::pass ? Cell() : Cell(repro_of(finding)),
               finding.milliseconds});
  }
  return table;
}

/// Of a model's rows, which are told apart by what of it they are about.
std::string name_of(const Finding& finding) {
  return finding.part.empty() ? finding.subject : fmt::format("{} ({})", finding.subject, finding.part);
}

std::vector<reports::TestRow> tests(std::span<const Finding> findings) {
  constexpr double milli = 1e-3;
  std::vector<reports::TestRow> rows;
  for (const Finding& finding : findings)
    rows.push_back(test_row(fmt::format("{}.{}", computed_by(finding), finding.layer), name_of(finding),
                            milli * finding.milliseconds, to_string(finding.verdict), finding.reason,
                            repro_of(finding)));
  return rows;
}

}  // namespace

reports::Document verification_report(
    std::span<const Finding> findings, const std::vector<StyleDifference>& styles, const std::string& command,
    const std::vector<std::pair<std::string, std::string>>& backend_versions) {
  reports::Document document;
  const Tally counts = tally(findings);
  document.title = !counts.compared() ? "lockstep: nothing was compared"
                   : counts.held()    ? "lockstep: every backend computes the same"
                   : counts.fail > 0  ? "lockstep: verification failed"
                                      : "lockstep: no row failed, but not every row could be judged";
  document.lead = {to_string(counts) + "."};
  if (const auto shares = shares_of(findings); !shares.empty() && std::isfinite(shares.back()))
    document.lead.push_back(
        fmt::format("Error over tolerance: median {:.3g}, 99 % at most {:.3g}, largest {:.3g}.",
                    shares[shares.size() / 2], shares[shares.size() * 99 / 100], shares.back()));
  for (const auto& [name, version] : backend_versions) document.facts.push_back({name, version, false});
  document.facts.push_back({"command", command, true});
  reports::Section verdicts{"Verdicts by layer and backend", {}, {}, {verdict_table(findings)}};
  document.sections.push_back(std::move(verdicts));
  if (Table open = open_table(findings); !open.rows().empty())
    document.sections.push_back({"Not passed", not_shown(counts), {}, {std::move(open)}});
  if (!styles.empty())
    document.sections.push_back(
        {"Dense and TimeDistributed(Dense)",
         {"The same weights in both styles: one product over all steps sums in another order than one "
          "product per step, so the last bits may differ (u = 2^-24, float's unit roundoff). The times are "
          "of the head "
          "alone, medians of a few calls in turn: a first look; lockstep bench measures. After "
          "return_sequences=False "
          "(-last) there is one step left, and nothing to distribute."},
         {},
         {style_table(styles)}});
  const auto is_shared = [](const Finding& one) { return !one.left.empty() && one.verdict == Verdict::pass; };
  if (Table shared = reason_table(findings, is_shared); !shared.rows().empty())
    document.sections.push_back({"Left to another backend, layer by layer", {}, {}, {std::move(shared)}});
  const auto is_skipped = [](const Finding& one) { return one.verdict == Verdict::skip; };
  if (Table skipped = reason_table(findings, is_skipped); !skipped.rows().empty())
    document.sections.push_back({"Skipped, with the reason", {}, {}, {std::move(skipped)}});
  document.records = records(findings);
  document.tests = tests(findings);
  return document;
}

}  // namespace lockstep
