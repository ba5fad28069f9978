#include <algorithm>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/spec_names.h"
#include "cases/case.h"
#include "cases/expand.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

TEST(CaseSets, HaveNamesOfTheirOwnAndSayWhy) {
  std::set<std::string_view> names;
  for (const CaseSet& one : case_sets()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.why.empty()) << one.name;
    EXPECT_EQ(one.name.find_first_of(" ,/:"), std::string_view::npos) << one.name;
    for (const auto& line : one.lines) EXPECT_FALSE(line.why.empty()) << line.problems;
  }
}

TEST(CaseSets, ExpandToValidProblemsEachOnce) {
  for (const CaseSet& one : case_sets()) {
    std::set<std::string> texts;
    const auto cases = cases_of(one.name);
    EXPECT_FALSE(cases.empty()) << one.name;
    for (const Case& single : cases) {
      EXPECT_NO_THROW(validate(single.problem));
      EXPECT_TRUE(texts.insert(to_string(single.problem)).second) << to_string(single.problem);
      EXPECT_FALSE(single.why.empty());
    }
  }
}

TEST(CaseSets, HaveNoLineThatAddsNothing) {
  for (const CaseSet& one : case_sets()) {
    std::set<std::string> seen;
    for (const auto& line : one.lines) {
      const auto before = seen.size();
      for (const Problem& problem : expand_problems(line.problems)) seen.insert(to_string(problem));
      EXPECT_GT(seen.size(), before) << one.name << ": " << line.problems;
    }
  }
}

TEST(CaseSets, AreListedForAnUnknownName) {
  try {
    cases_of("nightly");
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(
        error.what(),
        HasSubstr("unknown set \"nightly\": accepted are smoke, ci, full, training, relations, quick"));
  }
  EXPECT_THROW(cases_of(""), std::invalid_argument);
}

TEST(SmokeSet, HasEveryLayer) {
  std::set<std::string> layers;
  for (const Case& one : cases_of("smoke")) {
    const std::string text = to_string(one.problem);
    layers.insert(text.substr(0, text.find('/')));
  }
  EXPECT_EQ(layers, (std::set<std::string>{"simple_rnn", "lstm", "gru", "dense", "activation"}));
}

TEST(SequenceLengthSet, SweepsEveryCellOverEveryPowerOfTwoAtEveryWidthAndBatch) {
  std::set<std::string> texts;
  for (const Case& one : cases_of("sequence_length")) texts.insert(to_string(one.problem));
  EXPECT_EQ(texts.size(), 3U * 2 * 2 * 13);
  for (const Problem& problem : expand_problems(
           "simple_rnn,lstm,gru/B:1,32/T:1,2,4,8,16,32,64,128,256,512,1024,2048,4096/F:64/U:64,256/seq:1"))
    EXPECT_TRUE(texts.contains(to_string(problem))) << to_string(problem);
}

TEST(DenseStylesSet, HasBothStylesOfEveryProblem) {
  std::set<std::string> texts;
  for (const Case& one : cases_of("dense_styles")) texts.insert(to_string(one.problem));
  for (const Case& one : cases_of("dense_styles")) {
    Problem other = one.problem;
    DenseSpec& layer = std::get<DenseSpec>(other.layer);
    layer.style = layer.style == DenseStyle::flattened ? DenseStyle::time_distributed : DenseStyle::flattened;
    EXPECT_TRUE(texts.contains(to_string(other))) << to_string(other);
  }
}

/// What must be among the problems of the set ci: a layer, with all of these fields.
using Wanted = std::vector<std::string>;

/// The cells as they are told apart by what they compute.
const std::vector<Wanted> cells{{"simple_rnn"}, {"lstm"}, {"gru", "reset_after:1"}, {"gru", "reset_after:0"}};

class CiSet : public ::testing::Test {
 protected:
  /// Fields of the text form, and those that it leaves out because they have their default.
  static std::set<std::string> fields_of(const Problem& problem) {
    std::set<std::string> fields;
    const std::string text = to_string(problem);
    for (std::size_t start = 0; start <= text.size();) {
      const auto end = std::min(text.find('/', start), text.size());
      fields.insert(text.substr(start, end - start));
      start = end + 1;
    }
    const auto& extras = problem.extras;
    if (const auto* layer = as_recurrent(problem)) {
      fields.insert("act:" + std::string(to_string(layer->activation)));
      fields.insert("rec_act:" + std::string(to_string(layer->recurrent_activation)));
      fields.insert("mask:" + std::string(to_string(extras.mask)));
      fields.insert(layer->use_bias ? "bias:1" : "bias:0");
      fields.insert(layer->go_backwards ? "back:1" : "back:0");
      fields.insert(layer->zero_output_for_mask ? "zero_mask:1" : "zero_mask:0");
      fields.insert(extras.initial_state ? "state:1" : "state:0");
      fields.insert(extras.final_state ? "final:1" : "final:0");
    }
    if (const auto* layer = as_dense(problem)) {
      fields.insert("act:" + std::string(to_string(layer->activation)));
      fields.insert(layer->use_bias ? "bias:1" : "bias:0");
    }
    return fields;
  }
  void expect(Wanted wanted, const Wanted& more = {}) const {
    wanted.insert(wanted.end(), more.begin(), more.end());
    EXPECT_TRUE(std::any_of(problems.begin(), problems.end(),
                            [&](const auto& fields) {
                              return std::all_of(wanted.begin(), wanted.end(),
                                                 [&](const auto& one) { return fields.contains(one); });
                            }))
        << "no problem has " << ::testing::PrintToString(wanted);
  }
  std::vector<std::set<std::string>> problems = [] {
    std::vector<std::set<std::string>> all;
    for (const Case& one : cases_of("ci")) all.push_back(fields_of(one.problem));
    return all;
  }();
};

TEST_F(CiSet, HasEveryCellWithEitherValueOfEveryFlag) {
  for (const Wanted& cell : cells)
    for (const char* flag : {"seq", "bias", "back", "state", "final", "zero_mask"})
      for (const char* value : {":0", ":1"}) expect(cell, {std::string(flag) + value});
}

TEST_F(CiSet, HasEveryCellWithEveryPairOfBiasDirectionAndStates) {
  const std::vector<std::string> flags{"bias", "back", "state", "final", "seq"};
  for (const Wanted& cell : cells)
    for (const auto& a : flags)
      for (const auto& b : flags)
        for (const char* first : {":0", ":1"})
          for (const char* second : {":0", ":1"})
            if (a < b) expect(cell, {a + first, b + second});
}

TEST_F(CiSet, HasEveryCellWithEveryActivation) {
  for (const Wanted& cell : cells)
    for (const auto name : activation_names.names)
      if (name != "softmax") expect(cell, {"act:" + std::string(name)});
}

TEST_F(CiSet, HasEveryGatedCellWithEveryRecurrentActivation) {
  for (const Wanted& cell : {cells[1], cells[2], cells[3]})
    for (const auto name : activation_names.names)
      if (name != "softmax") expect(cell, {"rec_act:" + std::string(name)});
}

TEST_F(CiSet, HasEveryCellWithEveryMaskShownAndZeroed) {
  for (const Wanted& cell : cells)
    for (const char* mask : {"mask:right", "mask:left", "mask:holes", "mask:full"})
      for (const char* zero : {"zero_mask:0", "zero_mask:1"}) expect(cell, {mask, zero});
}

TEST_F(CiSet, HasEveryCellWithMasksAndEverythingElse) {
  for (const Wanted& cell : cells)
    for (const char* mask : {"mask:right", "mask:left", "mask:holes", "mask:full"})
      for (const char* other :
           {"back:1", "state:1", "final:1", "seq:1", "bias:0", "threads:2", "T:31", "U:33"})
        expect(cell, {mask, other});
}

TEST_F(CiSet, HasEveryCellOnOneAndTwoThreads) {
  for (const Wanted& cell : cells)
    for (const char* threads : {"threads:1", "threads:2"}) expect(cell, {threads});
}

TEST_F(CiSet, HasEveryCellAtEveryLength) {
  for (const Wanted& cell : cells)
    for (const int length : {1, 2, 3, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 512, 1024, 4096})
      expect(cell, {"T:" + std::to_string(length)});
}

TEST_F(CiSet, HasEveryCellAtEachWidthWithEachLength) {
  for (const Wanted& cell : cells)
    for (const int units : {1, 7, 8, 9, 15, 16, 17, 31, 33, 64, 256})
      for (const int length : {1, 2, 3, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129})
        expect(cell, {"U:" + std::to_string(units), "T:" + std::to_string(length)});
}

TEST_F(CiSet, HasEveryDenseStyleWithEveryActivationBiasAndThread) {
  for (const char* style : {"style:flattened", "style:time_distributed"}) {
    for (const auto name : activation_names.names)
      for (const char* bias : {"bias:0", "bias:1"})
        expect({"dense", style}, {"act:" + std::string(name), bias});
    for (const char* threads : {"threads:1", "threads:2"}) expect({"dense", style}, {threads});
    for (const char* shape : {"B:1", "B:3", "T:1", "T:33", "F:1", "F:64", "U:1", "U:31"})
      expect({"dense", style}, {shape});
  }
}

TEST_F(CiSet, HasEveryActivationAloneOnOneAndTwoThreads) {
  for (const auto name : activation_names.names)
    for (const char* threads : {"threads:1", "threads:2"})
      expect({"activation", "act:" + std::string(name)}, {threads});
}

}  // namespace
}  // namespace lockstep
