#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "bench/study/command.h"

namespace lockstep {

/// `models` says what a model may be.
void add_study_options(CLI::App&, StudyRequest&, const std::string& models);

}  // namespace lockstep
