#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "backends/backend.h"
#include "cases/case.h"
#include "verify/verdict.h"

namespace lockstep {

using Deadline = std::chrono::steady_clock::time_point;

/// A failing case with nothing left to take away.
struct Shrunk {
  Case smallest;    // with the seed and gain of the case it comes from
  Finding finding;  // of that; a check that failed in the whole case failed here, too
  std::size_t tried = 0;
  bool in_time = true;  // no feature and no size can go; else the deadline came first
};

/// `failing` is what check found of the case. What only smaller cases have wrong does not count: they must
/// fail a check that the case failed. One check at most goes past the deadline.
Shrunk shrink(const Backend&, const Case&, const Finding& failing, Deadline);

/// Whether no other check failed.
bool failed_only(const Finding&, std::initializer_list<std::string_view> checks);

/// What the smallest failing problem still has, in words, "a bias": without it, it would hold. Empty for a
/// problem of ones with no feature.
std::vector<std::string> needs_of(const Problem& smallest);

}  // namespace lockstep
