#include "bench/ceilings/tell.h"

#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "bench/ceilings/ceilings_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/text.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

TEST(TellCeilings, InATableWithTheirUnits) {
  const auto rows = reports::json(ceilings_table(ceilings_for_test()));
  const auto row = [&](const std::string& name) {
    for (const auto& one : rows)
      if (one.at("ceiling") == name) return one;
    ADD_FAILURE() << "no row " << name;
    return nlohmann::ordered_json();
  };
  EXPECT_EQ(row("peak").at("one"), 108.8);  // GFLOP/s
  EXPECT_EQ(row("peak").at("all"), 217.6);
  EXPECT_EQ(row("clock").at("one"), 3.4);
  EXPECT_TRUE(row("clock").at("all").is_null());
  EXPECT_EQ(row("L2").at("one"), 108.8);  // GB/s
  EXPECT_EQ(row("L2").at("how"), "reads, of 512 KiB");
  EXPECT_EQ(row("L3").at("how"), "reads, of 32 MiB");
  EXPECT_EQ(row("DRAM").at("all"), 40.8);
  EXPECT_EQ(row("exp").at("one"), 0.3529);  // ns
  EXPECT_EQ(row("flag round trip").at("all"), 100);
  EXPECT_EQ(row("OpenMP region").at("all"), 900);
}

TEST(TellCeilings, WithinATerminalOf80Columns) {
  for (const int threads : {1, 2, 128}) {
    Ceilings ceilings = ceilings_for_test();
    ceilings.threads = threads;
    std::istringstream lines(reports::markdown(ceilings_table(ceilings)));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(reports::width(line), 80U) << line;
  }
}

TEST(TellCeilings, AsFactsAboutTheMachine) {
  std::string all;
  for (const auto& [key, value] : ceilings_facts(ceilings_for_test()))
    all += fmt::format("{}: {}\n", key, value);
  EXPECT_THAT(all, HasSubstr("108.8 GFLOP/s on one thread at 3.4 GHz, 217.6 on 2 (AVX2+FMA)"));
  EXPECT_THAT(all, HasSubstr("L1 218, L2 109, L3 68, DRAM 20.4 on one thread; L1 435"));
  EXPECT_THAT(all, HasSubstr("exp 0.353, tanh 0.441, sigmoid 0.471 per element"));
  EXPECT_THAT(all, HasSubstr("flag there and back 100, empty OpenMP region 900"));
  EXPECT_THAT(all, HasSubstr("2026-01-02 03:04:05 UTC"));
}

TEST(TellCeilings, LeavesOutWhatIsNotKnown) {
  Ceilings one = ceilings_for_test();
  one.threads = 1;
  one.flag_round_trip = one.openmp_region = 0;
  for (const auto& row : reports::json(ceilings_table(one))) EXPECT_TRUE(row.at("all").is_null()) << row;
  for (const auto& [key, value] : ceilings_facts(one)) {
    EXPECT_NE(key, "synchronisation [ns]");
    EXPECT_EQ(value.find(" on 2"), value.npos) << value;
  }
}

}  // namespace
}  // namespace lockstep
