#pragma once

#include <string>
#include <vector>

namespace lockstep {

/// What one thread has, and all of them together.
struct OneAndAll {
  double one = 0, all = 0;
};

/// A level of the memory hierarchy.
struct MemoryLevel {
  std::string name;            // "L1", "L2", "L3", "DRAM"
  OneAndAll bytes;             // that it holds; unbounded in the last level, whose value is 0
  OneAndAll bytes_per_second;  // read in order, at best
};

/// What a machine can do at best, as measured: the highest rate of several tries.
struct Ceilings {
  std::string isa;                  // of the loops that measured it, the widest that the CPU has
  std::string date;                 // when, in UTC
  int threads = 1;                  // that "all" stands for
  double clock_hz = 0;              // of one thread
  OneAndAll flops_per_second;       // float multiply-adds on registers, each of which counts as two
  std::vector<MemoryLevel> memory;  // the nearest first, the last unbounded
  double flag_round_trip = 0;       // seconds from one thread to another and back; 0: there is one thread
  double openmp_region = 0;         // seconds of an empty parallel region; 0: no runtime was found
  double exp = 0, tanh = 0, sigmoid = 0;  // seconds per element of one thread
};

/// The share that `threads` of the machine's threads have: that many times what one has, and never more than
/// all have.
double share_of(const OneAndAll&, int threads, const Ceilings&);

/// Of two measurements of one machine what it did best, of the date of the second. Both have the same levels.
Ceilings best_of(const Ceilings&, const Ceilings&);

}  // namespace lockstep
