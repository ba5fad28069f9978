#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// What a measurement depends on beside the code: key and value, in the order in which a report shows them.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// CPU model, instruction sets, caches, cores, compiler and flags, commit, date.
Facts machine_facts();

}  // namespace lockstep
