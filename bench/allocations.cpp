#include "bench/allocations.h"

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstddef>

#include <malloc.h>

namespace lockstep {
namespace {
std::atomic<std::int64_t> counter{0};
}
std::int64_t allocations_so_far() {
  return counter.load(std::memory_order_relaxed);
}
}  // namespace lockstep

// Seen by the libraries of this program and by the modules that it loads.
#define LOCKSTEP_EXPORT __attribute__((visibility("default")))

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// The sanitizers bring their own malloc, which calls this hook.
extern "C" LOCKSTEP_EXPORT void __sanitizer_malloc_hook(const volatile void*, std::size_t) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
}

#else

// A program's own malloc takes the place of the C library's for everything it loads; these count, then call
// glibc's.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

LOCKSTEP_EXPORT void* malloc(std::size_t size) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
LOCKSTEP_EXPORT void* calloc(std::size_t count, std::size_t size) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
LOCKSTEP_EXPORT void* realloc(void* old, std::size_t size) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(old, size);
}
LOCKSTEP_EXPORT void* memalign(std::size_t alignment, std::size_t size) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  return __libc_memalign(alignment, size);
}
LOCKSTEP_EXPORT void* aligned_alloc(std::size_t alignment, std::size_t size) {
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  return __libc_memalign(alignment, size);
}
LOCKSTEP_EXPORT int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || !std::has_single_bit(alignment)) return EINVAL;
  lockstep::counter.fetch_add(1, std::memory_order_relaxed);
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? ENOMEM : 0;
}
}

#endif
