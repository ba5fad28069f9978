#include "backends/locks_for_test.h"

#include <atomic>
#include <cstdarg>

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

namespace lockstep {
namespace {

std::atomic<std::int64_t> lock_counter{0};

/// Counts; the C library's own.
template <class Function>
Function* counted_lock(const char* name, std::atomic<void*>& found, Function*) {
  lock_counter.fetch_add(1, std::memory_order_relaxed);
  void* function = found.load(std::memory_order_relaxed);
  if (function == nullptr) found.store(function = ::dlsym(RTLD_NEXT, name), std::memory_order_relaxed);
  return reinterpret_cast<Function*>(function);
}

}  // namespace

std::int64_t locks_so_far() {
  return lock_counter.load(std::memory_order_relaxed);
}

}  // namespace lockstep

// In the place of the C library's, for all that the program loads.
#define LOCKSTEP_EXPORT_LOCK extern "C" __attribute__((visibility("default")))
#define LOCKSTEP_COUNTED_LOCK(name, parameters, arguments)                                        \
  LOCKSTEP_EXPORT_LOCK int name parameters noexcept(noexcept(name arguments)) {                   \
    static constinit std::atomic<void*> found{nullptr};                                           \
    return lockstep::counted_lock(#name, found, static_cast<decltype(&name)>(nullptr)) arguments; \
  }
#define LOCKSTEP_COUNTED_LOCK_1(name, A) LOCKSTEP_COUNTED_LOCK(name, (A a), (a))
#define LOCKSTEP_COUNTED_LOCK_2(name, A, B) LOCKSTEP_COUNTED_LOCK(name, (A a, B b), (a, b))
#define LOCKSTEP_COUNTED_LOCK_3(name, A, B, C) LOCKSTEP_COUNTED_LOCK(name, (A a, B b, C c), (a, b, c))
#define LOCKSTEP_COUNTED_LOCK_4(name, A, B, C, D) \
  LOCKSTEP_COUNTED_LOCK(name, (A a, B b, C c, D d), (a, b, c, d))

LOCKSTEP_COUNTED_LOCK_1(pthread_mutex_lock, pthread_mutex_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_mutex_trylock, pthread_mutex_t*)
LOCKSTEP_COUNTED_LOCK_2(pthread_mutex_timedlock, pthread_mutex_t*, const timespec*)
LOCKSTEP_COUNTED_LOCK_3(pthread_mutex_clocklock, pthread_mutex_t*, clockid_t, const timespec*)
LOCKSTEP_COUNTED_LOCK_1(pthread_spin_lock, pthread_spinlock_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_spin_trylock, pthread_spinlock_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_rwlock_rdlock, pthread_rwlock_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_rwlock_tryrdlock, pthread_rwlock_t*)
LOCKSTEP_COUNTED_LOCK_2(pthread_rwlock_timedrdlock, pthread_rwlock_t*, const timespec*)
LOCKSTEP_COUNTED_LOCK_3(pthread_rwlock_clockrdlock, pthread_rwlock_t*, clockid_t, const timespec*)
LOCKSTEP_COUNTED_LOCK_1(pthread_rwlock_wrlock, pthread_rwlock_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_rwlock_trywrlock, pthread_rwlock_t*)
LOCKSTEP_COUNTED_LOCK_2(pthread_rwlock_timedwrlock, pthread_rwlock_t*, const timespec*)
LOCKSTEP_COUNTED_LOCK_3(pthread_rwlock_clockwrlock, pthread_rwlock_t*, clockid_t, const timespec*)
LOCKSTEP_COUNTED_LOCK_2(pthread_cond_wait, pthread_cond_t*, pthread_mutex_t*)
LOCKSTEP_COUNTED_LOCK_3(pthread_cond_timedwait, pthread_cond_t*, pthread_mutex_t*, const timespec*)
LOCKSTEP_COUNTED_LOCK_4(pthread_cond_clockwait, pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)
LOCKSTEP_COUNTED_LOCK_1(pthread_cond_signal, pthread_cond_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_cond_broadcast, pthread_cond_t*)
LOCKSTEP_COUNTED_LOCK_1(pthread_barrier_wait, pthread_barrier_t*)
LOCKSTEP_COUNTED_LOCK_1(sem_wait, sem_t*)
LOCKSTEP_COUNTED_LOCK_1(sem_trywait, sem_t*)
LOCKSTEP_COUNTED_LOCK_2(sem_timedwait, sem_t*, const timespec*)
LOCKSTEP_COUNTED_LOCK_3(sem_clockwait, sem_t*, clockid_t, const timespec*)
LOCKSTEP_COUNTED_LOCK_1(sem_post, sem_t*)

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
