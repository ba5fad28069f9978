#include "reports/json.h"

#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::reports {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::ThrowsMessage;

Table sample() {
  return Table(
      "t", {{.name = "time_steps"}, {.name = "backend"}, {.name = "rate", .heading = "Rate", .unit = "1/s"}},
      {{1, "eigen", 1234567.8}, {std::int64_t{1} << 60, "a\"b\xFF", {}}});
}

TEST(Json, KeepsTypesOrderAndPrintedValues) {
  const ordered_json back = ordered_json::parse(dump(json(sample())));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].begin().key(), "time_steps");
  EXPECT_EQ(back[0]["rate"].get<double>(), 1235000.0);
  EXPECT_EQ(back[1]["time_steps"].get<std::int64_t>(), std::int64_t{1} << 60);
  EXPECT_EQ(back[1]["backend"], "a\"b\uFFFD");
  EXPECT_TRUE(back[1]["rate"].is_null());
}

TEST(Json, DocumentCarriesFactsAndRecords) {
  Document document{.title = "T", .lead = {"l"}, .facts = {{"Machine", "m"}}, .records = sample()};
  const ordered_json back = ordered_json::parse(dump(json(document)));
  EXPECT_EQ(back["facts"]["Machine"], "m");
  EXPECT_EQ(back["columns"][2]["heading"], "Rate");
  EXPECT_EQ(back["columns"][2]["unit"], "1/s");
  EXPECT_EQ(back["records"], json(sample()));
  document.facts.push_back({"Machine", "n"});
  EXPECT_THROW(json(document), std::invalid_argument);
}

TEST(Dump, RefusesNonFiniteAndSaysWhere) {
  ordered_json value = {{"rows", {1.0, 2.0}}};
  EXPECT_NO_THROW(dump(value));
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    value["rows"][1] = bad;
    EXPECT_THAT([&] { dump(value); }, ThrowsMessage<std::invalid_argument>(HasSubstr("at /rows/1")));
  }
}

}  // namespace
}  // namespace lockstep::reports
