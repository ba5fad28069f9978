#include "backends/tensor.h"

#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr std::array<std::int64_t, 3> dims{2, 3, 4};  // batch, time_steps, features

std::vector<int> counted(std::size_t n) {
  std::vector<int> values(n);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST(SequenceView, OfTimeMajorMemoryHasTheBatchOfAStepTogether) {
  auto memory = counted(24);
  const auto view = sequence_view(memory.data(), dims, Layout::time_major);
  for (int b = 0; b < 2; ++b)
    for (int t = 0; t < 3; ++t)
      for (int f = 0; f < 4; ++f) EXPECT_EQ(view(b, t, f), (t * 2 + b) * 4 + f);
}

TEST(SequenceView, OfBatchMajorMemoryHasTheStepsOfASampleTogether) {
  auto memory = counted(24);
  const auto view = sequence_view(memory.data(), dims, Layout::batch_major);
  for (int b = 0; b < 2; ++b)
    for (int t = 0; t < 3; ++t)
      for (int f = 0; f < 4; ++f) EXPECT_EQ(view(b, t, f), (b * 3 + t) * 4 + f);
}

TEST(SequenceView, ReachesEveryElementOnceInEitherLayout) {
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    std::vector<int> touched(24);
    const auto view = sequence_view(touched.data(), dims, layout);
    for (int b = 0; b < 2; ++b)
      for (int t = 0; t < 3; ++t)
        for (int f = 0; f < 4; ++f) ++view(b, t, f);
    EXPECT_EQ(touched, std::vector<int>(24, 1));
  }
}

TEST(ArrayView, RowIsTheAddressOfItsFirstElement) {
  auto memory = counted(24);
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    const auto view = sequence_view(memory.data(), dims, layout);
    EXPECT_EQ(view.row(1, 2), &view(1, 2, 0));
    EXPECT_EQ(view.row(1, 2) + 3, &view(1, 2, 3));
  }
}

TEST(ArrayView, KeepsItsStrides) {
  auto memory = counted(40);
  const SequenceView<int> rows_of_five{memory.data(), {2, 3, 4}, {20, 5, 1}};
  EXPECT_EQ(rows_of_five(1, 2, 3), 33);
}

TEST(ArrayView, WithoutDataIsAbsent) {
  int value = 0;
  EXPECT_FALSE(StateView<int>{});
  EXPECT_FALSE(state_view<int>(nullptr, 2, 3));
  EXPECT_TRUE(state_view(&value, 1, 1));
}

TEST(ArrayView, BecomesAViewOfConstants) {
  auto memory = counted(6);
  const StateView<int> view = state_view(memory.data(), 2, 3);
  const StateView<const int> constant = view;
  EXPECT_EQ(&constant(1, 2), &view(1, 2));
  EXPECT_EQ(constant.dims, view.dims);
}

TEST(StateView, HasTheUnitsOfASampleTogether) {
  auto memory = counted(6);
  EXPECT_EQ(state_view(memory.data(), 2, 3)(1, 2), 5);
}

TEST(MaskView, HasTheStepsOfASampleTogether) {
  const std::vector<std::uint8_t> mask{1, 1, 1, 1, 1, 0};
  EXPECT_EQ(mask_view(mask.data(), 2, 3)(1, 2), 0);
  EXPECT_EQ(mask_view(mask.data(), 2, 3)(1, 1), 1);
}

TEST(Buffer, StartsOnACacheLine) {
  for (std::int64_t size = 1; size < 200; ++size) {
    const Buffer<float> buffer(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U) << size;
  }
}

TEST(Buffer, HoldsItsSize) {
  const Buffer<double> buffer(100);
  std::iota(buffer.begin(), buffer.end(), 0.0);
  EXPECT_EQ(buffer.size(), 100);
  EXPECT_EQ(buffer.end() - buffer.begin(), 100);
  EXPECT_EQ(buffer[99], 99);
}

TEST(Buffer, MayBeEmpty) {
  const Buffer<float> none, zero(0);
  EXPECT_EQ(none.data(), nullptr);
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(zero.begin(), zero.end());
}

TEST(Buffer, GivesItsMemoryAwayWhenMoved) {
  Buffer<int> from(3);
  from[2] = 7;
  const int* memory = from.data();
  const Buffer<int> to = std::move(from);
  EXPECT_EQ(to.data(), memory);
  EXPECT_EQ(to.size(), 3);
  EXPECT_EQ(to[2], 7);
}

TEST(CacheLines, StartOnOne) {
  for (std::size_t n = 1; n < 200; n += 7) {
    const CacheLines<float> values(n, 1.0F), copy = values;
    for (const float* data : {values.data(), copy.data()})
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % cache_line, 0U) << n;
    EXPECT_EQ(copy, values);
  }
}

}  // namespace
}  // namespace lockstep
