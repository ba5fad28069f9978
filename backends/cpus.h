#pragma once

#include <sched.h>

/// On which CPUs threads run.
namespace lockstep {

/// That of the calling thread; -1 where it is not known.
inline int this_cpu() {
  return ::sched_getcpu();
}

/// Moves the calling thread to another CPU than `cpu`, if it may run on one; it may return there later. From
/// then on it may run where it might when it was moved, whatever is added for its process.
inline void leave(int cpu) {
  cpu_set_t allowed;
  if (cpu < 0 || cpu >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(cpu, &others);
  if (CPU_COUNT(&others) > 0 && ::sched_setaffinity(0, sizeof others, &others) == 0)
    ::sched_setaffinity(0, sizeof allowed, &allowed);
}

}  // namespace lockstep
