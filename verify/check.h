#pragma once

#include <memory>

#include "backends/backend.h"
#include "cases/data.h"
#include "verify/oracle.h"
#include "verify/single_steps.h"
#include "verify/verdict.h"

namespace lockstep {

/// Runs the prepared layer twice on NaN-filled, guarded outputs in the given layout and compares the result
/// with the expected one, element by element. The finding's verdict is fail, untrusted, ill-conditioned or
/// pass.
Finding check_layer(const Backend&, Layer&, const Case&, const Given&, const Expected&);

/// Asks the backend, prepares the layer and checks it in both layouts of the sequences, and each step alone.
/// `steps` are the problem's, null for a layer that is not recurrent.
Finding check(const Backend&, const Case&, const Expected&, const SingleSteps* steps);
/// With the steps made for it.
Finding check(const Backend&, const Case&, const Expected&);

/// The steps of a recurrent problem, null for others.
std::unique_ptr<const SingleSteps> single_steps_of(const Case&);

}  // namespace lockstep
