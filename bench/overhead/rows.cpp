#include "bench/overhead/rows.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "backends/registry.h"
#include "bench/layer_rows.h"
#include "bench/overhead/overhead.h"

namespace lockstep {
namespace {

bool belongs(std::string_view raw, const Backend& backend) {
  return raw == fmt::format("{}{}", backend.name(), raw_suffix);
}

}  // namespace

std::filesystem::path raw_folder() {
  return module_folder() / "raw";
}

Selection raw_calls_of(std::span<const Backend* const> backends) {
  Selection raw = select_backends(load_modules(raw_folder()), {});
  const auto others = [&](std::string_view name) {
    return std::none_of(backends.begin(), backends.end(),
                        [&](const Backend* one) { return belongs(name, *one); });
  };
  std::erase_if(raw.backends, [&](const Backend* one) { return others(one->name()); });
  std::erase_if(raw.unavailable, [&](const Module& one) { return others(one.name); });
  return raw;
}

std::vector<RowGroup> overhead_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                    std::span<const Backend* const> raw_calls,
                                    const std::shared_ptr<Oracle>& oracle) {
  std::vector<RowGroup> groups;
  for (const Case& one : cases)
    for (const Backend* backend : backends)
      for (const Backend* raw : raw_calls) {
        if (!belongs(raw->name(), *backend)) continue;
        auto both = layer_rows(std::array{one}, std::array{backend, raw}, Timed::run, oracle);
        std::move(both.begin(), both.end(), std::back_inserter(groups));
      }
  return groups;
}

}  // namespace lockstep
