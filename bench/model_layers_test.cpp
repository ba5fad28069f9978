#include "bench/model_layers.h"

#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "bench/work.h"

namespace lockstep {
namespace {

TEST(ModelLayers, AreThoseOfTheModelAtTheSizeOfTheRun) {
  const auto layers = model_layers(find_seed("seed:gru16-td"), {3, 64, 15}, 2, Passes::both);
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(to_string(layers[0].problem),
            "gru/B:3/T:64/F:15/U:16/seq:1/reset_after:1/pass:training/threads:2");
  EXPECT_EQ(to_string(layers[1].problem),
            "dense/B:3/T:64/F:16/U:8/style:time_distributed/pass:training/threads:2");
  double sum = 0;
  for (const LayerCall& layer : layers) {
    EXPECT_EQ(layer.passes, Passes::both);
    sum += flops(layer.problem);
  }
  EXPECT_EQ(flops_of(layers), sum);
  EXPECT_GT(sum, 0);
  EXPECT_EQ(model_layers(find_seed("seed:gru16-td"), {3, 64, 15}, 1, Passes::forward)[0].problem.exec.pass,
            Pass::inference);
}

TEST(ModelLayers, OnlyTheFirstAreSparedTheGradientOfTheirInput) {
  const auto layers = model_layers(find_seed("seed:gru16-td"), {3, 64, 15}, 1, Passes::both);
  for (std::size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(layers[i].input_gradient, i > 0) << i;
}

}  // namespace
}  // namespace lockstep
