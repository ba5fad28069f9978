#include "backends/backend.h"

extern "C" int from_missing_library();

extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int) {
  from_missing_library();
  return nullptr;
}
