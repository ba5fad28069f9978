#pragma once

#include <filesystem>

namespace lockstep::gate {

/// The shared library of BLAS or oneDNN that a loaded module computes with, by its own path; empty where it
/// has none, or has it in itself.
std::filesystem::path library_of(const std::filesystem::path& module);

/// The file that code or data of this process was loaded from; empty where it was from none.
std::filesystem::path file_of(const void* address);

}  // namespace lockstep::gate
