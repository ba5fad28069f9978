#include "bench/layer_rows.h"

#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "bench/allocations.h"
#include "bench/layer_labels.h"
#include "bench/shared.h"
#include "bench/work.h"
#include "cases/data.h"
#include "verify/check.h"

namespace lockstep {
namespace {

/// What the rows of a group have in common: made when one of them needs it, gone with the last that is ready.
class SharedData {
 public:
  std::shared_ptr<const Given> given(const Case& one) {
    return given_.get([&] { return std::make_shared<const Given>(make_given(one)); });
  }
  std::shared_ptr<const Asked<float>> asked(const Case& one) {
    return asked_.get([&] { return std::make_shared<const Asked<float>>(one.problem, Layout::time_major); });
  }

 private:
  Shared<Given> given_;
  Shared<Asked<float>> asked_;
};

/// Prepares and verifies a row on a backend that said yes, and counts what a call allocates.
ReadyRow verify_row(const Case& one, const Backend& backend, Timed timed, SharedData& shared,
                    const std::shared_ptr<const Given>& given, const Expected& expected) {
  const std::shared_ptr<Layer> layer = backend.prepare(one.problem, given->weights);
  const Finding finding = check_layer(backend, *layer, one, *given, expected);
  ReadyRow ready;
  ready.verdict = to_string(finding.verdict);
  ready.reason = finding.reason;
  ready.method = finding.method;
  ready.share_of_tolerance = finding.share_of_tolerance();
  if (finding.verdict != Verdict::pass) return ready;
  if (timed == Timed::prepare) {
    ready.call = [&backend, given, problem = one.problem] { backend.prepare(problem, given->weights); };
  } else {
    const auto asked = shared.asked(one);
    ready.call = [layer, given, asked, io = make_io(one.problem, *given, *asked)] { layer->run(io); };
  }
  ready.allocations = allocations_of(ready.call);
  return ready;
}

ReadyRow make_ready(const Case& one, const Backend& backend, Timed timed, SharedData& shared,
                    Oracle& oracle) {
  ReadyRow ready;
  if (const Support support = backend.supports(one.problem); !support) {
    ready.verdict = to_string(Verdict::skip);
    ready.reason = support.why();
    return ready;
  }
  const auto given = shared.given(one);
  const auto expected = oracle.expect(one);
  try {
    return verify_row(one, backend, timed, shared, given, *expected);
  } catch (const std::exception& error) {
    ready.verdict = to_string(Verdict::fail);
    ready.reason = fmt::format("threw: {}", error.what());
    return ready;
  }
}

}  // namespace

std::string row_name(const Problem& problem, std::string_view backend, Timed timed) {
  return fmt::format("{}{}/backend:{}", timed == Timed::run ? "" : "prepare/", to_string(problem), backend);
}

std::vector<RowGroup> layer_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                 Timed timed, const std::shared_ptr<Oracle>& oracle) {
  struct Open {
    std::size_t group;
    std::shared_ptr<SharedData> shared;
  };
  std::map<std::string, Open> open;
  std::vector<RowGroup> groups;
  for (const Case& one : cases) {
    const auto [place, is_new] = open.try_emplace(fmt::format("{}#{}", group_key(one.problem), one.seed),
                                                  Open{groups.size(), nullptr});
    if (is_new) {
      groups.emplace_back();
      place->second.shared = std::make_shared<SharedData>();
    }
    for (const Backend* backend : backends) {
      Row row;
      row.name = row_name(one.problem, backend->name(), timed);
      row.labels = labels_of(one.problem, backend->name(), timed == Timed::run ? "run" : "prepare");
      row.steps_per_call = timed == Timed::run ? steps(one.problem) : 0;
      row.flops_per_call = timed == Timed::run ? flops(one.problem) : 0;
      if (timed == Timed::run) row.layers = {{one.problem}};
      row.announce = [one, oracle] { oracle->plan(one); };
      row.make_ready = [one, backend, timed, shared = place->second.shared, oracle] {
        return make_ready(one, *backend, timed, *shared, *oracle);
      };
      groups[place->second.group].push_back(std::move(row));
    }
  }
  return groups;
}

}  // namespace lockstep
