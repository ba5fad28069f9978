#pragma once

#include <memory>

#include "backends/backend.h"
#include "cases/data.h"
#include "verify/gradients/expected.h"
#include "verify/oracle.h"
#include "verify/single_steps.h"
#include "verify/verdict.h"

namespace lockstep {

/// Runs the prepared layer twice on NaN-filled, guarded outputs in the given layout and compares the result
/// with the expected one, element by element. The finding's verdict is fail, untrusted, ill-conditioned or
/// pass.
Finding check_layer(const Backend&, Layer&, const Case&, const Given&, const Expected&);

/// What a case is checked for beside its results.
struct Beside {
  std::unique_ptr<const SingleSteps> steps;            // of recurrent layers, in inference
  std::unique_ptr<const ExpectedGradients> gradients;  // in training
};
Beside beside_results(const Case&);

/// Asks the backend, prepares the layer and checks it in both layouts of the sequences; then each step alone,
/// or the gradients.
Finding check(const Backend&, const Case&, const Expected&, const Beside&);
/// With those made for it.
Finding check(const Backend&, const Case&, const Expected&);

}  // namespace lockstep
