#include "backends/allocations_by_caller_for_test.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include <dlfcn.h>

namespace {

std::atomic<const char*> counted_library{nullptr};  // null: nothing is counted
std::atomic<long> of_library{0}, of_others{0};

}  // namespace

lockstep::AllocationsByCaller lockstep::allocations_by_caller(const char* library,
                                                              const std::function<void()>& done) {
  of_library = of_others = 0;
  counted_library = library;
  done();
  counted_library = nullptr;
  return {of_library, of_others};
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

void count(const void* caller) {
  const char* const library = counted_library.load(std::memory_order_relaxed);
  if (library == nullptr) return;
  Dl_info info{};
  const bool is_library = dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, library) != nullptr;
  ++(is_library ? of_library : of_others);
}

}  // namespace

#define COUNTED __attribute__((noinline, visibility("default")))

// These stand before the C library's in all of the program.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

COUNTED void* malloc(std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}
COUNTED void* calloc(std::size_t n, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(n, size);
}
COUNTED void* realloc(void* old, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(old, size);
}
COUNTED void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
COUNTED int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  count(__builtin_return_address(0));
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? 12 : 0;
}
}

// operator new would ask malloc from within the C++ library: the caller is one level up.
COUNTED void* operator new(std::size_t size) {
  count(__builtin_return_address(0));
  if (void* p = __libc_malloc(size)) return p;
  throw std::bad_alloc();
}
COUNTED void* operator new[](std::size_t size) {
  count(__builtin_return_address(0));
  if (void* p = __libc_malloc(size)) return p;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* p) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete[](void* p) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}

#endif
