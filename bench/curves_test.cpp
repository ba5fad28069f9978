#include "bench/curves.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "bench/results_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> titles_of(const std::vector<CurveFamily>& families) {
  std::vector<std::string> titles;
  for (const CurveFamily& family : families) titles.push_back(family.title);
  return titles;
}
std::vector<std::int64_t> lengths_of(const Curve& curve) {
  std::vector<std::int64_t> lengths;
  for (const Measurement* point : curve.points) lengths.push_back(point->labels.time_steps);
  return lengths;
}

TEST(Curves, ArePointsThatDifferInLengthAloneAndFamiliesInBackendAlone) {
  const Results results = results_for_test();
  const auto families = curve_families(results, "run");
  EXPECT_THAT(titles_of(families),
              ElementsAre("lstm, B 2, F 5, U 7", "gru, B 2, F 5, U 7", "dense style:flattened, B 2, F 5, U 7",
                          "dense style:time_distributed, B 2, F 5, U 7"));
  ASSERT_EQ(families[0].curves.size(), 2U);
  EXPECT_EQ(families[0].curves[0].labels.backend, "naive");
  EXPECT_EQ(families[0].curves[1].labels.backend, "eigen");
  for (const CurveFamily& family : families)
    for (const Curve& curve : family.curves) {
      EXPECT_THAT(lengths_of(curve), ElementsAre(1, 8, 64)) << family.title;
      EXPECT_EQ(curve.labels.time_steps, 64);
    }
}

TEST(Curves, RiseInLengthWhateverTheOrderOfTheRows) {
  Results results = results_for_test();
  std::reverse(results.measurements.begin(), results.measurements.end());
  for (const CurveFamily& family : curve_families(results, "run"))
    for (const Curve& curve : family.curves) EXPECT_THAT(lengths_of(curve), ElementsAre(1, 8, 64));
}

TEST(Curves, LeaveOutRowsWithoutATimeAndOfAnotherKind) {
  const Results results = results_for_test();
  EXPECT_EQ(curve_families(results, "run")[1].curves[0].at(512), nullptr);
  const auto prepares = curve_families(results, "prepare");
  ASSERT_EQ(prepares.size(), 1U);
  ASSERT_EQ(prepares[0].curves.size(), 1U);
  EXPECT_THAT(lengths_of(prepares[0].curves[0]), ElementsAre(8));
  EXPECT_TRUE(curve_families(results, "train").empty());
}

TEST(Curves, TellApartEveryOtherVariable) {
  Results results;
  for (int i = 0; i < 7; ++i)
    results.measurements.push_back(row_for_test("gru/B:2/T:8/F:5/U:7/seq:1", "eigen", {1e-6}));
  auto& rows = results.measurements;
  rows[1].labels.layer = "lstm";
  rows[2].labels.variant = "reset_after:0";
  rows[3].labels.batch = 3;
  rows[4].labels.features = 6;
  rows[5].labels.units = 8;
  rows[6].labels.threads = 2;
  EXPECT_EQ(curve_families(results, "run").size(), 7U);
}

TEST(Curves, AreFoundByBackendAndLength) {
  const Results results = results_for_test();
  const auto families = curve_families(results, "run");
  const Curve* eigen = families[0].of("eigen");
  ASSERT_NE(eigen, nullptr);
  EXPECT_EQ(eigen->at(8), &results.measurements[3]);
  EXPECT_EQ(eigen->at(9), nullptr);
  EXPECT_EQ(families[0].of("openblas"), nullptr);
}

TEST(Curves, AreFittedByTheirMedians) {
  const Results results = results_for_test();
  const auto families = curve_families(results, "run");
  const auto fit = families[0].of("naive")->fit();  // 4 us + 0.4 us per step
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->overhead / 4e-6, 1, 1e-9);
  EXPECT_NEAR(fit->per_step / 4e-7, 1, 1e-9);
}

TEST(Measurements, MedianIsTheMiddleOrTheMeanOfBoth) {
  Measurement row;
  EXPECT_FALSE(row.timed());
  row.seconds = {3, 1, 2};
  EXPECT_EQ(row.median(), 2);
  row.seconds = {4, 1, 2, 3};
  EXPECT_EQ(row.median(), 2.5);
  EXPECT_EQ(row.lowest(), 1);
  EXPECT_EQ(row.highest(), 4);
  row.steps_per_call = 10;
  EXPECT_EQ(row.steps_per_second(), 4);
}

TEST(Measurements, AreRepeatedByTheProblemOrTheModel) {
  Measurement row;
  row.labels.backend = "eigen";
  row.labels.threads = 2;
  const auto repro = [&](const char* name) {
    row.name = name;
    return repro_of(row);
  };
  EXPECT_EQ(repro("prepare/lstm/B:1/T:8/threads:2/backend:eigen"),
            "lockstep verify lstm/B:1/T:8/threads:2 --backends eigen");
  EXPECT_EQ(repro("seed:gru16-td/reset_after:0/B:128/T:64/threads:2/backend:eigen"),
            "lockstep verify seed:gru16-td/reset_after:0 --threads 2 --backends eigen");
  EXPECT_EQ(repro("styles:lstm-last/B:32/T:128/threads:2/backend:eigen"),
            "lockstep verify styles:lstm-last --threads 2 --backends eigen");
  row.labels.batch = 2;
  row.labels.time_steps = 9;
  EXPECT_EQ(repro("of mine/B:1/model.keras/B:2/T:9/threads:2/backend:eigen"),
            "lockstep verify 'of mine/B:1/model.keras' -B 2 -T 9 --threads 2 --backends eigen");
  row.config = "its layers.json";
  EXPECT_EQ(
      repro("latency/a.safetensors/B:2/T:9/threads:2/backend:eigen"),
      "lockstep verify a.safetensors --config 'its layers.json' -B 2 -T 9 --threads 2 --backends eigen");
}

}  // namespace
}  // namespace lockstep
