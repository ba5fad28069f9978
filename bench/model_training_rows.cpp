#include "bench/model_training_rows.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "backends/trainer.h"
#include "bench/allocations.h"
#include "bench/model_layers.h"
#include "bench/model_rows.h"
#include "bench/train/batches.h"
#include "bench/train/data.h"
#include "bench/training_rows.h"
#include "cases/targets.h"
#include "verify/gradients/model_check.h"

namespace lockstep {
namespace {

/// A model in training, and the samples that it sees in order.
class ReadyModel {
 public:
  ReadyModel(const Seed& one, const Backend& backend, int threads, std::uint64_t seed)
      : batch_(std::min(one.batch, one.input.batch)),
        data_(load_data(one, usual_loss(one.model), {}, seed)),
        order_(static_cast<std::size_t>(data_.samples())),
        buffer_(data_, batch_),
        trainer_(one.model, trainable_on(backend),
                 {usual_loss(one.model), default_optimizer(OptimizerKind::rmsprop), threads}) {
    std::iota(order_.begin(), order_.end(), 0);
    first_ = &buffer_.gather(std::span(order_).first(static_cast<std::size_t>(batch_)));
    forward();
  }
  void step() { trainer_.step(*first_); }
  void forward() { trainer_.forward(*first_); }
  void backward() {
    trainer_.loss(*first_);
    trainer_.backward(*first_);
  }
  void epoch() {
    for (std::int64_t begin = 0; begin < data_.samples(); begin += batch_) {
      const std::int64_t size = std::min(batch_, data_.samples() - begin);
      trainer_.step(buffer_.gather(
          std::span(order_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size))));
    }
  }

 private:
  std::int64_t batch_;
  TrainingData data_;
  std::vector<std::int64_t> order_;
  BatchBuffer buffer_;
  Trainer<float> trainer_;
  const TrainingBatch<float>* first_;
};

/// What the rows of a model on all backends have in common.
class TrainedModel {
 public:
  TrainedModel(Seed one, std::vector<const Backend*> backends, int threads, std::uint64_t seed)
      : one_(std::move(one)), backends_(std::move(backends)), threads_(threads), seed_(seed) {}

  ReadyRow make_ready(const Backend& backend, void (ReadyModel::*call)()) {
    const std::int64_t batch = std::min(one_.batch, one_.input.batch), rest = one_.input.batch % batch;
    ReadyRow ready = verified(backend, batch);
    const auto passed = [&] { return ready.verdict == to_string(Verdict::pass); };
    if (passed() && call == &ReadyModel::epoch && rest > 0) {  // the last batch of an epoch
      ReadyRow last = verified(backend, rest);
      last.method = ready.method;
      last.share_of_tolerance = std::max(last.share_of_tolerance, ready.share_of_tolerance);
      ready = std::move(last);
    }
    if (!passed()) return ready;
    const auto model = std::make_shared<ReadyModel>(one_, backend, threads_, seed_);
    ready.call = [model, call] { (*model.*call)(); };
    ready.call();
    ready.allocations = allocations_of(ready.call);
    return ready;
  }

 private:
  /// What checking the model with so many samples found.
  ReadyRow verified(const Backend& backend, std::int64_t samples) {
    std::vector<Finding>& findings = findings_[samples];
    if (findings.empty()) findings = check_training(backends_, one_, samples, seed_, threads_).findings;
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& one) { return one.backend == backend.name(); });
    ReadyRow ready;
    ready.verdict = to_string(found->verdict);
    ready.reason = found->reason;
    ready.method = found->method;
    ready.share_of_tolerance = found->share_of_tolerance();
    return ready;
  }

  Seed one_;
  std::vector<const Backend*> backends_;
  int threads_;
  std::uint64_t seed_;
  std::map<std::int64_t, std::vector<Finding>> findings_;  // by the number of samples
};

struct Part {
  const char* what;
  const char* prefix;
  double share_of_flops;  // of a forward run's
  Passes passes;
  void (ReadyModel::*call)();
};
constexpr std::array<Part, 4> parts{
    {{training_step, "step/", 3, Passes::both, &ReadyModel::step},
     {training_forward, "forward/", 1, Passes::forward, &ReadyModel::forward},
     {training_backward, "backward/", 2, Passes::backward, &ReadyModel::backward},
     {training_epoch, "epoch/", 3, Passes::both, &ReadyModel::epoch}}};

}  // namespace

std::vector<RowGroup> model_training_rows(std::span<const Seed> models,
                                          std::span<const Backend* const> backends, int threads,
                                          std::uint64_t seed) {
  std::vector<RowGroup> groups;
  for (const Seed& one : models) {
    const auto trained =
        std::make_shared<TrainedModel>(one, std::vector(backends.begin(), backends.end()), threads, seed);
    RowGroup group;
    for (const Backend* backend : backends)
      for (const Part& part : parts) {
        Shape shape = one.input;
        if (part.what != training_epoch) shape.batch = std::min(one.batch, shape.batch);
        Row row;
        row.name =
            fmt::format("{}{}/B:{}/T:{}/threads:{}/backend:{}", part.prefix, one.name,
                        std::min(one.batch, one.input.batch), shape.time_steps, threads, backend->name());
        row.labels.what = part.what;
        describe_model(row, one);
        row.labels.batch = std::min(one.batch, one.input.batch);
        row.labels.time_steps = shape.time_steps;
        row.labels.features = shape.features;
        row.labels.threads = threads;
        row.labels.backend = backend->name();
        row.steps_per_call = static_cast<double>(shape.batch * shape.time_steps);
        row.layers = model_layers(one, shape, threads, part.passes);
        row.flops_per_call = part.share_of_flops * flops_of(row.layers);
        row.make_ready = [trained, backend, call = part.call] { return trained->make_ready(*backend, call); };
        group.push_back(std::move(row));
      }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace lockstep
