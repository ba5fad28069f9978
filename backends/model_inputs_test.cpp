#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include "backends/allocations_for_test.h"
#include "backends/model.h"
#include "backends/model_run_for_test.h"
#include "backends/naive_for_test.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

/// A run of two_inputs(), and what it returns by its definition.
struct SideRun {
  SideRun() {
    io.inputs = {sequence_view<const float>(readings.data(), {2, 3, 4}, Layout::batch_major),
                 sequence_view<const float>(side.data(), {2, 1, 3}, Layout::batch_major)};
    io.outputs = {sequence_view(output.data(), {2, 1, 2}, Layout::batch_major)};
  }
  static std::vector<float> expected(const SideRun& run) {
    const ModelSpec model = two_inputs();
    std::vector<float> last(2 * 5), both, heads(2 * 2);
    BasicIo<float> lstm;
    lstm.input = run.io.inputs[0];
    lstm.output = sequence_view(last.data(), {2, 1, 5}, Layout::batch_major);
    reference::LayerRows<float>({*layer_of(model.nodes[2]), run_shape, {}, {}}, model.nodes[2].weights)
        .run(lstm, 0, 2);
    for (std::ptrdiff_t b = 0; b < 2; ++b) {
      both.insert(both.end(), last.begin() + b * 5, last.begin() + b * 5 + 5);
      both.insert(both.end(), run.side.begin() + b * 3, run.side.begin() + b * 3 + 3);
    }
    BasicIo<float> dense;
    dense.input = sequence_view<const float>(both.data(), {2, 1, 8}, Layout::batch_major);
    dense.output = sequence_view(heads.data(), {2, 1, 2}, Layout::batch_major);
    reference::LayerRows<float>({*layer_of(model.nodes[4]), {2, 1, 8}, {}, {}}, model.nodes[4].weights)
        .run(dense, 0, 2);
    return heads;
  }
  std::vector<float> readings = some_values(2 * 3 * 4, 0.1F), side = some_values(2 * 3, 0.4F), output = side;
  BasicModelIo<float> io;
};

TEST(Model, JoinsASequenceWithAVector) {
  SideRun run;
  run.output.resize(4);
  Model model(two_inputs(), naive(), run_shape, Exec{});
  const long before = allocations_so_far();
  model.run(run.io);
  EXPECT_EQ(allocations_so_far(), before);
  EXPECT_EQ(run.output, SideRun::expected(run));
  const std::vector<float> once = run.output;
  run_reference(two_inputs(), run.io);
  EXPECT_EQ(run.output, once);
}

TEST(Model, RefusesInputsThatDoNotFit) {
  SideRun run;
  Model model(two_inputs(), naive(), run_shape, Exec{});
  const auto refusal = [&] { return refusal_of([&] { model.run(run.io); }); };
  run.io.inputs[1].dims[2] = 2;
  EXPECT_THAT(refusal(), HasSubstr("input \"side\" has the shape (2, 1, 2): the model takes (2, 1, 3)"));
  run.io.inputs.pop_back();
  EXPECT_THAT(refusal(), HasSubstr("1 inputs: the model takes 2"));
  EXPECT_THROW(run_reference(two_inputs(), run.io), std::invalid_argument);
}

TEST(Model, TakesInputsOfOtherLengths) {
  EXPECT_EQ(input_dims(two_lengths(), {2, 3, 4}),
            (std::vector<std::array<std::int64_t, 3>>{{2, 3, 4}, {2, 6, 2}}));
  EXPECT_THAT(refusal_of([] {
                input_dims(two_lengths(), {2, 6, 4});
              }),
              HasSubstr("input \"short\" takes (batch, 3, 4), the shape is (2, 6, 4)"));
  EXPECT_EQ(input_dims(two_inputs(), {2, 9, 4}),
            (std::vector<std::array<std::int64_t, 3>>{{2, 9, 4}, {2, 1, 3}}));
}

}  // namespace
}  // namespace lockstep
