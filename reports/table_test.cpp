#include "reports/table.h"

#include <cstdlib>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::reports {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ToText, ShowsExactlyTheDigitsOfTheColumn) {
  EXPECT_EQ(to_text(12.3, 4), "12.30");
  EXPECT_EQ(to_text(1.0, 4), "1.000");
  EXPECT_EQ(to_text(1234567.0, 4), "1235000");
  EXPECT_EQ(to_text(-0.00012345, 3), "-0.000123");
  EXPECT_EQ(to_text(2.0 / 3, 2), "0.67");
  EXPECT_EQ(to_text(0.1 + 0.2, 15), "0.300000000000000");
  EXPECT_EQ(to_text(123.0, 1), "100");
}

TEST(ToText, CarriesWhenRoundingReachesTheNextPower) {
  EXPECT_EQ(to_text(9.9996, 4), "10.00");
  EXPECT_EQ(to_text(0.99996, 4), "1.000");
  EXPECT_EQ(to_text(99999.6, 4), "100000");
}

TEST(ToText, UsesAnExponentOnlyFarFromOne) {
  EXPECT_EQ(to_text(1.5e-5, 2), "0.000015");
  EXPECT_EQ(to_text(1.5e-6, 2), "1.5e-06");
  EXPECT_EQ(to_text(1.5e11, 2), "150000000000");
  EXPECT_EQ(to_text(1.5e12, 2), "1.5e+12");
  EXPECT_EQ(to_text(std::numeric_limits<double>::denorm_min(), 3), "4.94e-324");
  EXPECT_EQ(to_text(std::numeric_limits<double>::max(), 3), "1.80e+308");
}

TEST(ToText, PrintedTextPrintsAsItself) {
  for (double value = 1.7e-12; value < 1e15; value *= 3.3)
    for (int digits = 1; digits <= 15; ++digits) {
      const std::string text = to_text(value, digits);
      EXPECT_EQ(to_text(std::strtod(text.c_str(), nullptr), digits), text);
    }
}

TEST(ToText, CoversTheOtherKinds) {
  EXPECT_EQ(to_text(Cell{}, 4), "");
  EXPECT_EQ(to_text("eigen\x01", 4), "eigen\uFFFD");
  EXPECT_EQ(to_text(4096, 4), "4096");
  EXPECT_EQ(to_text(std::numeric_limits<std::int64_t>::min(), 4), "-9223372036854775808");
  EXPECT_EQ(to_text(0.0, 4), "0");
  EXPECT_EQ(to_text(-0.0, 4), "0");
}

TEST(Table, RefusesWhatItCouldNotPrint) {
  const std::vector<Column> columns = {{.name = "backend"}, {.name = "rate"}};
  Table table("Speed", columns);
  EXPECT_THAT([&] { table.add({"eigen"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("row 1: 1 cells for 2 columns")));
  EXPECT_THAT(
      [&] {
        table.add({"eigen", 1.0, 2.0});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("3 cells for 2 columns")));
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(
        [&] {
          table.add({"eigen", bad});
        },
        ThrowsMessage<std::invalid_argument>(HasSubstr("column 'rate'")));
    EXPECT_THROW(Table("Speed", columns, {{"eigen", 1.0}, {"naive", bad}}), std::invalid_argument);
  }
  EXPECT_TRUE(table.rows().empty());
}

TEST(Table, RefusesColumnsThatCannotBeTold) {
  EXPECT_THROW(Table("t", {{.name = ""}}), std::invalid_argument);
  EXPECT_THROW(Table("t", {{.name = "a"}, {.name = "a"}}), std::invalid_argument);
  EXPECT_THROW(Table("t", {{.name = "a", .digits = 0}}), std::invalid_argument);
  EXPECT_THROW(Table("t", {{.name = "a", .digits = 16}}), std::invalid_argument);
}

TEST(Table, HeadsAndAlignsItsColumns) {
  const Table table("t",
                    {{.name = "backend", .heading = "Backend"},
                     {.name = "ms", .heading = "Time", .unit = "ms"},
                     {.name = "id", .align = Align::left},
                     {.name = "why", .align = Align::right}},
                    {{"eigen", {}, 1, "x"}, {"naive", 2.5, 2, "y"}});
  EXPECT_EQ(table.heading(0), "Backend");
  EXPECT_EQ(table.heading(1), "Time [ms]");
  EXPECT_EQ(table.heading(2), "id");
  EXPECT_FALSE(table.right_aligned(0));
  EXPECT_TRUE(table.right_aligned(1));
  EXPECT_FALSE(table.right_aligned(2));
  EXPECT_TRUE(table.right_aligned(3));
  EXPECT_EQ(table.text(0, 1), "");
  EXPECT_EQ(table.text(1, 1), "2.500");
}

}  // namespace
}  // namespace lockstep::reports
