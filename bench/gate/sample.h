#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::gate {

/// Two builds of a module side by side: what is told apart in one comparison.
enum class Pair {
  head,     // head against base
  control,  // a copy of the base against the base: any difference is an error of the measurement
  layout,   // head against base, both built with one padding more
};

/// What one process (of two alternating: one couple of processes) measured of one benchmark: seconds of a
/// call in each round, base and head taken in turn, by batches of `calls` calls.
struct Sample {
  std::string benchmark;
  Pair pair = Pair::head;
  int layout = 0;  // which padding, from 1; 0: as built
  std::vector<double> base, head;
  std::int64_t calls = 0;
};

/// What a build computes and calls, apart from all timing: measured once per build in a process of its own.
struct Proof {
  std::string benchmark;
  std::string verdict, reason, method;  // verdict as verify's; "missing": the build has no such backend
  std::string version;                  // the backend's, with its library's
  std::string library_path;             // of the shared library that it computes with; empty: none
  std::uint64_t digest = 0;             // of the outputs' bits, which every timed process must repeat
  std::int64_t allocations = 0;         // per call, exact
  std::int64_t library_calls = 0;       // per call, exact: products of BLAS, primitives of oneDNN
  bool operator==(const Proof&) const = default;
};

/// The middle one of log(head / base) over the rounds of a process: its one vote. Throws
/// std::invalid_argument, naming the benchmark: a time that is not finite or not above zero, rounds that are
/// not as many on both sides, or fewer than `rounds`.
double log_ratio(const Sample&, int rounds);

}  // namespace lockstep::gate
