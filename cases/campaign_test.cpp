#include "cases/campaign.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "cases/data.h"

namespace lockstep {
namespace {

TEST(RandomCases, AreValidAndParseBack) {
  for (const Case& one : random_cases(2000, 3)) {
    EXPECT_NO_THROW(validate(one.problem));
    EXPECT_EQ(parse_problem(to_string(one.problem)), one.problem);
  }
}

TEST(RandomCases, DependOnSeedAndIndexAlone) {
  const auto few = random_cases(5, 3), many = random_cases(50, 3), others = random_cases(5, 4);
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i].problem, many[i].problem);
    EXPECT_EQ(few[i].seed, many[i].seed);
    EXPECT_EQ(few[i].gain, many[i].gain);
  }
  EXPECT_NE(to_string(few[0].problem) + to_string(few[1].problem),
            to_string(others[0].problem) + to_string(others[1].problem));
}

TEST(RandomCases, MeetEveryKindOfLayerFieldAndGain) {
  std::set<std::string> seen;
  for (const Case& one : random_cases(2000, 1)) {
    seen.insert("gain:" + std::to_string(one.gain));
    const std::string text = to_string(one.problem);
    for (std::size_t start = 0; start <= text.size();) {
      const auto end = std::min(text.find('/', start), text.size());
      seen.insert(text.substr(start, end - start));
      start = end + 1;
    }
  }
  for (const char* field : {"simple_rnn",
                            "lstm",
                            "gru",
                            "dense",
                            "activation",
                            "pass:training",
                            "B:1",
                            "B:5",
                            "T:1",
                            "T:96",
                            "F:1",
                            "F:48",
                            "U:1",
                            "U:48",
                            "seq:0",
                            "seq:1",
                            "bias:0",
                            "back:1",
                            "state:1",
                            "final:1",
                            "mask:right",
                            "mask:left",
                            "mask:holes",
                            "zero_mask:1",
                            "reset_after:0",
                            "style:time_distributed",
                            "act:softmax",
                            "act:softsign",
                            "rec_act:hard_sigmoid",
                            "threads:1",
                            "threads:2",
                            "gain:0.500000",
                            "gain:4.000000"})
    EXPECT_TRUE(seen.contains(field)) << field;
}

TEST(RandomCases, AGainIsAFactorOnTheRecurrentKernelAlone) {
  Case one{parse_problem("lstm/B:2/T:3/F:4/U:5"), "a test", 1, 4};
  const Given four = make_given(one);
  one.gain = 1;
  const Given plain = make_given(one);
  for (std::size_t i = 0; i < plain.weights.recurrent_kernel.size(); ++i)
    EXPECT_EQ(four.weights.recurrent_kernel[i], 4 * plain.weights.recurrent_kernel[i]);
  EXPECT_EQ(four.weights.kernel, plain.weights.kernel);
  EXPECT_EQ(four.weights.bias, plain.weights.bias);
}

}  // namespace
}  // namespace lockstep
