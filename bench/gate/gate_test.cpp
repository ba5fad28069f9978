#include "bench/gate/gate.h"

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/gate/manifest.h"

namespace lockstep::gate {
namespace {

/// Two builds that never were: what they take is said by the test, with noise as real processes have it.
class FakeLab : public Lab {
 public:
  std::map<std::string, double> slower;     // a benchmark's head, by this factor
  std::map<std::string, Proof> base, head;  // where they are not a plain pass
  double noise = 0.01;                      // of a process
  double control_slower = 1;                // of the copies of the base
  int padded = 0;                           // how many layouts there are
  std::function<double(int layout)> moved = [](int) { return 1.0; };
  std::function<void(std::vector<Proof>&)> spoil_proofs = [](auto&) {};
  std::function<void(std::vector<Sample>&)> spoil = [](auto&) {};
  std::string clashing;
  int processes = 0;
  std::vector<Wanted> last;

  std::vector<Proof> prove(const std::filesystem::path& build, const std::vector<Benchmark>& all) override {
    std::vector<Proof> proofs;
    for (const Benchmark& one : all) {
      const auto& known = build == "head" ? head : base;
      const auto found = known.find(one.name);
      proofs.push_back(found != known.end() ? found->second : pass(one.name));
    }
    spoil_proofs(proofs);
    return proofs;
  }
  std::vector<Sample> measure(const std::vector<Wanted>& wanted, std::uint64_t) override {
    ++processes;
    last = wanted;
    std::vector<Sample> samples;
    for (const Wanted& one : wanted) {
      constexpr double seconds = 1e-4;
      double factor = std::exp(noise * std::normal_distribution()(random_));
      if (one.pair == Pair::control)
        factor *= control_slower;
      else if (slower.contains(one.benchmark.name))
        factor *= one.pair == Pair::layout ? moved(one.layout) : slower.at(one.benchmark.name);
      Sample sample{one.benchmark.name, one.pair, one.layout, {}, {}, 30};
      sample.base.assign(Plan{}.rounds, seconds);
      sample.head.assign(Plan{}.rounds, seconds * factor);
      samples.push_back(sample);
    }
    spoil(samples);
    return samples;
  }
  std::string clash(const std::string& backend) const override {
    return backend == clashing ? "two libraries" : "";
  }
  int layouts(const std::string&) const override { return padded; }

  static Proof pass(const std::string& name) {
    Proof proof;
    proof.benchmark = name;
    proof.verdict = "pass";
    return proof;
  }

 private:
  std::mt19937_64 random_{7};
};

class Gate : public ::testing::Test {
 protected:
  Gate() {
    request_.base = "base";
    request_.head = "head";
    std::vector<Case> cases = cases_of("gate");
    request_.manifest = benchmarks_of(cases, {"naive", "eigen", "openblas", "onednn"});
    request_.fingerprint = [] { return Facts{{"cpu", "one"}}; };
  }
  Result result() { return run(request_, lab_); }
  const std::string& name(std::size_t i) const { return request_.manifest[i].name; }
  static const Row& row(const Result& result, const std::string& name) {
    for (const Row& one : result.rows)
      if (one.benchmark == name) return one;
    throw std::logic_error(name + ": no such row");
  }
  void spoil_first(std::function<void(Sample&)> change) {
    lab_.spoil = [change](std::vector<Sample>& samples) { change(samples.front()); };
  }
  /// A gate that measured what must not be believed.
  void expect_doubt(const std::string& part) {
    const Result found = result();
    EXPECT_EQ(found.code, exit_no_verdict);
    ASSERT_FALSE(found.doubts.empty());
    EXPECT_THAT(found.doubts.front(), ::testing::HasSubstr(part));
  }
  void expect_bad_input(const std::string& part) {
    const Result found = result();
    EXPECT_EQ(found.code, exit_usage);
    ASSERT_FALSE(found.complaints.empty());
    EXPECT_THAT(found.complaints.front(), ::testing::HasSubstr(part));
  }

  Request request_;
  FakeLab lab_;
};

TEST_F(Gate, PassesEqualBuilds) {
  const Result found = result();
  EXPECT_EQ(found.code, exit_held);
  ASSERT_EQ(found.rows.size(), request_.manifest.size());
  for (const Row& one : found.rows) EXPECT_EQ(one.state, State::pass) << one.benchmark << ": " << one.reason;
  EXPECT_THAT(found.complaints, ::testing::IsEmpty());
  EXPECT_THAT(found.doubts, ::testing::IsEmpty());
}

TEST_F(Gate, MeasuresACopyOfTheBaseOnATenthOfTheBenchmarks) {
  const Result found = result();
  EXPECT_GE(10 * found.controls.size(), found.rows.size());
  for (const Row& one : found.controls) EXPECT_EQ(one.processes, request_.plan.confirm);
}

TEST_F(Gate, ConfirmsASlowdownByFreshProcesses) {
  lab_.slower[name(3)] = 1.05;
  const Result found = result();
  EXPECT_EQ(found.code, exit_failed);
  const Row& slow = row(found, name(3));
  EXPECT_EQ(slow.state, State::regression);
  EXPECT_TRUE(slow.confirmed);
  EXPECT_EQ(slow.processes, request_.plan.confirm);
  EXPECT_GT(slow.low, 1.02);
  EXPECT_LT(slow.high, 1.08);
  EXPECT_EQ(lab_.processes, request_.plan.screen + request_.plan.confirm);
  EXPECT_EQ(row(found, name(4)).state, State::pass);
}

TEST_F(Gate, LetsAnImprovementThrough) {
  lab_.slower[name(0)] = 0.8;
  const Result found = result();
  EXPECT_EQ(found.code, exit_held);
  EXPECT_EQ(row(found, name(0)).state, State::improvement);
}

TEST_F(Gate, SaysWhichBuildsTakeTurns) {
  lab_.clashing = "openblas";
  const Result found = result();
  for (const Row& one : found.rows) EXPECT_EQ(one.alternating, one.backend == "openblas");
}

TEST_F(Gate, TakesMoreAllocationsForARegressionWhateverTheTime) {
  lab_.head[name(1)] = FakeLab::pass(name(1));
  lab_.head[name(1)].allocations = 1;
  const Result found = result();
  EXPECT_EQ(found.code, exit_failed);
  EXPECT_EQ(row(found, name(1)).state, State::regression);
}

TEST_F(Gate, DoesNotTimeWhatIsWrong) {
  lab_.head[name(2)] = FakeLab::pass(name(2));
  lab_.head[name(2)].verdict = "fail";
  lab_.head[name(2)].reason = "output: 3 elements differ";
  const Result found = result();
  EXPECT_EQ(found.code, exit_failed);
  EXPECT_EQ(row(found, name(2)).state, State::wrong);
  EXPECT_EQ(row(found, name(2)).reason, "head: output: 3 elements differ");
  EXPECT_EQ(row(found, name(2)).processes, 0);
}

TEST_F(Gate, FailsWhenTheHeadHasNoLongerWhatTheBaseHas) {
  for (const char* verdict : {"missing", "skip"}) {
    lab_.head[name(5)] = FakeLab::pass(name(5));
    lab_.head[name(5)].verdict = verdict;
    const Result found = result();
    EXPECT_EQ(found.code, exit_usage) << verdict;
    EXPECT_EQ(row(found, name(5)).state, State::missing) << verdict;
  }
}

TEST_F(Gate, LeavesOutWhatTheBaseCannotUnlessAManifestNamesIt) {
  lab_.base[name(5)] = FakeLab::pass(name(5));
  lab_.base[name(5)].verdict = "skip";
  EXPECT_EQ(result().rows.size(), request_.manifest.size() - 1);
  request_.strict = true;
  const Result found = result();
  EXPECT_EQ(found.code, exit_usage);
  EXPECT_EQ(row(found, name(5)).state, State::missing);
}

TEST_F(Gate, IsNoPassWithNothingToMeasure) {
  const auto all = request_.manifest;
  request_.manifest.clear();
  expect_bad_input("nothing to measure");
  request_.manifest = all;
  for (const Benchmark& one : all) {
    lab_.base[one.name] = FakeLab::pass(one.name);
    lab_.base[one.name].verdict = "skip";
  }
  expect_bad_input("nothing to measure");
}

TEST_F(Gate, DoubtsATimeThatIsNone) {
  for (const double time :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 0.0, -1e-4}) {
    spoil_first([time](Sample& sample) { sample.head[5] = time; });
    expect_doubt(name(0));
  }
}

TEST_F(Gate, DoubtsASampleThatIsCutOff) {
  spoil_first([](Sample& sample) { sample.base.resize(3), sample.head.resize(3); });
  expect_doubt(name(0));
  spoil_first([](Sample& sample) { sample.head.pop_back(); });
  expect_doubt(name(0));
}

TEST_F(Gate, DoubtsAProcessThatMeasuredSomethingElse) {
  lab_.spoil = [](std::vector<Sample>& samples) { samples.pop_back(); };
  expect_doubt("not measured");
  spoil_first([](Sample& sample) { sample.benchmark += "2"; });
  expect_doubt("not asked for");
  lab_.spoil = [](std::vector<Sample>& samples) { samples.push_back(samples.front()); };
  expect_doubt("twice");
}

TEST_F(Gate, DoubtsAProcessThatDied) {
  lab_.spoil = [](std::vector<Sample>&) { throw std::runtime_error("process 1 died by signal 11"); };
  expect_doubt("signal 11");
}

TEST_F(Gate, DoubtsProofsOfSomethingElse) {
  lab_.spoil_proofs = [](std::vector<Proof>& proofs) { std::swap(proofs[0], proofs[1]); };
  expect_doubt("not those of the manifest");
  lab_.spoil_proofs = [](std::vector<Proof>& proofs) { proofs.pop_back(); };
  expect_doubt("not those of the manifest");
}

TEST_F(Gate, DoesNotSpeakWhenACopyOfTheBaseDiffersFromIt) {
  lab_.control_slower = 1.06;
  lab_.slower[name(3)] = 1.5;
  const Result found = result();
  EXPECT_EQ(found.code, exit_no_verdict);
  EXPECT_FALSE(found.doubts.empty());
}

TEST_F(Gate, DoesNotSpeakWhenTheMachineChanged) {
  request_.fingerprint = [n = 0]() mutable { return Facts{{"cpu", n++ == 0 ? "one" : "another"}}; };
  expect_doubt("the machine changed");
}

TEST_F(Gate, IsInconclusiveWhereTheNoiseHidesWhatItShouldSee) {
  lab_.noise = 0.3;
  const Result found = result();
  EXPECT_EQ(found.code, exit_no_verdict);
  EXPECT_EQ(found.rows.front().state, State::inconclusive);
}

TEST_F(Gate, CallsASlowdownOfOneLayoutLayoutSensitive) {
  lab_.padded = 3;
  lab_.slower[name(0)] = 1.4;
  const Result found = result();
  EXPECT_EQ(row(found, name(0)).state, State::layout_sensitive);
  EXPECT_EQ(row(found, name(0)).layouts.size(), 3U);
  EXPECT_EQ(found.code, exit_held);
}

TEST_F(Gate, FailsASlowdownOfMostLayouts) {
  lab_.padded = 3;
  lab_.slower[name(0)] = 1.4;
  lab_.moved = [](int layout) { return layout == 1 ? 1.0 : 1.4; };
  const Result found = result();
  EXPECT_EQ(row(found, name(0)).state, State::regression);
  EXPECT_EQ(found.code, exit_failed);
}

TEST_F(Gate, LeavesTheCodeWhereItIsIfAskedTo) {
  lab_.padded = 3;
  lab_.slower[name(0)] = 1.4;
  request_.move_code = false;
  const Result found = result();
  EXPECT_EQ(row(found, name(0)).state, State::regression);
  EXPECT_EQ(lab_.processes, request_.plan.screen + request_.plan.confirm);
}

TEST_F(Gate, SaysWhenThereAreNoOtherLayouts) {
  lab_.slower[name(0)] = 1.4;
  const Result found = result();
  EXPECT_EQ(row(found, name(0)).state, State::regression);
  EXPECT_THAT(row(found, name(0)).reason, ::testing::HasSubstr("layouts"));
}

TEST_F(Gate, MeasuresAloneWhatTheScreeningLeftOpen) {
  lab_.noise = 0.001;
  lab_.slower[name(0)] = 1.4;
  const Result found = result();
  EXPECT_EQ(lab_.last.size(), 1 + found.controls.size());
}

}  // namespace
}  // namespace lockstep::gate
