#include "verify/guarded.h"

#include <cmath>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Guarded, StartsAsNaNBetweenWholeGuards) {
  const GuardedBuffer buffer(5);
  ASSERT_EQ(buffer.size(), 5);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(std::isnan(buffer.data()[i]));
  EXPECT_TRUE(buffer.guards_are_whole());
}

TEST(Guarded, WhatIsNotWrittenStaysNaN) {
  const GuardedBuffer buffer(5);
  for (const int i : {0, 1, 3, 4}) buffer.data()[i] = 0;
  EXPECT_TRUE(std::isnan(buffer.data()[2]));
  EXPECT_TRUE(buffer.guards_are_whole());
}

TEST(Guarded, SeesAWriteOnEitherSide) {
  for (const int outside : {-64, -1, 5, 68})
    for (const float value : {0.0F, std::nanf(""), 1.0F}) {
      const GuardedBuffer buffer(5);
      buffer.data()[outside] = value;
      EXPECT_FALSE(buffer.guards_are_whole()) << "at " << outside << ": " << value;
    }
}

TEST(Guarded, RefillsBothItsValuesAndItsGuards) {
  GuardedBuffer buffer(5);
  buffer.data()[0] = buffer.data()[5] = 1;
  buffer.refill();
  EXPECT_TRUE(std::isnan(buffer.data()[0]));
  EXPECT_TRUE(buffer.guards_are_whole());
}

TEST(Guarded, AnAbsentOneHasNoData) {
  for (const GuardedBuffer& buffer : {GuardedBuffer(), GuardedBuffer(0)}) {
    EXPECT_EQ(buffer.data(), nullptr);
    EXPECT_TRUE(buffer.guards_are_whole());
  }
}

}  // namespace
}  // namespace lockstep
