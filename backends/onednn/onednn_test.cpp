#include <array>
#include <span>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/onednn/sample_for_test.h"
#include "backends/problem_text.h"

namespace lockstep::onednn {
namespace {

constexpr std::array all_places{Place::time_major, Place::batch_major, Place::apart, Place::scattered};

/// Runs the problem's layer twice in each layout and expects the right values, the same ones, and nothing
/// written elsewhere.
void expect_right(const Problem& problem, const Sample& sample, std::span<const Place> places) {
  const Support support = backend_for_test().supports(problem);
  ASSERT_TRUE(support) << to_string(problem) << ": " << support.why();
  const auto layer = backend_for_test().prepare(problem, sample.weights);
  for (const Place place : places) {
    SCOPED_TRACE(to_string(problem) + " place " + std::to_string(static_cast<int>(place)));
    Arrays first(problem, sample, place), second(problem, sample, place);
    layer->run(first.io(problem));
    layer->run(second.io(problem));
    EXPECT_EQ(difference(problem, sample, first), "") << layer->method();
    EXPECT_TRUE(first.output == second.output && first.final_h == second.final_h &&
                first.final_c == second.final_c);
  }
}
void expect_right(const Problem& problem, const Sample& sample, Place place) {
  expect_right(problem, sample, std::array{place});
}

/// All that may be asked of one recurrent computation, in each layout, with one thread and two.
void expect_right_in_all_ways(Problem problem) {
  const Sample sample(problem);
  auto& layer = std::get<RecurrentSpec>(problem.layer);
  for (const int threads : {1, 2})
    for (const bool return_sequences : {false, true})
      for (const bool final_state : {false, true}) {
        problem.exec.threads = threads;
        layer.return_sequences = return_sequences;
        problem.extras.final_state = final_state;
        expect_right(problem, sample, all_places);
        if (testing::Test::HasFailure()) return;
      }
}

/// The recurrent layers that oneDNN has.
std::vector<std::string> cells() {
  return {"lstm",
          "gru",
          "gru/reset_after:0",
          "simple_rnn",
          "simple_rnn/act:relu",
          "simple_rnn/act:sigmoid",
          "simple_rnn/act:linear"};
}
Problem parse(const std::string& cell, const std::string& rest) {
  return parse_problem(cell + "/" + rest);
}

class RecurrentTest : public testing::TestWithParam<std::string> {};

// The thread sanitizer, which takes minutes for all of them, sees every division into threads in a few.
#ifdef __SANITIZE_THREAD__
constexpr int lengths[] = {2, 33}, batches[] = {1, 8, 130};
constexpr const char* activations[] = {"tanh", "softmax"};
#else
constexpr int lengths[] = {1, 2, 7, 33, 130}, batches[] = {1, 3, 8, 130};
constexpr const char* activations[] = {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softmax"};
#endif

TEST_P(RecurrentTest, IsRightForEachShape) {
  for (const int time_steps : lengths)
    for (const int batch : batches) {
      const bool is_large = time_steps * batch > 4000;
      for (const auto* sizes : {"F:5/U:9", "F:33/U:16"}) {
        if (is_large && std::string(sizes) != "F:5/U:9") continue;
        expect_right_in_all_ways(parse(GetParam(), fmt::format("B:{}/T:{}/{}", batch, time_steps, sizes)));
        if (HasFailure()) return;
      }
    }
}

TEST_P(RecurrentTest, IsRightWithEachFeature) {
  for (const auto* state : {"", "/state:1"})
    for (const auto* back : {"", "/back:1"})
      for (const auto* bias : {"", "/bias:0"})
        for (const auto* shape : {"B:1/T:7/F:5/U:9", "B:8/T:33/F:17/U:24", "B:3/T:1/F:1/U:1"})
          expect_right_in_all_ways(parse(GetParam(), std::string(shape) + state + back + bias));
}

TEST_P(RecurrentTest, CarriesTheStateFromChunkToChunk) {
  // Two chunks or three, the last as long as the others or shorter.
  const int time_steps = GetParam().starts_with("simple_rnn") ? 129 : 36;
  for (const auto& shape : {fmt::format("B:127/T:{}/F:6/U:130", time_steps),
                            fmt::format("B:127/T:{}/F:6/U:130/back:1/state:1", time_steps + 1)}) {
    Problem problem = parse(GetParam(), shape);
    const Sample sample(problem);
    EXPECT_THAT(backend_for_test().prepare(problem, sample.weights)->method(),
                testing::HasSubstr(" chunks of "));
    expect_right(problem, sample, Place::scattered);
    std::get<RecurrentSpec>(problem.layer).return_sequences = true;
    expect_right(problem, sample, Place::scattered);
    problem.extras.final_state = true;
    expect_right(problem, sample, Place::time_major);
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, RecurrentTest, testing::ValuesIn(cells()), [](const auto& test) {
  std::string name = test.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == ':'; }, '_');
  return name;
});

TEST(FeedforwardTest, IsRight) {
  for (const auto* activation : activations)
    for (const auto* layer :
         {"dense/U:33", "dense/U:8/style:time_distributed", "dense/U:17/bias:0", "activation"})
      for (const auto* shape :
           {"B:1/T:1/F:3", "B:1/T:65/F:40", "B:8/T:7/F:17", "B:130/T:33/F:5", "B:3/T:900/F:9"}) {
        Problem problem = parse_problem(fmt::format("{}/{}/act:{}", layer, shape, activation));
        const Sample sample(problem);
        for (const int threads : {1, 2, 3}) {
          problem.exec.threads = threads;
          expect_right(problem, sample, all_places);
        }
      }
}

TEST(FeedforwardTest, CopiesWhereInputAndOutputLieDifferently) {
  const Problem problem = parse_problem("dense/B:5/T:500/F:9/U:12/act:tanh/threads:2");
  const Sample sample(problem);
  const auto layer = backend_for_test().prepare(problem, sample.weights);
  for (const Place from : {Place::time_major, Place::batch_major, Place::apart})
    for (const Place to : {Place::time_major, Place::batch_major, Place::apart}) {
      Arrays arrays(problem, sample, from);
      arrays.output = Guarded({5, 500, 12}, to);
      layer->run(arrays.io(problem));
      EXPECT_EQ(difference(problem, sample, arrays), "");
    }
}

TEST(RecurrentStateTest, AnAbsentInitialStateIsZero) {
  for (const auto& cell : cells()) {
    Problem problem = parse(cell, "B:3/T:4/F:5/U:6/seq:1");
    const Sample without(problem);
    problem.extras.initial_state = true;
    const auto layer = backend_for_test().prepare(problem, without.weights);
    Arrays arrays(problem, without, Place::time_major);
    Io io = arrays.io(problem);
    io.initial_h = io.initial_c = {};
    layer->run(io);
    EXPECT_EQ(difference(problem, without, arrays), "") << cell;
  }
}

TEST(RecurrentStateTest, RemembersNothing) {
  const Problem problem = parse_problem("lstm/B:2/T:3/F:4/U:5/seq:1");
  const Sample sample(problem);
  const auto layer = backend_for_test().prepare(problem, sample.weights);
  Arrays poisoned(problem, sample, Place::batch_major), arrays(problem, sample, Place::batch_major);
  const Buffer<float> poison(24);
  std::fill(poison.begin(), poison.end(), std::numeric_limits<float>::quiet_NaN());
  poisoned.input.fill(poison);
  layer->run(poisoned.io(problem));
  layer->run(arrays.io(problem));
  EXPECT_EQ(difference(problem, sample, arrays), "");
}

TEST(SupportTest, SaysWhatOneDnnLacks) {
  const auto why = [](const char* text) { return backend_for_test().supports(parse_problem(text)).why(); };
  EXPECT_EQ(why("gru/B:1/T:2/F:3/U:4/mask:right"), "oneDNN owns the time loop and knows no mask");
  EXPECT_EQ(why("lstm/B:1/T:2/F:3/U:4/act:relu"), "oneDNN's LSTM computes sigmoid gates and tanh only");
  EXPECT_EQ(why("gru/B:1/T:2/F:3/U:4/rec_act:hard_sigmoid"),
            "oneDNN's GRU computes sigmoid gates and tanh only");
  EXPECT_EQ(why("simple_rnn/B:1/T:2/F:3/U:4/act:softsign"),
            "oneDNN's RNN cell computes tanh, sigmoid, relu and linear only");
  EXPECT_EQ(why("dense/B:1/T:2/F:3/U:4/act:softsign"), "oneDNN has no softsign");
}

TEST(VersionTest, NamesTheLibrary) {
  EXPECT_EQ(backend_for_test().name(), "onednn");
  EXPECT_TRUE(backend_for_test().version().starts_with("oneDNN ")) << backend_for_test().version();
  RecordProperty("version", backend_for_test().version());
}

}  // namespace
}  // namespace lockstep::onednn
