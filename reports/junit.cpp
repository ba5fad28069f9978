#include "reports/junit.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "reports/text.h"

namespace lockstep::reports {

namespace {

struct Totals {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const TestRow& row) {
    ++tests;
    failures += row.outcome == Outcome::fail;
    errors += row.outcome == Outcome::error;
    skipped += row.outcome == Outcome::skip;
    seconds += row.seconds;
  }

  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.6f}")", tests, failures,
                       errors, skipped, seconds);
  }
};

struct Suite {
  std::string name;
  Totals totals = {};
  std::string cases = {};
};

std::string test_case(const TestRow& row) {
  const std::string head = fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.6f}")",
                                       escape_xml(row.suite), escape_xml(row.name), row.seconds);
  if (row.outcome == Outcome::pass) return head + "/>\n";
  const std::string summary = escape_xml(row.message.substr(0, row.message.find('\n')));
  if (row.outcome == Outcome::skip)
    return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head, summary);
  const char* element = row.outcome == Outcome::fail ? "failure" : "error";
  return fmt::format("{0}>\n      <{1} message=\"{2}\">{3}</{1}>\n    </testcase>\n", head, element, summary,
                     escape_xml(row.message));
}

}  // namespace

std::string junit(const std::string& title, const std::vector<TestRow>& rows) {
  std::vector<Suite> suites;
  Totals totals = {};
  for (const TestRow& row : rows) {
    if (!std::isfinite(row.seconds) || row.seconds < 0)
      throw std::invalid_argument(
          fmt::format("test '{}/{}': a time of {} s; finite and not negative is accepted", row.suite,
                      row.name, row.seconds));
    auto suite = std::ranges::find(suites, row.suite, &Suite::name);
    if (suite == suites.end()) suite = suites.insert(suite, Suite{.name = row.suite});
    suite->totals.add(row);
    suite->cases += test_case(row);
    totals.add(row);
  }
  std::string out = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {}>\n",
                                escape_xml(title), totals.attributes());
  for (const Suite& suite : suites)
    out += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", escape_xml(suite.name),
                       suite.totals.attributes(), suite.cases);
  return out + "</testsuites>\n";
}

}  // namespace lockstep::reports
