#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "backends/onednn/sample_for_test.h"
#include "backends/problem_text.h"

namespace lockstep::onednn {
namespace {

// Two layers at once, each in a thread of its own, again and again: also of the same shape, so that the
// library's cache gives both the same primitive.
TEST(ConcurrencyTest, LayersDoNotDisturbEachOther) {
  for (const auto* texts :
       {"lstm/B:4/T:20/F:7/U:12/seq:1/threads:1", "gru/B:4/T:20/F:7/U:12/seq:1/back:1/threads:2",
        "dense/B:4/T:20/F:7/U:12/act:tanh/threads:2"}) {
    const Problem problem = parse_problem(texts);
    const Sample sample(problem);
    std::vector<std::string> wrong(2);
    const auto work = [&](std::string& text) {
      const auto layer = backend_for_test().prepare(problem, sample.weights);
      Arrays first(problem, sample, Place::batch_major);
      layer->run(first.io(problem));
      text = difference(problem, sample, first);
      for (int i = 0; i < 500 && text.empty(); ++i) {
        Arrays arrays(problem, sample, Place::batch_major);
        layer->run(arrays.io(problem));
        if (!(arrays.output == first.output)) text = "run " + std::to_string(i) + " differs";
      }
    };
    {
      std::vector<std::jthread> threads;
      for (auto& text : wrong) threads.emplace_back([&] { work(text); });
    }
    EXPECT_EQ(wrong, std::vector<std::string>(2)) << texts;
  }
}

TEST(ConcurrencyTest, ALayerMayBePreparedInOneThreadAndRunInAnother) {
  const Problem problem = parse_problem("lstm/B:4/T:20/F:7/U:12/seq:1/threads:2");
  const Sample sample(problem);
  std::unique_ptr<Layer> layer;
  std::jthread([&] { layer = backend_for_test().prepare(problem, sample.weights); }).join();
  Arrays arrays(problem, sample, Place::time_major);
  std::jthread([&] { layer->run(arrays.io(problem)); }).join();
  EXPECT_EQ(difference(problem, sample, arrays), "");
}

}  // namespace
}  // namespace lockstep::onednn
