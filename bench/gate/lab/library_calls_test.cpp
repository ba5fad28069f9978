#include "bench/gate/lab/library_calls.h"

#include <gtest/gtest.h>

#include "backends/registry.h"
#include "bench/gate/benchmark_for_test.h"
#include "bench/gate/lab/private_folder.h"
#include "bench/gate/lab/process_lab.h"

namespace lockstep::gate {
namespace {

/// What this build asks of its libraries, counted in a process of its own.
std::vector<Proof> proofs_of(const std::vector<std::pair<std::string, std::string>>& all) {
  const auto of_this_build = module_folder().parent_path();
  const PrivateFolder head;
  std::filesystem::copy(module_folder(), head.path() / "modules");
  std::vector<Benchmark> benchmarks;
  for (const auto& [text, backend] : all) benchmarks.push_back(benchmark(text, backend));
  return make_lab(of_this_build, head.path(), {}, 0,
                  {of_this_build / "lockstep", of_this_build / call_counter, std::chrono::minutes(2)})
      ->prove(of_this_build, benchmarks);
}

TEST(LibraryCalls, AreCountedExactly) {
  const std::string flattened = "dense/B:5/T:7/F:4/U:3/style:flattened",
                    time_distributed = "dense/B:5/T:7/F:4/U:3/style:time_distributed";
  const auto proofs = proofs_of({{flattened, "openblas"},
                                 {time_distributed, "openblas"},
                                 {time_distributed + "/threads:2", "openblas"},
                                 {flattened, "onednn"},
                                 {time_distributed, "onednn"},
                                 {time_distributed, "eigen"}});
  for (const Proof& proof : proofs) EXPECT_EQ(proof.verdict, "pass") << proof.benchmark << proof.reason;
  EXPECT_EQ(proofs[0].library_calls, 1);
  EXPECT_EQ(proofs[1].library_calls, 7);
  EXPECT_GE(proofs[2].library_calls, 7);
  EXPECT_EQ(proofs[3].library_calls, 1);
  EXPECT_EQ(proofs[4].library_calls, 7);
  EXPECT_EQ(proofs[5].library_calls, 0);
}

TEST(LibraryCalls, AreOfALibraryThatIsNamed) {
  const auto proofs = proofs_of({{"dense/B:5/T:7/F:4/U:3", "openblas"}, {"dense/B:5/T:7/F:4/U:3", "onednn"}});
  for (const Proof& proof : proofs) {
    EXPECT_TRUE(std::filesystem::is_regular_file(proof.library_path)) << proof.library_path;
    EXPECT_TRUE(std::filesystem::path(proof.library_path).is_absolute());
    EXPECT_EQ(proof.library_path, std::filesystem::canonical(proof.library_path));
  }
  EXPECT_NE(proofs[0].library_path, proofs[1].library_path);
}

TEST(LibraryCalls, AreNotCountedWithoutTheCounter) {
  EXPECT_THROW(library_calls_of([] {}), std::runtime_error);
}

}  // namespace
}  // namespace lockstep::gate
