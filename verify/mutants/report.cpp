#include "verify/mutants/report.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::Cell;
using reports::Column;
using reports::count;
using reports::number;
using reports::Table;
using reports::words;

Cell name_of(const MutantScore& score) {
  return std::string(score.mutant->name);
}

Table survivor_table(const MutantRun& run) {
  Table table("", {words("mutant", "Mutant", true), words("what", "What is wrong with it"),
                   number("tried", "Cases tried")});
  for (const MutantScore& score : run.scores)
    if (score.survived()) table.add({name_of(score), std::string(score.mutant->what), count(score.tried)});
  return table;
}

/// What would be missed without a check.
Table worth_table(const MutantRun& run) {
  Table table("", {words("check", "Check"), number("mutants", "Mutants it finds"),
                   number("alone", "Mutants that no other finds")});
  for (std::size_t k = 0; k < check_names().size(); ++k) {
    std::size_t found = 0, alone = 0;
    for (const MutantScore& score : run.scores) {
      if (score.killed_by[k] == 0) continue;
      ++found;
      alone +=
          std::count_if(score.killed_by.begin(), score.killed_by.end(), [](auto n) { return n > 0; }) == 1
              ? 1
              : 0;
    }
    table.add({std::string(check_names()[k]), count(found), count(alone)});
  }
  return table;
}

std::vector<Column> score_columns() {
  std::vector<Column> columns{words("mutant", "Mutant", true), number("tried", "Cases"),
                              number("killed", "Killed")};
  for (const std::string_view check : check_names()) {
    std::string name(check);
    std::replace(name.begin(), name.end(), ' ', '_');
    columns.push_back(number(name, std::string(check)));
  }
  return columns;
}
reports::Row score_row(const MutantScore& score) {
  reports::Row row{name_of(score), count(score.tried), count(score.killed)};
  for (const std::size_t cases : score.killed_by) row.push_back(cases > 0 ? count(cases) : Cell());
  return row;
}

Table matrix(const MutantRun& run) {
  Table table("", score_columns());
  for (const MutantScore& score : run.scores) table.add(score_row(score));
  return table;
}

Table records(const MutantRun& run) {
  auto columns = score_columns();
  for (auto&& more : {words("what", "What is wrong with it"), words("reason", "How it was found"),
                      words("repro", "Repeat it with", true)})
    columns.push_back(more);
  Table table("Records", columns);
  for (const MutantScore& score : run.scores) {
    auto row = score_row(score);
    for (const auto& text : {std::string(score.mutant->what), score.reason, score.repro})
      row.emplace_back(text);
    table.add(row);
  }
  return table;
}

reports::TestRow test_row(const MutantScore& score) {
  reports::TestRow row{"mutants", std::string(score.mutant->name)};
  if (score.survived()) {
    row.outcome = reports::Outcome::fail;
    row.message = fmt::format("survives {} cases: {}", score.tried, score.mutant->what);
  }
  return row;
}

}  // namespace

std::string to_string(const MutantRun& run) {
  return fmt::format("{} of {} mutants killed", run.killed(), run.scores.size());
}

reports::Document mutant_report(const MutantRun& run, const std::string& command) {
  reports::Document document;
  document.title = "lockstep: " + to_string(run);
  document.lead = {to_string(run) +
                   ". A mutant is a backend with one fault; it is killed where a check fails."};
  document.facts = {
      {"control", fmt::format("without a fault all of {} cases pass", run.controls.size()), false},
      {"exact integers",
       fmt::format("error {} where every sum is a whole number", run.exact_integers.largest_error), false},
      {"command", command, true}};
  if (Table survivors = survivor_table(run); !survivors.rows().empty())
    document.sections.push_back({"Survivors",
                                 {"No check that counts tells these from a right backend."},
                                 {},
                                 {std::move(survivors)}});
  document.sections.push_back({"What each check is worth", {}, {}, {worth_table(run)}});
  document.sections.push_back(
      {"Mutants by check", {"The cases in which a check fails, of those tried."}, {}, {matrix(run)}});
  document.records = records(run);
  for (const MutantScore& score : run.scores) document.tests.push_back(test_row(score));
  return document;
}

}  // namespace lockstep
