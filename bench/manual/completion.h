#pragma once

#include <string>

#include "bench/manual/manual.h"

namespace lockstep {

/// A script by which a shell completes a program's commands and options, and files after them. Shells are
/// "bash", "zsh" and "fish"; throws std::invalid_argument for another.
std::string completion(const Manual&, const std::string& shell);

}  // namespace lockstep
