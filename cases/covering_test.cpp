#include "cases/covering.h"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Sizes = std::vector<std::size_t>;

/// The pairs of values of two factors that meet in some row.
std::set<std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>> met(const Sizes& sizes) {
  std::set<std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>> pairs;
  for (const auto& row : covering_rows(sizes))
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (std::size_t j = i + 1; j < sizes.size(); ++j) pairs.insert({i, row[i], j, row[j]});
  return pairs;
}

TEST(Covering, EachTwoValuesMeet) {
  for (const Sizes& sizes :
       {Sizes{2, 3}, Sizes{2, 2, 2, 2}, Sizes{1, 4, 1, 3}, Sizes{15, 11, 11, 5, 2, 2, 2, 2}}) {
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (std::size_t j = i + 1; j < sizes.size(); ++j) pairs += sizes[i] * sizes[j];
    EXPECT_EQ(met(sizes).size(), pairs);
  }
}

TEST(Covering, ValuesAreThoseOfTheFactors) {
  const Sizes sizes{3, 1, 4};
  for (const auto& row : covering_rows(sizes)) {
    ASSERT_EQ(row.size(), sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_LT(row[i], sizes[i]);
  }
}

TEST(Covering, TakesFarFewerRowsThanTheProduct) {
  EXPECT_EQ(covering_rows({5, 7}).size(), 35U);
  EXPECT_LE(covering_rows(Sizes(10, 2)).size(), 12U);           // of 1024
  EXPECT_LE(covering_rows({15, 11, 2, 2, 2, 2}).size(), 180U);  // 165 is the least
}

TEST(Covering, OfOneFactorIsEachValueAndOfNoneOneRow) {
  EXPECT_EQ(covering_rows({3}), (std::vector<Sizes>{{0}, {1}, {2}}));
  EXPECT_EQ(covering_rows({}), (std::vector<Sizes>{{}}));
  EXPECT_TRUE(covering_rows({3, 0}).empty());
}

TEST(Covering, IsTheSameEachTime) {
  EXPECT_EQ(covering_rows({7, 5, 3, 2}), covering_rows({7, 5, 3, 2}));
}

}  // namespace
}  // namespace lockstep
