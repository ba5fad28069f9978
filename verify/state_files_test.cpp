#include "verify/state_files.h"

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"
#include "cases/npy.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StateFilesOfAModel : public ::testing::Test {
 protected:
  /// Of [2, units], counting from `first`.
  std::string state(const std::string& name, std::int64_t units, float first) const {
    std::vector<float> values;
    for (std::int64_t i = 0; i < 2 * units; ++i) values.push_back(first + static_cast<float>(i));
    return folder.write(name, npy_bytes<float>(std::vector<std::int64_t>{2, units}, values)).string();
  }
  std::string refused(const ModelSpec& model, const StateFiles& files) const {
    return refusal_of([&] { read_states(model, files, 2); });
  }
  const FolderForTest folder;
};

ModelSpec lstm_and_gru() {
  ModelSpec model = two_heads();
  model.nodes.push_back({"gru", recurrent_for_test(Cell::gru, 3, false), {"lstm"}, {}});
  return model;
}

TEST_F(StateFilesOfAModel, AreThoseOfTheOnlyRecurrentLayer) {
  const auto states = read_states(two_heads(), {{state("h.npy", 5, 1)}, {state("c.npy", 5, 20)}}, 2);
  ASSERT_EQ(states.size(), 1U);
  ASSERT_EQ(states[0].initial_h.size(), 10);
  EXPECT_EQ(states[0].initial_h[9], 10);
  EXPECT_EQ(states[0].initial_c[0], 20);
  EXPECT_TRUE(read_states(two_heads(), {}, 2).empty());
}

TEST_F(StateFilesOfAModel, AreThoseOfTheLayersNamed) {
  const auto states = read_states(lstm_and_gru(), {{"gru=" + state("h.npy", 3, 1)}, {}}, 2);
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].initial_h.size(), 0) << "zeros";
  EXPECT_EQ(states[1].initial_h[5], 6);
}

TEST_F(StateFilesOfAModel, MayHaveAnEqualsSignInTheirNames) {
  EXPECT_EQ(read_states(two_heads(), {{state("a=b.npy", 5, 1)}, {}}, 2)[0].initial_h[0], 1);
}

TEST_F(StateFilesOfAModel, AreRefused) {
  const std::string h = state("h.npy", 5, 1);
  EXPECT_THAT(refused(lstm_and_gru(), {{h}, {}}),
              HasSubstr("the model has 2 recurrent layers: accepted is LAYER=FILE of one of lstm, gru"));
  EXPECT_THAT(refused(lstm_and_gru(), {{"dense=" + h}, {}}),
              HasSubstr("no recurrent layer is called \"dense\": accepted are lstm, gru"));
  EXPECT_THAT(refused(lstm_and_gru(), {{}, {"gru=" + h}}),
              HasSubstr("layer \"gru\" is a gru, which has no state c"));
  EXPECT_THAT(refused(two_heads(), {{h, "lstm=" + h}, {}}), HasSubstr("layer \"lstm\" has one already"));
  EXPECT_THAT(refused(lstm_and_gru(), {{"gru=" + h}, {}}),
              HasSubstr("has the shape (2, 5): accepted is (2, 3), samples and units of layer \"gru\""));
  EXPECT_THAT(refused(two_heads(), {{"none.npy"}, {}}), HasSubstr("cannot be read"));
  EXPECT_THAT(refused(encoder_decoder(), {{"decoder=" + h}, {}}),
              HasSubstr("layer \"decoder\" starts from states of the model: accepted are encoder"));
  EXPECT_EQ(refused(encoder_decoder(), {{"encoder=" + h}, {}}), "accepted");
  ModelSpec dense = two_heads();
  dense.nodes.erase(dense.nodes.begin() + 1);
  EXPECT_THAT(refused(dense, {{h}, {}}), HasSubstr("the model has no recurrent layer"));
}

}  // namespace
}  // namespace lockstep
