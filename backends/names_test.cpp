#include "backends/names.h"

#include <set>

#include <gtest/gtest.h>

#include "backends/spec_names.h"

namespace lockstep {
namespace {

/// Every value has a name of its own, which parses back; the list of them names each.
template <class Enum, std::size_t N>
void expect_inverse(const Names<Enum, N>& names, Enum last) {
  ASSERT_EQ(static_cast<std::size_t>(last) + 1, N) << "a value has no name";
  EXPECT_EQ(std::set<std::string_view>(names.names.begin(), names.names.end()).size(), N);
  for (std::size_t i = 0; i < N; ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(names.parse(names.of(value)), value);
    EXPECT_EQ(to_string(value), names.of(value));
    EXPECT_NE(names.accepted().find(names.of(value)), std::string::npos);
  }
}

TEST(Names, AreTheInverseOfTheirParseForEveryEnum) {
  expect_inverse(cell_names, Cell::gru);
  expect_inverse(activation_names, Activation::softmax);
  expect_inverse(dense_style_names, DenseStyle::time_distributed);
  expect_inverse(mask_pattern_names, MaskPattern::full);
  expect_inverse(pass_names, Pass::training);
}

TEST(Names, AreTheFieldsOwn) {
  EXPECT_EQ(to_string(Cell::simple_rnn), "simple_rnn");
  EXPECT_EQ(to_string(Activation::hard_sigmoid), "hard_sigmoid");
  EXPECT_EQ(to_string(DenseStyle::time_distributed), "time_distributed");
  EXPECT_EQ(to_string(MaskPattern::holes), "holes");
  EXPECT_EQ(to_string(Pass::inference), "inference");
}

TEST(Names, ParseNothingElse) {
  for (const char* text : {"", "ls", "lstms", "LSTM", " lstm", "lstm "})
    EXPECT_EQ(cell_names.parse(text), std::nullopt) << text;
}

TEST(Names, AreListedInOrderWithCommas) {
  EXPECT_EQ(cell_names.accepted(), "simple_rnn, lstm, gru");
}

}  // namespace
}  // namespace lockstep
