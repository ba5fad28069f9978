#pragma once

#include "backends/model_fallback.h"
#include "backends/selection.h"
#include "cases/seeds.h"

namespace lockstep {

/// How a backend computes a model; why it does not, or not all of it, is told on stderr.
Sharing computes(const Backend&, const Backend* fallback, const Seed&, const Shape&, int threads,
                 InitialStates);

/// Who computes a model, and how.
struct Choice {
  const Backend* backend = nullptr;  // null: nobody
  Sharing sharing;
};
/// The first backend that computes the whole model, else the first that does with a fallback; what those
/// before it lack, or it, is told on stderr.
Choice choose(const Selection&, const Seed&, const Shape&, int threads, InitialStates);

}  // namespace lockstep
