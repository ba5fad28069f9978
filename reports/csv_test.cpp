#include "reports/csv.h"

#include <gtest/gtest.h>

namespace lockstep::reports {
namespace {

TEST(Csv, HeaderIsTheColumnNames) {
  const Table table("Speed", {{.name = "backend", .heading = "Backend"}, {.name = "rate", .unit = "1/s"}});
  EXPECT_EQ(csv(table), "backend,rate\r\n");
}

TEST(Csv, QuotesOnlyWhatMustBeQuoted) {
  const Table table("", {{.name = "a"}, {.name = "b"}, {.name = "c, d"}},
                    {{"plain text", 1.25, 7}, {"say \"no\"", {}, "1,2"}, {"two\nlines", -1.0, "tail"}});
  EXPECT_EQ(csv(table),
            "a,b,\"c, d\"\r\n"
            "plain text,1.250,7\r\n"
            "\"say \"\"no\"\"\",,\"1,2\"\r\n"
            "\"two\nlines\",-1.000,tail\r\n");
}

}  // namespace
}  // namespace lockstep::reports
