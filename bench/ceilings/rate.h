#pragma once

#include <functional>

#include "backends/team.h"

namespace lockstep {

/// How often a second `work` can be done: it is done over and over for so many seconds, a few at least.
double rate_of(double seconds, const std::function<void()>& work);

/// The same of all threads of a team together, each of which does `work(index)`.
double rate_of(double seconds, Team&, const std::function<void(int)>& work);

}  // namespace lockstep
