#include "bench/gate/acknowledged.h"

#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "bench/gate/result_for_test.h"

namespace lockstep::gate {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* eigen_row = "lstm/B:1/T:8/F:3/U:4/backend:eigen";
constexpr std::chrono::year_month_day today = 2026y / 11 / 25;

class AcknowledgedFile : public ::testing::Test {
 protected:
  ~AcknowledgedFile() override { std::filesystem::remove(path); }
  std::vector<Acknowledged> read(const std::string& text) const {
    std::ofstream(path, std::ios::binary) << text;
    return read_acknowledged(path);
  }
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(),
                  AllOf(StartsWith(path.string() + ": "), Not(HasSubstr("\n")), HasSubstr("accepted")));
      return error.what();
    }
    return {};
  }
  std::string refusal_with(const char* key, const json& value) const {
    json other = entry;
    other[key] = value;
    return refusal(json::array({entry_named("another"), other}).dump());
  }
  json entry_named(const char* benchmark) const {
    json other = entry;
    other["benchmark"] = benchmark;
    return other;
  }
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("lockstep_acknowledged_" + std::to_string(::getpid()) + ".json");
  const json entry = {{"benchmark", eigen_row},
                      {"bound", 1.08},
                      {"reason", "checks its input"},
                      {"author", "ann"},
                      {"expires", "2026-12-31"}};
};

TEST_F(AcknowledgedFile, IsReadWhole) {
  const auto entries = read(json::array({entry, entry_named("another")}).dump());
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].benchmark, eigen_row);
  EXPECT_EQ(entries[0].bound, 1.08);
  EXPECT_EQ(entries[0].reason, "checks its input");
  EXPECT_EQ(entries[0].author, "ann");
  EXPECT_EQ(entries[0].expires, 2026y / 12 / 31);
  EXPECT_EQ(entries[1].benchmark, "another");
  EXPECT_THAT(read("[]"), IsEmpty());
}

TEST_F(AcknowledgedFile, IsRefusedWithTheEntryAndWhatIsAccepted) {
  EXPECT_THAT(refusal_with("bond", 1),
              AllOf(HasSubstr("entry 2: unknown key \"bond\""), HasSubstr("accepted are benchmark, bound")));
  for (const char* key : {"reason", "author", "benchmark"})
    for (const char* blank : {"", " \t\n"})
      EXPECT_THAT(refusal_with(key, blank), HasSubstr(fmt::format("entry 2: {} is empty", key)));
  for (const json& bound : {json(1), json(0.9), json(-2)})
    EXPECT_THAT(refusal_with("bound", bound), HasSubstr("entry 2: bound is"));
  EXPECT_THAT(refusal_with("bound", "1.08"), HasSubstr("entry 2: bound is"));
  for (const char* date :
       {"2026-02-30", "2026-13-01", "26-12-31", "2026-12-31 ", "2026/12/31", "2026-1-1", "tomorrow", ""})
    EXPECT_THAT(refusal_with("expires", date), HasSubstr("entry 2: expires is")) << date;
  EXPECT_THAT(refusal_with("expires", 20261231), HasSubstr("entry 2: expires is"));
  EXPECT_THAT(refusal_with("benchmark", "another"),
              HasSubstr("entry 2: benchmark \"another\" is in an entry before it"));
  for (const auto& [key, value] : entry.items()) {
    json other = entry;
    other.erase(key);
    EXPECT_THAT(refusal(json::array({other}).dump()), HasSubstr("entry 1: has no " + key));
  }
  EXPECT_THAT(refusal("[7]"), HasSubstr("entry 1: is \"7\""));
}

TEST_F(AcknowledgedFile, IsRefusedWhereAKeyStandsTwice) {
  std::string text = json::array({entry}).dump();
  text.insert(text.find("\"bound\""), "\"bound\":9,");
  EXPECT_THAT(refusal(text), HasSubstr("\"bound\" twice"));
}

TEST_F(AcknowledgedFile, IsRefusedWhereItIsNone) {
  for (const char* text : {"", "{}", "null", "[", "[{]", "\xff", "[NaN]"})
    EXPECT_NE(refusal(text), "") << text;
  std::string huge = json::array({entry}).dump();
  huge.replace(huge.find("1.08"), 4, "1e999");
  EXPECT_NE(refusal(huge), "");
  EXPECT_THROW(read_acknowledged("/no/such/file.json"), std::invalid_argument);
  EXPECT_THROW(read_acknowledged("/tmp"), std::invalid_argument);
}

std::vector<Acknowledged> entries(double bound, std::chrono::year_month_day expires = today) {
  return {{eigen_row, bound, "checks its input", "ann", expires}};
}

TEST(Acknowledging, TakesARegressionUpToItsBound) {
  std::vector<Row> rows = {row_for_test("other", State::regression, 1.05),
                           row_for_test(eigen_row, State::regression, 1.07, "7 % slower")};
  rows[1].high = 1.2;  // the estimate decides
  EXPECT_THAT(apply(rows, entries(1.07), today), IsEmpty());
  EXPECT_EQ(rows[1].state, State::acknowledged);
  EXPECT_EQ(rows[1].reason, "up to 1.07 by ann until 2026-11-25: checks its input; 7 % slower");
  EXPECT_EQ(rows[0].state, State::regression);
}

TEST(Acknowledging, LeavesWhatIsAboveTheBoundAndNamesIt) {
  std::vector<Row> rows = {row_for_test(eigen_row, State::regression, 1.07, "7 % slower")};
  EXPECT_THAT(apply(rows, entries(1.0699), today), IsEmpty());
  EXPECT_EQ(rows[0].state, State::regression);
  EXPECT_THAT(rows[0].reason, HasSubstr("1.0699"));
}

TEST(Acknowledging, IsOfTimeAlone) {
  for (auto count : {&Proof::allocations, &Proof::library_calls}) {
    std::vector<Row> rows = {row_for_test(eigen_row, State::regression, 1.0, "more")};
    ++(rows[0].head.*count);
    EXPECT_THAT(apply(rows, entries(2), today), IsEmpty());
    EXPECT_EQ(rows[0].state, State::regression);
    EXPECT_THAT(rows[0].reason, HasSubstr("time alone"));
  }
}

TEST(Acknowledging, ComplainsOfWhatIsExpiredUnknownOrUnused) {
  std::vector<Row> rows = {row_for_test(eigen_row, State::regression, 1.05)};
  EXPECT_THAT(apply(rows, entries(1.08, 2026y / 11 / 24), today),
              ElementsAre(AllOf(HasSubstr(eigen_row), HasSubstr("expired on 2026-11-24"))));
  EXPECT_EQ(rows[0].state, State::regression);
  std::vector<Row> none = {row_for_test("other", State::regression, 1.05)};
  EXPECT_THAT(apply(none, entries(1.08), today), ElementsAre(HasSubstr("no such benchmark")));
  for (const State state : {State::pass, State::improvement}) {
    rows[0].state = state;
    EXPECT_THAT(apply(rows, entries(1.08), today), ElementsAre(HasSubstr("is no regression")));
    EXPECT_EQ(rows[0].state, state);
  }
  for (const State state : {State::wrong, State::missing, State::inconclusive, State::layout_sensitive}) {
    rows[0].state = state;
    EXPECT_THAT(apply(rows, entries(1.08), today), IsEmpty());
    EXPECT_EQ(rows[0].state, state);
  }
}

}  // namespace
}  // namespace lockstep::gate
