#include "bench/train/command.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "bench/train/facts.h"
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

bool keeps(const Trained& one) {
  return !one.result.epochs.empty();
}

/// The files that were asked for and that nothing is left for.
std::vector<std::string> not_written(const TrainRequest& request, const std::vector<Trained>& all) {
  const bool any = std::any_of(all.begin(), all.end(), keeps);
  const bool traced = std::any_of(all.begin(), all.end(),
                                  [](const Trained& one) { return keeps(one) && one.result.whole(); });
  std::vector<std::string> files;
  const auto add = [&](const std::filesystem::path& path) {
    if (!path.empty()) files.push_back(in_quotes(path.string()));
  };
  if (!any) std::for_each(request.histories.begin(), request.histories.end(), add);
  if (!any) add(request.weights);
  if (!traced) add(request.trace);
  return files;
}

void write_outs(const TrainRequest& request, const TrainPlan& plan, const std::vector<Trained>& all,
                const Trace& trace) {
  if (!request.histories.empty())
    reports::write_document(training_history(plan.name, training_facts(request, plan), all),
                            request.histories);
  for (const Trained& one : all) {
    if (!keeps(one)) continue;
    if (!request.weights.empty())
      reports::write_text(request.weights, npz_bytes(weight_members(plan.model, one.result.weights)));
    if (!request.trace.empty() && one.result.whole())
      reports::write_text(request.trace, npz_bytes(trace.members(one.result.steps)));
  }
}

/// What became of the trainings that were not whole, on stderr, a line each.
void tell(const TrainRequest& request, const TrainPlan& plan, const std::vector<Trained>& all,
          bool interrupted, const std::vector<std::string>& not_trained) {
  const auto files = not_written(request, all);
  std::string rest = files.empty() ? "" : fmt::format("; not written: {}", fmt::join(files, ", "));
  const auto kept = [](bool any) {
    return any ? "what is kept is of whole epochs" : "no epoch was whole, so nothing is kept";
  };
  for (const Trained& one : all)
    if (!one.result.diverged.empty())
      fmt::print(stderr,
                 "lockstep: {} on {} diverged: {}: lower the learning rate or clip the gradients: {}{}\n",
                 plan.name, one.backend, one.result.diverged, kept(keeps(one)), rest);
  if (!interrupted) return;
  if (!not_trained.empty()) rest += fmt::format("; not trained: {}", fmt::join(not_trained, ", "));
  fmt::print(stderr, "lockstep: interrupted: {}{}\n", kept(std::any_of(all.begin(), all.end(), keeps)), rest);
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
  const std::string warning = logits_warning(plan.model, plan.training.loss);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  std::vector<Trained> all = asked(selection, plan);
  if (complain(request, all)) return exit_missing;
  check_one_backend(request, all);
  if (!warning.empty()) fmt::print(stderr, "lockstep: warning: {}\n", warning);
  const InterruptRequests interrupts;
  Trace trace(plan.model, plan.trace_steps);
  std::vector<std::string> not_trained;
  bool interrupted = false, diverged = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].skipped.empty()) continue;
    interrupted = interrupted || InterruptRequests::there_was_one();
    if (interrupted) {
      not_trained.push_back(all[i].backend);
      continue;
    }
    all[i].result = train_on(*selection.backends[i], plan, request.trace.empty() ? nullptr : &trace);
    interrupted = all[i].result.interrupted;
    diverged = diverged || !all[i].result.diverged.empty();
  }
  if (interrupted)
    std::erase_if(all, [](const Trained& one) {
      return one.skipped.empty() && !keeps(one) && one.result.diverged.empty();
    });
  tell(request, plan, all, interrupted, not_trained);
  if (std::any_of(all.begin(), all.end(), keeps)) {
    write_outs(request, plan, all, trace);
    fmt::print("{}", reports::markdown(training_table(all)));
  }
  if (interrupted) return exit_interrupted;
  return diverged ? exit_failed : exit_held;
}

}  // namespace lockstep
