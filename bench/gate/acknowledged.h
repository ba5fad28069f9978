#pragma once

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "bench/gate/row.h"

namespace lockstep::gate {

/// A regression that was looked at and taken.
struct Acknowledged {
  std::string benchmark;
  double bound = 1;  // the ratio up to which it holds, above 1: 1.08 is 8 % slower
  std::string reason, author;
  std::chrono::year_month_day expires;  // the last day on which it holds
};

/// Reads a JSON array of {"benchmark", "bound", "reason", "author", "expires": "YYYY-MM-DD"}, all of them
/// given and nothing else. Throws std::invalid_argument in one line: the file, the entry, what is accepted.
std::vector<Acknowledged> read_acknowledged(const std::filesystem::path&);

/// Turns regressions of time alone into acknowledged ones where the ratio, as it was estimated, is at most
/// the entry's bound; above it the reason names the bound. More allocations or library calls are not
/// acknowledged. Returns a complaint for each entry that is expired, names no benchmark of the manifest, or
/// whose benchmark was measured and is no regression. Entries of a benchmark that was not decided stay quiet:
/// that it was not is told already.
std::vector<std::string> apply(std::span<Row> rows, std::span<const Acknowledged> entries,
                               std::chrono::year_month_day today);

}  // namespace lockstep::gate
