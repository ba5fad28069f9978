#include "verify/dense_styles.h"

#include <gtest/gtest.h>

#include "reports/json.h"
#include "verify/model_check.h"
#include "verify/modules_for_test.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

TEST(StyleModels, AreEveryCellWithReturnSequencesTrueAndFalse) {
  std::vector<std::string> names;
  for (const Seed& one : style_models()) {
    names.push_back(one.name);
    EXPECT_TRUE(names_model(one.name));
    EXPECT_EQ(find_seed(one.name).name, one.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "styles:simple_rnn-sequences", "styles:simple_rnn-last", "styles:lstm-sequences",
                       "styles:lstm-last", "styles:gru-sequences", "styles:gru-last",
                       "styles:gru/reset_after:0-sequences", "styles:gru/reset_after:0-last"}));
}

TEST(StyleModels, AreRightInBothStylesOnEveryBackend) {
  for (const Seed& one : {style_models()[2], style_models()[3]}) {
    const auto backends = loaded_backends();
    const ModelFindings found = check_model(backends, one, default_seed, 1);
    EXPECT_EQ(found.styles.size(), backends.size());
    for (const Finding& finding : found.findings) EXPECT_EQ(finding.verdict, Verdict::pass) << finding.reason;
    for (const StyleDifference& styles : found.styles) {
      ASSERT_TRUE(styles.seconds.has_value());
      EXPECT_GT(styles.seconds->whole, 0);
      EXPECT_GT(styles.seconds->per_step, 0);
      EXPECT_EQ(styles.bits.different > 0, styles.bits.largest_difference > 0);
    }
  }
}

TEST(StyleModels, AreTimedOnlyWhereTheyAreRight) {
  const MutantBackend wrong(find_mutant("output_element_off"));  // by 1e-4
  const MutantBackend right(control());
  const std::vector<const Backend*> backends{&wrong, &right};
  const ModelFindings found = check_model(backends, style_models()[3], default_seed, 1);
  ASSERT_EQ(found.styles.size(), 2U);
  EXPECT_FALSE(found.styles[0].seconds.has_value());
  EXPECT_TRUE(found.styles[1].seconds.has_value());
  for (const Finding& finding : found.findings)
    EXPECT_EQ(finding.verdict, finding.backend == wrong.name() ? Verdict::fail : Verdict::pass)
        << finding.reason;
}

TEST(StyleModels, OfAChaoticLayerAreIllConditioned) {
  Seed chaotic = style_models()[0];
  for (float& weight : chaotic.model.nodes[1].weights.recurrent_kernel) weight *= 8;
  const MutantBackend right(control());
  const std::vector<const Backend*> backends{&right};
  for (const Finding& finding : check_model(backends, chaotic, default_seed, 1).findings)
    EXPECT_EQ(finding.verdict, Verdict::ill_conditioned) << finding.reason;
}

TEST(StyleTable, TellsHowFarApartAndHowLong) {
  StyleDifference one;
  one.model = "m";
  one.backend = "b";
  one.bits = {200, 3, 5, 0x1p-23};
  one.seconds = StyleTimes{2e-6, 4e-6};
  StyleDifference untimed = one;
  untimed.seconds.reset();
  const auto rows = reports::json(style_table({one, untimed}));
  EXPECT_EQ(rows[0].at("bitwise"), "no");
  EXPECT_EQ(rows[0].at("different"), 1.5);
  EXPECT_EQ(rows[0].at("ulp"), 5);
  EXPECT_EQ(rows[0].at("u"), 2);
  EXPECT_EQ(rows[0].at("whole"), 2);
  EXPECT_EQ(rows[0].at("per_step"), 4);
  EXPECT_TRUE(rows[1].at("whole").is_null());
}

}  // namespace
}  // namespace lockstep
