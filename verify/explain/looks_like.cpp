#include "verify/explain/looks_like.h"

#include <algorithm>
#include <exception>

#include "verify/explain/observed.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

/// How many of some elements agree.
struct Agreement {
  std::size_t all = 0, agreeing = 0;
  void add(bool agrees) {
    ++all;
    agreeing += agrees ? 1 : 0;
  }
  double share() const { return all == 0 ? 1 : static_cast<double>(agreeing) / static_cast<double>(all); }
};

}  // namespace

std::vector<Likeness> looks_like(const Backend& backend, const Case& one, Deadline deadline) {
  constexpr double nearly_all = 0.99;
  constexpr std::size_t most = 3;
  std::vector<float> seen;
  try {
    seen = observe(backend, one);
  } catch (const std::exception&) {
    return {};
  }
  const Truth truth(one);
  const std::vector<float> right = observe(MutantBackend(control()), one);
  std::vector<bool> is_wrong(seen.size());
  for (std::size_t i = 0; i < seen.size(); ++i)  // what overflows in float is not
    is_wrong[i] = !truth.holds(i, seen[i]) && !agree(seen[i], right[i], truth.allowed[i]);
  std::vector<Likeness> found;
  for (const Mutant& mutant : mutants()) {
    if (!mutant.applies(one.problem)) continue;
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::vector<float> values;
    try {
      values = observe(MutantBackend(mutant), one);
    } catch (const std::exception&) {
      continue;
    }
    Agreement everywhere, where_wrong;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const bool agrees = agree(seen[i], values[i], truth.allowed[i]);
      everywhere.add(agrees);
      if (is_wrong[i]) where_wrong.add(agrees);
    }
    if (where_wrong.all == 0) return {};
    if (everywhere.share() >= nearly_all && where_wrong.share() >= nearly_all)
      found.push_back({&mutant, where_wrong.share()});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Likeness& a, const Likeness& b) { return a.share > b.share; });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace lockstep
