#pragma once

#include <string>
#include <vector>

#include "bench/measurement.h"
#include "cases/seeds.h"
#include "reports/document.h"
#include "verify/verdict.h"

namespace lockstep {

/// What a study found.
struct Study {
  Seed model;                      // in the size in which it was checked
  std::vector<Finding> findings;   // of each backend there
  Results results;                 // the sweep, and the steps one by one
  std::vector<std::string> notes;  // what was left out, a sentence each
};

/// For a terminal of 80 columns, as Markdown: all but the model's layers.
std::string study_text(const Study&);

/// The report of the results, with the model and its check before them.
reports::Document study_report(const Study&);

/// Throughput by sequence length: each backend at its best number of threads.
reports::Table sweep_table(const Results&);

}  // namespace lockstep
