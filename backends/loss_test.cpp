#include "backends/loss.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Values = std::vector<double>;

/// One sample of `steps` rows.
struct Rows {
  Loss loss;
  std::int64_t steps, features;
  Values target, output;

  double operator()(Values& gradient) const {
    gradient.assign(output.size(), std::numeric_limits<double>::quiet_NaN());
    const std::int64_t width = target_features(loss, features);
    return loss_and_gradient<double>(
        loss, sequence_view<const double>(target.data(), {1, steps, width}, Layout::batch_major),
        sequence_view<const double>(output.data(), {1, steps, features}, Layout::batch_major),
        sequence_view(gradient.data(), {1, steps, features}, Layout::batch_major));
  }
  double value() const {
    Values unused;
    return (*this)(unused);
  }
};

/// By differences to both sides of two widths, as in reference_backward_test.cpp.
double difference(Rows rows, std::size_t i) {
  const double at = rows.output[i];
  const auto over = [&](double width) {
    rows.output[i] = at + width;
    const double above = rows.value();
    rows.output[i] = at - width;
    return (above - rows.value()) / (2 * width);
  };
  constexpr double width = 0x1p-12;
  return (4 * over(width / 2) - over(width)) / 3;
}

class EveryLoss : public ::testing::TestWithParam<Rows> {};

TEST_P(EveryLoss, HasTheGradientThatDifferencesShow) {
  const Rows& rows = GetParam();
  Values gradient;
  rows(gradient);
  constexpr double left = 0x1p-24;  // width^4 times the fifth derivative, and roundings over the width
  for (std::size_t i = 0; i < gradient.size(); ++i)
    EXPECT_NEAR(gradient[i], difference(rows, i), left) << loss_names.of(rows.loss) << " " << i;
}

const Values probabilities{0.2, 0.3, 0.4, 0.25, 0.6, 0.3};  // rows that do not add up to 1

INSTANTIATE_TEST_SUITE_P(
    Losses, EveryLoss,
    ::testing::Values(Rows{Loss::categorical_crossentropy, 2, 3, {0, 1, 0, 0.5, 0.25, 0.5}, probabilities},
                      Rows{Loss::sparse_categorical_crossentropy, 2, 3, {1, 2}, probabilities},
                      Rows{Loss::mean_squared_error, 2, 3, {1, -1, 0.5, 2, 0, 0}, probabilities},
                      Rows{Loss::mean_absolute_error, 2, 3, {1, -1, 0.5, 2, 0, 0}, probabilities},
                      Rows{Loss::binary_crossentropy, 2, 3, {1, 0, 0.5, 1, 0, 0}, probabilities}));

TEST(Losses, AreMeansOverRows) {
  const double one = Rows{Loss::categorical_crossentropy, 1, 2, {1, 0}, {0.25, 0.75}}.value();
  EXPECT_DOUBLE_EQ(one, std::log(4.0));
  EXPECT_DOUBLE_EQ((Rows{Loss::categorical_crossentropy, 2, 2, {1, 0, 0, 1}, {0.25, 0.75, 0.5, 0.5}}.value()),
                   (std::log(4.0) + std::log(2.0)) / 2);
  EXPECT_DOUBLE_EQ((Rows{Loss::mean_squared_error, 1, 2, {1, 0}, {3, 4}}.value()), 10);
  EXPECT_DOUBLE_EQ((Rows{Loss::mean_absolute_error, 1, 2, {1, 0}, {3, 4}}.value()), 3);
}

TEST(Losses, NormaliseTheRowBeforeTheLogarithm) {
  EXPECT_DOUBLE_EQ((Rows{Loss::categorical_crossentropy, 1, 2, {1, 0}, {0.5, 1.5}}.value()), std::log(4.0));
  EXPECT_DOUBLE_EQ((Rows{Loss::sparse_categorical_crossentropy, 1, 2, {0}, {0.2, 0.6}}.value()),
                   std::log(4.0));
}

/// As TensorFlow's clip_by_value: what is cut off has no slope.
TEST(Losses, ClipProbabilitiesAndTheirSlope) {
  Values gradient;
  const double loss = Rows{Loss::categorical_crossentropy, 1, 2, {1, 0}, {1e-9, 1 - 1e-9}}(gradient);
  EXPECT_NEAR(loss, -std::log(1e-7), 1e-12);
  EXPECT_THAT(gradient, ::testing::Each(0));
  EXPECT_NEAR((Rows{Loss::binary_crossentropy, 1, 1, {0}, {1}}(gradient)), -std::log(1e-7), 1e-8);
  EXPECT_THAT(gradient, ::testing::Each(0));
}

TEST(Losses, RefuseAClassThatIsNone) {
  for (const double label : {-1.0, 3.0, 0.5, 1e30, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(([&] {
                  Rows{Loss::sparse_categorical_crossentropy, 1, 3, {label}, {0.2, 0.3, 0.5}}.value();
                }),
                ThrowsMessage<std::invalid_argument>(HasSubstr("accepted are whole numbers from 0 to 2")))
        << label;
}

TEST(Losses, HaveKerasNames) {
  EXPECT_EQ(parse_loss("categorical_crossentropy"), Loss::categorical_crossentropy);
  EXPECT_EQ(parse_loss("mse"), Loss::mean_squared_error);
  EXPECT_EQ(parse_loss("mae"), Loss::mean_absolute_error);
  EXPECT_THAT([] { parse_loss("hinge"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("unknown loss \"hinge\": accepted are")));
}

}  // namespace
}  // namespace lockstep
