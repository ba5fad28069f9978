#pragma once

#include <vector>

#include "bench/curves.h"
#include "reports/table.h"

namespace lockstep {

/// One record per row of the results, timed or not: the tidy table of CSV and JSON.
reports::Table records_table(const Results&);

/// Throughput of every backend at the longest sequence of each family.
reports::Table throughput_table(const std::vector<CurveFamily>&);

/// The same for a terminal of 80 columns: a row for each backend, the fastest of a family first, with its
/// share of the roof where one is known.
reports::Table ranking_table(const std::vector<CurveFamily>&);

/// t(T) = a + b T of every curve: call overhead a and marginal step b.
reports::Table fit_table(const std::vector<CurveFamily>&);

/// Dense on the whole sequence against one product per step, where both were timed.
reports::Table dense_style_table(const std::vector<CurveFamily>&);

/// Time to make a layer ready.
reports::Table prepare_table(const std::vector<CurveFamily>&);

/// The rows without a time, each with its reason.
reports::Table untimed_table(const Results&);

/// The families of one dense style, in pairs: flattened, and the same per step.
struct DensePair {
  std::string title;
  const CurveFamily *flattened = nullptr, *per_step = nullptr;
};
std::vector<DensePair> dense_pairs(const std::vector<CurveFamily>&);

}  // namespace lockstep
