#include "cases/keras/inner_inputs.h"

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep::keras {
namespace {

/// That an Input which takes this is given what a node returns that takes that.
std::string refusal_of_given(const InputSpec& takes, const InputSpec& given) {
  ModelSpec model;
  model.nodes = {{"x", given, {}, {}}, {"same", DropoutSpec{}, {"x"}, {}}};
  model.outputs = {"same"};
  return refusal_of([&] { check_inner_inputs(model, {{"inner/words", takes, "same"}}); });
}

TEST(InnerInputs, TakeTheirShape) {
  for (const InputSpec& shape : {InputSpec{5, 3}, InputSpec{{}, 3}, InputSpec{{}, 3, false}})
    EXPECT_EQ(refusal_of_given(shape, shape), "accepted");
  EXPECT_EQ(refusal_of_given({5, 3}, {{}, 3}), "accepted") << "Keras asks for it in each run";
  EXPECT_EQ(refusal_of_given({{}, 3}, {5, 3}), "accepted");
}

TEST(InnerInputs, TakeNoOther) {
  EXPECT_EQ(
      refusal_of_given({5, 3}, {7, 3}),
      "layer \"inner/words\": is given what \"same\" returns, (batch, 7, 3): accepted is (batch, 5, 3)");
  EXPECT_EQ(
      refusal_of_given({{}, 3}, {{}, 4}),
      "layer \"inner/words\": is given what \"same\" returns, (batch, None, 4): accepted is (batch, None, "
      "3)");
  EXPECT_EQ(refusal_of_given({{}, 3, false}, {1, 3}),
            "layer \"inner/words\": is given what \"same\" returns, (batch, 1, 3): accepted is (batch, 3)");
  EXPECT_EQ(refusal_of_given({1, 3}, {{}, 3, false}),
            "layer \"inner/words\": is given what \"same\" returns, (batch, 3): accepted is (batch, 1, 3)");
}

TEST(InnerInputs, AreNotComparedWithWhatNobodyReads) {
  ModelSpec model;
  model.nodes = {{"x", InputSpec{5, 3}, {}, {}}};
  model.outputs = {"x"};
  EXPECT_EQ(refusal_of([&] { check_inner_inputs(model, {{"inner/words", {5, 3}, "lstm:h"}}); }), "accepted");
}

}  // namespace
}  // namespace lockstep::keras
