#include <cstdlib>
#include <new>

/// Allocates once in the given way and frees it again; what it returns is only there to be looked at.
extern "C" __attribute__((visibility("default"))) bool allocate_once(int way) {
  void* memory = nullptr;
  switch (way) {
    case 0:
      memory = std::malloc(100);
      break;
    case 1:
      memory = std::calloc(10, 10);
      break;
    case 2:
      memory = std::realloc(nullptr, 100);
      break;
    case 3:
      memory = std::aligned_alloc(64, 128);
      break;
    case 4:
      if (posix_memalign(&memory, 64, 100) != 0) memory = nullptr;
      break;
    case 5:
      memory = ::operator new(100);
      break;
    case 6:
      memory = ::operator new (100, std::align_val_t{64});
      break;
    default:
      return true;  // nothing
  }
  asm volatile("" : : "g"(memory) : "memory");  // or the compiler would leave both out
  const bool there = memory != nullptr;
  if (way == 5)
    ::operator delete(memory);
  else if (way == 6)
    ::operator delete (memory, std::align_val_t{64});
  else
    std::free(memory);
  return there;
}
