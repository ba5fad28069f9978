#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cases/request.h"

namespace lockstep {

struct MutantRequest {
  CaseRequest cases;                        // none: the small ones of the set "ci"
  std::vector<std::string> checks;          // that count; empty: all
  std::vector<std::string> only;            // names of mutants; empty: all
  std::vector<std::filesystem::path> outs;  // empty: Markdown on stdout
  std::string command;                      // as it was typed, for the report
};

/// lockstep verify --mutants: whether the checks find every fault of the catalogue. Prints or writes the kill
/// matrix and returns the exit code (verify/exit_code.h): 1 where a mutant survives or a right backend fails,
/// 4 where the control proves nothing.
int mutants_command(const MutantRequest&);

}  // namespace lockstep
