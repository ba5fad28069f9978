#include "verify/run_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/kept_states.h"
#include "backends/model.h"
#include "cases/model_inputs.h"
#include "reports/columns.h"
#include "reports/markdown.h"
#include "verify/answer_files.h"
#include "verify/exit_code.h"
#include "verify/model_check.h"
#include "verify/outcome.h"
#include "verify/print_array.h"
#include "verify/progress.h"
#include "verify/run_choice.h"

namespace lockstep {
namespace {

/// What the model is given at once.
struct Call {
  InputFiles files;
  std::vector<std::array<std::int64_t, 3>> dims;  // of the files
  bool has_own_lengths = false;                   // runs on the model for its lengths alone
  Shape shape;                                    // of a run on all samples
};

/// Gives the model that call's lengths, if there are such: one model at a time, as it may be large.
void fit(ModelSpec& model, const Call& call) {
  if (call.has_own_lengths) model = with_lengths(std::move(model), call.dims);
}

std::vector<Call> calls_of(const RunFileRequest& request, ModelSpec model) {
  std::vector<Call> calls;
  bool any_has = false;
  for (InputFiles& files : open_calls(model, "--input", request.inputs)) {
    Call& call = calls.emplace_back();
    call.files = std::move(files);
    call.dims = dims_of(call.files);
    any_has = any_has || have_own_lengths(model, call.dims);
  }
  for (Call& call : calls) {
    call.has_own_lengths = any_has;
    fit(model, call);
    call.shape = shape_of_inputs(model, call.dims);
  }
  return calls;
}

void check_counts(const RunFileRequest& request, std::size_t calls) {
  if (calls > 1 && !request.stateful)
    throw std::invalid_argument(fmt::format(
        "--input names {} files: accepted is one, or with --stateful more, to run in turn", calls));
  if (!request.outputs.empty() && request.outputs.size() != calls)
    throw std::invalid_argument(fmt::format("--output names {} files for {} of --input: accepted are as many",
                                            request.outputs.size(), calls));
}

/// What is computed in each call in turn.
class Run {
 public:
  /// All outlive it; the states are of all samples, and kept from call to call where they are carried. The
  /// model is fit for the call that is run.
  Run(const Seed& one, const Choice& choice, int threads, const ModelGiven& states, InitialStates from)
      : one_(one), choice_(choice), threads_(threads), states_(states), from_(from) {
    if (from != InitialStates::carried) return;
    kept_.emplace(one.model, one.input.batch);
    kept_->start(states.initial_rows(0, one.input.batch));
  }

  /// Hands on each output of each batch.
  void on(Call& call, const std::function<void(std::size_t output, std::span<const float>)>& hand_on) {
    ProgressLine progress("running");
    for (const Batch& batch : batches(call.shape.batch, one_.batch)) {
      std::vector<std::array<std::int64_t, 3>> dims = call.dims;
      for (auto& size : dims) size[0] = batch.size;
      if (dims != dims_) make_ready(std::move(dims));
      BasicModelIo<float> io;
      for (std::size_t i = 0; i < dims_.size(); ++i) {
        call.files[i].read(batch.size, values_[i].data());
        io.inputs.push_back(sequence_view<const float>(values_[i].data(), dims_[i], Layout::batch_major));
      }
      io.outputs = asked_->views();
      io.initial = kept_ ? kept_->initial_rows(batch.begin, batch.size)
                         : states_.initial_rows(batch.begin, batch.size);
      if (kept_) io.ended = kept_->final_rows(batch.begin, batch.size);
      model_->run(io);
      for (std::size_t i = 0; i < asked_->outputs.size(); ++i) hand_on(i, asked_->outputs[i]);
      progress.show(static_cast<std::size_t>(batch.begin + batch.size),
                    static_cast<std::size_t>(call.shape.batch));
    }
    if (kept_) kept_->advance();
  }

 private:
  void make_ready(std::vector<std::array<std::int64_t, 3>> dims) {
    const ModelSpec& model = one_.model;
    const Shape shape = shape_of_inputs(model, dims);
    model_.reset();  // before the next one, as both may be large
    model_ = std::make_unique<Model>(model, *choice_.backend, shape, Exec{threads_, Pass::inference}, from_,
                                     choice_.sharing.fallback);
    values_.clear();
    for (const auto& size : dims) values_.emplace_back(size[0] * size[1] * size[2]);
    asked_.emplace(model, shape, Layout::batch_major);
    dims_ = std::move(dims);
  }

  const Seed& one_;
  const Choice& choice_;
  int threads_;
  const ModelGiven& states_;
  InitialStates from_;
  std::optional<KeptStates> kept_;
  std::vector<std::array<std::int64_t, 3>> dims_;  // of the inputs of what is ready
  std::unique_ptr<Model> model_;
  std::vector<Buffer<float>> values_;
  std::optional<ModelAsked<float>> asked_;
};

void print_answers(Run& run, Call& call, const Seed& one, const std::string& by) {
  const auto dims = answer_dims(one.model, call.shape);
  std::vector<std::vector<float>> outputs(dims.size());
  run.on(call, [&](std::size_t i, std::span<const float> values) {
    outputs[i].insert(outputs[i].end(), values.begin(), values.end());
  });
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::array<std::int64_t, 3> three{dims[i][0], dims[i].size() == 3 ? dims[i][1] : 1, dims[i].back()};
    fmt::print("{} on {}, shape ({}):\n{}\n", one.model.outputs[i], by, fmt::join(dims[i], ", "),
               print_array(sequence_view<const float>(outputs[i].data(), three, Layout::batch_major)));
  }
}

/// The outcome of what runs, or with `check` of the table that is printed. Reads the inputs anew.
Outcome outcome_of_run(const RunFileRequest& request, const BackendRequest& wanted,
                       const Selection& selection, const Seed& one, const Choice& choice) {
  if (!request.check) {
    const bool shared = choice.sharing.fallback != nullptr;
    return outcome_of(std::vector{RowOutcome{choice.backend->name(), to_string(Verdict::pass), shared}},
                      wanted.require);
  }
  InputFiles files = open_call(one.model, "--input", request.inputs);
  ModelGiven given = given_inputs(read_arrays(files));
  given.states = read_states(one.model, request.states, one.input.batch);
  const auto findings =
      check_given(selection.backends, one, std::move(given), request.threads, selection.fallback);
  fmt::print("{}", reports::markdown(check_table(findings)));
  std::vector<RowOutcome> rows;
  for (const Finding& finding : findings) rows.push_back(row_of(finding));
  return outcome_of(rows, wanted.require);
}

}  // namespace

reports::Table check_table(const std::vector<Finding>& findings) {
  using reports::number;
  using reports::words;
  reports::Table table(
      "", {words("backend", "Backend"), words("verdict", "Verdict"), number("error", "Largest error"),
           number("tolerance", "Allowed there"), words("reason", "Reason")});
  for (const Finding& finding : findings) {
    const bool compared = finding.tolerance > 0 && std::isfinite(finding.largest_error);
    table.add({computed_by(finding), std::string(to_string(finding.verdict)),
               compared ? reports::Cell(finding.largest_error) : reports::Cell(),
               compared ? reports::Cell(finding.tolerance) : reports::Cell(), finding.reason});
  }
  return table;
}

int run_file_command(const RunFileRequest& request, const BackendRequest& wanted, const Seed& model) {
  std::vector<Call> calls = calls_of(request, model.model);
  check_counts(request, calls.size());
  std::vector<AnswerTarget> targets;
  for (const auto& output : request.outputs) targets.push_back(answer_target(output, model.model.outputs));
  check_apart(targets);
  Seed one = model;
  fit(one.model, calls[0]);
  one.input = calls[0].shape;
  if (request.batch > 0) one.batch = request.batch;
  ModelGiven states;
  states.states = read_states(one.model, request.states, one.input.batch);
  Selection selection;
  if (!open_backends(wanted, selection)) return exit_missing;
  Shape batch = one.input;
  batch.batch = std::min(one.batch, batch.batch);
  const InitialStates from = request.stateful ? InitialStates::carried : states.initial_states();
  const Choice choice = choose(selection, one, batch, request.threads, from);
  if (choice.backend == nullptr) return exit_missing;
  const Outcome outcome = outcome_of_run(request, wanted, selection, one, choice);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  if (outcome.code != exit_held) return outcome.code;
  const std::string by = shared_name(*choice.backend, choice.sharing);
  Run run(one, choice, request.threads, states, from);
  std::list<AnswerFiles> files;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    Call& call = calls[i];
    fit(one.model, call);
    if (targets.empty()) {
      print_answers(run, call, one, by);
      continue;
    }
    AnswerFiles& answers =
        files.emplace_back(targets[i], one.model.outputs, answer_dims(one.model, call.shape));
    run.on(call, [&](std::size_t output, std::span<const float> values) { answers.append(output, values); });
    answers.finish();
  }
  for (AnswerFiles& answers : files) answers.take_places();
  if (!targets.empty())
    fmt::print(stderr, "lockstep: {}: computed by {} with {} thread{}\n", one.name, by, request.threads,
               request.threads == 1 ? "" : "s");
  return exit_held;
}

}  // namespace lockstep
