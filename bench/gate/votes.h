#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/gate/decide.h"
#include "bench/gate/plan.h"

namespace lockstep::gate {

/// Why these votes are none by which the plan could decide, "3 processes measured it to confirm, the plan
/// asks for 28"; empty: they are.
std::string lack_of(const Votes&, const Plan&);

enum class Way { slower, faster };

/// Exact p of "no further this way than the margin".
double p_beyond(std::span<const double> votes, Way, const Plan&);
/// Which of these are further this way than the margin, the level of the plan shared by all of them.
std::vector<bool> confirmed_beyond(const std::vector<std::span<const double>>& votes, Way, const Plan&);
/// Why the sign test does not bear out what signed ranks confirmed, for want of symmetry; empty: it does.
std::string contradiction_of(std::span<const double> votes, Way, const Plan&);

/// "0.0312" as "3.12 %".
std::string percent(double);
/// "3.12 % slower" of a ratio 1.0312.
std::string change_of(double ratio);

}  // namespace lockstep::gate
