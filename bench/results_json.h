#pragma once

#include <filesystem>
#include <string>

#include "bench/measurement.h"

namespace lockstep {

/// results.json: Google Benchmark's own layout (context, benchmarks with one entry per repetition), which its
/// tools read, and our fields beside it. No number in it is ever non-finite. Ceilings and roofs are there
/// where they are known: files of older programs have none.
std::string to_json(const Results&);

/// Throws std::invalid_argument in one line: the file, what is wrong, what is accepted.
Results read_results(const std::filesystem::path&);

}  // namespace lockstep
