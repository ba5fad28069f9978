#pragma once

#include <string>
#include <vector>

#include "bench/overhead/overhead.h"
#include "reports/document.h"

namespace lockstep {

/// Each problem on a backend and by its library's raw calls.
reports::Table overhead_table(const std::vector<Overhead>&);

/// The same in brief, by layer and backend: from the lowest ratio to the highest, and how many take at most
/// 5 % longer: yes, open, no.
reports::Table overhead_summary(const std::vector<Overhead>&);

/// What a call costs beside its steps, and what a step.
reports::Table call_cost_table(const std::vector<OverheadCurve>&);

/// What a backend adds to the cost of a call by the raw calls.
reports::Table added_cost_table(const std::vector<OverheadCurve>&);

/// What a call on the longest sequence asks of the heap and of the library.
reports::Table asked_table(const std::vector<OverheadCurve>&);

/// "31 of 32 with a of at most 3 us (1 open)", "what a backend adds to a is at most 3 us in 30 of 32 (2
/// open)", "108 of 108 without an allocation that the raw calls have not", and of the backends that can
/// reorder "36 of 36 on onednn without a reorder".
std::vector<std::string> call_cost_texts(const std::vector<OverheadCurve>&);

/// "80 of 108 at most 5 % longer than the raw calls, 20 open".
std::string overhead_text(const std::vector<Overhead>&);

/// All of them; without tables where nothing was timed both ways.
reports::Section overhead_section(const Results&);

}  // namespace lockstep
