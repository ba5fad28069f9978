#include "bench/train/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/train/small_model_for_test.h"
#include "cases/files_for_test.h"
#include "cases/npy.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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
  request.data.x = {folder.write(
      "x.npy", npy_bytes<float>(std::vector<std::int64_t>{5, 64, 15}, std::vector<float>(4800)))};
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

// keras/src/backend/tensorflow/nn.py, _get_logits: it does not ask whose logits they are.
TEST(TrainLogits, OfTheOtherActivationAreWarnedOf) {
  const auto warning = [](Activation activation, DenseStyle style, Loss loss) {
    ModelSpec model = SmallModel(1).model;
    auto& dense = std::get<DenseSpec>(model.nodes.back().kind);
    dense.activation = activation;
    dense.style = style;
    return logits_warning(model, loss);
  };
  constexpr auto flat = DenseStyle::flattened;
  EXPECT_EQ(warning(Activation::softmax, flat, Loss::binary_crossentropy),
            "binary_crossentropy after the softmax of time_distributed takes the probabilities as they are; "
            "Keras on TensorFlow takes the logits, for another loss");
  for (const Loss loss : {Loss::categorical_crossentropy, Loss::sparse_categorical_crossentropy}) {
    EXPECT_THAT(warning(Activation::sigmoid, flat, loss), HasSubstr("after the sigmoid"));
    EXPECT_THAT(warning(Activation::softmax, flat, loss), IsEmpty());
    EXPECT_THAT(warning(Activation::sigmoid, DenseStyle::time_distributed, loss), IsEmpty());
  }
  EXPECT_THAT(warning(Activation::sigmoid, flat, Loss::binary_crossentropy), IsEmpty());
  EXPECT_THAT(warning(Activation::tanh, flat, Loss::categorical_crossentropy), IsEmpty());
  for (const Activation one : {Activation::softmax, Activation::sigmoid})
    EXPECT_THAT(warning(one, flat, Loss::mean_squared_error), IsEmpty());
  EXPECT_THAT(logits_warning(find_seed("seed:gru16-td").model, Loss::binary_crossentropy),
              HasSubstr("softmax of activation"));
}

}  // namespace
}  // namespace lockstep
