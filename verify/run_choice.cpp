#include "verify/run_choice.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep {
namespace {

void tell_that_it_cannot(const Backend& backend, const Seed& one, const Sharing& sharing) {
  fmt::print(stderr, "lockstep: {} does not compute {}: {}\n", backend.name(), one.name, sharing.why);
}
void tell_what_is_left(const Backend& backend, const Seed& one, const Sharing& sharing) {
  fmt::print(stderr, "lockstep: {} leaves {} of {} to {}: {}\n", backend.name(),
             fmt::join(sharing.left, ", "), one.name, sharing.fallback->name(), sharing.why);
}

}  // namespace

Choice choose(const Selection& selection, const Seed& one, const Shape& shape, int threads,
              InitialStates states) {
  std::vector<Choice> seen;
  for (const Backend* backend : selection.backends) {
    const Exec exec{threads, Pass::inference};
    seen.push_back({backend, share_layers(*backend, selection.fallback, one.model, shape, exec, states)});
    if (seen.back().sharing.why.empty()) break;
  }
  const auto computes_all = [](const Choice& one_of) { return one_of.sharing.why.empty(); };
  const auto possible = [](const Choice& one_of) { return one_of.sharing.possible(); };
  auto chosen = std::find_if(seen.begin(), seen.end(), computes_all);
  if (chosen == seen.end()) chosen = std::find_if(seen.begin(), seen.end(), possible);
  for (auto before = seen.begin(); before != chosen; ++before)
    tell_that_it_cannot(*before->backend, one, before->sharing);
  if (chosen == seen.end()) return {};
  if (!chosen->sharing.why.empty()) tell_what_is_left(*chosen->backend, one, chosen->sharing);
  return *chosen;
}

Sharing computes(const Backend& backend, const Backend* fallback, const Seed& one, const Shape& shape,
                 int threads, InitialStates states) {
  const Sharing sharing =
      share_layers(backend, fallback, one.model, shape, {threads, Pass::inference}, states);
  if (!sharing.possible())
    tell_that_it_cannot(backend, one, sharing);
  else if (!sharing.why.empty())
    tell_what_is_left(backend, one, sharing);
  return sharing;
}

}  // namespace lockstep
