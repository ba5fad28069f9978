#include "verify/doctor/variant.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

#include "verify/doctor/diagnosis_for_test.h"

namespace lockstep::doctor {
namespace {

using ::testing::ElementsAreArray;

/// Samples [begin, begin + count), steps [first, first + steps).
Array<float> part_of(const Array<float>& array, std::int64_t begin, std::int64_t count, std::int64_t first,
                     std::int64_t steps) {
  Array<float> part{{count, steps, array.dims[2]}, {}};
  for (std::int64_t b = begin; b < begin + count; ++b) {
    const auto from = array.values.begin() + (b * array.dims[1] + first) * array.dims[2];
    part.values.insert(part.values.end(), from, from + steps * array.dims[2]);
  }
  return part;
}

class VariantOf : public ::testing::TestWithParam<Cell> {
 protected:
  static constexpr std::int64_t samples = 3, time_steps = 6, features = 2, units = 4;
  Array<float> x = input_for_test(samples, time_steps, features);
  ModelSpec model = chain_for_test(features, {recurrent_for_test(GetParam(), units, true)});
  Variant variant = as_it_is(model);
};
INSTANTIATE_TEST_SUITE_P(Cells, VariantOf, ::testing::Values(Cell::simple_rnn, Cell::lstm, Cell::gru));

TEST_P(VariantOf, CarriesFromSampleToSampleAsOneLongSequence) {
  Array<float> long_sequence = x;
  long_sequence.dims = {1, samples * time_steps, features};
  const Array<float> expected = answer_for_test(variant, long_sequence);
  variant.runs[1].carries = true;
  EXPECT_THAT(answer_for_test(variant, x).values, ElementsAreArray(expected.values));
}

TEST_P(VariantOf, ForgetsAsManySequencesOfOneStep) {
  Array<float> steps = x;
  steps.dims = {samples * time_steps, 1, features};
  const Array<float> expected = answer_for_test(variant, steps);
  variant.runs[1].forgets = true;
  EXPECT_THAT(answer_for_test(variant, x).values, ElementsAreArray(expected.values));
}

TEST_P(VariantOf, ForgetsInTheOrderOfProcessingAndToTheLastStep) {
  auto& spec = std::get<RecurrentSpec>(variant.model.nodes[1].kind);
  variant.runs[1].forgets = true;
  const Array<float> forwards = answer_for_test(variant, x);
  spec.go_backwards = true;
  const Array<float> backwards = answer_for_test(variant, x);
  EXPECT_THAT(part_of(backwards, 0, samples, 0, 1).values,
              ElementsAreArray(part_of(forwards, 0, samples, time_steps - 1, 1).values));
  spec.return_sequences = false;
  EXPECT_THAT(answer_for_test(variant, x).values,
              ElementsAreArray(part_of(backwards, 0, samples, time_steps - 1, 1).values));
}

TEST_P(VariantOf, ReversesItsOutput) {
  const Array<float> forwards = answer_for_test(variant, x);
  variant.runs[1].reverses_output = true;
  const Array<float> reversed = answer_for_test(variant, x);
  for (std::int64_t t = 0; t < time_steps; ++t)
    EXPECT_THAT(part_of(reversed, 0, samples, t, 1).values,
                ElementsAreArray(part_of(forwards, 0, samples, time_steps - 1 - t, 1).values));
}

TEST_P(VariantOf, RunsASecondTimeFromWhereTheFirstRunEnded) {
  Array<float> twice{{samples, 2 * time_steps, features}, {}};
  for (std::int64_t b = 0; b < samples; ++b)
    for (int run = 0; run < 2; ++run) {
      const Array<float> sample = part_of(x, b, 1, 0, time_steps);
      twice.values.insert(twice.values.end(), sample.values.begin(), sample.values.end());
    }
  const Array<float> expected = answer_for_test(variant, twice);
  variant.is_second_call = true;
  EXPECT_THAT(answer_for_test(variant, x).values,
              ElementsAreArray(part_of(expected, 0, samples, time_steps, time_steps).values));
}

TEST(Variants, ShareTheirWeightsUntilOneEditsThem) {
  const Variant base = as_it_is(chain_for_test(2, {recurrent_for_test(Cell::lstm, 4, true)}));
  const double first = base.weights[1]->kernel[0];
  Variant edited = base;
  EXPECT_EQ(edited.weights[1], base.weights[1]);
  for (int time = 0; time < 2; ++time)
    edit_weights(edited, 1, [](BasicWeights<double>& weights) { weights.kernel[0] += 1; });
  EXPECT_EQ(base.weights[1]->kernel[0], first);
  EXPECT_EQ(edited.weights[1]->kernel[0], first + 2);
}

}  // namespace
}  // namespace lockstep::doctor
