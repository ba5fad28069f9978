#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "bench/gate/lab.h"

namespace lockstep::gate {

/// What the lab starts: `program gate-runner TASK RESULT`.
struct RunnerProgram {
  std::filesystem::path program;
  std::filesystem::path call_counter;  // preloaded where a build is proven
  std::chrono::milliseconds timeout;   // of one process
};
/// This one, and the counter that was built beside it.
RunnerProgram this_program();

/// make_lab with another program. Throws std::runtime_error, too, where the counter is not there.
std::unique_ptr<Lab> make_lab(const std::filesystem::path& base, const std::filesystem::path& head,
                              const Plan&, Injected, RunnerProgram);

}  // namespace lockstep::gate
