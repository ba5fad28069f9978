#include "backends/model_stream.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

constexpr std::int64_t two_sequences = 2, all_steps = 6, input_features = 4, units_of_heads = 2;

/// What the heads of two_heads answer, one after the other, [batch, steps, units] each.
struct Heads {
  explicit Heads(std::int64_t steps_of_it)
      : steps(steps_of_it), values(static_cast<std::size_t>(2 * two_sequences * steps * units_of_heads)) {}
  std::vector<SequenceView<float>> views(std::int64_t begin, std::int64_t size) {
    std::vector<SequenceView<float>> two;
    for (std::int64_t head = 0; head < 2; ++head) {
      two.push_back(sequence_view(values.data() + head * two_sequences * steps * units_of_heads,
                                  {two_sequences, steps, units_of_heads}, Layout::batch_major));
      two.back().data += begin * units_of_heads;
      two.back().dims[1] = size;
    }
    return two;
  }
  std::int64_t steps;
  std::vector<float> values;
};

const std::vector<float>& input_values() {
  static const std::vector<float> values = some_values(two_sequences * all_steps * input_features, 0);
  return values;
}
SequenceView<const float> input_steps(std::int64_t begin, std::int64_t size) {
  auto view =
      sequence_view(input_values().data(), {two_sequences, all_steps, input_features}, Layout::batch_major);
  view.data += begin * input_features;
  view.dims[1] = size;
  return view;
}

std::vector<float> streamed(ModelStream& stream, std::int64_t piece) {
  Heads heads(all_steps);
  for (std::int64_t t = 0; t < all_steps; t += piece)
    stream.run(input_steps(t, piece), heads.views(t, piece));
  return heads.values;
}

TEST(ModelStream, ComputesInPiecesWhatTheModelDoesAtOnce) {
  Heads whole(all_steps);
  BasicModelIo<float> io;
  io.inputs = {input_steps(0, all_steps)};
  io.outputs = whole.views(0, all_steps);
  Model(two_heads(), naive(), {two_sequences, all_steps, input_features}, Exec{}).run(io);
  for (const std::int64_t piece : {1, 2, 3, 6}) {
    ModelStream stream(two_heads(), naive(), {two_sequences, piece, input_features}, 1);
    EXPECT_EQ(streamed(stream, piece), whole.values) << "pieces of " << piece;
    EXPECT_NE(streamed(stream, piece), whole.values) << "it goes on where it ended";
    stream.reset();
    EXPECT_EQ(streamed(stream, piece), whole.values) << "pieces of " << piece;
  }
}

TEST(ModelStream, TakesAStepOfASequenceAndAVector) {
  const std::vector<float> side = some_values(two_sequences * 3, 0.4F);
  const auto vector = sequence_view<const float>(side.data(), {two_sequences, 1, 3}, Layout::batch_major);
  std::vector<float> whole(two_sequences * 2), last(whole);
  BasicModelIo<float> io;
  io.inputs = {input_steps(0, all_steps), vector};
  io.outputs = {sequence_view(whole.data(), {two_sequences, 1, 2}, Layout::batch_major)};
  Model(two_inputs(), naive(), {two_sequences, all_steps, input_features}, Exec{}).run(io);
  ModelStream stream(two_inputs(), naive(), {two_sequences, 1, input_features}, 1);
  const std::vector<SequenceView<float>> to{
      sequence_view(last.data(), {two_sequences, 1, 2}, Layout::batch_major)};
  for (std::int64_t t = 0; t < all_steps; ++t)
    stream.run(std::vector<SequenceView<const float>>{input_steps(t, 1), vector}, to);
  EXPECT_EQ(last, whole);
  EXPECT_THROW(stream.run(input_steps(0, 1), to), std::invalid_argument);
}

/// Of a layer that goes both ways one half is read alone.
ModelSpec half_of_both_ways(std::size_t half) {
  ModelSpec model = both_ways(std::nullopt, true);
  model.outputs = {model.outputs[half]};
  return model;
}

TEST(ModelStream, IsOfTheHalfThatGoesForwards) {
  const ModelSpec model = half_of_both_ways(0);
  EXPECT_EQ(why_not_in_steps(model), "");
  std::vector<float> whole(two_sequences * all_steps * 5), pieces(whole);
  const auto view = [](std::vector<float>& values, std::int64_t begin, std::int64_t size) {
    auto all = sequence_view(values.data(), {two_sequences, all_steps, 5}, Layout::batch_major);
    all.data += begin * 5;
    all.dims[1] = size;
    return std::vector<SequenceView<float>>{all};
  };
  BasicModelIo<float> io;
  io.inputs = {input_steps(0, all_steps)};
  io.outputs = view(whole, 0, all_steps);
  Model(model, naive(), {two_sequences, all_steps, input_features}, Exec{}).run(io);
  for (const std::int64_t piece : {1, 2}) {
    ModelStream stream(model, naive(), {two_sequences, piece, input_features}, 1);
    for (std::int64_t t = 0; t < all_steps; t += piece)
      stream.run(input_steps(t, piece), view(pieces, t, piece));
    EXPECT_EQ(pieces, whole) << "pieces of " << piece;
  }
}

TEST(ModelStream, IsOfNoHalfThatGoesBackwards) {
  ModelSpec model = half_of_both_ways(1);
  EXPECT_EQ(why_not_in_steps(model),
            "layer \"both/backward_layer\" goes backwards: its first step takes the last input");
  std::get<RecurrentSpec>(model.nodes[2].kind).go_backwards = false;  // as the first half may do instead
  EXPECT_EQ(why_not_in_steps(model),
            "layer \"both/backward_reversed\" goes backwards: its first step is the last one of "
            "\"both/backward_layer\"");
  EXPECT_THAT(why_not_in_steps(both_ways(std::nullopt, true)), ::testing::HasSubstr("goes backwards"));
}

TEST(ModelStream, IsOfNoInputsOfOtherLengths) {
  EXPECT_EQ(why_not_in_steps(two_inputs()), "");
  EXPECT_EQ(why_not_in_steps(two_lengths()),
            "inputs \"short\" and \"long\" differ in their time steps: accepted are as many of each");
}

TEST(ModelStream, IsAsItWasAfterARunThatIsRefused) {
  ModelStream stream(two_heads(), naive(), {two_sequences, 1, input_features}, 1);
  ModelStream other(two_heads(), naive(), {two_sequences, 1, input_features}, 1);
  Heads heads(all_steps);
  stream.run(input_steps(0, 1), heads.views(0, 1));
  other.run(input_steps(0, 1), heads.views(0, 1));
  EXPECT_THROW(stream.run(input_steps(0, 2), heads.views(0, 1)), std::invalid_argument);
  EXPECT_THROW(stream.run(input_steps(0, 1), heads.views(0, 2)), std::invalid_argument);
  EXPECT_THROW(stream.run(input_steps(0, 1), {}), std::invalid_argument);
  EXPECT_EQ(streamed(stream, 1), streamed(other, 1));
}

}  // namespace
}  // namespace lockstep
