#pragma once

namespace lockstep {

/// What a command says to the shell.
enum ExitCode {
  exit_held = 0,        // all held
  exit_failed = 1,      // a verification failed or a regression is confirmed
  exit_usage = 2,       // bad usage or bad input
  exit_missing = 3,     // a required backend or feature is missing
  exit_no_verdict = 4,  // measured, but no honest verdict possible
};

}  // namespace lockstep
