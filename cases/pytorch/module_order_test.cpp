#include "cases/pytorch/module_order.h"

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep::pytorch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Module recurrent_of(const char* name, std::int64_t features, std::int64_t units) {
  Module module;
  module.name = name;
  module.features = features;
  module.units = units;
  return module;
}
Module linear_of(const char* name, std::int64_t features, std::int64_t units) {
  Module module = recurrent_of(name, features, units);
  module.is_linear = true;
  return module;
}

TEST(ModuleOrder, GoesByFeatures) {
  EXPECT_THAT(order_of({linear_of("fc", 4, 2), recurrent_of("lstm", 3, 4)}), ElementsAre(1, 0));
  EXPECT_THAT(order_of({recurrent_of("lstm", 4, 2), linear_of("project", 3, 4)}), ElementsAre(1, 0));
  Module both = recurrent_of("lstm", 3, 4);
  both.bidirectional = true;
  EXPECT_THAT(order_of({linear_of("fc", 8, 2), both}), ElementsAre(1, 0));
}

TEST(ModuleOrder, PutsRecurrentModulesFirstWhereFeaturesDoNotTell) {
  EXPECT_THAT(order_of({linear_of("fc", 4, 1), recurrent_of("lstm", 1, 4)}), ElementsAre(1, 0));
}

TEST(ModuleOrder, GoesByNumbersInNames) {
  EXPECT_THAT(order_of({recurrent_of("net.10", 4, 4), recurrent_of("net.9", 4, 4)}), ElementsAre(1, 0));
  EXPECT_THAT(order_of({linear_of("0", 4, 4), recurrent_of("2", 4, 4)}), ElementsAre(0, 1));
  EXPECT_THAT(
      refusal_of([] {
        order_of({linear_of("net.1", 3, 4), recurrent_of("net.0", 4, 5)});
      }),
      HasSubstr("in no order its modules each read what the one before them returns: \"net.1\" (3 to 4)"));
}

TEST(ModuleOrder, RefusesToGuess) {
  EXPECT_THAT(refusal_of([] {
                order_of({recurrent_of("a", 4, 4), recurrent_of("b", 4, 4)});
              }),
              HasSubstr("in more than one order"));
  EXPECT_THAT(refusal_of([] {
                order_of({recurrent_of("a", 3, 4), recurrent_of("b", 3, 4)});
              }),
              HasSubstr("in no order"));
}

TEST(ModuleOrder, ListsTheFirstOfManyModules) {
  EXPECT_EQ(listed({linear_of("a", 3, 4), linear_of("b", 4, 2)}), R"("a" (3 to 4), "b" (4 to 2))");
  EXPECT_THAT(listed(std::vector<Module>(9, linear_of("a", 3, 4))), ::testing::EndsWith("(3 to 4), ..."));
}

TEST(ModuleOrder, ComesToAnEnd) {
  std::vector<Module> many;
  for (char name = 'a'; name <= 'z'; ++name) many.push_back(recurrent_of(std::string(1, name).c_str(), 4, 4));
  many.push_back(recurrent_of("last", 5, 4));  // which nothing leads to
  EXPECT_THAT(refusal_of([&] { order_of(many); }), HasSubstr("in more than one order"));
  EXPECT_THAT(refusal_of([&] { order_of(std::vector<Module>(300, recurrent_of("a", 4, 4))); }),
              HasSubstr("300 modules, too many"));
}

}  // namespace
}  // namespace lockstep::pytorch
