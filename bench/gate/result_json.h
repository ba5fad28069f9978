#pragma once

#include <filesystem>
#include <string>

#include "bench/gate/row.h"

namespace lockstep::gate {

/// All of a result, a row or sample per line. Rounds have 6 significant digits, all else is exact. No number
/// is ever non-finite: null is one that was.
std::string to_json(const Result&);

/// Throws std::invalid_argument in one line: the file, what is wrong, what is accepted.
Result read_gate_result(const std::filesystem::path&);

/// Whether a file says that it is one, of whatever version, be it whole or not.
bool is_gate_result(const std::filesystem::path&);

}  // namespace lockstep::gate
