#pragma once

#include <string>
#include <vector>

#include "reports/chart.h"
#include "reports/junit.h"
#include "reports/table.h"

namespace lockstep::reports {

struct Fact {
  std::string key = {};
  std::string value = {};
  bool code = false;  ///< the value is set in the typeface of code: a command
};

struct Section {
  std::string heading = {};
  std::vector<std::string> paragraphs = {};
  std::vector<Chart> charts = {};
  std::vector<Table> tables = {};
};

/// Everything a report says, before it takes a format. All text is plain text: no format's markup is read in
/// it.
///
/// The records are the one tidy table (a row per measurement) that CSV and JSON carry. Markdown and HTML show
/// the tables of the sections, and the records only where no section has a table.
struct Document {
  std::string title = {};
  std::vector<std::string> lead = {};          ///< paragraphs below the title
  std::vector<Fact> facts = {};                ///< machine, versions, command, verdict, ...; keys differ
  std::vector<std::string> caption = {};       ///< lines to repeat below every chart
  std::vector<std::string> series_order = {};  ///< gives every series its colour, in all charts alike
  std::vector<Section> sections = {};
  Table records{"Records", {}};
  std::vector<TestRow> tests = {};  ///< what JUnit XML tells: each record that was judged
};

/// Whether Markdown and HTML show the records.
inline bool shows_records(const Document& document) {
  for (const Section& section : document.sections)
    if (!section.tables.empty()) return false;
  return !document.records.columns().empty();
}

}  // namespace lockstep::reports
