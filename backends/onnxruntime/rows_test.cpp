#include "backends/onnxruntime/rows.h"

#include <vector>

#include <gmock/gmock.h>

namespace lockstep::onnxruntime {
namespace {

using ::testing::ElementsAre;

class Rows : public ::testing::Test {
 protected:
  std::vector<float> values{0, 1, 2, 3, 4, 5};
  SequenceView<const float> view(Layout layout) const {
    return sequence_view<const float>(values.data(), {2, 3, 1}, layout);
  }
};

TEST_F(Rows, LieInOnePieceInOneOrder) {
  EXPECT_TRUE(is_time_major(view(Layout::time_major)));
  EXPECT_FALSE(is_batch_major(view(Layout::time_major)));
  EXPECT_TRUE(is_batch_major(view(Layout::batch_major)));
  EXPECT_FALSE(is_time_major(view(Layout::batch_major)));
  SequenceView<const float> part = view(Layout::time_major);
  part.dims[0] = 1;  // of a batch of two
  EXPECT_FALSE(is_time_major(part));
}

TEST_F(Rows, AreCopiedFromOneOrderToTheOther) {
  std::vector<float> to(values.size());
  copy(view(Layout::batch_major), sequence_view(to.data(), {2, 3, 1}, Layout::time_major));
  EXPECT_THAT(to, ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST_F(Rows, AreReversedInTimeAlone) {
  std::vector<float> to(values.size());
  copy(reversed(view(Layout::time_major)), sequence_view(to.data(), {2, 3, 1}, Layout::time_major));
  EXPECT_THAT(to, ElementsAre(4, 5, 2, 3, 0, 1));
}

}  // namespace
}  // namespace lockstep::onnxruntime
