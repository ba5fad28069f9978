#pragma once

#include "bench/ceilings/ceilings.h"
#include "bench/machine.h"
#include "reports/table.h"

namespace lockstep {

/// The ceilings, a row for each, which fit a terminal of 80 columns.
reports::Table ceilings_table(const Ceilings&);

/// The same in a few lines, for the facts about a machine.
Facts ceilings_facts(const Ceilings&);

}  // namespace lockstep
