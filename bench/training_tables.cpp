#include "bench/training_tables.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/curves.h"
#include "bench/roof_tables.h"
#include "bench/training_rows.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

/// The rows of one layer or model on one backend.
struct Parts {
  const Measurement *step = nullptr, *forward = nullptr, *backward = nullptr, *epoch = nullptr;
};

reports::Cell time_of(const Measurement* row, double factor) {
  if (row == nullptr) return {};
  return row->median() * factor;
}

reports::Cell gflops_of(const Measurement* row) {
  constexpr double giga = 1e-9;
  if (row == nullptr || row->flops_per_call <= 0) return {};
  return row->flops_per_call / row->median() * giga;
}
reports::Cell allocations_of(const Measurement* row) {
  if (row == nullptr) return {};
  return row->allocations;
}

}  // namespace

reports::Table training_table(const Results& results) {
  using reports::number;
  using reports::words;
  std::vector<Parts> all;
  std::map<std::string, std::size_t> places;
  for (const Measurement& row : results.measurements) {
    const Measurement* Parts::*part = row.labels.what == training_step       ? &Parts::step
                                      : row.labels.what == training_forward  ? &Parts::forward
                                      : row.labels.what == training_backward ? &Parts::backward
                                      : row.labels.what == training_epoch    ? &Parts::epoch
                                                                             : nullptr;
    if (part == nullptr || !row.timed()) continue;
    const auto [place, is_new] = places.try_emplace(
        fmt::format("{}, T {}, {}", title_of(row.labels), row.labels.time_steps, row.labels.backend),
        all.size());
    if (is_new) all.emplace_back();
    all[place->second].*part = &row;
  }
  constexpr double micro = 1e6, milli = 1e3;
  const bool roofs = std::any_of(all.begin(), all.end(), [](const Parts& parts) {
    return parts.step != nullptr && parts.step->roof.has_value();
  });
  std::vector<reports::Column> columns{words("layer", "Layer"),
                                       number("time_steps", "T"),
                                       words("backend", "Backend"),
                                       number("step", "Step", "us"),
                                       number("forward", "Forward", "us"),
                                       number("backward", "Backward", "us"),
                                       number("epoch", "Epoch", "ms"),
                                       number("gflops", "GFLOP/s"),
                                       number("allocations", "Allocations per step")};
  if (roofs) columns.push_back(words("roof", "Roof of a step"));
  reports::Table table("Training", std::move(columns));
  for (const Parts& parts : all) {
    const Measurement* any = parts.step != nullptr      ? parts.step
                             : parts.epoch != nullptr   ? parts.epoch
                             : parts.forward != nullptr ? parts.forward
                                                        : parts.backward;
    reports::Row cells{title_of(any->labels),         any->labels.time_steps,
                       any->labels.backend,           time_of(parts.step, micro),
                       time_of(parts.forward, micro), time_of(parts.backward, micro),
                       time_of(parts.epoch, milli)};
    cells.push_back(gflops_of(parts.step));
    cells.push_back(allocations_of(parts.step));
    if (roofs) cells.emplace_back(parts.step != nullptr ? roof_text(*parts.step) : std::string());
    table.add(std::move(cells));
  }
  return table;
}

}  // namespace lockstep
