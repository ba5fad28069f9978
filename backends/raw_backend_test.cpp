#include "backends/raw_backend.h"

#include <gtest/gtest.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

TEST(RawBackend, KnowsTheUsualFormOfEachCell) {
  for (const char* text : {"lstm/B:2/T:3/F:4/U:5/seq:1", "gru/B:2/T:3/F:4/U:5/seq:1/reset_after:1",
                           "simple_rnn/B:2/T:3/F:4/U:5/seq:1"})
    EXPECT_TRUE(supports_raw(parse_problem(text))) << text;
}

TEST(RawBackend, RefusesAllElseWithAReason) {
  for (const char* text :
       {"lstm/B:2/T:3/F:4/U:5/seq:0", "gru/B:2/T:3/F:4/U:5/seq:1/reset_after:0",
        "simple_rnn/B:2/T:3/F:4/U:5/seq:1/act:relu", "lstm/B:2/T:3/F:4/U:5/seq:1/rec_act:hard_sigmoid",
        "lstm/B:2/T:3/F:4/U:5/seq:1/bias:0", "lstm/B:2/T:3/F:4/U:5/seq:1/back:1",
        "lstm/B:2/T:3/F:4/U:5/seq:1/state:1", "lstm/B:2/T:3/F:4/U:5/seq:1/final:1",
        "lstm/B:2/T:3/F:4/U:5/seq:1/mask:right", "lstm/B:2/T:3/F:4/U:5/seq:1/threads:2",
        "lstm/B:2/T:3/F:4/U:5/seq:1/pass:training", "dense/B:2/T:3/F:4/U:5"}) {
    const Support support = supports_raw(parse_problem(text));
    EXPECT_FALSE(support) << text;
    EXPECT_NE(support.why().find("written for"), std::string::npos) << text;
  }
}

/// Notes where it was asked to compute from and to.
struct NotedSteps {
  NotedSteps(const Problem&, const Weights&) {}
  void compute(const float* input, float* output) const {
    from = input;
    to = output;
  }
  std::string form() const { return "noted"; }
  static inline const float* from = nullptr;
  static inline float* to = nullptr;
};

TEST(RawLayer, CopiesNothingOfWhatLiesAsTheLibraryWantsIt) {
  const Problem problem = parse_problem("lstm/B:2/T:3/F:4/U:5/seq:1");
  std::vector<float> x(24), y(30);
  RawLayer<NotedSteps> layer(problem, {});
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    Io io;
    io.input = sequence_view<const float>(x.data(), {2, 3, 4}, layout);
    io.output = sequence_view<float>(y.data(), {2, 3, 5}, layout);
    layer.run(io);
    EXPECT_EQ(NotedSteps::from == x.data(), layout == Layout::time_major);
    EXPECT_EQ(NotedSteps::to == y.data(), layout == Layout::time_major);
  }
}

}  // namespace
}  // namespace lockstep
