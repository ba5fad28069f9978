#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <latch>
#include <memory>
#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "backends/every_backend_for_test.h"
#include "backends/problem_text.h"

namespace lockstep {
namespace {

/// A problem and the numbers to run it on, the same at every call.
struct Sample {
  explicit Sample(const char* text) : problem(parse_problem(text)) {
    const auto [batch, time_steps, features] = problem.shape;
    const WeightShapes shapes = weight_shapes(problem.layer, features);
    const double width = static_cast<double>(features + output_features(problem.layer, features));
    const auto matrix = [&](const WeightShapes::Matrix& shape) {
      return numbers(shape[0] * shape[1], static_cast<float>(1 / std::sqrt(width)));
    };
    weights = {matrix(shapes.kernel), matrix(shapes.recurrent_kernel), matrix(shapes.bias)};
    input = numbers(batch * time_steps * features, 1);
  }
  std::vector<float> numbers(std::int64_t n, float scale) {
    std::uniform_real_distribution<float> uniform(-scale, scale);
    std::vector<float> values(static_cast<std::size_t>(n));
    for (float& value : values) value = uniform(random_);
    return values;
  }
  std::vector<std::uint32_t> run(Layer& layer) const {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t units = output_features(problem.layer, features), steps = output_time_steps(problem);
    std::vector<float> output(static_cast<std::size_t>(batch * steps * units));
    Io io;
    io.input = sequence_view(input.data(), {batch, time_steps, features}, Layout::time_major);
    io.output = sequence_view(output.data(), {batch, steps, units}, Layout::time_major);
    layer.run(io);
    std::vector<std::uint32_t> bits(output.size());
    std::transform(output.begin(), output.end(), bits.begin(),
                   [](float x) { return std::bit_cast<std::uint32_t>(x); });
    return bits;
  }
  Problem problem;
  Weights weights;
  std::vector<float> input;

 private:
  std::minstd_rand random_{17};
};

/// Every cell, products of few rows and of many, and layers of many small products, which meet most often.
const std::vector<const char*> samples{"lstm/B:1/T:4/F:24/U:32/seq:1",
                                       "gru/B:8/T:3/F:40/U:48/seq:1",
                                       "simple_rnn/B:6/T:4/F:33/U:65/seq:1",
                                       "dense/B:4/T:8/F:64/U:96",
                                       "dense/B:4/T:64/F:8/U:8/style:time_distributed",
                                       "lstm/B:4/T:32/F:4/U:8/seq:1",
                                       "gru/B:5/T:3/F:20/U:31/reset_after:0/seq:1"};

class BackendsAtWork : public EveryBackend {
 protected:
  /// Of the samples, those that this backend computes.
  std::vector<Sample> supported() const {
    std::vector<Sample> some;
    for (const char* text : samples)
      if (const Sample sample(text); backend().supports(sample.problem)) some.push_back(sample);
    return some;
  }
};

LOCKSTEP_EVERY_BACKEND(BackendsAtWork);

TEST_P(BackendsAtWork, HasANameAndAVersionOfOneLine) {
  EXPECT_EQ("lockstep_" + std::string(backend().name()) + ".so", GetParam().path.filename());
  EXPECT_FALSE(backend().version().empty());
  EXPECT_EQ(backend().version().find('\n'), std::string::npos);
}

TEST_P(BackendsAtWork, ComputesSomeOfTheSamples) {
  EXPECT_FALSE(supported().empty());
}

TEST_P(BackendsAtWork, SaysHowItComputes) {
  for (const Sample& sample : supported()) {
    const std::string method = backend().prepare(sample.problem, sample.weights)->method();
    EXPECT_FALSE(method.empty());
    EXPECT_EQ(method.find('\n'), std::string::npos);
  }
}

TEST_P(BackendsAtWork, KeepsWhatItNeedsOfTheWeights) {
  for (const Sample& sample : supported()) {
    auto temporary = std::make_unique<Weights>(sample.weights);
    const auto layer = backend().prepare(sample.problem, *temporary);
    const auto expected = sample.run(*layer);
    for (auto* values : {&temporary->kernel, &temporary->recurrent_kernel, &temporary->bias})
      std::fill(values->begin(), values->end(), 1000.0F);
    temporary.reset();
    EXPECT_EQ(sample.run(*layer), expected) << to_string(sample.problem);
  }
}

/// Runs two jobs at once, in threads of their own, and waits for both.
template <class First, class Second>
void at_once(First&& first, Second&& second) {
  std::latch both(2);
  std::jthread one([&] {
    both.arrive_and_wait();
    first();
  });
  std::jthread other([&] {
    both.arrive_and_wait();
    second();
  });
}

/// How often a layer's result was another than that of its first run, which was alone.
struct Repeated {
  Repeated(const Backend& backend, const Sample& which)
      : sample(&which), layer(backend.prepare(which.problem, which.weights)), expected(which.run(*layer)) {}
  void run(int times) {
    for (int i = 0; i < times; ++i)
      if (sample->run(*layer) != expected) ++wrong;
  }
  const Sample* sample;
  std::unique_ptr<Layer> layer;
  std::vector<std::uint32_t> expected;
  int wrong = 0;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // which see what is shared at once
constexpr int often = 100;
#else
constexpr int often = 2000;
#endif

// A library that is not made for two threads gets some of these wrong, and only some: of the serial flavour
// of OpenBLAS it was one in a hundred to one in a thousand.
TEST_P(BackendsAtWork, GivesTheSameBitsWhileAnotherLayerRunsInAnotherThread) {
  const auto all = supported();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Repeated one(backend(), all[i]), other(backend(), all[(i + 1) % all.size()]);
    at_once([&] { one.run(often); }, [&] { other.run(often); });
    EXPECT_EQ(one.wrong, 0) << to_string(one.sample->problem) << " beside "
                            << to_string(other.sample->problem);
    EXPECT_EQ(other.wrong, 0) << to_string(other.sample->problem) << " beside "
                              << to_string(one.sample->problem);
  }
}

TEST_P(BackendsAtWork, GivesTheSameBitsWhileTheSameProblemRunsInAnotherThread) {
  for (const Sample& sample : supported()) {
    Repeated one(backend(), sample), other(backend(), sample);
    at_once([&] { one.run(often / 2); }, [&] { other.run(often / 2); });
    EXPECT_EQ(one.wrong + other.wrong, 0) << to_string(sample.problem);
    EXPECT_EQ(one.expected, other.expected) << to_string(sample.problem);
  }
}

TEST_P(BackendsAtWork, GivesTheSameBitsInAnotherLayerOfIt) {
  for (const Sample& sample : supported()) {
    auto layer = backend().prepare(sample.problem, sample.weights);
    const auto expected = sample.run(*layer);
    const auto other = layer->another();
    if (other == nullptr) continue;
    EXPECT_EQ(other->method(), layer->method()) << to_string(sample.problem);
    int wrong = 0, wrong_of_other = 0;
    const auto count_wrong = [&](Layer& one, int& count) {
      for (int i = 0; i < often / 20; ++i)
        if (sample.run(one) != expected) ++count;
    };
    at_once([&] { count_wrong(*layer, wrong); }, [&] { count_wrong(*other, wrong_of_other); });
    EXPECT_EQ(wrong + wrong_of_other, 0) << to_string(sample.problem);
    layer.reset();
    EXPECT_EQ(sample.run(*other), expected) << to_string(sample.problem);
  }
}

TEST_P(BackendsAtWork, PreparesLayersInTwoThreadsAtOnce) {
  constexpr int times = 30;
  for (const Sample& sample : supported()) {
    const auto expected = sample.run(*backend().prepare(sample.problem, sample.weights));
    std::array<int, 2> wrong{};
    const auto prepare_and_run = [&](int& count) {
      for (int i = 0; i < times; ++i)
        if (sample.run(*backend().prepare(sample.problem, sample.weights)) != expected) ++count;
    };
    at_once([&] { prepare_and_run(wrong[0]); }, [&] { prepare_and_run(wrong[1]); });
    EXPECT_THAT(wrong, ::testing::Each(0)) << to_string(sample.problem);
  }
}

TEST_P(BackendsAtWork, PreparesALayerWhileAnotherRuns) {
  constexpr int times = 30;
  for (const Sample& sample : supported()) {
    Repeated running(backend(), sample);
    std::atomic<bool> is_done{false};
    at_once(
        [&] {
          for (int i = 0; i < times; ++i) backend().prepare(sample.problem, sample.weights);
          is_done = true;
        },
        [&] {
          while (!is_done) running.run(1);
        });
    EXPECT_EQ(running.wrong, 0) << to_string(sample.problem);
  }
}

TEST_P(BackendsAtWork, MayPrepareInOneThreadAndRunInOthers) {
  for (const Sample& sample : supported()) {
    std::unique_ptr<Layer> layer;
    std::jthread([&] { layer = backend().prepare(sample.problem, sample.weights); }).join();
    const auto expected = sample.run(*layer);
    std::vector<std::uint32_t> elsewhere;
    std::jthread([&] { elsewhere = sample.run(*layer); }).join();
    EXPECT_EQ(elsewhere, expected) << to_string(sample.problem);
  }
}

TEST(Backends, AreAllBuilt) {
  std::vector<std::string> names;
  for (const Module& module : load_modules(module_folder())) names.push_back(module.name);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"eigen", "fused", "naive", "onednn", "openblas"}));
}

}  // namespace
}  // namespace lockstep
