#pragma once

#include <filesystem>
#include <string>

#include "bench/machine.h"

namespace lockstep::gate {

/// What of a machine must not change while a gate measures, nor between two records that are compared: the
/// CPU, its instruction sets, the cores that this process may use, the quota of its control group, SMT,
/// hypervisor, kernel and governor, but no clock. What cannot be seen is "unknown". `root`: where /proc and
/// /sys are.
Facts fingerprint(const std::filesystem::path& root = "/");

/// The first fact that differs, in a sentence; empty: none does. A fact that only one of them has, or knows,
/// differs.
std::string difference(const Facts& before, const Facts& after);

}  // namespace lockstep::gate
