#include "bench/train/optimizer_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(OptimizerArguments, AreKerasDefaultsWhereNothingIsSaid) {
  OptimizerArguments arguments;
  EXPECT_EQ(make_optimizer(arguments).kind, OptimizerKind::rmsprop);
  EXPECT_EQ(make_optimizer(arguments).learning_rate, 0.001);
  EXPECT_EQ(make_optimizer(arguments).rho, 0.9);
  arguments.name = "sgd";
  EXPECT_EQ(make_optimizer(arguments).kind, OptimizerKind::sgd);
  EXPECT_EQ(make_optimizer(arguments).learning_rate, 0.01);
  arguments.name = "adam";
  EXPECT_EQ(make_optimizer(arguments).beta_2, 0.999);
}

TEST(OptimizerArguments, AreTaken) {
  OptimizerArguments sgd;
  sgd.name = "sgd";
  sgd.learning_rate = 0.5;
  sgd.momentum = 0.25;
  sgd.nesterov = true;
  sgd.clipvalue = 2;
  OptimizerSpec spec = make_optimizer(sgd);
  EXPECT_EQ(spec.learning_rate, 0.5);
  EXPECT_EQ(spec.momentum, 0.25);
  EXPECT_TRUE(spec.nesterov);
  EXPECT_EQ(spec.clipvalue, 2);
  OptimizerArguments rmsprop;
  rmsprop.rho = 0.5;
  rmsprop.centered = true;
  rmsprop.epsilon = 0.125;
  rmsprop.clipnorm = 3;
  spec = make_optimizer(rmsprop);
  EXPECT_EQ(spec.rho, 0.5);
  EXPECT_TRUE(spec.centered);
  EXPECT_EQ(spec.epsilon, 0.125);
  EXPECT_EQ(spec.clipnorm, 3);
  OptimizerArguments adam;
  adam.name = "adam";
  adam.beta_1 = 0.5;
  adam.beta_2 = 0.75;
  adam.global_clipnorm = 4;
  spec = make_optimizer(adam);
  EXPECT_EQ(spec.beta_1, 0.5);
  EXPECT_EQ(spec.beta_2, 0.75);
  EXPECT_EQ(spec.global_clipnorm, 4);
}

TEST(OptimizerArguments, AreRefusedWhereTheOptimizerTakesNone) {
  const auto refused = [](const char* name, const char* why, const auto& give) {
    OptimizerArguments arguments;
    arguments.name = name;
    give(arguments);
    EXPECT_THAT([&] { make_optimizer(arguments); }, ThrowsMessage<std::invalid_argument>(HasSubstr(why)));
  };
  refused("adam", "adam takes no momentum: accepted with sgd, rmsprop", [](auto& a) { a.momentum = 0.5; });
  refused("rmsprop", "rmsprop takes no nesterov: accepted with sgd", [](auto& a) { a.nesterov = true; });
  refused("sgd", "sgd takes no rho: accepted with rmsprop", [](auto& a) { a.rho = 0.5; });
  refused("sgd", "sgd takes no centered", [](auto& a) { a.centered = true; });
  refused("rmsprop", "rmsprop takes no beta_1: accepted with adam", [](auto& a) { a.beta_1 = 0.5; });
  refused("rmsprop", "rmsprop takes no beta_2", [](auto& a) { a.beta_2 = 0.5; });
  refused("sgd", "sgd takes no epsilon", [](auto& a) { a.epsilon = 0.5; });
  refused("sgd", "learning_rate is -1", [](auto& a) { a.learning_rate = -1; });
  refused("nonsense", "unknown optimizer \"nonsense\": accepted are sgd, rmsprop, adam", [](auto&) {});
}

}  // namespace
}  // namespace lockstep
