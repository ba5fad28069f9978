#include "bench/gate/decide.h"

#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>

#include "bench/gate/votes_for_test.h"

namespace lockstep::gate {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Row decided(const Votes& votes, Row row = timed_row(), const Plan& plan = {}) {
  decide(std::span(&row, 1), std::span(&votes, 1), plan);
  return row;
}

std::vector<Row> decided_together(const std::vector<Votes>& votes, const Plan& plan = {}) {
  std::vector<Row> rows(votes.size(), timed_row());
  decide(rows, votes, plan);
  return rows;
}

Row counting(std::int64_t allocations_of_base, std::int64_t of_head) {
  Row row = timed_row();
  row.base.allocations = allocations_of_base;
  row.head.allocations = of_head;
  return row;
}

TEST(Decide, PassesWhatIsScreenedAndNotOff) {
  const Row row = decided(screened(1.004));
  EXPECT_EQ(row.state, State::pass);
  EXPECT_EQ(row.reason, "");
  EXPECT_NEAR(row.ratio, 1.004, 1e-12);
  EXPECT_LT(row.low, 1.004);
  EXPECT_GT(row.high, 1.004);
  EXPECT_EQ(row.p, 1);
  EXPECT_EQ(row.processes, 6);
  EXPECT_FALSE(row.confirmed);
  EXPECT_GT(row.detectable, 0.02);
  EXPECT_LT(row.detectable, 0.05);
}

TEST(Decide, FailsWhatIsConfirmedSlower) {
  const Row row = decided(confirmed(1.05));
  EXPECT_EQ(row.state, State::regression);
  EXPECT_EQ(row.reason, "5 % slower");
  EXPECT_NEAR(row.ratio, 1.05, 1e-12);
  EXPECT_GT(row.low, 1.04);
  EXPECT_LT(row.p, 1e-6);
  EXPECT_EQ(row.processes, 28);
  EXPECT_TRUE(row.confirmed);
}

TEST(Decide, PassesWhatIsSlowerByLessThanTheMargin) {
  const Row row = decided(confirmed(1.015));
  EXPECT_EQ(row.state, State::pass);
  EXPECT_EQ(row.reason, "");
  EXPECT_GT(row.p, 0.9);
  EXPECT_EQ(decided(confirmed(1.02)).state, State::pass);  // the margin itself is none
}

TEST(Decide, TellsWhatIsFaster) {
  const Row row = decided(confirmed(0.95));
  EXPECT_EQ(row.state, State::improvement);
  EXPECT_EQ(row.reason, "5 % faster");
  EXPECT_EQ(decided(confirmed(0.985)).state, State::pass);
}

TEST(Decide, FailsNothingByScreeningAlone) {
  const Row row = decided(screened(2.0));
  EXPECT_EQ(row.state, State::missing);
  EXPECT_THAT(row.reason, HasSubstr("0 processes measured it to confirm, the plan asks for 28"));
  EXPECT_EQ(decided(screened(0.5)).state, State::missing);
}

TEST(Decide, SharesTheLevelAmongTheConfirmed) {
  // 8 of 8 beyond the margin give p = 2^-8 = 0.0039: enough for one or two at 0.01, not for three.
  const Plan plan = {.confirm = 8, .level = 0.01};
  const Plan shared = {.confirm = 8, .level = 0.012};
  EXPECT_EQ(decided(confirmed(1.05, plan, 0.005), timed_row(), plan).state, State::regression);
  const Votes slow = confirmed(1.05, plan, 0.005), even = confirmed(1.0, plan, 0.005);
  EXPECT_EQ(decided_together({slow, even}, plan)[0].state, State::regression);
  EXPECT_EQ(decided_together({slow, even, even}, shared)[0].state, State::regression);
  EXPECT_EQ(decided_together({slow, even, screened(1.0)}, {.confirm = 9, .level = 0.01})[0].state,
            State::missing);  // 8 votes are not the plan's 9
  std::vector<Votes> many(4, even);
  many[2] = slow;
  EXPECT_EQ(decided_together(many, {.confirm = 8, .level = 0.016})[2].state, State::regression);
  Votes nearly = slow;
  nearly.confirm[0] = std::log(1.0195);  // p = 2 / 256
  EXPECT_EQ(decided(nearly, timed_row(), plan).state, State::regression);
  many[2] = nearly;
  EXPECT_NE(decided_together(many, {.confirm = 8, .level = 0.016})[2].state, State::regression);
  many = {nearly, screened(1.0), screened(1.0), screened(1.0)};  // what is only screened shares nothing
  EXPECT_EQ(decided_together(many, {.confirm = 8, .level = 0.016})[0].state, State::regression);
}

TEST(Decide, DecidesEachRowByItsOwnVotes) {
  const auto rows = decided_together(
      {screened(1.0), confirmed(1.1), screened(0.999), confirmed(0.9), confirmed(1.0), confirmed(1.06)});
  std::vector<State> states;
  for (const Row& row : rows) states.push_back(row.state);
  EXPECT_THAT(states, ElementsAre(State::pass, State::regression, State::pass, State::improvement,
                                  State::pass, State::regression));
  EXPECT_NEAR(rows[1].ratio, 1.1, 1e-12);
  EXPECT_NEAR(rows[5].ratio, 1.06, 1e-12);
}

TEST(Decide, CannotSayOfWhatIsTooNoisy) {
  const Row row = decided(confirmed(1.0, {}, 0.2));
  EXPECT_EQ(row.state, State::inconclusive);
  EXPECT_THAT(row.reason, AllOf(StartsWith("too noisy: only a slowdown of "), HasSubstr("asks for 5 %")));
  EXPECT_GT(row.detectable, 0.05);
  EXPECT_EQ(decided({.screen = votes_about(1.0, 6, 0.2), .confirm = {}, .layouts = {}}).state,
            State::inconclusive);
}

TEST(Decide, CountsWhatIsConfirmedWhereItSaysWhatWouldHaveBeenFound) {
  const double alone = decided(screened(1.0)).detectable;
  const auto rows = decided_together({screened(1.0), confirmed(1.1), confirmed(1.0)});
  EXPECT_GT(rows[0].detectable, alone);  // the third to share the level, had it been open
  EXPECT_GT(rows[1].detectable, decided(confirmed(1.1)).detectable);
}

TEST(Decide, FailsWhatIsNoisyButConfirmed) {
  const Row row = decided(confirmed(1.5, {}, 0.2));
  EXPECT_GT(row.detectable, 0.05);
  EXPECT_EQ(row.state, State::regression);
  EXPECT_EQ(decided(confirmed(0.6, {}, 0.2)).state, State::improvement);
}

TEST(Decide, BelievesNoSignedRanksThatTheSignsContradict) {
  Votes votes = confirmed(1.05);
  for (std::size_t i = 0; i < 28; ++i)
    votes.confirm[i] = std::log(1.02) + (i < 12 ? -1e-4 * static_cast<double>(i + 1) : 0.03);
  const Row row = decided(votes);
  EXPECT_LT(row.p, 0.01);
  EXPECT_EQ(row.state, State::inconclusive);
  EXPECT_EQ(row.reason, "signed ranks say slower, but only 16 of 28 processes are beyond the margin");
  for (double& vote : votes.confirm) vote = -vote;
  EXPECT_EQ(decided(votes).state, State::inconclusive);
  EXPECT_THAT(decided(votes).reason, HasSubstr("faster"));
}

TEST(Decide, FailsMoreCallsWhateverTheTime) {
  EXPECT_EQ(decided(screened(1.0), counting(2, 7)).state, State::regression);
  EXPECT_EQ(decided(screened(1.0), counting(2, 7)).reason, "7 allocations per call, base 2");
  EXPECT_EQ(decided(confirmed(0.9), counting(2, 7)).state, State::regression);
  EXPECT_EQ(decided(confirmed(1.05), counting(2, 7)).reason, "7 allocations per call, base 2; 5 % slower");
  EXPECT_EQ(decided(confirmed(1.0, {}, 0.2), counting(0, 1)).state, State::regression);
  Row calls = timed_row();
  calls.base.library_calls = 8;
  calls.head.library_calls = 9;
  EXPECT_EQ(decided(screened(1.0), calls).state, State::regression);
}

TEST(Decide, NotesFewerCallsWithoutFailing) {
  EXPECT_EQ(decided(screened(1.0), counting(7, 2)).state, State::pass);
  EXPECT_EQ(decided(screened(1.0), counting(7, 2)).reason, "2 allocations per call, base 7");
  EXPECT_EQ(decided(confirmed(1.05), counting(7, 2)).state, State::regression);
}

TEST(Decide, LeavesWrongAndMissingAsTheyAre) {
  for (const State state : {State::wrong, State::missing})
    for (const Votes& votes : {confirmed(1.0), screened(1.0), Votes{}}) {
      Row row = timed_row();
      row.state = state;
      row.reason = "because";
      row = decided(votes, row);
      EXPECT_EQ(row.state, state);
      EXPECT_EQ(row.reason, "because");
      EXPECT_EQ(row.processes, 0);
    }
}

TEST(Decide, CountsNoRowThatIsNotTimed) {  // whose votes, should it have any, share no level
  const Plan plan = {.confirm = 8, .level = 0.016};
  Votes nearly = confirmed(1.05, plan, 0.005);
  nearly.confirm[0] = std::log(1.0195);
  std::vector<Row> rows(4, timed_row());
  for (const std::size_t i : {0u, 1u, 3u}) rows[i].state = State::wrong;
  decide(rows, std::vector<Votes>{confirmed(1.0, plan), confirmed(1.0, plan), nearly, confirmed(1.0, plan)},
         plan);
  EXPECT_EQ(rows[2].state, State::regression);
}

TEST(Decide, CallsMissingWhatWasNotMeasuredAsPlanned) {
  const auto missing = [](Votes votes, const std::string& reason) {
    const Row row = decided(votes);
    EXPECT_EQ(row.state, State::missing) << reason;
    EXPECT_THAT(row.reason, HasSubstr(reason));
    EXPECT_EQ(row.ratio, 1);
  };
  missing({}, "0 processes measured it to screen");
  Votes votes = screened(1.0);
  votes.screen.pop_back();
  missing(votes, "5 processes measured it to screen");
  votes = confirmed(1.05);
  votes.confirm.pop_back();
  missing(votes, "27 processes measured it to confirm, the plan asks for 28");
  votes = confirmed(1.05);
  votes.confirm.push_back(1);  // none more than planned, until it is as wished
  missing(votes, "29 processes measured it to confirm, the plan asks for 28");
  votes = confirmed(1.05);
  votes.layouts = {votes.confirm, {0.1}};
  missing(votes, "1 processes measured it on another layout");
  for (const double bad : {std::nan(""), HUGE_VAL, -1000.0}) {
    votes = screened(1.0);
    votes.screen[2] = bad;
    missing(votes, "a ratio that is none");
    votes = confirmed(1.0);
    votes.confirm[2] = bad;
    missing(votes, "a ratio that is none");
    votes = confirmed(1.05);
    votes.layouts = {votes.confirm};
    votes.layouts[0][3] = bad;
    missing(votes, "a ratio that is none");
  }
}

TEST(Decide, IsFiniteForAllVotesThatItTakes) {
  for (const double log : {300.0, -300.0, 0.0}) {
    const Row row = decided({std::vector<double>(6, log), std::vector<double>(28, log), {}});
    for (const double number : {row.ratio, row.low, row.high, row.p, row.detectable})
      EXPECT_TRUE(std::isfinite(number)) << log;
  }
  Votes wild = confirmed(1.0);
  for (std::size_t i = 0; i < 28; ++i) wild.confirm[i] = i % 2 == 0 ? 300 : -300;
  EXPECT_TRUE(std::isfinite(decided(wild).detectable));
}

TEST(Decide, FindsWhatOnlyTimeCallsSlower) {
  std::vector<Row> rows = {timed_row(),    timed_row(), counting(1, 2),
                           counting(2, 1), timed_row(), timed_row()};
  decide(rows,
         std::vector<Votes>{screened(1.0), confirmed(1.05), confirmed(1.05), confirmed(1.05), confirmed(0.9),
                            confirmed(1.0)},
         {});
  EXPECT_THAT(to_run_on_layouts(rows), ElementsAre(1, 3));
}

TEST(Decide, FailsWhatIsSlowerOnMostLayouts) {
  Votes votes = confirmed(1.05);
  const auto slow = votes_about(1.06, 28), even = votes_about(1.0, 28);
  const auto with = [&](std::vector<std::vector<double>> layouts) {
    votes.layouts = std::move(layouts);
    return decided(votes);
  };
  EXPECT_EQ(with({slow, slow, even}).state, State::regression);
  EXPECT_EQ(with({slow, slow, even}).reason, "5 % slower");
  EXPECT_EQ(with({slow, even, even}).state, State::layout_sensitive);
  EXPECT_EQ(with({slow, even, even}).reason, "5 % slower as built, but slower on only 1 of 3 other layouts");
  EXPECT_EQ(with({slow, even}).state, State::layout_sensitive);  // half is not most
  EXPECT_EQ(with({slow, slow, {}}).state, State::regression);    // one that was not run says nothing
  EXPECT_EQ(with({slow, {}, {}}).state, State::regression);
  EXPECT_THAT(with({slow, even, {}}).layouts, ElementsAre(DoubleNear(1.06, 1e-9), DoubleNear(1.0, 1e-9)));
  EXPECT_EQ(with({}).state, State::regression);
  EXPECT_THAT(with({}).layouts, IsEmpty());
}

TEST(Decide, ExcusesByLayoutsNothingElse) {
  Votes votes = confirmed(1.05);
  votes.layouts.assign(3, votes_about(1.0, 28));
  EXPECT_EQ(decided(votes, counting(2, 7)).state, State::regression);
  votes.confirm = votes_about(1.0, 28);
  EXPECT_EQ(decided(votes).state, State::pass);
}

TEST(Decide, DecidesAnewEachTime) {  // as when the layouts have been run
  Row row = decided(confirmed(1.05));
  Votes votes = confirmed(1.05);
  votes.layouts.assign(3, votes_about(1.0, 28));
  row = decided(votes, row);
  EXPECT_EQ(row.state, State::layout_sensitive);
  row = decided(screened(1.0), row);
  EXPECT_EQ(row.state, State::pass);
  EXPECT_EQ(row.reason, "");
  EXPECT_EQ(row.p, 1);
  EXPECT_FALSE(row.confirmed);
  EXPECT_THAT(row.layouts, IsEmpty());
}

TEST(Decide, RefusesWhatDoesNotFit) {
  std::vector<Row> rows(2, timed_row());
  EXPECT_THROW(decide(rows, std::vector<Votes>{screened(1.0)}, {}), std::invalid_argument);
  EXPECT_THROW(decide(rows, std::vector<Votes>(2, screened(1.0)), {.confirm = 5}), std::invalid_argument);
  EXPECT_NO_THROW(decide({}, {}, {}));
}

}  // namespace
}  // namespace lockstep::gate
