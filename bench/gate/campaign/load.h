#pragma once

#include <cstdint>
#include <thread>
#include <vector>

namespace lockstep::gate {

/// Keeps every core busy in bursts of random length, as other work on a shared machine does: for a fiftieth
/// of a second to half a second at a time, with as much rest between them. Ends when it is destroyed.
class BurstyLoad {
 public:
  BurstyLoad(unsigned cores, std::uint64_t seed);

 private:
  std::vector<std::jthread> cores_;
};

}  // namespace lockstep::gate
