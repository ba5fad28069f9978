#pragma once

#include "backends/backend.h"
#include "backends/isa.h"

/// Exports `BackendType` (a default-constructible lockstep::Backend) from a shared object. The loader asks
/// lockstep_refusal first: a text there says why this module can't be used by that program on this machine.
#define LOCKSTEP_MODULE(BackendType)                                                                         \
  extern "C" __attribute__((visibility("default"))) const char* lockstep_refusal(int version) {              \
    if (version != lockstep::contract_version) return "built for another version of the contract";           \
    return lockstep::missing_isa();                                                                          \
  }                                                                                                          \
  extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int version) { \
    if (version != lockstep::contract_version) return nullptr;                                               \
    static const BackendType backend;                                                                        \
    return &backend;                                                                                         \
  }
