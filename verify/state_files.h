#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/data.h"

namespace lockstep {

/// The states that the recurrent layers of a model start from, as a command line has them: FILE for the only
/// recurrent layer, LAYER=FILE for one of several.
struct StateFiles {
  std::vector<std::string> h, c;
  bool empty() const { return h.empty() && c.empty(); }
};

/// What is read of them (cases/array_file.h): initial_h and initial_c of each recurrent layer in the model's
/// order, [samples, units]; no memory of what no file is given for, which is zeros. Throws
/// std::invalid_argument, one line: a layer that is none, or is not told, a state that it has not, a file
/// that is none or has another shape.
std::vector<Given> read_states(const ModelSpec&, const StateFiles&, std::int64_t samples);

}  // namespace lockstep
