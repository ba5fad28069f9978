#pragma once

#include <string>

#include "verify/doctor/search.h"

namespace lockstep::doctor {

/// A diagnosis in words, in lines of at most 80 columns. `model` and `y` are what the command line calls
/// them.
std::string told(const Diagnosis&, const std::string& model, const std::string& y);

}  // namespace lockstep::doctor
