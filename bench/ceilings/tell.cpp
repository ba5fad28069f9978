#include "bench/ceilings/tell.h"

#include <fmt/format.h>

#include "reports/columns.h"

namespace lockstep {
namespace {

constexpr double giga = 1e-9, nano = 1e9, kibi = 1024, mebi = 1024 * kibi;

using reports::Cell;

std::string size_text(double bytes) {
  return bytes < mebi ? fmt::format("{:.4g} KiB", bytes / kibi) : fmt::format("{:.4g} MiB", bytes / mebi);
}

Cell if_known(double value) {
  if (value > 0) return value;
  return {};
}

std::string rates_text(const Ceilings& ceilings, double OneAndAll::*threads) {
  std::string text;
  for (const MemoryLevel& level : ceilings.memory)
    (text += text.empty() ? "" : ", ") +=
        fmt::format("{} {:.3g}", level.name, level.bytes_per_second.*threads * giga);
  return text;
}

}  // namespace

reports::Table ceilings_table(const Ceilings& ceilings) {
  using reports::number;
  using reports::words;
  reports::Table table(
      "Ceilings",
      {words("ceiling", "Ceiling"), words("unit", "Unit"), number("one", "1 thread"),
       number("all", fmt::format("All {}", ceilings.threads)), words("how", "How it was measured")});
  const auto add = [&](std::string what, std::string unit, double one, double all_threads, std::string how) {
    table.add({std::move(what), std::move(unit), if_known(one),
               if_known(ceilings.threads > 1 ? all_threads : 0), std::move(how)});
  };
  add("peak", "GFLOP/s", ceilings.flops_per_second.one * giga, ceilings.flops_per_second.all * giga,
      fmt::format("{} multiply-adds", ceilings.isa));
  add("clock", "GHz", ceilings.clock_hz * giga, 0, "dependent additions");
  for (const MemoryLevel& level : ceilings.memory)
    add(level.name, "GB/s", level.bytes_per_second.one * giga, level.bytes_per_second.all * giga,
        level.bytes.one > 0 ? fmt::format("reads, of {}", size_text(level.bytes.one)) : "reads");
  add("exp", "ns/element", ceilings.exp * nano, 0, "polynomial, degree 5");
  add("tanh", "ns/element", ceilings.tanh * nano, 0, "quotient, 13 by 6");
  add("sigmoid", "ns/element", ceilings.sigmoid * nano, 0, "1 / (1 + exp(-x))");
  add("flag round trip", "ns", 0, ceilings.flag_round_trip * nano, "two threads poll");
  add("OpenMP region", "ns", 0, ceilings.openmp_region * nano, "libgomp, empty");
  return table;
}

Facts ceilings_facts(const Ceilings& ceilings) {
  const auto on_all = [&](const std::string& text) {
    return ceilings.threads > 1 ? fmt::format(", {} on {}", text, ceilings.threads) : std::string();
  };
  Facts facts;
  facts.emplace_back(
      "peak", fmt::format("{:.4g} GFLOP/s on one thread at {:.3g} GHz{} ({})",
                          ceilings.flops_per_second.one * giga, ceilings.clock_hz * giga,
                          on_all(fmt::format("{:.4g}", ceilings.flops_per_second.all * giga)), ceilings.isa));
  facts.emplace_back(
      "reads [GB/s]",
      rates_text(ceilings, &OneAndAll::one) + " on one thread" +
          (ceilings.threads > 1
               ? fmt::format("; {} on {}", rates_text(ceilings, &OneAndAll::all), ceilings.threads)
               : ""));
  facts.emplace_back("activations [ns]",
                     fmt::format("exp {:.3g}, tanh {:.3g}, sigmoid {:.3g} per element", ceilings.exp * nano,
                                 ceilings.tanh * nano, ceilings.sigmoid * nano));
  std::string synchronisation;
  if (ceilings.flag_round_trip > 0)
    synchronisation = fmt::format("flag there and back {:.4g}", ceilings.flag_round_trip * nano);
  if (ceilings.openmp_region > 0)
    synchronisation += fmt::format("{}empty OpenMP region {:.4g}", synchronisation.empty() ? "" : ", ",
                                   ceilings.openmp_region * nano);
  if (!synchronisation.empty()) facts.emplace_back("synchronisation [ns]", synchronisation);
  facts.emplace_back("ceilings measured", ceilings.date);
  return facts;
}

}  // namespace lockstep
