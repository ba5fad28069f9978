#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "backends/selection.h"
#include "bench/measurement.h"
#include "bench/row.h"
#include "reports/document.h"
#include "verify/command.h"
#include "verify/outcome.h"

/// What every command that times rows begins and ends with.
namespace lockstep {

/// Who computes the layers of a model that a backend refuses; null: nobody was asked for.
const Backend* fallback_of(const BackendRequest&, const Selection&);

/// With no row yet: the command as it was typed, this machine, the backends, and the fallback among them.
Results results_of(const std::string& command, const Selection&, const Backend* fallback);

/// Writes the results to every .json and the report to every other path.
void write_results(const Results&, const reports::Document& report,
                   const std::vector<std::filesystem::path>& outs);

/// What the machine allows each row. Where one was faster, the ceilings are measured again, since something
/// may have disturbed them; the rows that still are get a line on stderr. Returns whether there are any.
bool tell_above_roof(Results&, std::span<const RowGroup>);

/// The exit code of the rows and of `checked` beside them; on stderr a line for each row that is no pass,
/// with the command that repeats it, and for each required backend that ran nothing.
ExitCode conclude(const Results&, const std::vector<std::string>& required,
                  std::span<const RowOutcome> checked = {});

}  // namespace lockstep
