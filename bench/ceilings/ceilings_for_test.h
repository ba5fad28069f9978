#pragma once

#include "bench/ceilings/ceilings.h"

namespace lockstep {

/// Two cores at 3.4 GHz that multiply and add 32 floats a cycle and read 64, 32, 20 and 6 bytes a cycle from
/// their memory; an activation takes 1.2 cycles.
inline Ceilings ceilings_for_test() {
  constexpr double hertz = 3.4e9, kibi = 1024;
  const auto each = [](double per_cycle) { return OneAndAll{per_cycle * hertz, 2 * per_cycle * hertz}; };
  Ceilings ceilings;
  ceilings.isa = "AVX2+FMA";
  ceilings.date = "2026-01-02 03:04:05 UTC";
  ceilings.threads = 2;
  ceilings.clock_hz = hertz;
  ceilings.flops_per_second = each(32);
  ceilings.memory = {{"L1", {32 * kibi, 64 * kibi}, each(64)},
                     {"L2", {512 * kibi, 1024 * kibi}, each(32)},
                     {"L3", {32768 * kibi, 32768 * kibi}, each(20)},
                     {"DRAM", {}, each(6)}};
  ceilings.flag_round_trip = 100e-9;
  ceilings.openmp_region = 900e-9;
  ceilings.exp = 1.2 / hertz;
  ceilings.tanh = 1.5 / hertz;
  ceilings.sigmoid = 1.6 / hertz;
  return ceilings;
}

}  // namespace lockstep
