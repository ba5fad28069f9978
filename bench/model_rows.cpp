#include "bench/model_rows.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "backends/model.h"
#include "bench/allocations.h"
#include "bench/model_layers.h"
#include "bench/shared.h"
#include "verify/model_check.h"

namespace lockstep {
namespace {

Shape shape_of_batch(const Seed& one) {
  Shape shape = one.input;
  shape.batch = std::min(one.batch, shape.batch);
  return shape;
}

/// A model made ready with all that a run of it reads and writes.
struct ReadyModel {
  ReadyModel(const Seed& one, const Backend& backend, const Shape& shape, const Exec& exec,
             std::uint64_t seed, const Backend* fallback)
      : model(one.model, backend, shape, exec, InitialStates::zero, fallback),
        given(make_model_given(one.model, shape, one.input_kind, InitialStates::zero, seed)),
        asked(one.model, shape, Layout::time_major) {
    io.inputs = given.input_rows(0, shape.batch);
    io.outputs = asked.views();
  }
  Model model;
  ModelGiven given;
  ModelAsked<float> asked;
  BasicModelIo<float> io;
};

ReadyRow make_ready(const Seed& whole, const Backend& backend, const Sharing& sharing, int threads,
                    std::uint64_t seed, Shared<ModelOracles>& shared) {
  Seed one = whole;
  one.input = shape_of_batch(whole);  // one batch: the size that is timed
  ReadyRow ready;
  const Exec exec{threads, Pass::inference};
  if (!sharing.possible()) {
    ready.verdict = to_string(Verdict::skip);
    ready.reason = sharing.why;
    return ready;
  }
  const auto oracles = shared.get([&] { return std::make_shared<const ModelOracles>(one, seed); });
  for (const Finding& finding : check_model_on(backend, one, *oracles, seed, threads, sharing.fallback)) {
    ready.share_of_tolerance = std::max(ready.share_of_tolerance, finding.share_of_tolerance());
    ready.method = finding.method;
    if (!ready.verdict.empty() && ready.verdict != to_string(Verdict::pass)) continue;
    ready.verdict = to_string(finding.verdict);
    ready.reason = finding.reason;
  }
  if (ready.verdict != to_string(Verdict::pass)) return ready;
  const auto model = std::make_shared<ReadyModel>(one, backend, one.input, exec, seed, sharing.fallback);
  ready.call = [model, oracles] { model->model.run(model->io); };
  ready.call();
  ready.allocations = allocations_of(ready.call);
  return ready;
}

}  // namespace

void describe_model(Row& row, const Seed& one) {
  row.labels.layer = one.name;
  row.config = one.config;
  row.of_several_inputs = resolve(one.model).inputs.size() > 1;
}

void describe_backend(Row& row, const Backend& backend, const Sharing& sharing) {
  row.name += fmt::format("/backend:{}", backend.name());
  row.labels.backend = shared_name(backend, sharing);
  if (sharing.fallback == nullptr) return;
  row.name += fmt::format("/fallback:{}", sharing.fallback->name());
  row.shared = SharedModel{std::string(backend.name()), std::string(sharing.fallback->name())};
}

std::vector<RowGroup> model_rows(std::span<const Seed> models, std::span<const Backend* const> backends,
                                 std::span<const int> threads, std::uint64_t seed, const Backend* fallback) {
  std::vector<RowGroup> groups;
  for (const Seed& one : models) {
    const Shape shape = shape_of_batch(one);
    const auto shared = std::make_shared<Shared<ModelOracles>>();
    RowGroup& group = groups.emplace_back();
    for (const int count : threads)
      for (const Backend* backend : backends) {
        Row& row = group.emplace_back();
        row.name = fmt::format("{}/B:{}/T:{}/threads:{}", one.name, shape.batch, shape.time_steps, count);
        row.labels = {"run", {}, {}, shape.batch, shape.time_steps, shape.features, 0, count, {}};
        const Sharing sharing =
            share_layers(*backend, fallback, one.model, shape, {count, Pass::inference}, InitialStates::zero);
        describe_backend(row, *backend, sharing);
        describe_model(row, one);
        row.steps_per_call = static_cast<double>(shape.batch * shape.time_steps);
        row.layers = model_layers(one, shape, count, Passes::forward);
        row.flops_per_call = flops_of(row.layers);
        row.make_ready = [one, backend, sharing, count, seed, shared] {
          return make_ready(one, *backend, sharing, count, seed, *shared);
        };
      }
  }
  return groups;
}

}  // namespace lockstep
