#include "backends/backend.h"

// Gives no backend and no reason.
extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int) {
  return nullptr;
}
