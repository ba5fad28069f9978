#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/gate/benchmark.h"
#include "bench/gate/plan.h"
#include "bench/gate/sample.h"

namespace lockstep::gate {

/// One thing that a process is to measure.
struct Wanted {
  Benchmark benchmark;
  Pair pair = Pair::head;
  int layout = 0;
  bool alternating = false;  // each build in a process of its own
};

/// Where two builds are measured. Every call starts fresh processes; what they say is not trusted here but
/// judged by the gate. Throws std::runtime_error in one line when a process dies, does not end, or writes
/// what cannot be read.
class Lab {
 public:
  Lab() = default;
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  virtual ~Lab() = default;
  /// Verifies and counts the benchmarks on one build, a proof each in their order.
  virtual std::vector<Proof> prove(const std::filesystem::path& build, const std::vector<Benchmark>&) = 0;
  /// One vote of each that is wanted, in any order. `seed` decides the order of benchmarks, of loading and of
  /// the two builds in each round.
  virtual std::vector<Sample> measure(const std::vector<Wanted>&, std::uint64_t seed) = 0;
  /// Whether both builds of a backend can be in one process; if not, why.
  virtual std::string clash(const std::string& backend) const = 0;
  /// Paddings that both builds of the backend have been linked with, at most.
  virtual int layouts(const std::string& backend) const = 0;
};

/// A slowdown of the head that is injected on purpose: after each call it waits for so much of the call's own
/// time. 0.05: 5 % slower.
using Injected = double;

/// The two builds in processes of this program. Throws std::invalid_argument: a folder that has no modules,
/// or two that are the same.
std::unique_ptr<Lab> make_lab(const std::filesystem::path& base, const std::filesystem::path& head,
                              const Plan&, Injected injected = 0);

}  // namespace lockstep::gate
