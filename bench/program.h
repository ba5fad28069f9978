#pragma once

#include <string>
#include <vector>

namespace lockstep {

/// The body of a bench program: the sets and problems by default, in training, too, where that is all it is
/// given; all flags of Google Benchmark, and ours.
int bench_program(int argc, char** argv, const std::string& about,
                  const std::vector<std::string>& default_problems);

}  // namespace lockstep
