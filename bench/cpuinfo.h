#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace lockstep {

/// The value of a key of the first processor in /proc/cpuinfo, or in the file given; empty where there is
/// none.
std::string cpuinfo(std::string_view key, const std::filesystem::path& file = "/proc/cpuinfo");

}  // namespace lockstep
