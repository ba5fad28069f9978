#include "bench/train/weights.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/naive_for_test.h"
#include "backends/trainer.h"
#include "bench/train/small_model_for_test.h"
#include "cases/files_for_test.h"
#include "cases/npy.h"
#include "cases/seeds.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

std::vector<std::string> names(const ModelSpec& model) {
  std::vector<std::string> all;
  for (const NamedShape& one : named_weights(model)) all.push_back(one.name);
  return all;
}

TEST(TrainWeights, HaveKerasNamesOrderAndShapes) {
  const ModelSpec td = find_seed("seed:gru16-td").model;
  EXPECT_THAT(names(td), ElementsAre("gru/kernel", "gru/recurrent_kernel", "gru/bias",
                                     "time_distributed/kernel", "time_distributed/bias"));
  const auto weights = named_weights(td);
  EXPECT_THAT(weights[0].dims, ElementsAre(15, 48));
  EXPECT_THAT(weights[1].dims, ElementsAre(16, 48));
  EXPECT_THAT(weights[2].dims, ElementsAre(2, 48));
  EXPECT_THAT(weights[3].dims, ElementsAre(16, 8));
  EXPECT_THAT(weights[4].dims, ElementsAre(8));
  EXPECT_THAT(named_weights(find_seed("seed:gru16-td/reset_after:0").model)[2].dims, ElementsAre(48));
  EXPECT_THAT(names(find_seed("seed:lstm5-dense2").model),
              ElementsAre("lstm/kernel", "lstm/recurrent_kernel", "lstm/bias", "dense/kernel", "dense/bias",
                          "time_distributed/kernel", "time_distributed/bias"));
}

TEST(TrainWeights, AreInTheOrderOfTheTrainer) {
  for (const auto& list : {seeds(), style_models()})
    for (const Seed& seed : list) {
      const Trainer<float> trainer(seed.model, trainable_on(naive()), {});
      const auto weights = named_weights(seed.model);
      ASSERT_EQ(weights.size(), trainer.weights().size()) << seed.name;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        std::size_t size = 1;
        for (const std::int64_t dim : weights[k].dims) size *= static_cast<std::size_t>(dim);
        EXPECT_EQ(size, trainer.weights()[k].size()) << seed.name << ' ' << weights[k].name;
      }
    }
}

class TrainWeightsFile : public testing::Test {
 protected:
  TrainWeightsFile() {
    for (const auto& [name, dims] : named_weights(model)) {
      std::int64_t count = 1;
      for (const std::int64_t dim : dims) count *= dim;
      weights.push_back(some_values(count, static_cast<float>(weights.size())));
    }
    members = weight_members(model, weights);
  }
  void expect_refused(const std::string& why) const {
    EXPECT_THAT([&] { with_weights(model, folder.write("w.npz", npz_bytes(members))); },
                ThrowsMessage<std::invalid_argument>(
                    AllOf(HasSubstr("w.npz"), HasSubstr(why), Not(HasSubstr("\n")))));
  }
  const ModelSpec model = SmallModel(1).model;
  std::vector<std::vector<float>> weights;
  std::vector<NpzMember> members;
  FolderForTest folder;
};

TEST_F(TrainWeightsFile, IsReadBack) {
  std::reverse(members.begin(), members.end());  // in any order
  const ModelSpec back = with_weights(model, folder.write("w.npz", npz_bytes(members)));
  EXPECT_EQ(back.nodes[1].weights.kernel, weights[0]);
  EXPECT_EQ(back.nodes[1].weights.recurrent_kernel, weights[1]);
  EXPECT_EQ(back.nodes[1].weights.bias, weights[2]);
  EXPECT_EQ(back.nodes[2].weights.kernel, weights[3]);
  EXPECT_EQ(back.nodes[2].weights.bias, weights[4]);
}

TEST_F(TrainWeightsFile, IsRefusedWhereItDoesNotFit) {
  members[1].name = "gru/other";
  expect_refused("holds \"gru/other.npy\": accepted are the arrays gru/kernel, gru/recurrent_kernel, ");
  members[1].name = "gru/recurrent_kernel";
  members.push_back({"more", members[0].npy});
  expect_refused("holds \"more.npy\"");
  members.pop_back();
  members[4].npy = npy_bytes<float>(std::vector<std::int64_t>{1, 4}, weights[4]);
  expect_refused("\"time_distributed/bias.npy\": has the shape (1, 4): accepted is (4)");
  members.pop_back();
  expect_refused("has no time_distributed/bias: accepted are the arrays gru/kernel, ");
}

}  // namespace
}  // namespace lockstep
