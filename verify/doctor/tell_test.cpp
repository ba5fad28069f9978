#include "verify/doctor/tell.h"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

namespace lockstep::doctor {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Element off_by(double error) {
  return {{1, 4, 0}, 0.25, 0.25 + error, error, 0.001};
}
Agreement agreement_of(double error) {
  Agreement agreement;
  agreement.found.compared = 60;
  agreement.found.worst = off_by(error);
  agreement.samples = 3;
  return agreement;
}
Diagnosis that_differs() {
  Diagnosis found;
  found.worst = off_by(0.5);
  found.tried = 1234;
  found.together = 3;
  return found;
}
/// Without the places where lines were broken.
std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.find("   ") != std::string::npos) text.replace(text.find("   "), 3, " ");
  return text;
}
std::string words_of(const Diagnosis& found) {
  const std::string text = told(found, "model.keras", "y.npy");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_EQ(text.back(), '\n');
  return in_one_line(text);
}

TEST(Told, ThatTheyAgreeAsItIs) {
  Diagnosis found;
  found.as_it_is = Outcome::agrees;
  found.agreement = agreement_of(0.0005);
  EXPECT_THAT(words_of(found), StartsWith("model.keras agrees with y.npy as it is: 60 values of 3 samples, "
                                          "largest error 0.0005 where 0.001 is allowed."));
}

TEST(Told, ThatNothingCanBeSaid) {
  Diagnosis found = that_differs();
  found.as_it_is = Outcome::no_verdict;
  EXPECT_THAT(words_of(found), AllOf(HasSubstr("no verdict"), Not(HasSubstr("differs"))));
}

TEST(Told, WhatExplainsItAndTheFixInOneSentence) {
  Diagnosis found = that_differs();
  found.explanations = {{{{"gate order r z h in \"gru\"", "reorder the gates"}, {"bias left out", "add it"}},
                         agreement_of(0.0005)},
                        {{{"another", "do otherwise"}}, agreement_of(0.0005)}};
  EXPECT_THAT(
      words_of(found),
      AllOf(StartsWith("model.keras differs from y.npy, by 0.5 at sample 1, step 4, unit 0: the model "
                       "gives 0.25, y has 0.75."),
            HasSubstr("Explained by: gate order r z h in \"gru\", and bias left out."),
            HasSubstr("Fix: reorder the gates; and add it."),
            HasSubstr("With that they agree: 60 values of 3 samples, largest error 0.0005"),
            HasSubstr("Not to be told apart on this input: another.")));
}

TEST(Told, TheNearestWhereNoneExplains) {
  Diagnosis found = that_differs();
  found.nearest = {{{"gate order r z h in \"gru\"", "reorder the gates"}}, off_by(0.02)};
  EXPECT_THAT(
      words_of(found),
      AllOf(HasSubstr("No explanation: none of 1234 conventions and combinations of up to 3"),
            HasSubstr("Nearest: gate order r z h in \"gru\"; with that they still differ, by 0.02 at"),
            Not(HasSubstr("Fix:"))));
  found.nearest.reset();
  found.worst->allowed = 1e-6;
  EXPECT_THAT(words_of(found), HasSubstr("None brings the two much nearer"));
}

TEST(Told, ThatLessPrecisionWouldDifferSo) {
  Diagnosis found = that_differs();
  EXPECT_THAT(words_of(found), HasSubstr("They differ by 500 times what float's rounding allows"));
  found.worst->allowed = 1e-6;
  EXPECT_THAT(words_of(found), Not(HasSubstr("precision")));
}

TEST(Told, ThatOneValueThroughoutTellsNothing) {
  Diagnosis found = that_differs();
  found.explanations = {{{{"bias left out", "add it"}}, agreement_of(0.0005)}};
  found.constant = 0.0F;
  EXPECT_THAT(words_of(found),
              AllOf(HasSubstr("Every value of y.npy is 0: that tells"), Not(HasSubstr("bias"))));
}

TEST(Told, ThatTheShapesDiffer) {
  Diagnosis found = that_differs();
  found.worst.reset();
  EXPECT_THAT(words_of(found), StartsWith("model.keras differs from y.npy: the shapes alone do."));
}

}  // namespace
}  // namespace lockstep::doctor
