#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/train/data.h"
#include "bench/train/optimizer_arguments.h"
#include "verify/command.h"

namespace lockstep {

/// As the shell has it of a program that SIGINT ended.
inline constexpr int exit_interrupted = 130;

struct TrainRequest {
  std::string model;
  std::filesystem::path config;  // the layers of a file of weights alone; empty: the one beside it
  DataFiles data;
  std::filesystem::path initial_weights;  // empty: those of the seed
  std::uint64_t seed = default_seed;      // of weights and data
  std::string loss;                       // empty: as the model ends
  OptimizerArguments optimizer;
  std::int64_t batch = 0, epochs = 0, steps = 0;  // 0: not said
  std::string shuffle;                            // "off", or a seed; empty: default_seed
  BackendRequest backends;
  int threads = 1;
  std::vector<std::filesystem::path> histories;
  std::filesystem::path weights, trace;
  std::string trace_steps;  // a list of cases/expand.h
  std::string command;      // as it was typed, for the history
};

/// lockstep train: trains the model on each backend, writes what was asked for, prints the table, and returns
/// the exit code (verify/exit_code.h); exit_failed where the training diverged.
int train_command(const TrainRequest&);

}  // namespace lockstep
