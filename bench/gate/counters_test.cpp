#include "bench/gate/counters.h"

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

Proof proof(std::int64_t allocations, std::int64_t library_calls) {
  Proof counted;
  counted.allocations = allocations;
  counted.library_calls = library_calls;
  return counted;
}

TEST(Counters, SayWhatThereIsMoreOf) {
  EXPECT_EQ(counted_more(proof(2, 5), proof(7, 5)), "7 allocations per call, base 2");
  EXPECT_EQ(counted_more(proof(0, 5), proof(0, 6)), "6 library calls per call, base 5");
  EXPECT_EQ(counted_more(proof(0, 5), proof(1, 6)),
            "1 allocation per call, base 0; 6 library calls per call, base 5");
  EXPECT_EQ(counted_more(proof(2, 5), proof(2, 5)), "");
  EXPECT_EQ(counted_more(proof(2, 5), proof(1, 4)), "");
}

TEST(Counters, SayWhatThereIsLessOf) {
  EXPECT_EQ(counted_less(proof(7, 5), proof(2, 6)), "2 allocations per call, base 7");
  EXPECT_EQ(counted_less(proof(7, 5), proof(7, 4)), "4 library calls per call, base 5");
  EXPECT_EQ(counted_less(proof(2, 5), proof(2, 5)), "");
}

}  // namespace
}  // namespace lockstep::gate
