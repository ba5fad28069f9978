#pragma once

#include <filesystem>
#include <functional>

#include "bench/measurement.h"

namespace lockstep::gate {

/// The name of the shared object, beside the program, that counts calls of BLAS and oneDNN in a process that
/// it is preloaded into.
inline constexpr const char* call_counter = "lockstep_calls.so";
/// Where it is: beside this program, in the folder above, or where they are installed, with the modules.
std::filesystem::path call_counter_file();
/// This program's file as it was started, even where it was built anew.
inline constexpr const char* this_program_file = "/proc/self/exe";

/// No sanitizer lets another library be preloaded.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool counts_library_calls = false;
#else
inline constexpr bool counts_library_calls = true;
#endif

/// Those that a call makes, in all threads. None under a sanitizer. Throws std::runtime_error where the
/// counter is not preloaded.
LibraryCalls library_calls_of(const std::function<void()>& call);

}  // namespace lockstep::gate
