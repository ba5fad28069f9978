#include "cases/keras/tensor_names.h"

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep::keras {
namespace {

using ::testing::HasSubstr;

TEST(TensorNames, AreThoseOfTheLayersAndNumbers) {
  EXPECT_EQ(TensorNames::of("both", 0), "both");
  EXPECT_EQ(TensorNames::of("both", 1), "both[1]");
}

TEST(TensorNames, LeadToTheNodeThatIsRead) {
  TensorNames names;
  names.read_as("inner/x", "inner");
  names.read_as("inner", "dense");
  EXPECT_EQ(names.resolved("inner/x"), "dense");
  EXPECT_EQ(names.resolved("lstm"), "lstm");
  EXPECT_EQ(refusal_of([&] { names.check_own("lstm"); }), "accepted");
  EXPECT_THAT(refusal_of([&] { names.check_own("inner"); }), HasSubstr("the name is used twice"));
  EXPECT_THAT(refusal_of([&] { names.read_as("inner", "other"); }), HasSubstr("the name is used twice"));
}

TEST(TensorNames, AreRefusedWhereNothingReturnsThem) {
  TensorNames names;
  names.refuse("lstm[1]", "a state");
  names.refuse("both[1]", "no state");
  names.read_as("both[1]", "both/backward_layer");
  EXPECT_EQ(refusal_of([&] { names.resolved("lstm[1]"); }), "a state");
  EXPECT_EQ(names.resolved("both[1]"), "both/backward_layer");
}

TEST(TensorNames, ComeToAnEndInACycle) {
  TensorNames names;
  names.read_as("a", "b");
  names.read_as("b", "a");
  EXPECT_THAT(refusal_of([&] { names.resolved("a"); }), HasSubstr("through a cycle"));
}

}  // namespace
}  // namespace lockstep::keras
