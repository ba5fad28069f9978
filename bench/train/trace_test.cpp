#include "bench/train/trace.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/naive_for_test.h"
#include "bench/train/batches.h"
#include "bench/train/small_model_for_test.h"
#include "cases/npy.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

struct Tracer : FitWatch {
  explicit Tracer(Trace& kept) : trace(kept) {}
  void gradients_are_there(std::int64_t step, const Trainer<float>& trainer) override {
    trace.keep_gradients(step, trainer);
  }
  void step_ends(std::int64_t step, const Epoch&, const Trainer<float>& trainer) override {
    trace.keep_weights(step, trainer);
  }
  Trace& trace;
};

Array<double> read(const NpzMember& member) {
  std::istringstream in(member.npy);
  return read_npy<double>(in, member.npy.size());
}

// Against a trainer that takes the same steps by itself; clipping must not be seen in the gradients.
TEST(TrainTrace, IsWhatTheTrainerDid) {
  const SmallModel small(10);
  TrainingSpec training;
  training.optimizer.clipvalue = 1e-6;
  Trace trace(small.model, {1, 3});
  Tracer tracer(trace);
  Trainer<float> traced(small.model, trainable_on(naive()), training);
  const FitResult result = fit(traced, small.data, {4, 2, 0, {}}, tracer);
  const auto members = trace.members(result.steps);
  ASSERT_EQ(members.size(), 1U + 3 * 5);
  const Array<double> losses = read(members[0]);
  EXPECT_EQ(members[0].name, "loss");
  EXPECT_THAT(losses.dims, ElementsAre(6));

  Trainer<float> trainer(small.model, trainable_on(naive()), training);
  BatchBuffer buffer(small.data, 4);
  const std::vector<std::vector<std::int64_t>> orders{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}};
  const auto expect_kept = [&](const char* name, std::size_t first,
                               std::span<const std::span<float>> values) {
    for (std::size_t k = 0; k < 5; ++k) {
      const NpzMember& member = members[first + k];
      EXPECT_EQ(member.name, std::string(name) + "_" + std::to_string(k));
      EXPECT_EQ(read(member).dims, named_weights(small.model)[k].dims);
      EXPECT_THAT(read(member).values, ElementsAreArray(values[k]));
    }
  };
  for (std::size_t step = 1; step <= 3; ++step) {
    const auto& batch = buffer.gather(orders[step - 1]);
    trainer.forward(batch);
    EXPECT_EQ(losses.values[step - 1], trainer.loss(batch));
    trainer.backward(batch);
    if (step == 1) expect_kept("grad", 1, trainer.gradients());
    trainer.apply();
    if (step == 1) expect_kept("step1", 6, trainer.weights());
  }
  expect_kept("step3", 11, trainer.weights());
}

}  // namespace
}  // namespace lockstep
