#pragma once

#include <filesystem>
#include <optional>

#include "bench/ceilings/ceilings.h"
#include "bench/machine.h"

namespace lockstep {

/// What ceilings hold for: the CPU, its microcode and instruction sets, the cores, what else of the machine
/// could change them, and the program's version. `root`: where /proc and /sys are.
Facts ceilings_key(const std::filesystem::path& root = "/");

/// The folder of this user's caches, $XDG_CACHE_HOME or ~/.cache, with /lockstep behind it; empty where
/// neither is set.
std::filesystem::path cache_folder();

/// The ceilings kept in a folder for a key; none where there are none, or the file is broken.
std::optional<Ceilings> cached_ceilings(const std::filesystem::path& folder, const Facts& key);

/// Keeps ceilings for a key, in a file of its own, which is replaced as a whole; the folder is made where it
/// is missing. Throws std::runtime_error in one line: why the file cannot be written.
void keep_ceilings(const std::filesystem::path& folder, const Facts& key, const Ceilings&);

}  // namespace lockstep
