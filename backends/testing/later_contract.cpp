#include "backends/backend.h"

// What LOCKSTEP_MODULE makes of a module whose contract has a later version.
extern "C" __attribute__((visibility("default"))) const char* lockstep_refusal(int version) {
  return version == lockstep::contract_version + 1 ? nullptr : "built for another version of the contract";
}
extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int version) {
  if (version != lockstep::contract_version + 1) return nullptr;
  __builtin_trap();  // its backend could be of any shape
}
