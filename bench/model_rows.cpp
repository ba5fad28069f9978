#include "bench/model_rows.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "backends/model.h"
#include "bench/allocations.h"
#include "bench/model_layers.h"
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
             std::uint64_t seed)
      : model(one.model, backend, shape, exec),
        given(make_model_given(one.model, shape, one.input_kind, InitialStates::zero, seed)),
        asked(one.model, shape, Layout::time_major) {
    io.input = given.input_rows(0, shape.batch);
    io.outputs = asked.views();
  }
  Model model;
  ModelGiven given;
  ModelAsked<float> asked;
  BasicModelIo<float> io;
};

ReadyRow make_ready(const Seed& whole, const Backend& backend, int threads, std::uint64_t seed) {
  Seed one = whole;
  one.input = shape_of_batch(whole);  // one batch: the size that is timed
  ReadyRow ready;
  for (const Finding& finding : check_model(std::array{&backend}, one, seed, threads).findings) {
    ready.share_of_tolerance = std::max(ready.share_of_tolerance, finding.share_of_tolerance());
    ready.method = finding.method;
    if (!ready.verdict.empty() && ready.verdict != to_string(Verdict::pass)) continue;
    ready.verdict = to_string(finding.verdict);
    ready.reason = finding.reason;
  }
  if (ready.verdict != to_string(Verdict::pass)) return ready;
  const auto model =
      std::make_shared<ReadyModel>(one, backend, one.input, Exec{threads, Pass::inference}, seed);
  ready.call = [model] { model->model.run(model->io); };
  ready.call();
  ready.allocations = allocations_of(ready.call);
  return ready;
}

}  // namespace

std::vector<RowGroup> model_rows(std::span<const Seed> models, std::span<const Backend* const> backends,
                                 int threads, std::uint64_t seed) {
  std::vector<RowGroup> groups;
  for (const Seed& one : models) {
    const Shape shape = shape_of_batch(one);
    RowGroup group;
    for (const Backend* backend : backends) {
      Row row;
      row.name = fmt::format("{}/B:{}/T:{}/threads:{}/backend:{}", one.name, shape.batch, shape.time_steps,
                             threads, backend->name());
      row.labels.what = "run";
      row.labels.layer = one.name;
      row.labels.batch = shape.batch;
      row.labels.time_steps = shape.time_steps;
      row.labels.features = shape.features;
      row.labels.threads = threads;
      row.labels.backend = backend->name();
      row.steps_per_call = static_cast<double>(shape.batch * shape.time_steps);
      row.layers = model_layers(one, shape, threads, Passes::forward);
      row.flops_per_call = flops_of(row.layers);
      row.make_ready = [one, backend, threads, seed] { return make_ready(one, *backend, threads, seed); };
      group.push_back(std::move(row));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace lockstep
