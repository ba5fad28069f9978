#include "bench/train/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/files_for_test.h"
#include "cases/npy.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

std::string fact(const TrainRequest& request, const std::string& key) {
  for (const reports::Fact& one : training_facts(request, make_plan(request)))
    if (one.key == key) return one.value;
  return "none";
}

TEST(TrainFacts, SayWhatIsLeftOut) {
  TrainRequest request;
  request.model = "seed:gru16-last";
  request.command = "lockstep train";
  EXPECT_EQ(fact(request, "model"), "seed:gru16-last");
  EXPECT_EQ(fact(request, "command"), "lockstep train");
  EXPECT_EQ(fact(request, "loss"), "categorical_crossentropy");
  EXPECT_EQ(fact(request, "optimizer"),
            "rmsprop(learning_rate=0.001, rho=0.9, momentum=0, epsilon=1e-07, centered=False)");
  EXPECT_EQ(fact(request, "data"), "random");
  EXPECT_EQ(fact(request, "samples"), "1000");
  EXPECT_EQ(fact(request, "shuffle"), "1");
  EXPECT_EQ(fact(request, "initial weights"), "of the seed");
  EXPECT_EQ(fact(request, "seed"), "1");
  EXPECT_EQ(fact(request, "threads"), "1");
}

TEST(TrainFacts, SayWhatIsAskedFor) {
  const FolderForTest folder;
  TrainRequest request;
  request.model = "seed:gru16-last";
  request.data.x =
      folder.write("x.npy", npy_bytes<float>(std::vector<std::int64_t>{5, 64, 15}, std::vector<float>(4800)));
  request.data.y = {
      folder.write("y.npy", npy_bytes<float>(std::vector<std::int64_t>{5, 8}, std::vector<float>(40)))};
  request.loss = "mse";
  request.optimizer.name = "sgd";
  request.optimizer.nesterov = true;
  request.optimizer.clipnorm = 2;
  request.batch = 2;
  request.epochs = 3;
  request.shuffle = "off";
  request.threads = 2;
  EXPECT_EQ(fact(request, "loss"), "mean_squared_error");
  EXPECT_EQ(fact(request, "optimizer"), "sgd(learning_rate=0.01, momentum=0, nesterov=True, clipnorm=2)");
  EXPECT_THAT(fact(request, "data"), HasSubstr("x.npy\", \""));
  EXPECT_THAT(fact(request, "data"), HasSubstr("y.npy\""));
  EXPECT_EQ(fact(request, "samples"), "5");
  EXPECT_EQ(fact(request, "batch"), "2");
  EXPECT_EQ(fact(request, "steps"), "9");
  EXPECT_EQ(fact(request, "shuffle"), "off");
  EXPECT_EQ(fact(request, "threads"), "2");
}

}  // namespace
}  // namespace lockstep
