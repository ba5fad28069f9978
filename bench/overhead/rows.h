#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "backends/selection.h"
#include "bench/row.h"
#include "cases/case.h"
#include "verify/oracle.h"

namespace lockstep {

inline constexpr const char* overhead_set = "overhead";
inline constexpr int overhead_repetitions = 15;
inline constexpr double overhead_min_time = 0.01;  // seconds of a repetition

/// Where the modules of raw calls are: `raw` in the module folder.
std::filesystem::path raw_folder();

/// The raw calls of this build's libraries, of those backends; `unavailable` are the ones that did not load.
Selection raw_calls_of(std::span<const Backend* const> backends);

/// Every case on every backend that has raw calls, and by them: two rows, timed in random order.
std::vector<RowGroup> overhead_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                    std::span<const Backend* const> raw_calls,
                                    const std::shared_ptr<Oracle>& oracle);

}  // namespace lockstep
