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

#include "backends/in_quotes.h"
#include "backends/kept_states.h"
#include "backends/model.h"
#include "cases/array_file.h"
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

void check_counts(const RunFileRequest& request) {
  if (request.inputs.size() > 1 && !request.stateful)
    throw std::invalid_argument(
        fmt::format("--input names {} files: accepted is one, or with --stateful more, to run in turn",
                    request.inputs.size()));
  if (!request.outputs.empty() && request.outputs.size() != request.inputs.size())
    throw std::invalid_argument(fmt::format("--output names {} files for {} of --input: accepted are as many",
                                            request.outputs.size(), request.inputs.size()));
}

/// A sample goes on where the same one of the input before it ended.
void check_samples(const std::vector<ArrayFile>& inputs) {
  const ArrayFile& first = inputs.front();
  for (const ArrayFile& input : inputs)
    if (input.dims()[0] != first.dims()[0])
      throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are as many as {} has, {}",
                                              in_quotes(input.path().string()), input.dims()[0],
                                              in_quotes(first.path().string()), first.dims()[0]));
}

Shape shape_of(const ArrayFile& input) {
  return {input.dims()[0], input.dims()[1], input.dims()[2]};
}

/// What is computed on each input in turn.
class Run {
 public:
  /// All outlive it; the states are of all samples, and kept from input to input where they are carried.
  Run(const Seed& one, const Choice& choice, int threads, const ModelGiven& states, InitialStates from)
      : one_(one), choice_(choice), threads_(threads), states_(states), from_(from) {
    if (from != InitialStates::carried) return;
    kept_.emplace(one.model, one.input.batch);
    kept_->start(states.initial_rows(0, one.input.batch));
  }

  /// Hands on each output of each batch.
  void on(ArrayFile& input, const std::function<void(std::size_t output, std::span<const float>)>& hand_on) {
    Seed whole = one_;
    whole.input = shape_of(input);
    ProgressLine progress("running");
    for (const Batch& batch : batches(whole)) {
      const Shape shape{batch.size, whole.input.time_steps, whole.input.features};
      if (shape != shape_) make_ready(shape);
      input.read(batch.size, values_.data());
      BasicModelIo<float> io;
      io.input = sequence_view<const float>(values_.data(), {shape.batch, shape.time_steps, shape.features},
                                            Layout::batch_major);
      io.outputs = asked_->views();
      io.initial = kept_ ? kept_->initial_rows(batch.begin, batch.size)
                         : states_.initial_rows(batch.begin, batch.size);
      if (kept_) io.ended = kept_->final_rows(batch.begin, batch.size);
      model_->run(io);
      for (std::size_t i = 0; i < asked_->outputs.size(); ++i) hand_on(i, asked_->outputs[i]);
      progress.show(static_cast<std::size_t>(batch.begin + batch.size),
                    static_cast<std::size_t>(whole.input.batch));
    }
    if (kept_) kept_->advance();
  }

 private:
  void make_ready(const Shape& shape) {
    model_.reset();  // before the next one, as both may be large
    model_ = std::make_unique<Model>(one_.model, *choice_.backend, shape, Exec{threads_, Pass::inference},
                                     from_, choice_.sharing.fallback);
    values_ = Buffer<float>(shape.batch * shape.time_steps * shape.features);
    asked_.emplace(one_.model, shape, Layout::batch_major);
    shape_ = shape;
  }

  const Seed& one_;
  const Choice& choice_;
  int threads_;
  const ModelGiven& states_;
  InitialStates from_;
  std::optional<KeptStates> kept_;
  Shape shape_{0, 0, 0};  // of what is ready
  std::unique_ptr<Model> model_;
  Buffer<float> values_;
  std::optional<ModelAsked<float>> asked_;
};

void print_answers(Run& run, ArrayFile& input, const Seed& one, const std::string& by) {
  const auto dims = answer_dims(one.model, shape_of(input));
  std::vector<std::vector<float>> outputs(dims.size());
  run.on(input, [&](std::size_t i, std::span<const float> values) {
    outputs[i].insert(outputs[i].end(), values.begin(), values.end());
  });
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::array<std::int64_t, 3> three{dims[i][0], dims[i].size() == 3 ? dims[i][1] : 1, dims[i].back()};
    fmt::print("{} on {}, shape ({}):\n{}\n", one.model.outputs[i], by, fmt::join(dims[i], ", "),
               print_array(sequence_view<const float>(outputs[i].data(), three, Layout::batch_major)));
  }
}

/// The outcome of what runs, or with `check` of the table that is printed. Reads the input anew.
Outcome outcome_of_run(const RunFileRequest& request, const BackendRequest& wanted,
                       const Selection& selection, const Seed& one, const Choice& choice) {
  if (!request.check) {
    const bool shared = choice.sharing.fallback != nullptr;
    return outcome_of(std::vector{RowOutcome{choice.backend->name(), to_string(Verdict::pass), shared}},
                      wanted.require);
  }
  ModelGiven given = given_input(read_model_input(one.model, request.inputs[0]));
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
  check_counts(request);
  std::vector<AnswerTarget> targets;
  for (const auto& output : request.outputs) targets.push_back(answer_target(output, model.model.outputs));
  check_apart(targets);
  std::vector<ArrayFile> inputs;
  for (const auto& path : request.inputs) inputs.push_back(open_model_input(model.model, path));
  check_samples(inputs);
  Seed one = model;
  one.input = shape_of(inputs[0]);
  if (request.batch > 0) one.batch = request.batch;
  ModelGiven states;
  states.input.shape = one.input;
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
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (targets.empty()) {
      print_answers(run, inputs[i], one, by);
      continue;
    }
    AnswerFiles& answers =
        files.emplace_back(targets[i], one.model.outputs, answer_dims(one.model, shape_of(inputs[i])));
    run.on(inputs[i],
           [&](std::size_t output, std::span<const float> values) { answers.append(output, values); });
    answers.finish();
  }
  for (AnswerFiles& answers : files) answers.take_places();
  if (!targets.empty())
    fmt::print(stderr, "lockstep: {}: computed by {} with {} thread{}\n", one.name, by, request.threads,
               request.threads == 1 ? "" : "s");
  return exit_held;
}

}  // namespace lockstep
