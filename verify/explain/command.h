#pragma once

#include <span>

#include "backends/backend.h"
#include "cases/case.h"
#include "reports/document.h"
#include "verify/verdict.h"

namespace lockstep {

/// lockstep verify --explain: adds to the report what can be found out about the first failing problem of
/// each backend; nothing where none fails. findings[i * backends + k] is of case i on backend k.
void explain_in(reports::Document&, std::span<const Backend* const>, std::span<const Case>,
                std::span<const Finding>);

}  // namespace lockstep
