#include "backends/backend.h"

// A module for an instruction set that no machine has: nothing but the refusal may run.
extern "C" __attribute__((visibility("default"))) const char* lockstep_refusal(int) {
  return "compiled for AVX-8192, which this CPU lacks: build again";
}
extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int) {
  __builtin_trap();
}
