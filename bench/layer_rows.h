#pragma once

#include <memory>
#include <span>
#include <vector>

#include "bench/row.h"
#include "cases/case.h"
#include "verify/oracle.h"

namespace lockstep {

/// What the rows time: a run of the prepared layer, or preparing it.
enum class Timed { run, prepare };

/// Every case on every backend. A group has the cases that differ in backend, threads or dense style alone.
/// Data are time-major, every backend's fast layout. The rows share `oracle` and
/// announce their cases to it.
std::vector<RowGroup> layer_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                 Timed timed, const std::shared_ptr<Oracle>& oracle);

/// "lstm/B:1/T:256/F:32/U:64/seq:1/threads:1/backend:eigen", with "prepare/" before it where preparing is
/// timed.
std::string row_name(const Problem&, std::string_view backend, Timed timed);

}  // namespace lockstep
