#include "bench/train/batches.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::ElementsAre;

TEST(EpochOrder, IsThatOfTheSamplesUnlessShuffled) {
  EXPECT_THAT(epoch_order(5, {}, 0), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(epoch_order(5, {}, 0), epoch_order(5, {}, 7));
}

TEST(EpochOrder, HasEverySampleOnce) {
  for (const std::int64_t samples : {1, 2, 3, 128, 1000}) {
    std::vector<std::int64_t> order = epoch_order(samples, 1, 3);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, epoch_order(samples, {}, 0));
  }
}

TEST(EpochOrder, IsOfSeedAndEpochAlone) {
  EXPECT_EQ(epoch_order(100, 1, 3), epoch_order(100, 1, 3));
  EXPECT_NE(epoch_order(100, 1, 3), epoch_order(100, 1, 4));
  EXPECT_NE(epoch_order(100, 1, 3), epoch_order(100, 2, 3));
  EXPECT_NE(epoch_order(100, 1, 3), epoch_order(100, std::uint64_t{1} << 32 | 1, 3));
}

// A history can be made again on another machine.
TEST(EpochOrder, IsTheSameEverywhere) {
  EXPECT_THAT(epoch_order(8, 1, 0), ElementsAre(0, 5, 4, 3, 2, 6, 1, 7));
  EXPECT_THAT(epoch_order(8, 1, 1), ElementsAre(4, 0, 3, 6, 5, 1, 7, 2));
}

// Each sample comes first about as often as any other.
TEST(EpochOrder, PrefersNone) {
  std::vector<int> first(8);
  for (std::int64_t epoch = 0; epoch < 8000; ++epoch)
    ++first[static_cast<std::size_t>(epoch_order(8, 1, epoch).front())];
  for (const int count : first) EXPECT_NEAR(count, 1000, 150);  // five deviations
}

/// Sample s holds 100 s + 10 t + f, its target 1000 s + t.
TrainingData numbered(std::int64_t samples) {
  TrainingData data{{{{samples, 3, 2}, {}}}, {{{samples, 3, 1}, {}}}};
  for (std::int64_t s = 0; s < samples; ++s)
    for (std::int64_t t = 0; t < 3; ++t) {
      for (std::int64_t f = 0; f < 2; ++f)
        data.inputs[0].values.push_back(static_cast<float>(100 * s + 10 * t + f));
      data.targets[0].values.push_back(static_cast<float>(1000 * s + t));
    }
  return data;
}

TEST(BatchBuffer, GathersTimeMajor) {
  const TrainingData data = numbered(5);
  BatchBuffer buffer(data, 3);
  for (const std::vector<std::int64_t>& samples :
       std::vector<std::vector<std::int64_t>>{{4, 0, 2}, {3, 3}, {1}}) {
    const TrainingBatch<float>& batch = buffer.gather(samples);
    const auto size = static_cast<std::int64_t>(samples.size());
    ASSERT_EQ(batch.inputs.size(), 1U);
    EXPECT_THAT(batch.inputs[0].dims, ElementsAre(size, 3, 2));
    EXPECT_THAT(batch.inputs[0].strides, ElementsAre(2, 2 * size, 1));
    ASSERT_EQ(batch.targets.size(), 1U);
    EXPECT_THAT(batch.targets[0].dims, ElementsAre(size, 3, 1));
    for (std::int64_t b = 0; b < size; ++b)
      for (std::int64_t t = 0; t < 3; ++t) {
        const auto s = static_cast<float>(samples[static_cast<std::size_t>(b)]);
        const auto step = static_cast<float>(t);
        EXPECT_EQ(batch.inputs[0](b, t, 0), 100 * s + 10 * step);
        EXPECT_EQ(batch.inputs[0](b, t, 1), 100 * s + 10 * step + 1);
        EXPECT_EQ(batch.targets[0](b, t, 0), 1000 * s + step);
      }
  }
}

}  // namespace
}  // namespace lockstep
