#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cases/case.h"

namespace lockstep {

/// Which cases a command is asked for: sets and problems by their text, with some axes replaced by lists.
struct CaseRequest {
  std::vector<std::string> sets;
  std::vector<std::string> problems;               // in the form of cases/expand.h
  std::vector<std::string> models;                 // names of seeds, and files
  std::filesystem::path config;                    // the layers of a file that has weights alone; or empty
  std::string batch, time_steps, features, units;  // lists of cases/expand.h; empty: as the problems say
  std::string threads;
  std::uint64_t seed = default_seed;
  double gain = 1;           // of every case
  std::size_t campaign = 0;  // so many random cases, too
};

/// Moves the models among `problems` ("seed:...", "styles:...", files) and the sets of them to `models`.
void take_models(CaseRequest&);

/// Throws std::invalid_argument where models are named and F or U is given, or seeds and B or T: a model has
/// its own sizes.
void refuse_axes_of_models(const CaseRequest&);
/// The thread counts to run models with: 1 unless asked otherwise.
std::vector<int> model_threads(const CaseRequest&);

/// Each case once, in order; models are none. Throws std::invalid_argument where a text, a list or a set's
/// name is not accepted.
std::vector<Case> cases_of(const CaseRequest&);

}  // namespace lockstep
