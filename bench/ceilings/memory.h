#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "backends/team.h"
#include "bench/ceilings/ceilings.h"
#include "bench/ceilings/kernels.h"

namespace lockstep {

/// A data cache as the system tells of it.
struct Cache {
  int level = 1;
  double bytes = 0;
  int sharing = 1;  // threads of the machine that have it in common
};
/// Those of this machine; where the system tells of none, those of a usual one.
std::vector<Cache> data_caches(int threads);

/// The levels that so many threads have, the last of them "DRAM", with no rates yet.
std::vector<MemoryLevel> memory_levels(std::vector<Cache>, int threads);

/// How many floats to read in order again and again, in each thread, to read them from a level: they fit it
/// and no nearer one. A power of two. Those of the last level are eight times what the caches hold, within
/// `most_bytes` for all threads.
struct ReadSize {
  std::size_t by_one = 0, by_each = 0;
};
ReadSize read_size(const std::vector<MemoryLevel>&, std::size_t level, int threads, double most_bytes);

/// Memory for the reads of all threads.
class ReadBuffer {
 public:
  /// Throws std::bad_alloc.
  ReadBuffer(const std::vector<MemoryLevel>&, int threads, double most_bytes);

  /// Bytes per second read from a level, by this thread and by the team.
  OneAndAll measure(const Kernels&, std::size_t level, Team&, double seconds) const;

 private:
  struct Free {
    void operator()(float* memory) const;
  };
  std::vector<ReadSize> sizes_;
  std::size_t stride_ = 0;  // from one thread's floats to the next one's
  std::unique_ptr<float, Free> memory_;
};

}  // namespace lockstep
