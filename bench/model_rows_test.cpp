#include "bench/model_rows.h"

#include <array>
#include <functional>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "bench/conclude.h"
#include "bench/latency/model_latency.h"
#include "bench/runner.h"
#include "bench/seed_for_test.h"
#include "verify/fake_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

/// Has no recurrent layer.
class WithoutCells : public FakeBackend {
 public:
  WithoutCells() : FakeBackend(Fault::none, "half") {}
  Support supports(const Problem& problem) const override {
    return as_recurrent(problem) == nullptr ? Support::yes() : Support::no("it has no cells");
  }
};

Seed one_small_model() {
  Seed one = seed_for_test(last_step(), 15);
  one.input.batch = one.batch = 2;
  return one;
}

std::vector<Row> rows_on(const Backend& backend, const Backend* fallback) {
  return model_rows(std::array{one_small_model()}, std::array{&backend}, std::array{1}, default_seed,
                    fallback)
      .at(0);
}

std::vector<Row> steps_on(const Backend& backend, const Backend* fallback) {
  return model_latency_rows(std::array{one_small_model()}, std::array{&backend}, 1, std::array{1},
                            default_seed, fallback)
      .at(0);
}

using RowsOn = std::function<std::vector<Row>(const Backend&, const Backend*)>;

TEST(ModelRows, WithoutAFallbackSkipWhatIsRefused) {
  const WithoutCells half;
  for (const RowsOn& made : {RowsOn(rows_on), RowsOn(steps_on)}) {
    const Row row = made(half, nullptr)[0];
    EXPECT_THAT(row.name, EndsWith("/threads:1/backend:half"));
    EXPECT_EQ(row.labels.backend, "half");
    EXPECT_FALSE(row.shared);
    const ReadyRow ready = row.make_ready();
    EXPECT_EQ(ready.verdict, "skip");
    EXPECT_THAT(ready.reason, HasSubstr("it has no cells"));
    EXPECT_FALSE(ready.call);
  }
}

TEST(ModelRows, SayWhatIsLeftToTheFallback) {
  const WithoutCells half;
  const FakeBackend whole;
  for (const RowsOn& made : {RowsOn(rows_on), RowsOn(steps_on)}) {
    const Row row = made(half, &whole)[0];
    EXPECT_THAT(row.name, EndsWith("/threads:1/backend:half/fallback:fake"));
    EXPECT_EQ(row.labels.backend, "half (gru -> fake)");
    ASSERT_TRUE(row.shared);
    EXPECT_EQ(row.shared->backend, "half");
    EXPECT_EQ(row.shared->fallback, "fake");
    const ReadyRow ready = row.make_ready();
    EXPECT_EQ(ready.verdict, "pass") << ready.reason;
    EXPECT_THAT(ready.reason, HasSubstr("it has no cells"));
    EXPECT_THAT(ready.method, HasSubstr("gru: fake on fake"));
    ASSERT_TRUE(ready.call);
    ready.call();
  }
}

TEST(ModelRows, OfABackendThatComputesAllAreItsOwn) {
  const FakeBackend whole, other(Fault::none, "other");
  const Row row = rows_on(whole, &other)[0];
  EXPECT_THAT(row.name, EndsWith("/backend:fake"));
  EXPECT_FALSE(row.shared);
  EXPECT_THAT(row.make_ready().method, Not(HasSubstr("other")));
}

TEST(ModelRows, FindWhatTheFallbackComputesWrong) {
  const WithoutCells half;
  const FakeBackend wrong(Fault::gate_order);
  for (const RowsOn& made : {RowsOn(rows_on), RowsOn(steps_on)}) {
    const ReadyRow ready = made(half, &wrong)[0].make_ready();
    EXPECT_EQ(ready.verdict, "fail");
    EXPECT_FALSE(ready.call);
  }
}

TEST(ModelRows, ThatAreSharedAreNoneOfTheirBackendAlone) {
  const WithoutCells half;
  const FakeBackend whole;
  const Row row = rows_on(half, &whole)[0];
  Results results;
  results.measurements = {measurement_of(row, row.make_ready())};
  EXPECT_EQ(conclude(results, {}), exit_held);
  EXPECT_EQ(conclude(results, {"half"}), exit_missing);
  EXPECT_THAT(repro_of(results.measurements[0]), EndsWith(" --threads 1 --backends half --fallback fake"));
}

TEST(ModelRows, ResultsNameTheFallbackOfBackendsThatWereNotAskedForIt) {
  const FakeBackend whole, other(Fault::none, "other");
  const Selection selection{{&whole}, {}, &other};
  const auto names = [](const Results& results) {
    std::vector<std::string> all;
    for (const auto& [name, version] : results.backends) all.push_back(name);
    return all;
  };
  EXPECT_THAT(names(results_of("", selection, nullptr)), ElementsAre("fake"));
  EXPECT_THAT(names(results_of("", selection, &other)), ElementsAre("fake", "other"));
  EXPECT_THAT(names(results_of("", selection, &whole)), ElementsAre("fake"));
  EXPECT_EQ(fallback_of({}, selection), nullptr);
  EXPECT_EQ(fallback_of({.backends = {}, .require = {}, .modules = {}, .fallback = "other"}, selection),
            &other);
}

}  // namespace
}  // namespace lockstep
