#pragma once

#include <vector>

#include "verify/mutants/mutant.h"

/// The mutants by what is wrong with them.
namespace lockstep {

std::vector<Mutant> gate_mutants();        // order and meaning of the gates
std::vector<Mutant> weight_mutants();      // kernels and biases
std::vector<Mutant> activation_mutants();  // the functions
std::vector<Mutant> state_mutants();       // what goes from step to step, in and out
std::vector<Mutant> time_mutants();        // order and number of steps
std::vector<Mutant> mask_mutants();        // which steps count
std::vector<Mutant> dense_mutants();       // layers without a state
std::vector<Mutant> memory_mutants();      // where results are written, and what is remembered
// Of the backward pass:
std::vector<Mutant> slope_mutants();         // the derivatives of the functions
std::vector<Mutant> back_in_time_mutants();  // what goes back from step to step, and through the gates
std::vector<Mutant> gradient_mutants();      // what is given, asked for and summed up

}  // namespace lockstep
