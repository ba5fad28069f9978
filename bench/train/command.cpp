#include "bench/train/command.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/train/history.h"
#include "bench/train/interrupt.h"
#include "bench/train/plan.h"
#include "bench/train/progress.h"
#include "bench/train/trace.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"

namespace lockstep {
namespace {

/// Shows the progress, keeps the trace, and ends the training on request.
class CommandWatch : public FitWatch {
 public:
  CommandWatch(const std::string& backend, const TrainPlan& plan, Trace* trace)
      : progress_(backend, plan.fit.epochs, steps_per_epoch(plan.fit, plan.data.samples())), trace_(trace) {}

  void epoch_begins(std::int64_t epoch) override { progress_.epoch_begins(epoch); }
  void gradients_are_there(std::int64_t step, const Trainer<float>& trainer) override {
    if (trace_ != nullptr) trace_->keep_gradients(step, trainer);
  }
  void step_ends(std::int64_t step, const Epoch& so_far, const Trainer<float>& trainer) override {
    progress_.step_ends(so_far);
    if (trace_ != nullptr) trace_->keep_weights(step, trainer);
  }
  bool interrupts() override { return InterruptRequests::there_was_one(); }

 private:
  TrainingProgress progress_;
  Trace* trace_;
};

/// Each backend with why it does not train the model, where it does not.
std::vector<Trained> asked(const Selection& selection, const TrainPlan& plan) {
  std::vector<Trained> all;
  for (const Backend* backend : selection.backends)
    all.push_back({std::string(backend->name()), supports(*backend, plan).why(), {}});
  return all;
}

/// Weights and traces are of one backend.
void check_one_backend(const TrainRequest& request, const std::vector<Trained>& all) {
  std::string names;
  std::size_t count = 0;
  for (const Trained& one : all) {
    if (!one.skipped.empty()) continue;
    (names += names.empty() ? "" : ", ") += one.backend;
    ++count;
  }
  if (count > 1 && !(request.weights.empty() && request.trace.empty()))
    throw std::invalid_argument(fmt::format("{} is of one backend: accepted is --backends with one of {}",
                                            request.weights.empty() ? "--trace" : "--weights", names));
}

void write_outs(const TrainRequest& request, const TrainPlan& plan, const std::vector<Trained>& all,
                const Trace& trace) {
  if (!request.histories.empty())
    reports::write_document(training_history(plan.name, request.command, all), request.histories);
  for (const Trained& one : all) {
    if (one.result.epochs.empty()) continue;
    if (!request.weights.empty())
      reports::write_text(request.weights, npz_bytes(weight_members(plan.model, one.result.weights)));
    if (!request.trace.empty() && !one.result.interrupted)
      reports::write_text(request.trace, npz_bytes(trace.members(one.result.steps)));
  }
}

/// Whether a backend that must train the model does not, or none does; says so on stderr.
bool complain(const TrainRequest& request, const std::vector<Trained>& all) {
  std::string reasons;
  bool missing = false, none = true;
  for (const Trained& one : all) {
    none = none && !one.skipped.empty();
    if (one.skipped.empty()) continue;
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", one.backend, one.skipped);
    const auto& required = request.backends.require;
    if (std::find(required.begin(), required.end(), one.backend) == required.end()) continue;
    fmt::print(stderr, "lockstep: required backend {} does not train {}: {}\n", one.backend, request.model,
               one.skipped);
    missing = true;
  }
  if (none && !missing)
    fmt::print(stderr, "lockstep: no backend of these trains {}: {}\n", request.model, reasons);
  return missing || none;
}

/// `trace` may be null.
FitResult train_on(const Backend& backend, const TrainPlan& plan, Trace* trace) {
  CommandWatch watch(std::string(backend.name()), plan, trace);
  Trainer<float> trainer(plan.model, trainable_on(backend), plan.training);
  return fit(trainer, plan.data, plan.fit, watch);
}

}  // namespace

int train_command(const TrainRequest& request) {
  const TrainPlan plan = make_plan(request);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  std::vector<Trained> all = asked(selection, plan);
  if (complain(request, all)) return exit_missing;
  check_one_backend(request, all);
  const InterruptRequests interrupts;
  Trace trace(plan.model, plan.trace_steps);
  bool interrupted = false;
  for (std::size_t i = 0; i < all.size() && !interrupted; ++i) {
    if (!all[i].skipped.empty()) continue;
    try {
      all[i].result = train_on(*selection.backends[i], plan, request.trace.empty() ? nullptr : &trace);
    } catch (const Diverged& error) {
      fmt::print(stderr, "lockstep: {} on {} {}\n", plan.name, all[i].backend, error.what());
      return exit_failed;
    }
    interrupted = all[i].result.interrupted;
  }
  if (interrupted)
    std::erase_if(all, [](const Trained& one) { return one.skipped.empty() && one.result.epochs.empty(); });
  const bool any =
      std::any_of(all.begin(), all.end(), [](const Trained& one) { return !one.result.epochs.empty(); });
  if (any) {
    write_outs(request, plan, all, trace);
    fmt::print("{}", reports::markdown(training_table(all)));
  }
  if (!interrupted) return exit_held;
  fmt::print(
      stderr, "lockstep: interrupted: {}\n",
      any ? "what is kept is of whole epochs" : "before the first epoch was whole, so nothing is kept");
  return exit_interrupted;
}

}  // namespace lockstep
