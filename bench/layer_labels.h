#pragma once

#include <string>
#include <string_view>

#include "backends/spec.h"
#include "bench/measurement.h"

namespace lockstep {

/// The columns of a row that times `what` of a layer.
Labels labels_of(const Problem&, std::string_view backend, std::string_view what);

/// Rows with the same key share a group, its data and its output: they differ in threads or dense style
/// alone.
std::string group_key(Problem);

}  // namespace lockstep
