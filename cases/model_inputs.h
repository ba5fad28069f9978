#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/array.h"
#include "cases/array_file.h"

namespace lockstep {

/// Files of what a model is given in one call: an array per input, in the model's order, of as many samples,
/// (samples, time_steps, features) or (samples, features).
using InputFiles = std::vector<ArrayFile>;

/// The calls that a command line names: FILE for the only input; of several NAME=FILE for each, or a .npz
/// with all of them by their names. A list, "NAME=a.npy" and "b.npy", is of calls in turn. `option` is for
/// messages. Throws std::invalid_argument, one line: a name that no input has, an input without a file, a
/// file that is none (cases/array_file.h), another shape than the input takes, other numbers of samples.
std::vector<InputFiles> open_calls(const ModelSpec&, const std::string& option,
                                   const std::vector<std::string>& texts);
enum class Shapes { checked, any };
/// The same of one call; of any shapes, and numbers of samples, if asked for.
InputFiles open_call(const ModelSpec&, const std::string& option, const std::vector<std::string>& texts,
                     Shapes = Shapes::checked);

/// [samples, time_steps or 1, features] of each input.
std::vector<std::array<std::int64_t, 3>> dims_of(const InputFiles&);
/// All of a call.
std::vector<Array<float>> read_arrays(InputFiles&);

/// The Shape of a run on inputs of these sizes.
Shape shape_of_inputs(const ModelSpec&, const std::vector<std::array<std::int64_t, 3>>& dims);
/// Whether of the inputs that take any length one is longer than another: a Shape has one length for them
/// all.
bool have_own_lengths(const ModelSpec&, const std::vector<std::array<std::int64_t, 3>>& dims);
/// The model for inputs of these lengths alone.
ModelSpec with_lengths(ModelSpec, const std::vector<std::array<std::int64_t, 3>>& dims);

}  // namespace lockstep
