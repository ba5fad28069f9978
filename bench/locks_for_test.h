#pragma once

#include <cstdint>

namespace lockstep {

/// How often this process has called pthread's locks, condition variables and semaphores so far, and the
/// futex by which atomics wait and wake: in all threads, libraries and modules.
std::int64_t locks_so_far();

/// How many a call takes.
template <class Call>
std::int64_t locks_of(Call&& call) {
  const std::int64_t before = locks_so_far();
  call();
  return locks_so_far() - before;
}

}  // namespace lockstep
