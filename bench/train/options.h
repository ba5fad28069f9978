#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "bench/train/command.h"

namespace lockstep {

/// `models`: the names of those that there are.
void add_train_options(CLI::App&, TrainRequest&, const std::string& models);

}  // namespace lockstep
