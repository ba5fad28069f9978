#pragma once

#include <utility>

#include "backends/model_for_test.h"
#include "cases/seeds.h"

namespace lockstep {

/// A person's own model, as of a file: 100 samples of 64 time steps, 32 in a run.
inline Seed seed_for_test(ModelSpec model, std::int64_t features) {
  Seed one;
  one.name = "a.keras";
  one.model = std::move(model);
  one.input = {100, 64, features};
  one.batch = 32;
  return one;
}

}  // namespace lockstep
