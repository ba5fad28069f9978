#pragma once

#include <span>

#include "backends/backend.h"
#include "reports/document.h"

namespace lockstep {

/// Backend x feature: what each backend says to a problem that has the feature, and every "no" with its
/// reason.
reports::Document support_report(std::span<const Backend* const>);

}  // namespace lockstep
