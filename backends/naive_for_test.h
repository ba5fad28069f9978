#pragma once

#include <stdexcept>

#include "backends/registry.h"

namespace lockstep {

/// The naive module of this build.
inline const Backend& naive() {
  static const Module module = load_module(module_folder() / "lockstep_naive.so");
  if (module.backend == nullptr) throw std::runtime_error(module.reason);
  return *module.backend;
}

}  // namespace lockstep
