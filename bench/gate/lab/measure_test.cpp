#include "bench/gate/lab/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/allocations.h"
#include "bench/gate/benchmark_for_test.h"
#include "bench/gate/lab/call.h"
#include "bench/gate/lab/private_folder.h"

namespace lockstep::gate {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Gt;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

const std::filesystem::path naive_module = module_folder() / "lockstep_naive.so";

/// Another file of the same code.
class Measure : public testing::Test {
 protected:
  std::filesystem::path copy(const std::filesystem::path& module = naive_module) {
    const auto path = folder_.path() / module.filename();
    std::filesystem::copy_file(module, path);
    return path;
  }
  static MeasureTask task(const Item& item) { return {"", 1, 4, 1e-5, {item}}; }
  static std::uint64_t digest_of(const Benchmark& one) {
    const Module module = load_module(naive_module);
    const CallData data(one.one);
    make_call(*module.backend, data)();
    return data.digest();
  }
  const PrivateFolder folder_;
  const Benchmark small_ = benchmark("lstm/B:2/T:3/F:4/U:5/seq:1");
};

TEST_F(Measure, TimesBothArms) {
  for (const char* text : {"lstm/B:2/T:3/F:4/U:5/seq:1", "gru/B:2/T:3/F:4/U:5/seq:1/pass:training"}) {
    const Benchmark one = benchmark(text);
    std::filesystem::remove(folder_.path() / naive_module.filename());
    const auto samples = measure(
        task({one, Pair::head, 0, {{naive_module, digest_of(one)}}, {{copy(), digest_of(one)}}, 0.1, 0}));
    ASSERT_THAT(samples, SizeIs(1));
    EXPECT_EQ(samples[0].benchmark, one.name);
    EXPECT_THAT(samples[0].base, AllOf(SizeIs(4), Each(Gt(0))));
    EXPECT_THAT(samples[0].head, AllOf(SizeIs(4), Each(Gt(0))));
    EXPECT_GE(samples[0].calls, 1);
  }
}

TEST_F(Measure, TimesOneArmByTheCallsItIsTold) {
  Item item{small_, Pair::head, 0, {}, {{naive_module, digest_of(small_)}}, 0, 7};
  const auto samples = measure(task(item));
  ASSERT_THAT(samples, SizeIs(1));
  EXPECT_THAT(samples[0].base, SizeIs(0));
  EXPECT_THAT(samples[0].head, SizeIs(4));
  EXPECT_EQ(samples[0].calls, 7);
}

TEST_F(Measure, PreparesAnewEveryEightRounds) {
  const auto allocations = [&](int rounds) {
    MeasureTask some = task({small_, Pair::head, 0, {}, {{naive_module, digest_of(small_)}}, 0, 1});
    some.rounds = rounds;
    return allocations_of([&] { EXPECT_THAT(measure(some).at(0).head, SizeIs(rounds)); });
  };
  allocations(8);                 // and what is allocated once
  constexpr int of_a_layer = 10;  // at least, with what it reads and writes
  EXPECT_LT(allocations(8) - allocations(4), of_a_layer);
  EXPECT_GT(allocations(12) - allocations(8), of_a_layer);
  EXPECT_GT(allocations(20) - allocations(16), of_a_layer);
}

TEST_F(Measure, RefusesTwoArmsOfOneLibrary) {
  const auto expect_refused = [&](const std::filesystem::path& head) {
    const std::uint64_t digest = digest_of(small_);
    EXPECT_THAT(
        [&] {
          measure(task({small_, Pair::head, 0, {{naive_module, digest}}, {{head, digest}}, 0, 0}));
        },
        ThrowsMessage<std::runtime_error>(HasSubstr("both arms are the same library")));
  };
  expect_refused(naive_module);
  std::filesystem::create_symlink(naive_module, folder_.path() / "link.so");
  expect_refused(folder_.path() / "link.so");
  std::filesystem::create_hard_link(naive_module, folder_.path() / "hard.so");
  expect_refused(folder_.path() / "hard.so");
}

TEST_F(Measure, ChecksAgainWhatHasOtherBits) {
  const auto samples = measure(task({small_, Pair::head, 0, {{naive_module, 1}}, {{copy(), 2}}, 0, 0}));
  EXPECT_THAT(samples.at(0).base, SizeIs(4)) << "other bits than proven, and right";
}

TEST_F(Measure, RefusesToTimeWhatIsWrong) {
  const std::filesystem::path wrong = LOCKSTEP_WRONG_MODULE;
  const Benchmark one = benchmark("lstm/B:2/T:3/F:4/U:5/seq:1", "wrong");
  EXPECT_THAT(
      [&] {
        measure(task({one, Pair::head, 0, {{wrong, 1}}, {{copy(wrong), 1}}, 0, 0}));
      },
      ThrowsMessage<std::runtime_error>(
          AllOf(HasSubstr(one.name), HasSubstr("computes otherwise than it was proven: "))));
}

TEST_F(Measure, RefusesAnotherBackendAndNoModule) {
  EXPECT_THAT(
      [&] {
        measure(task(
            {benchmark("dense/B:1/T:1/F:2/U:2", "eigen"), Pair::head, 0, {{naive_module, 1}}, {}, 0, 0}));
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("has the backend naive")));
  EXPECT_THAT(
      [&] {
        measure(task({small_, Pair::head, 0, {{"/no/such.so", 1}}, {}, 0, 0}));
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("/no/such.so: no such file")));
}

TEST_F(Measure, TellsCallsApartByAllTheirBits) {
  const std::uint64_t plain = digest_of(small_);
  EXPECT_EQ(digest_of(small_), plain);
  Benchmark other = small_;
  other.one.seed = 2;
  EXPECT_NE(digest_of(other), plain);
  const auto with = [](const std::string& fields) {
    return digest_of(benchmark("lstm/B:2/T:3/F:4/U:5/seq:1" + fields));
  };
  EXPECT_NE(with("/final:1"), plain) << "the final states count";
  EXPECT_NE(with("/pass:training"), plain) << "the gradients count";
}

}  // namespace
}  // namespace lockstep::gate
