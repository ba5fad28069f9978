#pragma once

#include <CLI/CLI.hpp>

#include "bench/gate/command.h"

namespace lockstep::gate {

void add_gate_options(CLI::App&, CommandRequest&);

}  // namespace lockstep::gate
