#include "bench/locks_for_test.h"

#include <atomic>
#include <cstdarg>

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

namespace lockstep {
namespace {

std::atomic<std::int64_t> lock_counter{0};

/// Counts, and calls the C library's own.
template <class... Argument>
auto counted_lock(const char* name, std::atomic<void*>& found, Argument... arguments) {
  lock_counter.fetch_add(1, std::memory_order_relaxed);
  void* function = found.load(std::memory_order_relaxed);
  if (function == nullptr) found.store(function = ::dlsym(RTLD_NEXT, name), std::memory_order_relaxed);
  return reinterpret_cast<int (*)(Argument...)>(function)(arguments...);
}

}  // namespace

std::int64_t locks_so_far() {
  return lock_counter.load(std::memory_order_relaxed);
}

}  // namespace lockstep

// In the place of the C library's, for all that the program loads.
#define LOCKSTEP_COUNTED(name, ...)                          \
  {                                                          \
    static constinit std::atomic<void*> found{nullptr};      \
    return lockstep::counted_lock(name, found, __VA_ARGS__); \
  }
#define LOCKSTEP_EXPORT_LOCK extern "C" __attribute__((visibility("default")))

LOCKSTEP_EXPORT_LOCK int pthread_mutex_lock(pthread_mutex_t* lock) noexcept
    LOCKSTEP_COUNTED("pthread_mutex_lock", lock) LOCKSTEP_EXPORT_LOCK
    int pthread_mutex_trylock(pthread_mutex_t* lock) noexcept
    LOCKSTEP_COUNTED("pthread_mutex_trylock", lock) LOCKSTEP_EXPORT_LOCK
    int pthread_spin_lock(pthread_spinlock_t* lock) noexcept
    LOCKSTEP_COUNTED("pthread_spin_lock", lock) LOCKSTEP_EXPORT_LOCK
    int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept
    LOCKSTEP_COUNTED("pthread_rwlock_rdlock", lock) LOCKSTEP_EXPORT_LOCK
    int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept
    LOCKSTEP_COUNTED("pthread_rwlock_wrlock", lock) LOCKSTEP_EXPORT_LOCK int sem_wait(sem_t* lock)
        LOCKSTEP_COUNTED("sem_wait", lock) LOCKSTEP_EXPORT_LOCK
    int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* lock)
        LOCKSTEP_COUNTED("pthread_cond_wait", condition, lock) LOCKSTEP_EXPORT_LOCK
    int pthread_cond_signal(pthread_cond_t* condition) noexcept
    LOCKSTEP_COUNTED("pthread_cond_signal", condition) LOCKSTEP_EXPORT_LOCK
    int pthread_cond_broadcast(pthread_cond_t* condition) noexcept
    LOCKSTEP_COUNTED("pthread_cond_broadcast", condition)

    // By which the atomics of libstdc++ wait and wake.
    LOCKSTEP_EXPORT_LOCK long syscall(long number, ...) noexcept {
  std::va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (number == SYS_futex) lockstep::lock_counter.fetch_add(1, std::memory_order_relaxed);
  static const auto own = reinterpret_cast<long (*)(long, ...)>(::dlsym(RTLD_NEXT, "syscall"));
  return own(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
