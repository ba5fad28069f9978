#include "bench/train/data.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/train/targets.h"
#include "cases/files_for_test.h"
#include "cases/npy.h"
#include "cases/npz.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

constexpr Loss categorical = Loss::categorical_crossentropy, sparse = Loss::sparse_categorical_crossentropy,
               squared = Loss::mean_squared_error;

TEST(TrainData, IsRandomWithoutFiles) {
  const Seed seed = find_seed("seed:gru16-td");
  const TrainingData data = load_data(seed, categorical, {}, 1);
  EXPECT_EQ(data.samples(), 1000);
  EXPECT_THAT(data.inputs.at(0).dims, ElementsAre(1000, 64, 15));
  ASSERT_EQ(data.targets.size(), 1U);
  EXPECT_THAT(data.targets[0].dims, ElementsAre(1000, 64, 8));
  // Inputs are those of lockstep run, on sample 17 at step 5.
  const ModelGiven given = make_model_given(seed.model, seed.input, seed.input_kind, InitialStates::zero, 1);
  for (std::int64_t f = 0; f < 15; ++f)
    EXPECT_EQ(data.inputs.at(0).values[static_cast<std::size_t>((17 * 64 + 5) * 15 + f)],
              given.inputs[0].input_view()(17, 5, f));
}

TEST(TrainData, IsTheSameForModelsOfOneShape) {
  const TrainingData one = load_data(find_seed("seed:gru16-td"), categorical, {}, 1);
  const TrainingData two = load_data(find_seed("seed:gru16-dense/reset_after:0"), categorical, {}, 1);
  EXPECT_EQ(one.inputs.at(0).values, two.inputs.at(0).values);
  EXPECT_EQ(one.targets[0].values, two.targets[0].values);
  EXPECT_NE(load_data(find_seed("seed:gru16-td"), categorical, {}, 2).targets[0].values,
            one.targets[0].values);
  // Both heads of a model are given the same targets.
  const TrainingData heads = load_data(find_seed("seed:rnn200-dense"), squared, {}, 1);
  ASSERT_EQ(heads.targets.size(), 2U);
  EXPECT_EQ(heads.targets[0].values, heads.targets[1].values);
}

class TrainFiles : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::vector<std::int64_t>& dims,
                             float value = 0) const {
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    return folder.write(name,
                        npy_bytes<float>(dims, std::vector<float>(static_cast<std::size_t>(count), value)));
  }
  static void expect_refused(const char* model, Loss loss, const DataFiles& files, const std::string& why) {
    EXPECT_THAT([&] { load_data(find_seed(model), loss, files, 1); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(why), Not(HasSubstr("\n")))));
  }
  FolderForTest folder;
};

TEST_F(TrainFiles, MayBeArchives) {
  const auto npy = [](const std::vector<std::int64_t>& dims, float value) {
    return npy_bytes<float>(dims, std::vector<float>(64, value));
  };
  const Seed seed = find_seed("seed:gru16-last");
  const std::vector<NpzMember> both{{"other", npy({64}, 3)}, {seed.model.outputs[0], npy({8, 8}, 0.5F)}};
  const auto x = file("x.npy", {8, 64, 15});
  const auto y = folder.write("y.npz", npz_bytes(both));
  EXPECT_THAT(load_data(seed, categorical, {{x}, {y}}, 1).targets[0].values, Each(0.5F));
  const std::vector<NpzMember> others{{"other", npy({64}, 3)}, {"another", npy({8, 8}, 0.5F)}};
  expect_refused("seed:gru16-last", categorical, {{x}, {folder.write("y.npz", npz_bytes(others))}},
                 fmt::format("or one called \"{}\", as the model's output is", seed.model.outputs[0]));
}

TEST_F(TrainFiles, AreRead) {
  const auto x = file("x.npy", {5, 64, 15}, 0.5F);
  const TrainingData sequences =
      load_data(find_seed("seed:gru16-td"), categorical, {{x}, {file("y.npy", {5, 64, 8}, 0.25F)}}, 1);
  EXPECT_THAT(sequences.inputs.at(0).dims, ElementsAre(5, 64, 15));
  EXPECT_THAT(sequences.inputs.at(0).values, Each(0.5F));
  EXPECT_THAT(sequences.targets[0].dims, ElementsAre(5, 64, 8));
  EXPECT_THAT(sequences.targets[0].values, Each(0.25F));
  const TrainingData last =
      load_data(find_seed("seed:gru16-last"), categorical, {{x}, {file("y.npy", {5, 8})}}, 1);
  EXPECT_THAT(last.targets[0].dims, ElementsAre(5, 1, 8));
  // Any number of steps where the model takes any.
  const auto y = file("y.npy", {2, 9, 2});
  EXPECT_EQ(load_data(find_seed("seed:lstm5-dense2"), squared, {{file("x.npy", {2, 9, 4})}, {y, y}}, 1)
                .targets.size(),
            2U);
}

TEST_F(TrainFiles, OfClassesMayBeWithoutTheirLastDimension) {
  const auto x = file("x.npy", {5, 64, 15});
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{5, 64}, {5, 64, 1}})
    EXPECT_THAT(
        load_data(find_seed("seed:gru16-td"), sparse, {{x}, {file("y.npy", dims, 7)}}, 1).targets[0].dims,
        ElementsAre(5, 64, 1));
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{5}, {5, 1}})
    EXPECT_THAT(
        load_data(find_seed("seed:gru16-last"), sparse, {{x}, {file("y.npy", dims, 7)}}, 1).targets[0].dims,
        ElementsAre(5, 1, 1));
  // Of one step, where a last dimension of 1 is that of the steps.
  const auto y = file("y.npy", {2, 1}, 1);
  EXPECT_THAT(load_data(find_seed("seed:lstm5-dense2"), sparse, {{file("one.npy", {2, 1, 4})}, {y, y}}, 1)
                  .targets[1]
                  .dims,
              ElementsAre(2, 1, 1));
  expect_refused("seed:gru16-last", sparse, {{x}, {file("y.npy", {5}, 8)}},
                 "accepted are whole numbers from 0 to 7");
  expect_refused("seed:gru16-last", sparse, {{x}, {file("y.npy", {5}, -1)}},
                 "holds the class -1 as its value 0");
  expect_refused("seed:gru16-last", sparse, {{x}, {file("y.npy", {5}, 0.5F)}}, "holds the class 0.5");
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{5, 64}, {5, 64, 1}})
    expect_refused("seed:gru16-last", sparse, {{x}, {file("y.npy", dims)}}, "return_sequences=False");
  expect_refused("seed:gru16-td", sparse, {{x}, {file("y.npy", {5})}}, "return_sequences=True");
}

// The question that the project began with.
TEST_F(TrainFiles, OfTargetsThatTheModelCannotReturnAreRefused) {
  const auto y = file("seq.npy", {1000, 64, 8});
  expect_refused("seed:gru16-last", categorical, {{}, {y}},
                 "seq.npy\": the model returns (batch, 8), the target is (1000, 64, 8): gru has "
                 "return_sequences=False, so only the last step is returned");
  expect_refused("seed:gru16-td", categorical, {{}, {file("last.npy", {1000, 8})}},
                 "gru has return_sequences=True");
  expect_refused("seed:gru16-td", categorical, {{}, {file("y.npy", {1000, 64, 9})}}, "has 8 units");
  expect_refused("seed:gru16-td", categorical, {{}, {file("y.npy", {1000, 63, 8})}}, "64 time steps");
  expect_refused("seed:gru16-td", categorical, {{}, {file("y.npy", {})}}, "3 dimensions");
  const auto nine = file("y.npy", {2, 9, 2});
  expect_refused("seed:lstm5-dense2", squared, {{file("x.npy", {2, 8, 4})}, {nine, nine}},
                 "has 9 time steps: accepted are the 8");
}

// The other would be random: nobody's data.
TEST_F(TrainFiles, AreInputsAndTargets) {
  expect_refused("seed:gru16-td", categorical, {{file("x.npy", {5, 64, 15})}, {}},
                 "--x is given without --y: accepted are both, and neither");
  expect_refused("seed:gru16-td", categorical, {{}, {file("y.npy", {1000, 64, 8})}},
                 "--y is given without --x: accepted are both, and neither");
}

TEST_F(TrainFiles, OfOtherSamplesAreRefused) {
  const auto x = file("x.npy", {5, 64, 15});
  expect_refused("seed:gru16-td", categorical, {{x}, {file("y.npy", {6, 64, 8})}},
                 "y.npy\": has 6 samples: accepted are the 5 of ");
  expect_refused("seed:gru16-td", categorical, {{x}, {file("y.npy", {0, 64, 8})}}, "no samples");
}

TEST_F(TrainFiles, OfInputsThatTheModelDoesNotTakeAreRefused) {
  for (const std::vector<std::int64_t>& dims :
       {std::vector<std::int64_t>{5, 64, 14}, {5, 63, 15}, {5, 64}, {}, {0, 64, 15}, {5, 64, 15, 1}})
    expect_refused("seed:gru16-td", categorical, {{file("x.npy", dims)}, {}},
                   "): accepted is (samples, 64, 15)");
  expect_refused("seed:lstm5-dense2", squared, {{file("x.npy", {5, 0, 4})}, {}},
                 "accepted is (samples, None, 4)");
  expect_refused("seed:gru16-td", categorical, {{folder / "none.npy"}, {}}, "none.npy\": cannot be read");
  expect_refused("seed:lstm5-dense2", squared, {{}, {file("y.npy", {1, 3, 2})}},
                 "has 2 outputs: accepted is a --y for each, 1 are given");
}

}  // namespace
}  // namespace lockstep
