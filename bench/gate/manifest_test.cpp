#include "bench/gate/manifest.h"

#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"

namespace lockstep::gate {
namespace {

constexpr const char* eigen_name = "lstm/B:1/T:64/F:32/U:64/seq:1/threads:1/backend:eigen";

TEST(Manifest, ReadsBackTheNamesOfTheGatesOwnSet) {
  for (const Benchmark& one : benchmarks_of(cases_of("gate"), {"naive", "eigen"})) {
    const Benchmark back = parse_benchmark(one.name);
    EXPECT_EQ(back.one.problem, one.one.problem) << one.name;
    EXPECT_EQ(back.backend, one.backend);
    EXPECT_EQ(back.name, one.name);
  }
}

TEST(Manifest, RefusesWhatIsNoBenchmark) {
  for (const char* text : {"", "lstm", "lstm/B:1", "lstm/B:1/backend:", "lstm/B:1/backend:eigen/T:3",
                           "/backend:eigen", "lstm/B:0/backend:eigen"})
    EXPECT_THAT(refusal_of([&] { parse_benchmark(text); }), ::testing::Not("accepted")) << text;
}

TEST(Manifest, ReadsAFile) {
  const FolderForTest folder;
  const auto all = read_manifest(
      folder.write("manifest", fmt::format("# slow\n\n  {}  # and why\r\ngru/backend:naive\n", eigen_name)));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, eigen_name);
  EXPECT_EQ(all[1].backend, "naive");
}

TEST(Manifest, NamesTheLineAtFault) {
  const FolderForTest folder;
  const auto twice = folder.write("twice", fmt::format("{}\n\n{}\n", eigen_name, eigen_name));
  EXPECT_THAT(refusal_of([&] { read_manifest(twice); }), ::testing::HasSubstr("line 3: "));
  const auto none = folder.write("none", "# none yet\n");
  EXPECT_THAT(refusal_of([&] { read_manifest(none); }), ::testing::HasSubstr("names no benchmark"));
  EXPECT_THAT(refusal_of([&] { read_manifest("/no/such/file"); }), ::testing::HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace lockstep::gate
