#pragma once

#include <cstdint>

namespace lockstep {

/// Heap allocations that this process has made so far, in all threads and all libraries: malloc and its
/// relatives are counted where they are called. Only programs that link allocations.cpp count.
std::int64_t allocations_so_far();

/// How many a call makes.
template <class Call>
std::int64_t allocations_of(Call&& call) {
  const std::int64_t before = allocations_so_far();
  call();
  return allocations_so_far() - before;
}

}  // namespace lockstep
