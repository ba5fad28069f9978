#include "bench/gate/lab/process_lab.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/registry.h"
#include "bench/gate/benchmark_for_test.h"
#include "bench/gate/lab/build_modules.h"
#include "bench/gate/lab/library_calls.h"
#include "bench/gate/lab/private_folder.h"

namespace lockstep::gate {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::ThrowsMessage;

const std::filesystem::path build = module_folder().parent_path();

const Benchmark lstm = benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "naive");
const Benchmark lstm_of_eigen = benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "eigen");
const Benchmark gru_in_training = benchmark("gru/B:2/T:3/F:4/U:5/seq:1/pass:training", "eigen");

Plan quick() {
  Plan plan;
  plan.rounds = 4;
  plan.batch_seconds = 1e-5;
  return plan;
}

/// This build, and a head that is a copy of it.
class ALab : public testing::Test {
 protected:
  ALab() {
    std::filesystem::create_directory(head_);
    std::filesystem::copy(module_folder(), head_ / "modules", std::filesystem::copy_options::recursive);
  }
  static RunnerProgram program() {
    return {build / "lockstep", build / call_counter, std::chrono::minutes(2)};
  }
  std::unique_ptr<Lab> lab() const { return make_lab(build, head_, quick(), 0, program()); }
  std::unique_ptr<Lab> proven(const std::vector<Benchmark>& all) const {
    auto one = lab();
    one->prove(build, all);
    one->prove(head_, all);
    return one;
  }
  /// A runner that does as the real one, and then what the script says to its result, $3.
  RunnerProgram with(const std::string& script, std::chrono::milliseconds timeout = std::chrono::minutes(2)) {
    const auto path = folder_.path() / fmt::format("runner-{}", ++scripts_);
    std::ofstream(path) << "#!/bin/sh\n" << script << '\n';
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return {path, build / call_counter, timeout};
  }
  RunnerProgram changed(const std::string& expression) {
    return with(fmt::format("{} \"$@\" && sed -i '{}' \"$3\"", (build / "lockstep").string(), expression));
  }
  std::string error_of_prove(RunnerProgram runner) const {
    const auto one = make_lab(build, head_, quick(), 0, std::move(runner));
    return error_of([&] { one->prove(build, {lstm}); });
  }
  std::string error_of_measure(RunnerProgram runner) const {
    const auto one = make_lab(build, head_, quick(), 0, std::move(runner));
    one->prove(build, {lstm});
    one->prove(head_, {lstm});
    return error_of([&] { one->measure({{lstm}}, 1); });
  }
  template <class Body>
  static std::string error_of(Body body) {
    try {
      body();
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      return error.what();
    }
    return "no error";
  }

  const PrivateFolder folder_;
  const std::filesystem::path head_ = folder_.path() / "head";
  int scripts_ = 0;
};

TEST_F(ALab, ProvesABuild) {
  const std::vector<Benchmark> all{lstm, lstm_of_eigen, gru_in_training};
  const auto proofs = lab()->prove(build, all);
  ASSERT_THAT(proofs, SizeIs(3));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(proofs[i].benchmark, all[i].name);
    EXPECT_EQ(proofs[i].verdict, "pass") << proofs[i].reason;
    EXPECT_NE(proofs[i].digest, 0U);
    EXPECT_THAT(proofs[i].version, Not(IsEmpty()));
    EXPECT_THAT(proofs[i].library_path, IsEmpty());
    EXPECT_EQ(proofs[i].library_calls, 0);
  }
  EXPECT_EQ(proofs[0].method, "loops");
}

TEST_F(ALab, ProvesACopyAlike) {
  const std::vector<Benchmark> all{lstm, gru_in_training, benchmark("dense/B:2/T:3/F:4/U:5", "openblas")};
  const auto one = lab();
  auto base = one->prove(build, all), head = one->prove(head_, all);
#if defined(__SANITIZE_ADDRESS__)
  for (auto* proofs : {&base, &head})
    for (Proof& proof : *proofs) proof.allocations = 0;
#endif
  EXPECT_EQ(base, head);
}

TEST_F(ALab, SaysWhatCannotBeProven) {
  std::filesystem::copy_file(LOCKSTEP_WRONG_MODULE, head_ / "modules" / "wrong.so");
  std::ofstream(head_ / "modules" / "lockstep_torn.so") << "no module";
  const auto proofs = lab()->prove(head_, {benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "none"),
                                           benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "wrong"),
                                           benchmark("gru/B:2/T:3/F:4/U:5/seq:1/pass:training", "wrong"),
                                           benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "torn"), lstm});
  EXPECT_EQ(proofs[0].verdict, "missing");
  EXPECT_THAT(proofs[0].reason, HasSubstr("no backend none"));
  EXPECT_EQ(proofs[1].verdict, "fail");
  EXPECT_THAT(proofs[1].reason, Not(IsEmpty()));
  EXPECT_EQ(proofs[1].digest, 0U);
  EXPECT_EQ(proofs[2].verdict, "skip");
  EXPECT_THAT(proofs[2].reason, HasSubstr("no backward pass"));
  EXPECT_EQ(proofs[3].verdict, "missing");
  EXPECT_THAT(proofs[3].reason, Not(IsEmpty()));
  EXPECT_EQ(proofs[4].verdict, "pass");
}

TEST_F(ALab, MeasuresEveryPair) {
  const auto one = proven({lstm, gru_in_training});
  const std::vector<Wanted> wanted{{lstm},
                                   {gru_in_training},
                                   {lstm, Pair::control},
                                   {lstm, Pair::layout, 1},
                                   {lstm, Pair::layout, 3},
                                   {gru_in_training, Pair::head, 0, true},
                                   {lstm, Pair::control, 0, true}};
  const auto samples = one->measure(wanted, 5);
  ASSERT_THAT(samples, SizeIs(wanted.size()));
  for (const Sample& sample : samples) {
    EXPECT_THAT(sample.base, AllOf(SizeIs(4), Each(Gt(0))));
    EXPECT_THAT(sample.head, AllOf(SizeIs(4), Each(Gt(0))));
    EXPECT_GE(sample.calls, 1);
  }
  const auto of = [&](const std::string& name, Pair pair, int layout) {
    return std::count_if(samples.begin(), samples.end(), [&](const Sample& sample) {
      return sample.benchmark == name && sample.pair == pair && sample.layout == layout;
    });
  };
  EXPECT_EQ(of(lstm.name, Pair::head, 0), 1);
  EXPECT_EQ(of(lstm.name, Pair::control, 0), 2);
  EXPECT_EQ(of(lstm.name, Pair::layout, 3), 1);
  EXPECT_EQ(of(gru_in_training.name, Pair::head, 0), 2);
}

TEST_F(ALab, KnowsWhatHasOtherPaddings) {
  const auto one = proven({lstm, lstm_of_eigen});
  EXPECT_EQ(one->layouts("naive"), 3);
  EXPECT_EQ(one->layouts("none"), 0);
  std::filesystem::remove(head_ / "modules" / "layout-2" / "lockstep_naive.so");
  EXPECT_EQ(one->layouts("naive"), 1);
  EXPECT_THAT(
      [&] {
        one->measure({{lstm, Pair::layout, 2}}, 1);
      },
      ThrowsMessage<std::runtime_error>(
          HasSubstr("layout-2/lockstep_naive.so: cannot be copied: No such file")));
}

TEST_F(ALab, MeasuresOnlyWhatWasProven) {
  EXPECT_THAT([&] { lab()->measure({{lstm}}, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr(lstm.name + ": not proven on ")));
  EXPECT_THAT([&] { lab()->prove(folder_.path() / "other", {}); }, testing::Throws<std::invalid_argument>());
}

TEST_F(ALab, NamesNoClashOfOneLibrary) {
  const auto one = proven({lstm, benchmark("dense/B:2/T:3/F:4/U:5", "openblas")});
  EXPECT_EQ(one->clash("naive"), "");
  EXPECT_EQ(one->clash("openblas"), "");
  EXPECT_EQ(one->clash("none"), "");
}

TEST_F(ALab, NamesAClashOfTwoLibraries) {
  const Benchmark dense = benchmark("dense/B:2/T:3/F:4/U:5", "openblas");
  const auto other_head = [&](const std::string& expression) {
    // The second process proves the head.
    auto one = make_lab(build, head_, quick(), 0,
                        with(fmt::format("{0} \"$@\" && case $2 in *-2.json) sed -i '{1}' \"$3\";; esac",
                                         (build / "lockstep").string(), expression)));
    one->prove(build, {dense});
    one->prove(head_, {dense});
    return one;
  };
  const auto path = other_head("s|\"library_path\":\"|&/other|");
  EXPECT_THAT(path->clash("openblas"),
              AllOf(HasSubstr("base computes with /"), HasSubstr("head with /other/")));
  EXPECT_THAT([&] { path->measure({{dense}}, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("not in one process")));
  EXPECT_THAT(path->measure({{dense, Pair::head, 0, true}, {dense, Pair::control}}, 1), SizeIs(2));
  EXPECT_THAT(other_head("s|\"version\":\"|&another |")->clash("openblas"), HasSubstr("head with another "));
  EXPECT_EQ(other_head("s|\"library_path\":\"[^\"]*|\"library_path\":\"|")->clash("openblas"), "");
}

TEST_F(ALab, RefusesBuildsThatAreNone) {
  const auto refusal = [&](const std::filesystem::path& base,
                           const std::filesystem::path& head) -> std::string {
    try {
      make_lab(base, head, quick(), 0, program());
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("accepted "), Not(HasSubstr("\n"))));
      return error.what();
    }
    return "accepted";
  };
  const auto empty = folder_.path() / "empty";
  std::filesystem::create_directory(empty);
  EXPECT_EQ(refusal(build, head_), "accepted");
  EXPECT_EQ(refusal(build, head_ / "modules"), "accepted");
  EXPECT_THAT(refusal(build, folder_.path() / "none"), HasSubstr("no such folder"));
  EXPECT_THAT(refusal(empty, head_), HasSubstr("no module"));
  EXPECT_THAT(refusal(build, build), HasSubstr("base and head are one"));
  EXPECT_THAT(refusal(build, build / "modules"), HasSubstr("base and head are one"));
  std::filesystem::create_directory_symlink(build, folder_.path() / "link");
  EXPECT_THAT(refusal(build, folder_.path() / "link"), HasSubstr("base and head are one"));
  EXPECT_THROW(make_lab(build, head_, quick(), -0.1, program()), std::invalid_argument);
  EXPECT_THROW(make_lab(build, head_, quick(), std::nan(""), program()), std::invalid_argument);
}

TEST_F(ALab, RefusesAModuleThatIsTheSameFile) {
  const auto module = head_ / "modules" / "lockstep_eigen.so";
  const auto of_base = module_folder() / module.filename();
  const auto expect_refused = [&] {
    EXPECT_THAT([&] { lab(); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("lockstep_eigen.so: the same file as")));
  };
  std::filesystem::remove(module);
  std::filesystem::create_hard_link(of_base, module);
  expect_refused();
  std::filesystem::remove(module);
  std::filesystem::create_symlink(of_base, module);
  expect_refused();
}

TEST_F(ALab, SaysWhichProcessDidNotAnswer) {
  const std::string who = "the process that proves " + module_folder().string();
  EXPECT_EQ(error_of_prove({"/bin/false", build / call_counter, std::chrono::minutes(1)}),
            who + ": exit status 1");
  EXPECT_EQ(error_of_prove(with("echo some >&2; echo words >&2; exit 5")), who + ": exit status 5: words");
  EXPECT_THAT(error_of_prove(with("kill -SEGV $$")), HasSubstr(": killed by signal 11"));
  EXPECT_THAT(error_of_prove(with("exec sleep 600", std::chrono::milliseconds(200))),
              HasSubstr("not done after 0.2 s, so it was killed"));
  EXPECT_THAT(error_of_prove({"/no/program", build / call_counter, std::chrono::minutes(1)}),
              HasSubstr("cannot be started"));
}

TEST_F(ALab, TakesNoAnswerThatIsNone) {
  EXPECT_THAT(error_of_prove(with("exit 0")), HasSubstr("there is no result-1.json"));
  EXPECT_THAT(error_of_prove(with("printf '{\"id\":\"1\",\"found\":' >$3")), HasSubstr(".json is no JSON"));
  EXPECT_THAT(error_of_prove(with("printf '[]' >$3")), HasSubstr("a result that does not end"));
  EXPECT_THAT(error_of_prove(changed("s/,\"is_whole\":true//")), HasSubstr("a result that does not end"));
  EXPECT_THAT(error_of_prove(changed("s/\"id\":\"1\"/\"id\":\"2\"/")),
              HasSubstr("the result of another task"));
  EXPECT_THAT(error_of_prove(changed("s/\"benchmark\":\"lstm/\"benchmark\":\"gru/")),
              HasSubstr("other proofs"));
  EXPECT_THAT(error_of_prove(changed("s/\"digest\":[0-9]*/\"digest\":null/")), HasSubstr("null"));
}

TEST_F(ALab, TakesNoSampleThatIsNone) {
  EXPECT_EQ(error_of_measure(changed("s/^/ /")), "no error");
  EXPECT_THAT(error_of_measure(changed("s/\"base\":\\[[^,]*/\"base\":[null/")),
              AllOf(HasSubstr("which measures 1 benchmarks by the seed"), HasSubstr("null")));
  EXPECT_THAT(error_of_measure(changed("s/\"base\":\\[[^,]*/\"base\":[NaN/")), HasSubstr(".json is no JSON"));
  EXPECT_THAT(error_of_measure(changed("s/\"head\":\\[[^,]*,/\"head\":[/")),
              HasSubstr("wrote 4 and 3 rounds"));
  EXPECT_THAT(error_of_measure(changed("s/\"found\":\\[{.*}\\]/\"found\":[]/")),
              HasSubstr("wrote 0 samples of 1"));
  EXPECT_THAT(error_of_measure(changed("s/\"pair\":0/\"pair\":1/")),
              HasSubstr("wrote no sample of " + lstm.name));
  EXPECT_THAT(error_of_measure(changed("s/\"calls\":[0-9]*/\"calls\":0/")), HasSubstr("of 0 calls"));
}

TEST_F(ALab, LeavesNothingBehind) {
  const auto folders = [] {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::temp_directory_path()))
      if (entry.path().filename().string().starts_with("lockstep-gate-")) all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
  };
  ::setenv("TMPDIR", folder_.path().c_str(), 1);
  lab()->prove(build, {lstm});
  error_of_prove(with("printf x >$3"));
  EXPECT_THAT(folders(), IsEmpty());
  const auto open = lab();
  EXPECT_THAT(folders(), SizeIs(1));
  ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace lockstep::gate
