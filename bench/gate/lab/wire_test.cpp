#include "bench/gate/lab/wire.h"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/gate/benchmark_for_test.h"
#include "bench/gate/lab/private_folder.h"

namespace lockstep::gate {
namespace {

Benchmark seeded() {
  Benchmark one = benchmark("lstm/B:2/T:3/F:4/U:5/seq:1/threads:1");
  one.one.seed = 7;
  one.one.gain = 1.5;
  return one;
}

TEST(Wire, KeepsEveryBitOfATask) {
  MeasureTask task{"id", ~std::uint64_t{0}, 16, 0.1, {}};
  task.items.push_back({seeded(), Pair::layout, 2, {{"/a", ~std::uint64_t{0} - 1}}, {{"/b", 3}}, 0.05, 17});
  const nlohmann::json j = nlohmann::json::parse(nlohmann::json(task).dump());
  const auto back = j.get<MeasureTask>();
  EXPECT_EQ(back.seed, task.seed);
  EXPECT_EQ(back.batch_seconds, 0.1);
  ASSERT_EQ(back.items.size(), 1U);
  EXPECT_EQ(back.items[0].base.at(0).digest, ~std::uint64_t{0} - 1);
  EXPECT_EQ(back.items[0].benchmark.one.problem, seeded().one.problem);
  EXPECT_EQ(back.items[0].benchmark.one.seed, 7U);
  EXPECT_EQ(back.items[0].benchmark.one.gain, 1.5);
  EXPECT_EQ(nlohmann::json(back), nlohmann::json(task));
}

TEST(Wire, KeepsAProof) {
  const Proofs proofs{{{"a", "pass", "", "loops", "1", "/lib.so", ~std::uint64_t{0}, 3, 4}},
                      {{"naive", "/naive.so"}}};
  const auto back = nlohmann::json::parse(nlohmann::json(proofs).dump()).get<Proofs>();
  EXPECT_EQ(back.proofs, proofs.proofs);
  EXPECT_EQ(back.modules, proofs.modules);
}

TEST(Wire, TakesNoTimeThatIsNoNumber) {
  nlohmann::json j = Sample{"a", Pair::head, 0, {1, 2}, {1, 2}, 1};
  EXPECT_EQ(j.get<Sample>().base, (std::vector<double>{1, 2}));
  j["base"][1] = nullptr;
  EXPECT_THROW(j.get<Sample>(), std::exception);
  j["base"][1] = 1;
  j["pair"] = 3;
  EXPECT_THROW(j.get<Sample>(), std::exception);
}

TEST(Wire, ReadsBackOnlyWhatWasWrittenToItsEnd) {
  const PrivateFolder folder;
  const auto file = folder.path() / "result.json";
  write_json(file, result_of("7", {1, 2, 3}));
  EXPECT_EQ(found_in(read_json(file), "7"), nlohmann::json({1, 2, 3}));
  EXPECT_THROW(found_in(read_json(file), "8"), std::runtime_error);
  EXPECT_THROW(found_in({{"id", "7"}, {"found", 1}}, "7"), std::runtime_error);
  EXPECT_THROW(found_in({1, 2}, "7"), std::runtime_error);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_THROW(read_json(file), std::runtime_error);
  EXPECT_THROW(read_json(folder.path() / "none"), std::runtime_error);
  EXPECT_THROW(write_json(folder.path() / "no" / "folder", 1), std::runtime_error);
}

}  // namespace
}  // namespace lockstep::gate
