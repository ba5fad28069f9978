#pragma once

#include "verify/command.h"

namespace lockstep {

/// lockstep verify --relations: what holds between runs of each backend, on the set "relations" where nothing
/// else is asked for. Prints or writes what was found and returns the exit code (verify/exit_code.h).
int relations_command(const VerifyRequest&);

}  // namespace lockstep
