#pragma once

#include <filesystem>

namespace lockstep::gate {

/// The hidden subcommand: does the task of one file (bench/gate/wire.h) and writes its result to another,
/// whole or not at all. Ends with the process that started it. Throws what the task throws; returns the exit
/// code.
int gate_runner_command(const std::filesystem::path& task, const std::filesystem::path& result);

}  // namespace lockstep::gate
