#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/ceilings/ceilings.h"
#include "bench/machine.h"

namespace lockstep {

/// The independent variables of a row, as columns; 0 or empty where a row has none.
struct Labels {
  std::string what;     // run or prepare
  std::string layer;    // simple_rnn, lstm, gru, dense, activation, or a model's name
  std::string variant;  // what sets it apart from the layer's usual form: "reset_after:0", "style:flattened"
  std::int64_t batch = 0, time_steps = 0, features = 0, units = 0;
  int threads = 1;
  std::string backend;
};

/// What the ceilings of the machine allow a row.
struct RowRoof {
  double seconds = 0;           // the shortest time of a call
  std::string bound_by;         // what most of that time is spent on
  double flops_per_second = 0;  // the peak of the row's threads
};

/// How long each of many calls in turn took, in seconds: percentiles by nearest rank, of a call with one
/// reading of the clock.
struct Latency {
  std::int64_t calls = 0;
  double p50 = 0, p99 = 0, p99_9 = 0, highest = 0;
  double first_call = 0;  // of what was just made ready
  double prepare = 0;     // to make it ready
  double clock = 0;       // of one reading
};

/// What a call asks of its library, in all threads: products of BLAS, primitives of oneDNN.
struct LibraryCalls {
  std::int64_t calls = 0;
  std::int64_t reorders = 0;             // of them, primitives that only move data to another layout
  std::int64_t reorders_to_prepare = 0;  // when the layer is made ready
};

/// Of a model some of whose layers a row's backend left to another.
struct SharedModel {
  std::string backend, fallback;
};

/// One row: what was timed, that it was right, and how long it took in each repetition.
struct Measurement {
  std::string name;  // the benchmark's: every independent variable
  Labels labels;
  std::string method;   // how the backend computed it
  std::string verdict;  // as to_string(Verdict)
  std::string reason;   // of all but pass, and where the backend left a layer
  double share_of_tolerance = 0;
  double steps_per_call = 0, flops_per_call = 0;
  std::optional<SharedModel> shared;  // labels.backend then says it all: "onednn (lstm -> naive)"
  std::string config;                 // of a model of a file: the --config that it was read with; empty: none
  bool of_several_inputs = false;     // it runs a model that has some
  std::int64_t iterations = 0;        // calls per repetition
  std::int64_t allocations = 0;       // per call
  std::vector<double> cpu_seconds;    // of the calling thread, per call; one per repetition, or none
  std::vector<double> seconds;        // per call, one value per repetition; empty: not timed

  std::optional<RowRoof> roof;                // none: not known
  std::optional<Latency> latency;             // none: calls were not timed one by one
  std::optional<LibraryCalls> library_calls;  // none: they were not counted

  bool timed() const { return !seconds.empty(); }
  double median() const;  // seconds per call; the row must be timed
  double lowest() const, highest() const;
  double steps_per_second() const { return steps_per_call / median(); }
  /// Of what the machine allows, 1 at the most; the row must be timed, and have a roof.
  double share_of_peak() const { return flops_per_call / median() / roof->flops_per_second; }
  double share_of_roof() const { return roof->seconds / median(); }
  /// Whether it is faster than the machine allows by more than two measurements of one ceiling differ.
  bool above_roof() const;
};

/// The command that verifies only this row.
std::string repro_of(const Measurement&);

/// All that one run of the benchmarks found.
struct Results {
  std::string command;
  Facts machine, backends;  // backends: name and version
  std::vector<Measurement> measurements;
  std::optional<Ceilings> ceilings = {};  // of the machine; none: of an older file
};

}  // namespace lockstep
