#include "bench/gate/counters.h"

#include <functional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep::gate {
namespace {

std::string counted(const Proof& base, const Proof& head,
                    const std::function<bool(std::int64_t, std::int64_t)>& differs) {
  std::vector<std::string> found;
  const auto compare = [&](std::string_view what, std::int64_t of_base, std::int64_t of_head) {
    if (differs(of_head, of_base))
      found.push_back(
          fmt::format("{} {}{} per call, base {}", of_head, what, of_head == 1 ? "" : "s", of_base));
  };
  compare("allocation", base.allocations, head.allocations);
  compare("library call", base.library_calls, head.library_calls);
  return fmt::format("{}", fmt::join(found, "; "));
}

}  // namespace

std::string counted_more(const Proof& base, const Proof& head) {
  return counted(base, head, std::greater<>());
}

std::string counted_less(const Proof& base, const Proof& head) {
  return counted(base, head, std::less<>());
}

}  // namespace lockstep::gate
