#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/measurement.h"

namespace lockstep {

/// Counts what each row of an overhead asks of its library, in a process of its own into which the counter is
/// preloaded; `modules` are the backends' that are not in the module folder. Returns what went wrong, in one
/// line. Where nothing can be counted, as under a sanitizer, no row is changed.
std::string count_library_calls(Results&, const std::vector<std::filesystem::path>& modules);

/// That process: reads the task, writes what it counted.
int count_calls_command(const std::filesystem::path& task, const std::filesystem::path& result);

}  // namespace lockstep
