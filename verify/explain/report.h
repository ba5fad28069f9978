#pragma once

#include <span>

#include "backends/backend.h"
#include "reports/document.h"
#include "verify/explain/explain.h"
#include "verify/verify.h"

namespace lockstep {

/// Explains the first failing problem of each backend, four at most: findings[i * backends + k] is of case i
/// on backend k.
std::vector<Explanation> explain_failures(std::span<const Backend* const>, std::span<const Case>,
                                          std::span<const Finding>, const Patience& = {},
                                          const Progress& = {});

/// Adds "What went wrong", and a line for each to the lead; nothing where nothing was explained.
void add_explanations(std::span<const Explanation>, reports::Document&);

}  // namespace lockstep
