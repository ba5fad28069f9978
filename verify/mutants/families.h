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

}  // namespace lockstep
