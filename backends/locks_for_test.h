#pragma once

#include <cstdint>

namespace lockstep {

/// How often this process has so far taken or tried to take a lock of pthread's, waited for or woken by a
/// condition variable, a semaphore or a barrier of its, or called the futex by which atomics wait and wake:
/// in all threads, libraries and modules. To release a lock is not counted again.
std::int64_t locks_so_far();

/// How many a call takes.
template <class Call>
std::int64_t locks_of(Call&& call) {
  const std::int64_t before = locks_so_far();
  call();
  return locks_so_far() - before;
}

}  // namespace lockstep
