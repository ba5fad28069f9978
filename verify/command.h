#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "backends/selection.h"
#include "cases/request.h"
#include "reports/document.h"
#include "verify/verdict.h"

namespace lockstep {

/// What every command that uses backends is told about them.
struct BackendRequest {
  std::vector<std::string> backends;           // empty, or "all" alone: all
  std::vector<std::string> require;            // must be there and must have run something
  std::vector<std::filesystem::path> modules;  // beside those in the program's module folder
  std::string fallback =
      {};  // computes the layers of a model that another refuses; empty: each command's own
};

/// The backends asked for. Throws std::invalid_argument for an unknown name; a required one that is missing
/// is printed on stderr, one line each, and gives false; so does having none at all, and no fallback where
/// one was asked for.
bool open_backends(const BackendRequest&, Selection&);

struct VerifyRequest {
  CaseRequest cases;
  BackendRequest backends;
  std::vector<std::filesystem::path> outs;  // empty: Markdown on stdout
  int workers = 0;                          // 0: one per core
  std::string command;                      // as it was typed, for the report
  /// Adds to the report, from the findings: case by case, each on every backend. Null adds nothing.
  std::function<void(reports::Document&, std::span<const Backend* const>, std::span<const Case>,
                     std::span<const Finding>)>
      explain;
};

/// lockstep verify: prints or writes what was found and returns the exit code (verify/exit_code.h).
int verify_command(const VerifyRequest&);

}  // namespace lockstep
