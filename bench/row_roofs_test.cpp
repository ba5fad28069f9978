#include "bench/row_roofs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bench/ceilings/ceilings_for_test.h"
#include "bench/results_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RowRoofs : public ::testing::Test {
 protected:
  RowRoofs() {
    Row row;
    row.name = row_name(parse_problem(text), "eigen", Timed::run);
    row.labels.threads = 2;
    row.layers = {{parse_problem(text)}};
    Row prepare;
    prepare.name = fmt::format("prepare/{}", row.name);
    groups = {{row, prepare}};
    roof = roof_of(row.layers, ceilings).value();
  }
  /// A row that took so many times as long as its roof.
  Measurement row(double times) const { return row_for_test(text, "eigen", {times * roof.seconds()}); }

  const std::string text = "lstm/B:64/T:10/F:64/U:64/seq:1/threads:2";
  const Ceilings ceilings = ceilings_for_test();
  std::vector<RowGroup> groups;
  Roof roof;
};

TEST_F(RowRoofs, AreThoseOfTheRowOfTheSameName) {
  std::vector<Measurement> rows{row(2), row_for_test("gru/B:1/T:1/F:1/U:1", "eigen", {1}), row(4)};
  rows[2].name = fmt::format("prepare/{}", rows[2].name);
  rows[0].flops_per_call = 1e-6 * ceilings.flops_per_second.all;
  rows[0].seconds = {2e-6};
  set_roofs(rows, groups, ceilings);
  ASSERT_TRUE(rows[0].roof);
  EXPECT_DOUBLE_EQ(rows[0].roof->seconds, roof.seconds());
  EXPECT_EQ(rows[0].roof->bound_by, "compute");
  EXPECT_EQ(rows[0].roof->flops_per_second, ceilings.flops_per_second.all);
  EXPECT_DOUBLE_EQ(rows[0].share_of_peak(), 0.5);
  EXPECT_DOUBLE_EQ(rows[0].share_of_roof(), roof.seconds() / 2e-6);
  EXPECT_FALSE(rows[1].roof);
  EXPECT_FALSE(rows[2].roof);
}

TEST_F(RowRoofs, NoRowIsAboveItsRoof) {
  std::vector<Measurement> rows{row(1), row(1.3), row(100), row_for_test(text, "eigen", {}, "fail")};
  set_roofs(rows, groups, ceilings);
  EXPECT_THAT(rows_above_roof(rows), IsEmpty());
}

TEST_F(RowRoofs, ARowAboveItsRoofIsAnError) {
  std::vector<Measurement> rows{row(0.5), row(1), row(0.9)};
  EXPECT_THAT(rows_above_roof(rows), IsEmpty());  // no roof is known
  set_roofs(rows, groups, ceilings);
  EXPECT_THAT(rows_above_roof(rows), ElementsAre(&rows[0], &rows[2]));
}

TEST_F(RowRoofs, TheMedianIsWhatCounts) {
  std::vector<Measurement> rows{row(1)};
  const double seconds = rows[0].seconds[0];
  rows[0].seconds = {seconds / 2, seconds, seconds};
  set_roofs(rows, groups, ceilings);
  EXPECT_THAT(rows_above_roof(rows), IsEmpty());
}

TEST_F(RowRoofs, AreForgottenWhereTheyAreNotKnownAnyMore) {
  std::vector<Measurement> rows{row(1)};
  set_roofs(rows, groups, ceilings);
  set_roofs(rows, {}, ceilings);
  EXPECT_FALSE(rows[0].roof);
}

}  // namespace
}  // namespace lockstep
