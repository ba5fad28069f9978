#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace lockstep::gate {

/// A process to run: the path of its program and its arguments, and settings ("NAME=value") that take the
/// place of those of this process's environment.
struct ChildCommand {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};

/// Runs it to its end, and kills it if that does not come in time. Returns what went wrong, in one line with
/// the last one that it wrote to its standard error; empty when it exited with 0. Its standard output goes
/// nowhere. Throws std::system_error where the system cannot watch a process.
std::string run_child(const ChildCommand&, std::chrono::milliseconds timeout);

}  // namespace lockstep::gate
