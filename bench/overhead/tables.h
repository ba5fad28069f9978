#pragma once

#include <string>
#include <vector>

#include "bench/overhead/overhead.h"
#include "reports/document.h"

namespace lockstep {

/// Each problem on a backend and by its library's raw calls.
reports::Table overhead_table(const std::vector<Overhead>&);

/// The same in brief, by layer and backend: from the lowest ratio to the highest, and how many are within
/// 5 %.
reports::Table overhead_summary(const std::vector<Overhead>&);

/// What a call costs beside its steps, and what a step.
reports::Table call_cost_table(const std::vector<OverheadCurve>&);

/// What a call on the longest sequence asks of the heap and of the library.
reports::Table asked_table(const std::vector<OverheadCurve>&);

/// "a call costs at most 3 us beside its steps: 31 of 32, 1 open", and allocations and reorders likewise.
std::vector<std::string> call_cost_texts(const std::vector<OverheadCurve>&);

/// "80 of 108 within 5 %".
std::string overhead_text(const std::vector<Overhead>&);

/// All of them; without tables where nothing was timed both ways.
reports::Section overhead_section(const Results&);

}  // namespace lockstep
