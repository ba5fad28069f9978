#include "backends/model_fallback.h"

#include <gmock/gmock.h>

#include "backends/model.h"
#include "backends/model_for_test.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Computes dense layers of one style, if that, as naive does.
class DenseAlone : public Backend {
 public:
  explicit DenseAlone(std::optional<DenseStyle> style) : style_(style) {}
  std::string_view name() const override { return "dense_alone"; }
  std::string version() const override { return "1"; }
  Support supports(const Problem& problem) const override {
    const auto* dense = as_dense(problem);
    return dense != nullptr && dense->style == style_ ? Support::yes() : Support::no("it is too much");
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    ++prepared;
    return naive().prepare(problem, weights);
  }
  mutable int prepared = 0;

 private:
  std::optional<DenseStyle> style_;
};

constexpr Shape small{2, 3, 4};

Sharing share(const Backend& backend, const Backend* fallback) {
  return share_layers(backend, fallback, two_heads(), small, Exec{}, InitialStates::zero);
}

TEST(ShareLayers, LeavesNothingWhereTheBackendComputesAll) {
  const Sharing sharing = share(naive(), &naive());
  EXPECT_TRUE(sharing.possible());
  EXPECT_EQ(sharing.fallback, nullptr);
  EXPECT_THAT(sharing.left, IsEmpty());
  EXPECT_EQ(shared_name(naive(), sharing), "naive");
}

TEST(ShareLayers, LeavesWhatTheBackendRefuses) {
  const DenseAlone backend(DenseStyle::flattened);
  const Sharing sharing = share(backend, &naive());
  EXPECT_TRUE(sharing.possible());
  EXPECT_EQ(sharing.fallback, &naive());
  EXPECT_THAT(sharing.left, ElementsAre("lstm", "time_distributed"));
  EXPECT_THAT(sharing.why, HasSubstr("layer \"lstm\" (lstm/B:2/T:3/F:4/U:5/"));
  EXPECT_THAT(sharing.why, HasSubstr("it is too much; layer \"time_distributed\""));
  EXPECT_EQ(shared_name(backend, sharing), "dense_alone (lstm, time_distributed -> naive)");
}

TEST(ShareLayers, IsNotPossibleWithoutAFallbackThatHelps) {
  const DenseAlone backend(DenseStyle::flattened), other(DenseStyle::time_distributed);
  for (const Backend* fallback : std::initializer_list<const Backend*>{nullptr, &backend, &other}) {
    const Sharing sharing = share(backend, fallback);
    EXPECT_FALSE(sharing.possible());
    EXPECT_EQ(shared_name(backend, sharing), "dense_alone");
    EXPECT_THROW(Model(two_heads(), backend, small, Exec{}, InitialStates::zero, fallback),
                 std::invalid_argument);
  }
}

TEST(ShareLayers, IsNotPossibleForABackendThatRefusesEveryLayer) {
  EXPECT_FALSE(share(DenseAlone(std::nullopt), &naive()).possible());
  ModelSpec half = both_ways(std::nullopt, true);
  half.outputs.pop_back();
  EXPECT_FALSE(
      share_layers(DenseAlone(std::nullopt), &naive(), half, small, Exec{}, InitialStates::zero).possible());
}

TEST(ShareLayers, IsWhatAModelIsComputedBy) {
  const DenseAlone backend(DenseStyle::flattened);
  Model shared(two_heads(), backend, small, Exec{}, InitialStates::zero, &naive());
  EXPECT_EQ(shared.method(), "lstm: loops on naive; dense: loops; time_distributed: loops on naive");
  EXPECT_EQ(backend.prepared, 1);

  const std::vector<float> input = some_values(2 * 3 * 4, 0.1F);
  const auto answer = [&](Model& model) {
    std::vector<std::vector<float>> values(2, std::vector<float>(2 * 3 * 2));
    BasicModelIo<float> io;
    io.inputs = {sequence_view<const float>(input.data(), {2, 3, 4}, Layout::batch_major)};
    for (auto& one : values) io.outputs.push_back(sequence_view(one.data(), {2, 3, 2}, Layout::batch_major));
    model.run(io);
    return values;
  };
  Model whole(two_heads(), naive(), small, Exec{});
  EXPECT_EQ(answer(shared), answer(whole));
  EXPECT_NE(answer(whole)[0][0], 0);
}

}  // namespace
}  // namespace lockstep
