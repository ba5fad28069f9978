#include "verify/relations/arranged.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

TEST(Arranged, TakesRowsAndStepsInTheOrderAskedFor) {
  const Problem problem = parse_problem("lstm/B:3/T:5/F:2/U:4/mask:holes/state:1");
  const Given given = make_given(problem, 7);
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    const std::vector<std::int64_t> rows{2, 0}, steps{4, 1, 3};
    const Given part = arranged(given, rows, steps, layout);
    EXPECT_EQ(part.shape, (Shape{2, 3, 2}));
    EXPECT_EQ(part.weights.kernel, given.weights.kernel);
    for (std::size_t b = 0; b < rows.size(); ++b) {
      for (std::size_t t = 0; t < steps.size(); ++t) {
        for (int i = 0; i < 2; ++i)
          EXPECT_EQ(part.input_view()(b, t, i), given.input_view()(rows[b], steps[t], i));
        EXPECT_EQ(part.mask[b * 3 + t], given.mask[static_cast<std::size_t>(rows[b] * 5 + steps[t])]);
      }
      for (int j = 0; j < 4; ++j) {
        EXPECT_EQ(part.initial_h[static_cast<std::int64_t>(b) * 4 + j], given.initial_h[rows[b] * 4 + j]);
        EXPECT_EQ(part.initial_c[static_cast<std::int64_t>(b) * 4 + j], given.initial_c[rows[b] * 4 + j]);
      }
    }
  }
}

TEST(Arranged, CopiesAll) {
  const Given given = make_given(parse_problem("gru/B:3/T:5/F:2/U:4"), 7), copy = copy_of(given);
  EXPECT_EQ(copy.shape, given.shape);
  EXPECT_EQ(copy.layout, given.layout);
  EXPECT_TRUE(std::equal(given.input.begin(), given.input.end(), copy.input.begin(), copy.input.end()));
  EXPECT_TRUE(copy.mask.empty());
  EXPECT_EQ(copy.initial_h.size(), 0);
}

TEST(StepsAt, CountFromTheEndOfTimeWhereALayerGoesBackwards) {
  EXPECT_THAT(steps_at(parse_problem("lstm/T:5/U:2"), 1, 3), ElementsAre(1, 2));
  EXPECT_THAT(steps_at(parse_problem("lstm/T:5/U:2/back:1"), 1, 3), ElementsAre(2, 3));
  EXPECT_THAT(steps_at(parse_problem("dense/T:5/U:2"), 0, 2), ElementsAre(0, 1));
}

TEST(Counts, AsksTheMaskInTheOrderOfProcessing) {
  const Problem forwards = parse_problem("lstm/B:2/T:3/F:1/U:2/mask:right"),
                backwards = parse_problem("lstm/B:2/T:3/F:1/U:2/mask:right/back:1");
  Given given = make_given(forwards, 1);
  given.mask = {1, 1, 1, 1, 0, 0};
  EXPECT_TRUE(counts(forwards, given, 1, 0));
  EXPECT_FALSE(counts(forwards, given, 1, 2));
  EXPECT_FALSE(counts(backwards, given, 1, 0));
  EXPECT_TRUE(counts(backwards, given, 1, 2));
  given.mask.clear();
  EXPECT_TRUE(counts(forwards, given, 1, 2));
}

}  // namespace
}  // namespace lockstep
