#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <dlfcn.h>

// Preloaded, its functions take the place of the libraries'. Each counts, then calls the function of the
// library that the calling module is linked to. Whole numbers are passed on as wide as their registers and
// stack slots, so that it does not matter how wide the library's are.

#define LOCKSTEP_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

std::atomic<std::int64_t> counter{0}, reorders{0};

/// The function of that name that the code around `caller` would have called.
void* function_behind(const void* caller, const char* name) {
  Dl_info object;
  void* handle =
      ::dladdr(caller, &object) != 0 ? ::dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : nullptr;
  void* found = handle != nullptr ? ::dlsym(handle, name) : nullptr;
  if (found != nullptr) return found;
  std::fprintf(stderr, "lockstep_calls.so: no %s in what its caller is linked to\n", name);
  std::abort();
}

/// Remembers the function for the last place that asked.
struct Behind {
  const void* caller = nullptr;
  void* function = nullptr;
  template <class Function>
  Function* of(const void* asking, const char* name, Function*) {
    counter.fetch_add(1, std::memory_order_relaxed);
    if (asking != caller) {
      function = function_behind(asking, name);
      caller = asking;
    }
    return reinterpret_cast<Function*>(function);
  }
};

/// What the library that has the function `execute` says of a primitive; remembers the last such library.
struct PrimitiveKinds {
  const void* last_execute = nullptr;
  int (*get)(const void*, const void**) = nullptr;
  int (*query)(const void*, int, int, void*) = nullptr;

  void look_up(const void* execute) {
    Dl_info library;
    void* handle =
        ::dladdr(execute, &library) != 0 ? ::dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : nullptr;
    const auto find = [&](const char* name) { return handle != nullptr ? ::dlsym(handle, name) : nullptr; };
    get = reinterpret_cast<decltype(get)>(find("dnnl_primitive_get_primitive_desc"));
    query = reinterpret_cast<decltype(query)>(find("dnnl_primitive_desc_query"));
    last_execute = execute;
  }
  /// Whether it only moves data to another layout.
  bool is_reorder(const void* primitive, const void* execute) {
    constexpr int query_primitive_kind = 2, kind_of_reorder = 1;  // dnnl_types.h, alike in versions 2 and 3
    if (execute != last_execute) look_up(execute);
    const void* desc = nullptr;
    int kind = 0;
    return get != nullptr && query != nullptr && get(primitive, &desc) == 0 &&
           query(desc, query_primitive_kind, 0, &kind) == 0 && kind == kind_of_reorder;
  }
};

}  // namespace

#define LOCKSTEP_COUNTED(result, name, parameters, arguments)                                              \
  LOCKSTEP_EXPORT result name parameters {                                                                 \
    static thread_local Behind behind;                                                                     \
    return behind.of(__builtin_return_address(0), #name, static_cast<decltype(&name)>(nullptr)) arguments; \
  }

LOCKSTEP_EXPORT std::int64_t lockstep_library_calls() {
  return counter.load(std::memory_order_relaxed);
}

LOCKSTEP_EXPORT std::int64_t lockstep_library_reorders() {
  return reorders.load(std::memory_order_relaxed);
}

LOCKSTEP_COUNTED(void, cblas_sgemm,
                 (long order, long trans_a, long trans_b, long m, long n, long k, float alpha, const float* a,
                  long lda, const float* b, long ldb, float beta, float* c, long ldc),
                 (order, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))
LOCKSTEP_COUNTED(void, cblas_sgemv,
                 (long order, long trans, long m, long n, float alpha, const float* a, long lda,
                  const float* x, long incx, float beta, float* y, long incy),
                 (order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy))
LOCKSTEP_EXPORT long dnnl_primitive_execute(const void* primitive, void* stream, long count,
                                            const void* arguments) {
  static thread_local Behind behind;
  static thread_local PrimitiveKinds kinds;
  const auto execute = behind.of(__builtin_return_address(0), "dnnl_primitive_execute",
                                 static_cast<decltype(&dnnl_primitive_execute)>(nullptr));
  if (kinds.is_reorder(primitive, reinterpret_cast<const void*>(execute)))
    reorders.fetch_add(1, std::memory_order_relaxed);
  return execute(primitive, stream, count, arguments);
}
