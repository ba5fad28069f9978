#pragma once

#include <CLI/CLI.hpp>

#include "bench/command.h"

namespace lockstep {

/// The options that verify, bench and the bench programs share.
void add_case_options(CLI::App&, CaseRequest&);
void add_config_option(CLI::App&, std::filesystem::path& config);
void add_backend_options(CLI::App&, BackendRequest&);
/// `otherwise`: what is done without it, for help.
void add_fallback_option(CLI::App&, BackendRequest&, const std::string& otherwise);
inline constexpr const char* not_without_fallback =
    "without it, and in training, what it refuses is not timed";
void add_seed_option(CLI::App&, std::uint64_t& seed, const std::string& what);

/// The arguments as they were typed, for a report to repeat.
std::string joined(int argc, const char* const* argv);

/// A line in as many as it takes to fit a terminal of 80 columns; all but the first are indented.
std::string folded(std::string line, std::size_t indent);

/// Takes the arguments; false when they asked for help, which is printed. Throws std::invalid_argument: what
/// is wrong with them, and what would be accepted.
bool parse(CLI::App&, std::vector<std::string> arguments);

/// Runs a command's body and turns what it throws into one line on stderr and an exit code.
int guarded(const std::function<int()>& body);

/// To measure the machine instead of rows; after the other options.
void add_ceilings_option(CLI::App&, BenchRequest&);

/// To time steps one at a time; after the other options.
void add_latency_options(CLI::App&, BenchRequest&);

/// How models are benchmarked: their runs, and where it is asked for their training.
void add_training_option(CLI::App&, BenchRequest&);

}  // namespace lockstep
