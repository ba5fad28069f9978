#include "cases/model_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/model_for_test.h"
#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"
#include "cases/npy.h"
#include "cases/npz.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string npy_of(const std::vector<std::int64_t>& dims, float value) {
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) count *= dim;
  return npy_bytes<float>(dims, std::vector<float>(static_cast<std::size_t>(count), value));
}

/// Of two_inputs(): "readings" (samples, time_steps, 4) and "side" (samples, 3).
class ModelInputs : public testing::Test {
 protected:
  std::string npy(const std::string& name, const std::vector<std::int64_t>& dims, float value = 0) const {
    return folder.write(name, npy_of(dims, value)).string();
  }
  std::string npz(const std::vector<NpzMember>& members) const {
    return folder.write("x.npz", npz_bytes(members)).string();
  }
  /// The first value of each input of each call.
  static std::vector<std::vector<float>> opened(const ModelSpec& model,
                                                const std::vector<std::string>& texts) {
    std::vector<std::vector<float>> calls;
    for (InputFiles& files : open_calls(model, "--input", texts)) {
      calls.emplace_back();
      for (const Array<float>& array : read_arrays(files)) calls.back().push_back(array.values.front());
    }
    return calls;
  }
  std::string refusal(const std::vector<std::string>& texts) const {
    return refusal_of([&] { open_call(two_inputs(), "--input", texts); });
  }
  const FolderForTest folder;
  const std::string x = npy("x.npy", {5, 7, 4}, 1), side = npy("side.npy", {5, 3}, 2);
};

TEST_F(ModelInputs, AreNamedInAnyOrder) {
  EXPECT_THAT(opened(two_inputs(), {"side=" + side, "readings=" + x}), ElementsAre(ElementsAre(1, 2)));
}

TEST_F(ModelInputs, AreNamedByTheArraysOfAnArchive) {
  const std::string both = npz({{"side", npy_of({5, 3}, 4)}, {"readings", npy_of({5, 7, 4}, 3)}});
  EXPECT_THAT(opened(two_inputs(), {both}), ElementsAre(ElementsAre(3, 4)));
  EXPECT_THAT(opened(two_inputs(), {both, both}), ElementsAre(ElementsAre(3, 4), ElementsAre(3, 4)));
  EXPECT_THAT(opened(two_inputs(), {"readings=" + both, "side=" + side}), ElementsAre(ElementsAre(3, 2)));
}

TEST_F(ModelInputs, AreListsOfCallsInTurn) {
  EXPECT_THAT(opened(two_inputs(), {"readings=" + x, npy("b.npy", {5, 2, 4}, 6), "side=" + side, side}),
              ElementsAre(ElementsAre(1, 2), ElementsAre(6, 2)));
  EXPECT_THAT(opened(last_step(), {npy("one.npy", {2, 64, 15}, 3), npy("two.npy", {2, 64, 15}, 4)}),
              ElementsAre(ElementsAre(3), ElementsAre(4)));
  EXPECT_THAT(opened(last_step(), {"input_layer=" + npy("one.npy", {2, 64, 15}, 3)}),
              ElementsAre(ElementsAre(3)));
}

TEST_F(ModelInputs, AreRefusedByTheirNames) {
  EXPECT_THAT(refusal({x}), HasSubstr("the model has 2 inputs: accepted are NAME=FILE for each of readings, "
                                      "side, or a .npz file of arrays with these names"));
  EXPECT_THAT(refusal({"reading=" + x}),
              HasSubstr("no input is called \"reading\": accepted are readings, side"));
  EXPECT_THAT(refusal({"readings=" + x}), HasSubstr("--input: none is given for \"side\""));
  EXPECT_THAT(refusal({"readings=" + x, x, "side=" + side}),
              HasSubstr("names 2 files for \"readings\" and 1 for \"side\""));
  EXPECT_THAT(
      refusal({npz({{"readings", npy_of({5, 7, 4}, 3)}})}),
      HasSubstr("holds 1 array, \"readings\": accepted is one called \"side\", as the model's input is"));
  EXPECT_THAT(refusal({"readings=" + x, x, "side=" + side, side}), HasSubstr("accepted is one"));
  EXPECT_THAT(refusal({"readings=" + npz({{"side", npy_of({5, 7, 4}, 3)}}), "side=" + side}),
              HasSubstr("holds the array \"side\", which is of another input: accepted is \"readings\""));
  EXPECT_EQ(refusal({"readings=" + npz({{"x", npy_of({5, 7, 4}, 3)}}), "side=" + side}), "accepted");
}

TEST_F(ModelInputs, AreRefusedByTheirShapes) {
  EXPECT_THAT(refusal({"readings=" + side, "side=" + side}),
              HasSubstr("has the shape (5, 3): accepted is (samples, None, 4)"));
  EXPECT_THAT(refusal({"readings=" + x, "side=" + x}),
              HasSubstr("has the shape (5, 7, 4): accepted is (samples, 3)"));
  EXPECT_THAT(refusal({"readings=" + x, "side=" + npy("other.npy", {4, 3})}),
              HasSubstr("has 4 samples: accepted are as many as"));
  EXPECT_THAT(refusal({"readings=" + npy("none.npy", {0, 7, 4}), "side=" + side}), HasSubstr("accepted is"));
}

TEST_F(ModelInputs, OfAnyLengthMayHaveTheirOwn) {
  ModelSpec model = two_lengths();
  EXPECT_FALSE(have_own_lengths(model, {{2, 3, 4}, {2, 6, 2}}));
  model.nodes[0].kind = InputSpec{{}, 4};
  model.nodes[1].kind = InputSpec{{}, 2};
  EXPECT_FALSE(have_own_lengths(model, {{2, 5, 4}, {2, 5, 2}}));
  EXPECT_TRUE(have_own_lengths(model, {{2, 3, 4}, {2, 5, 2}}));
  const ModelSpec fixed = with_lengths(model, {{2, 3, 4}, {2, 5, 2}});
  EXPECT_EQ(shape_of_inputs(fixed, {{2, 3, 4}, {2, 5, 2}}), (Shape{2, 3, 4}));
  EXPECT_EQ(to_string(resolve(fixed).returns[1]), "(None, 5, 2)");
}

}  // namespace
}  // namespace lockstep
