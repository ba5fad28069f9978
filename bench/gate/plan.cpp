#include "bench/gate/plan.h"

#include <cmath>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "bench/gate/statistics/signed_rank.h"

namespace lockstep::gate {
namespace {

template <typename Number>
void refuse(std::string_view field, Number value, std::string_view accepted) {
  throw std::invalid_argument(fmt::format("{}: {}; accepted is {}", field, value, accepted));
}

template <typename Number>
void check_range(std::string_view field, Number value, Number least, Number most) {
  if (!(value >= least && value <= most)) refuse(field, value, fmt::format("{} to {}", least, most));
}

void check_attainable(const Plan& plan, std::size_t benchmarks) {
  const double all = static_cast<double>(benchmarks), smallest = smallest_p(plan.confirm);
  if (smallest <= plan.level / all) return;
  int enough = plan.confirm;
  while (smallest_p(enough) > plan.level / all) ++enough;
  throw std::invalid_argument(fmt::format(
      "confirm: {} processes cannot give a p below {:.2g}, and the level {} over {} benchmarks asks for "
      "{:.2g}; accepted are {} processes, or a level from {:.2g}",
      plan.confirm, smallest, plan.level, benchmarks, plan.level / all, enough, smallest * all));
}

}  // namespace

void validate(const Plan& plan, std::size_t benchmarks) {
  if (benchmarks == 0) throw std::invalid_argument("benchmarks: 0; accepted is 1 or more");
  check_range("screen", plan.screen, 4, 500);
  check_range("confirm", plan.confirm, 4, 500);
  check_range("margin", plan.margin, 0.0, 1.0);
  check_range("screen_above", plan.screen_above, 0.0, 1.0);
  if (plan.screen_above > plan.margin)  // it would clear what is to fail
    refuse("screen_above", plan.screen_above, fmt::format("up to the margin, {}", plan.margin));
  check_range("level", plan.level, 1e-9, 0.25);
  if (!(plan.detect > plan.margin && plan.detect <= 10))
    refuse("detect", plan.detect, fmt::format("above the margin, {}, and up to 10", plan.margin));
  check_range("control_share", plan.control_share, 0.0, 1.0);
  check_range("rounds", plan.rounds, 4, 100000);
  if (plan.rounds % 4 != 0) refuse("rounds", plan.rounds, "a multiple of 4");
  check_range("batch_seconds", plan.batch_seconds, 1e-6, 10.0);
  check_range("layouts_needed", plan.layouts_needed, 0, 64);
  check_attainable(plan, benchmarks);
}

}  // namespace lockstep::gate
