#pragma once

namespace lockstep {

/// While one lives, the first SIGINT is a request, and the second ends the program as ever. A program that
/// was started to ignore it, as in the background of a script, ignores it.
class InterruptRequests {
 public:
  InterruptRequests();
  ~InterruptRequests();
  InterruptRequests(const InterruptRequests&) = delete;
  InterruptRequests& operator=(const InterruptRequests&) = delete;
  static bool there_was_one();
};

}  // namespace lockstep
