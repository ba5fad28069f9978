#include "verify/gradients/model_check.h"

#include <array>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "cases/targets.h"
#include "verify/gradients/model_expected.h"
#include "verify/modules_for_test.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// Wrong in the layers that the mutant applies to, right in the others.
class PartlyWrong : public Backend {
 public:
  explicit PartlyWrong(const char* mutant) : wrong_(find_mutant(mutant)) {}
  std::string_view name() const override { return "partly wrong"; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return right_.prepare(problem, weights);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    return wrong_.supports(problem) ? wrong_.prepare_training(problem, weights)
                                    : right_.prepare_training(problem, weights);
  }

 private:
  MutantBackend wrong_, right_{control()};
};

constexpr std::int64_t samples = 8;
Finding checked(const char* mutant) {
  const PartlyWrong backend(mutant);
  return check_training(std::array<const Backend*, 1>{&backend}, find_seed("seed:gru16-dense"), samples, 1, 1)
      .findings.front();
}

class EveryModel : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryModel, TrainsOnEveryBackendAsTheOracleDoes) {
  const TrainingFindings found = check_training(trainable_backends(), find_seed(GetParam()), samples, 1, 1);
  ASSERT_EQ(found.findings.size(), trainable_backends().size());
  for (const Finding& finding : found.findings) {
    EXPECT_EQ(finding.verdict, Verdict::pass) << finding.backend << ": " << finding.reason;
    EXPECT_GT(finding.share_of_tolerance(), 0) << finding.backend;
  }
  EXPECT_EQ(found.styles.size(), found.findings.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, EveryModel,
                         ::testing::Values("seed:gru16-td", "seed:gru16-dense", "seed:gru16-last",
                                           "seed:gru16-dense/reset_after:0", "seed:lstm5-dense2"));

TEST(CheckTraining, FindsWhatIsWrongInOneLayer) {
  for (const char* mutant : {"gru_kept_state_missing", "bias_gradient_zero",
                             "input_gradient_with_other_kernel", "softmax_slope_of_sigmoid"}) {
    const Finding found = checked(mutant);
    EXPECT_EQ(found.verdict, Verdict::fail) << mutant;
    EXPECT_THAT(found.failed, Contains("gradients")) << mutant;
  }
  EXPECT_THAT(checked("bias_gradient_zero").reason, HasSubstr("gradient of gru/bias"));
}

TEST(CheckTraining, FindsWeightsThatAreNotTaken) {
  const Finding found = checked("update_ignored");
  EXPECT_THAT(found.failed, Contains("trained weights"));
  EXPECT_THAT(found.failed, ::testing::Not(Contains("gradients")));
  EXPECT_THAT(found.reason, HasSubstr("after 5 steps"));
}

TEST(CheckTraining, CountsTheBitsThatBothStylesShare) {
  const MutantBackend right(control());
  const auto found =
      check_training(std::array<const Backend*, 1>{&right}, find_seed("seed:gru16-td"), samples, 1, 1);
  ASSERT_EQ(found.styles.size(), 1U);
  EXPECT_TRUE(found.styles[0].gradients.bitwise_equal());  // the reference does the same in both
  EXPECT_EQ(found.styles[0].gradients.compared, 15 * 48 + 16 * 48 + 96 + 16 * 8 + 8);
}

TEST(ExpectedTraining, NamesTheWeightsInTheOrderOfKeras) {
  std::vector<std::string> names;
  for (const ModelWeight& weight : weights_of(find_seed("seed:gru16-td").model)) names.push_back(weight.name);
  EXPECT_THAT(names, ::testing::ElementsAre("gru/kernel", "gru/recurrent_kernel", "gru/bias",
                                            "time_distributed/kernel", "time_distributed/bias"));
}

TEST(FewSamples, AreFewerOfALongerInput) {
  Seed one;
  one.model = two_lengths();
  one.input = {100, 3, 4};
  one.batch = 32;
  EXPECT_EQ(few_samples(one), 32);
  one.model.nodes[1].kind = InputSpec{512, 2};  // "long"
  EXPECT_EQ(few_samples(one), 4);
  one.model.nodes[1].kind = InputSpec{5000, 2};
  EXPECT_EQ(few_samples(one), 1);
}

}  // namespace
}  // namespace lockstep
