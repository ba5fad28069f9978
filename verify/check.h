#pragma once

#include "backends/backend.h"
#include "cases/data.h"
#include "verify/oracle.h"
#include "verify/verdict.h"

namespace lockstep {

/// Runs the prepared layer twice on NaN-filled, guarded outputs in the given layout and compares the result
/// with the expected one, element by element. The finding's verdict is fail, untrusted or pass.
Finding check_layer(const Backend&, Layer&, const Case&, const Given&, const Expected&);

/// Asks the backend, prepares the layer and checks it in both layouts of the sequences.
Finding check(const Backend&, const Case&, const Expected&);

}  // namespace lockstep
