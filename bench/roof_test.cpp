#include "bench/roof.h"

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "bench/ceilings/ceilings_for_test.h"
#include "bench/work.h"

namespace lockstep {
namespace {

// Counted in cycles of ceilings_for_test(). Of one thread: 32 floating-point operations, 64 bytes of L1, 32
// of L2, 20 of L3 or 6 of DRAM each; of two: twice that. An activation is 1.2, a flag 170 one way.

LayerCall call_of(const std::string& text, Passes passes = Passes::forward) {
  return {parse_problem(text), passes};
}

class RoofTest : public ::testing::Test {
 protected:
  Roof roof(const LayerCall& call) const { return roof_of(call, ceilings).value(); }
  double cycles(const LayerCall& call) const { return roof(call).seconds() * ceilings.clock_hz; }
  /// The cycles of one term; 0 where there is none.
  double cycles(const LayerCall& call, const std::string& name) const {
    for (const Roof::Term& term : roof(call).terms)
      if (term.name == name) return term.seconds * ceilings.clock_hz;
    return 0;
  }
  Ceilings ceilings = ceilings_for_test();
};

TEST_F(RoofTest, OfManyRowsIsTheirProductsAndActivations) {
  const LayerCall call = call_of("lstm/B:64/T:10/F:64/U:64/seq:1/state:1/threads:2");
  const double product = 2.0 * 4 * 64 * 10 * 64 * 64 / 64;  // with the input, and with the states
  EXPECT_DOUBLE_EQ(cycles(call, "compute"), 2 * product);
  EXPECT_DOUBLE_EQ(cycles(call, "activations"), 5.0 * 64 * 10 * 64 * 1.2 / 2);
  EXPECT_DOUBLE_EQ(cycles(call), 778'240);
  EXPECT_EQ(roof(call).bound_by(), "compute");
}

TEST_F(RoofTest, OfOneRowIsReadingTheWeightsFromTheCachesThatHoldThem) {
  const LayerCall call = call_of("lstm/B:1/T:1000/F:128/U:128/seq:1/state:1/threads:2");
  const double bytes = 4 * (4 * 128 * 128 + 2 * 128);  // of weights and both states
  const double in_l1 = 64 * 1024;
  EXPECT_DOUBLE_EQ(cycles(call, "L1"), 1000 * in_l1 / 128);
  EXPECT_DOUBLE_EQ(cycles(call, "L2"), 1000 * (bytes - in_l1) / 64);
  EXPECT_DOUBLE_EQ(cycles(call, "compute"), 2.0 * 4 * 1000 * 128 * 128 / 64);  // the input's product alone
  EXPECT_DOUBLE_EQ(cycles(call, "activations"), 5.0 * 1000 * 128 * 1.2 / 2);
  EXPECT_EQ(cycles(call, "synchronisation"), 0);  // hidden by the product of the thread's own states
  EXPECT_DOUBLE_EQ(cycles(call), 6'032'000);
  EXPECT_EQ(roof(call).bound_by(), "L2");
}

TEST_F(RoofTest, NamesTheLevelThatMostOfTheTimeGoesTo) {
  for (const auto& [units, level] : {std::pair{32, "L1"}, {128, "L2"}, {512, "L3"}, {2048, "DRAM"}}) {
    const LayerCall call =
        call_of(fmt::format("lstm/B:1/T:100/F:1/U:{}/seq:1/state:1/act:relu/rec_act:hard_sigmoid", units));
    EXPECT_EQ(roof(call).bound_by(), level) << units;
  }
}

TEST_F(RoofTest, LeavesAThreadIdleWhereTellingItCostsMore) {
  const LayerCall two = call_of("lstm/B:1/T:101/F:16/U:16/seq:1/threads:2");
  const LayerCall one = call_of("lstm/B:1/T:101/F:16/U:16/seq:1");
  EXPECT_DOUBLE_EQ(cycles(one), 6464 + 100 * 66 + 5.0 * 101 * 16 * 1.2);
  EXPECT_DOUBLE_EQ(cycles(two), cycles(one));
  ceilings.flag_round_trip = 60e-9;  // 102 cycles one way, of which 16.5 go by over the thread's own states
  const double flags = 100 * (102 - 16.5);
  EXPECT_NEAR(cycles(two, "synchronisation"), flags, 1e-6);
  EXPECT_NEAR(cycles(two), 3232 + 100 * 33 + 5.0 * 101 * 16 * 1.2 / 2 + flags, 1e-6);
  EXPECT_EQ(roof(two).bound_by(), "synchronisation");
  EXPECT_EQ(cycles(call_of("lstm/B:2/T:101/F:16/U:16/seq:1/threads:2"), "synchronisation"), 0);  // a row each
}

TEST_F(RoofTest, CountsGatesStatesAndActivationsOfEachCell) {
  EXPECT_DOUBLE_EQ(cycles(call_of("simple_rnn/B:1/T:11/F:4/U:8/act:relu")), 22 + 10 * 4.5);
  EXPECT_DOUBLE_EQ(cycles(call_of("simple_rnn/B:1/T:11/F:4/U:8")), 22 + 10 * 4.5 + 11 * 8 * 1.2);
  EXPECT_DOUBLE_EQ(cycles(call_of("gru/B:4/T:11/F:8/U:8")), 528 + 10 * 48 + 3.0 * 4 * 11 * 8 * 1.2);
  EXPECT_DOUBLE_EQ(cycles(call_of("gru/B:4/T:11/F:8/U:8/rec_act:hard_sigmoid"), "activations"),
                   4.0 * 11 * 8 * 1.2);
}

TEST_F(RoofTest, TakesTheCheapestActivation) {
  const LayerCall call = call_of("gru/B:4/T:11/F:8/U:8");
  for (double Ceilings::*cheap : {&Ceilings::exp, &Ceilings::tanh, &Ceilings::sigmoid}) {
    ceilings = ceilings_for_test();
    ceilings.*cheap = 1 / ceilings.clock_hz;
    EXPECT_DOUBLE_EQ(cycles(call, "activations"), 3.0 * 4 * 11 * 8);
  }
}

TEST_F(RoofTest, OfAFirstStepWithoutAStateHasNoProductWithIt) {
  EXPECT_DOUBLE_EQ(cycles(call_of("lstm/B:64/T:1/F:64/U:64/state:1"), "compute"),
                   2 * cycles(call_of("lstm/B:64/T:1/F:64/U:64"), "compute"));
}

TEST_F(RoofTest, OfDenseIsOneProduct) {
  EXPECT_DOUBLE_EQ(cycles(call_of("dense/B:2/T:3/F:5/U:7")), 13.125);
  EXPECT_DOUBLE_EQ(cycles(call_of("dense/B:2/T:3/F:5/U:7/style:time_distributed/act:softmax")),
                   13.125 + 42 * 1.2);
  const LayerCall wide = call_of("dense/B:1/T:1/F:4096/U:4096");
  const double bytes = 4.0 * 4096 * 4097, kibi = 1024;
  EXPECT_NEAR(cycles(wide),
              32 * kibi / 64 + 512 * kibi / 32 + 32768 * kibi / 20 + (bytes - (32 + 512 + 32768) * kibi) / 6,
              1e-6);
  EXPECT_EQ(roof(wide).bound_by(), "DRAM");
}

TEST_F(RoofTest, OfAnActivationIsReadingAndComputingIt) {
  EXPECT_DOUBLE_EQ(cycles(call_of("activation/B:2/T:4/F:8/act:tanh")), 64 * 4.0 / 64 + 64 * 1.2);
  EXPECT_DOUBLE_EQ(cycles(call_of("activation/B:2/T:4/F:8/act:relu")), 64 * 4.0 / 64);
}

TEST_F(RoofTest, OfTrainingHasTheProductsOfTheGradients) {
  const std::string text = "lstm/B:64/T:10/F:64/U:64/seq:1/state:1/threads:2/pass:training";
  const double product = 327'680;
  EXPECT_DOUBLE_EQ(cycles(call_of(text, Passes::forward)), 778'240);
  EXPECT_DOUBLE_EQ(cycles(call_of(text, Passes::backward)), 4 * product);
  EXPECT_DOUBLE_EQ(cycles(call_of(text, Passes::both)), 778'240 + 4 * product);
  LayerCall first = call_of(text, Passes::both);
  first.input_gradient = false;
  EXPECT_DOUBLE_EQ(cycles(first), 778'240 + 3 * product);
  EXPECT_DOUBLE_EQ(cycles(call_of("dense/B:8/T:8/F:64/U:64/pass:training", Passes::both)),
                   3 * cycles(call_of("dense/B:8/T:8/F:64/U:64")));
}

TEST_F(RoofTest, IsUnknownWhereAMaskLetsStepsBeLeftOut) {
  EXPECT_FALSE(roof_of(call_of("lstm/B:2/T:3/F:4/U:5/mask:right"), ceilings));
  const std::vector<LayerCall> model{call_of("dense/B:2/T:3/F:4/U:5"),
                                     call_of("lstm/B:2/T:3/F:4/U:5/mask:right")};
  EXPECT_FALSE(roof_of(model, ceilings));
}

TEST_F(RoofTest, TakesNoMoreThreadsThanTheMachineHas) {
  EXPECT_EQ(cycles(call_of("lstm/B:64/T:10/F:64/U:64/threads:8")),
            cycles(call_of("lstm/B:64/T:10/F:64/U:64/threads:2")));
}

TEST_F(RoofTest, OfAModelIsTheSumOfItsLayers) {
  const std::vector<LayerCall> model{call_of("gru/B:4/T:11/F:8/U:8"), call_of("dense/B:4/T:11/F:8/U:3")};
  const Roof sum = roof_of(model, ceilings).value();
  EXPECT_DOUBLE_EQ(sum.seconds(), roof(model[0]).seconds() + roof(model[1]).seconds());
  EXPECT_EQ(sum.bound_by(), "activations");
  EXPECT_FALSE(roof_of(std::span<const LayerCall>(), ceilings));
}

TEST_F(RoofTest, AllowsTheShareOfThePeakThatActivationsLeave) {
  // H / 4 cycles of multiply-adds and 3 of activations for each unit of a step.
  for (const auto& [units, percent] : {std::pair{16, 57}, {64, 84}, {128, 91}, {256, 96}}) {
    const LayerCall call =
        call_of(fmt::format("lstm/B:64/T:1000/F:{0}/U:{0}/seq:1/state:1/threads:2", units));
    const double peak = ceilings.flops_per_second.all;
    EXPECT_EQ(std::round(100 * flops(call.problem) / roof(call).seconds() / peak), percent) << units;
  }
}

}  // namespace
}  // namespace lockstep
