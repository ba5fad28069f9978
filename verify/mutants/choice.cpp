#include "verify/mutants/choice.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <string>
#include <string_view>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

bool is_size(std::string_view field) {
  for (const std::string_view key : {"B:", "T:", "F:", "U:", "threads:"})
    if (field.starts_with(key)) return true;
  return false;
}

}  // namespace

double cost_of(const Problem& problem) {
  const auto weights = weight_shapes(problem.layer, problem.shape.features).parameters();
  return static_cast<double>(problem.shape.batch) * static_cast<double>(problem.shape.time_steps) *
         static_cast<double>(weights + problem.shape.features);
}

Choice::Choice(std::span<const Case> cases) : cases_(cases), cheapest_first_(cases.size()) {
  std::map<std::string, std::size_t, std::less<>> seen;  // fields of a fixed vocabulary, far fewer than 64
  std::vector<double> costs;
  for (const Case& one : cases) {
    costs.push_back(cost_of(one.problem));
    std::uint64_t features = 0;
    const std::string text = to_string(one.problem);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('/', begin), text.size());
      const std::string field = text.substr(begin, end - begin);
      if (!is_size(field))
        features |= std::uint64_t{1} << (seen.try_emplace(field, seen.size()).first->second % 64);
      begin = end + 1;
    }
    features_.push_back(features);
  }
  std::iota(cheapest_first_.begin(), cheapest_first_.end(), 0);
  std::stable_sort(cheapest_first_.begin(), cheapest_first_.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
}

std::vector<std::size_t> Choice::of(const Mutant& mutant, std::size_t most) const {
  std::vector<std::size_t> left, chosen;
  std::copy_if(cheapest_first_.begin(), cheapest_first_.end(), std::back_inserter(left),
               [&](std::size_t i) { return static_cast<bool>(mutant.applies(cases_[i].problem)); });
  std::uint64_t seen = 0;
  const auto news = [&](std::size_t i) { return std::popcount(features_[i] & ~seen); };
  while (!left.empty() && chosen.size() < most) {
    auto best = std::max_element(left.begin(), left.end(),
                                 [&](std::size_t a, std::size_t b) { return news(a) < news(b); });
    if (news(*best) == 0 && seen != 0) {
      seen = 0;
      continue;
    }
    seen |= features_[*best];
    chosen.push_back(*best);
    left.erase(best);
  }
  return chosen;
}

}  // namespace lockstep
