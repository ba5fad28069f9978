#include "verify/relations/report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "verify/relations/verify_relations.h"
#include "verify/test_row.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

using reports::Align;
using reports::Cell;
using reports::Column;
using reports::Table;

using Group = std::vector<RelationFinding>;

bool compared(const RelationFinding& finding) {
  return finding.verdict != Verdict::skip;
}
Cell finite(double value) {
  if (!std::isfinite(value)) return "not finite";
  return value;
}

/// "12 held", "11 held, 1 FAILED, 3 skipped"; "–" for a relation that no case on this backend has.
std::string verdicts_of(const Group& group) {
  const Tally counts = tally(group);
  std::string text;
  const auto add = [&](std::size_t n, std::string_view what) {
    if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n, what);
  };
  add(counts.pass, "held");
  add(counts.fail, "FAILED");
  add(counts.untrusted, "untrusted");
  add(counts.ill_conditioned, "ill-conditioned");
  add(counts.skip, "skipped");
  return text;
}

/// Of the sides' elements the share whose bits differ, and the largest difference: in units of what is
/// allowed, and of 2^-24.
std::string closeness_of(const Group& group) {
  std::int64_t elements = 0, different = 0;
  double share = 0, difference = 0;
  for (const RelationFinding& finding : group) {
    if (!compared(finding)) continue;
    elements += finding.compared;
    different += finding.different;
    share = std::max(share, finding.largest_share);
    difference = std::max(difference, finding.largest_difference);
  }
  if (elements == 0) return "";
  if (!std::isfinite(difference)) return "not finite";
  if (different == 0) return "same bits";
  return fmt::format("{:.2f}; {:.0f} u; {:.1f} %", share, difference / unit_roundoff,
                     100 * static_cast<double>(different) / static_cast<double>(elements));
}

std::vector<std::string> backends_of(std::span<const RelationFinding> findings) {
  std::vector<std::string> names;
  for (const RelationFinding& finding : findings)
    if (std::find(names.begin(), names.end(), finding.backend) == names.end())
      names.push_back(finding.backend);
  return names;
}

/// A row per relation, a column per backend.
Table matrix(std::span<const RelationFinding> findings,
             const std::function<std::string(const Group&)>& cell) {
  std::vector<Column> columns{{"relation", "Relation"}, {"class", "Class"}};
  const auto backends = backends_of(findings);
  for (const auto& name : backends) columns.push_back({name, name});
  Table table("", columns);
  for (const Relation& relation : relations()) {
    reports::Row row{std::string(relation.name), std::string(to_string(relation.how_equal))};
    bool applied = false;
    for (const auto& name : backends) {
      Group group;
      std::copy_if(
          findings.begin(), findings.end(), std::back_inserter(group),
          [&](const RelationFinding& one) { return one.relation == relation.name && one.backend == name; });
      applied = applied || !group.empty();
      const std::string text = cell(group);
      row.push_back(text.empty() ? Cell() : Cell(text));
    }
    if (applied) table.add(std::move(row));
  }
  return table;
}

Table open_table(std::span<const RelationFinding> findings) {
  Table table("", {{"verdict", "Verdict"},
                   {"relation", "Relation"},
                   {"problem", "Problem", "", Align::left, 3, true},
                   {"backend", "Backend"},
                   {"reason", "Reason"},
                   {"repro", "Repeat it with", "", Align::left, 3, true}});
  for (const RelationFinding& finding : findings)
    if (compared(finding) && finding.verdict != Verdict::pass)
      table.add({std::string(to_string(finding.verdict)), finding.relation, finding.subject, finding.backend,
                 finding.reason, finding.repro});
  return table;
}

Table skip_table(std::span<const RelationFinding> findings) {
  constexpr std::size_t most_named = 4;
  Table table("", {{"backend", "Backend"},
                   {"relations", "Relations"},
                   {"reason", "Reason"},
                   {"rows", "Rows", "", Align::right},
                   {"repro", "One of them", "", Align::left, 3, true}});
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const RelationFinding& finding : findings)
    if (!compared(finding)) groups[{finding.backend, finding.reason}].push_back(finding);
  for (const auto& [key, rows] : groups) {
    std::vector<std::string_view> names;
    for (const Relation& relation : relations())
      if (std::any_of(rows.begin(), rows.end(),
                      [&](const RelationFinding& one) { return one.relation == relation.name; }))
        names.push_back(relation.name);
    const std::string which = names.size() > most_named ? fmt::format("{} of them", names.size())
                                                        : fmt::format("{}", fmt::join(names, ", "));
    table.add({key.first, which, key.second, static_cast<std::int64_t>(rows.size()), rows.front().repro});
  }
  return table;
}

Table meaning_table() {
  Table table("", {{"relation", "Relation"}, {"what", "What must hold"}});
  for (const Relation& relation : relations())
    table.add({std::string(relation.name), std::string(relation.what)});
  return table;
}

Table records(std::span<const RelationFinding> findings) {
  Table table("Records", {{"relation", "Relation"},
                          {"class", "Class"},
                          {"problem", "Problem", "", Align::left, 3, true},
                          {"backend", "Backend"},
                          {"verdict", "Verdict"},
                          {"compared", "Elements"},
                          {"different", "With other bits"},
                          {"largest_difference", "Largest difference"},
                          {"difference_over_allowed", "Difference/allowed"},
                          {"reason", "Reason"},
                          {"repro", "Repeat it with", "", Align::left, 3, true}});
  for (const RelationFinding& finding : findings) {
    const bool any = finding.compared > 0;
    const bool has_share = any && finding.how_equal == RelationClass::same_math;
    table.add({finding.relation, std::string(to_string(finding.how_equal)), finding.subject, finding.backend,
               std::string(to_string(finding.verdict)), any ? Cell(finding.compared) : Cell(),
               any ? Cell(finding.different) : Cell(), any ? finite(finding.largest_difference) : Cell(),
               has_share ? finite(finding.largest_share) : Cell(), finding.reason,
               finding.repro.empty() ? Cell() : Cell(finding.repro)});
  }
  return table;
}

std::vector<reports::TestRow> tests(std::span<const RelationFinding> findings) {
  constexpr double not_timed = 0;
  std::vector<reports::TestRow> rows;
  for (const RelationFinding& finding : findings)
    rows.push_back(test_row(fmt::format("{}.{}", finding.backend, finding.relation), finding.subject,
                            not_timed, to_string(finding.verdict), finding.reason, finding.repro));
  return rows;
}

}  // namespace

reports::Document relations_report(std::span<const RelationFinding> findings, const std::string& command,
                                   const std::vector<std::pair<std::string, std::string>>& backend_versions) {
  reports::Document document;
  const Tally counts = tally(findings);
  document.title = !counts.compared() ? "lockstep: nothing was compared"
                   : counts.held()    ? "lockstep: every relation holds"
                                      : "lockstep: a relation does not hold";
  document.lead = {to_string(counts) + "."};
  for (const auto& [name, version] : backend_versions) document.facts.push_back({name, version, false});
  document.facts.push_back({"command", command, true});
  document.sections.push_back({"Cases by relation and backend", {}, {}, {matrix(findings, verdicts_of)}});
  if (Table open = open_table(findings); !open.rows().empty())
    document.sections.push_back({"Not held", {}, {}, {std::move(open)}});
  document.sections.push_back(
      {"How equal the two sides are",
       {"The largest difference between the sides over what is allowed between them "
        "(0 where the class is bitwise), the same in units of 2^-24, and the share of "
        "the elements whose bits differ."},
       {},
       {matrix(findings, closeness_of)}});
  if (Table skipped = skip_table(findings); !skipped.rows().empty())
    document.sections.push_back({"Skipped, with the reason", {}, {}, {std::move(skipped)}});
  document.sections.push_back({"The relations", {}, {}, {meaning_table()}});
  document.records = records(findings);
  document.tests = tests(findings);
  return document;
}

}  // namespace lockstep
