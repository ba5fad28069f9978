#include "bench/train/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/csv.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two epochs of batches of 4, 4 and 2, the first step slow.
Trained trained() {
  Trained one{"naive", {}, {}};
  one.result.steps = {{4, 2, 0.9}, {4, 2, 0.003}, {2, 2, 0.001}, {4, 1, 0.004}, {4, 1, 0.005}, {2, 1, 0.001}};
  one.result.epochs = {{10, 3, 2.25, 0.904}, {10, 3, 1.125, 0.010}};
  one.result.method = "gru: loops";
  return one;
}
const Trained skipped{"eigen", "it has no backward pass", {}};

std::vector<std::string> texts(const reports::Table& table, std::size_t row) {
  std::vector<std::string> all;
  for (std::size_t column = 0; column < table.columns().size(); ++column)
    all.push_back(table.text(row, column));
  return all;
}

// Neither the first step, which makes ready, nor the smaller batches tell how long a step takes.
TEST(TrainHistory, TimesStepsOfWholeBatches) {
  EXPECT_THAT(step_seconds(trained().result), ElementsAre(0.003, 0.004, 0.005));
  FitResult one;
  one.steps = {{4, 2, 0.5}};
  EXPECT_THAT(step_seconds(one), ElementsAre(0.5));
}

TEST(TrainHistory, HasARowPerBackend) {
  const reports::Table table = training_table(std::vector{trained(), skipped});
  ASSERT_EQ(table.rows().size(), 2U);
  EXPECT_THAT(texts(table, 0),
              ElementsAre("naive", "2.25000", "1.12500", "4.000", "3.000", "5.000", "457.0", "gru: loops"));
  EXPECT_THAT(texts(table, 1),
              ElementsAre("eigen", "", "", "", "", "", "", "skipped: it has no backward pass"));
}

TEST(TrainHistory, HasARecordPerEpoch) {
  Trained diverged = trained();
  diverged.backend = "other";
  diverged.result.epochs.pop_back();
  diverged.result.diverged = "the loss is nan at step 4, in epoch 2";
  const std::vector all{trained(), skipped, diverged};
  const reports::Document document = training_history("seed:x", {{"loss", "mean_squared_error"}}, all);
  EXPECT_EQ(reports::csv(document.records),
            "backend,epoch,samples,steps,loss,milliseconds,note\r\n"
            "naive,1,10,3,2.25000000,904.0,\r\n"
            "naive,2,10,3,1.12500000,10.00,\r\n"
            "eigen,,,,,,skipped: it has no backward pass\r\n"
            "other,1,10,3,2.25000000,904.0,\r\n"
            "other,,,,,,\"diverged: the loss is nan at step 4, in epoch 2\"\r\n");
  EXPECT_THAT(texts(training_table(all), 2).back(),
              "gru: loops; diverged: the loss is nan at step 4, in epoch 2");
  ASSERT_EQ(document.facts.size(), 1U);
  EXPECT_EQ(document.facts[0].value, "mean_squared_error");
  ASSERT_EQ(document.sections.size(), 2U);
  const auto& series = document.sections[0].charts.at(0).series;
  ASSERT_EQ(series.size(), 2U);  // the skipped has none
  EXPECT_THAT(series[0].x, ElementsAre(1, 2));
  EXPECT_THAT(series[0].y, ElementsAre(2.25, 1.125));
}

}  // namespace
}  // namespace lockstep
