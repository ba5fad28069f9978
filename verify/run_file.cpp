#include "verify/run_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "backends/model.h"
#include "cases/npy.h"
#include "cases/npz.h"
#include "reports/columns.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/model_check.h"
#include "verify/outcome.h"
#include "verify/print_array.h"

namespace lockstep {
namespace {

/// Where the outputs are written to.
struct Target {
  bool is_archive = false;                   // of all by their names
  std::vector<std::filesystem::path> paths;  // of that, or y.npy, y.1.npy, ... in the model's order; or none
};

Target target_of(const std::filesystem::path& first, const std::vector<std::string>& outputs) {
  Target target;
  if (first.empty()) return target;
  target.paths.push_back(first);
  target.is_archive = first.extension() == ".npz";
  if (!target.is_archive && first.extension() != ".npy")
    throw std::invalid_argument(
        fmt::format("--output {}: accepted are .npy and .npz", in_quotes(first.string())));
  if (target.is_archive && std::set<std::string>(outputs.begin(), outputs.end()).size() < outputs.size())
    throw std::invalid_argument(
        fmt::format("--output {}: two of the outputs {} are one layer's: accepted is .npy",
                    in_quotes(first.string()), fmt::join(outputs, ", ")));
  for (std::size_t i = 1; i < outputs.size() && !target.is_archive; ++i) {
    std::filesystem::path path = first;
    target.paths.push_back(path.replace_extension(fmt::format(".{}.npy", i)));
  }
  for (const auto& path : target.paths) reports::check_target(path);
  return target;
}

void write(const Target& target, const std::vector<std::string>& names,
           const std::vector<Array<float>>& outputs) {
  std::vector<NpzMember> members;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::string bytes = npy_bytes<float>(outputs[i].dims, outputs[i].values);
    if (target.is_archive)
      members.push_back({names[i], std::move(bytes)});
    else
      reports::write_text(target.paths[i], bytes);
  }
  if (target.is_archive) reports::write_text(target.paths[0], npz_bytes(members));
}

/// The first backend that computes the model; what those before it lack is told on stderr.
const Backend* choose(const std::vector<const Backend*>& backends, const Seed& one, const Shape& shape,
                      int threads, InitialStates states) {
  for (const Backend* backend : backends)
    if (computes(*backend, one, shape, threads, states)) return backend;
  return nullptr;
}

void print(const Seed& one, const Backend& backend, const std::vector<Array<float>>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& dims = outputs[i].dims;
    const std::array<std::int64_t, 3> three{dims[0], dims.size() == 3 ? dims[1] : 1, dims.back()};
    fmt::print("{} on {}, shape ({}):\n{}\n", one.model.outputs[i], backend.name(), fmt::join(dims, ", "),
               print_array(sequence_view(outputs[i].values.data(), three, Layout::batch_major)));
  }
}

void check_counts(const RunFileRequest& request) {
  if (request.inputs.size() > 1 && !request.stateful)
    throw std::invalid_argument(
        fmt::format("--input names {} files: accepted is one, or with --stateful more, to run in turn",
                    request.inputs.size()));
  if (!request.outputs.empty() && request.outputs.size() != request.inputs.size())
    throw std::invalid_argument(fmt::format("--output names {} files for {} of --input: accepted are as many",
                                            request.outputs.size(), request.inputs.size()));
}

void check_apart(const std::vector<Target>& targets) {
  std::set<std::filesystem::path> seen;
  for (const Target& target : targets)
    for (const auto& path : target.paths)
      if (!seen.insert(path.lexically_normal()).second)
        throw std::invalid_argument(fmt::format(
            "--output: {} would be written twice: accepted is each file once", in_quotes(path.string())));
}

/// A sample goes on where the same one of the input before it ended.
void check_samples(const RunFileRequest& request, const std::vector<Array<float>>& inputs) {
  for (std::size_t i = 1; i < inputs.size(); ++i)
    if (inputs[i].dims[0] != inputs[0].dims[0])
      throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are as many as {} has, {}",
                                              in_quotes(request.inputs[i].string()), inputs[i].dims[0],
                                              in_quotes(request.inputs[0].string()), inputs[0].dims[0]));
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
    table.add({finding.backend, std::string(to_string(finding.verdict)),
               compared ? reports::Cell(finding.largest_error) : reports::Cell(),
               compared ? reports::Cell(finding.tolerance) : reports::Cell(), finding.reason});
  }
  return table;
}

bool computes(const Backend& backend, const Seed& one, const Shape& shape, int threads,
              InitialStates states) {
  const Support support = supports(backend, one.model, shape, {threads, Pass::inference}, states);
  if (!support)
    fmt::print(stderr, "lockstep: {} does not compute {}: {}\n", backend.name(), one.name, support.why());
  return static_cast<bool>(support);
}

std::vector<Array<float>> answers(const Backend& backend, const Seed& one, const Array<float>& input,
                                  int threads, KeptStates* kept) {
  const Shape whole{input.dims.at(0), input.dims.at(1), input.dims.at(2)};
  const ModelGiven given = given_input(input);
  const ModelGraph graph = resolve(one.model);
  std::vector<Array<float>> outputs;
  const auto dims = output_dims(one.model, whole);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    outputs.push_back({{dims[i].begin(), dims[i].end()}, {}});
    outputs.back().values.resize(static_cast<std::size_t>(dims[i][0] * dims[i][1] * dims[i][2]));
    if (!graph.returns[graph.outputs[i]].sequence) outputs.back().dims.erase(outputs.back().dims.begin() + 1);
  }
  std::unique_ptr<Model> model;
  for (std::int64_t begin = 0, size = 0, ready = 0; begin < whole.batch; begin += size) {
    size = std::min(one.batch, whole.batch - begin);
    if (size != ready)
      model = std::make_unique<Model>(one.model, backend, Shape{size, whole.time_steps, whole.features},
                                      Exec{threads, Pass::inference},
                                      kept == nullptr ? InitialStates::zero : InitialStates::carried);
    ready = size;
    BasicModelIo<float> io;
    io.input = given.input_rows(begin, size);
    if (kept != nullptr) {
      io.initial = kept->initial_rows(begin, size);
      io.ended = kept->final_rows(begin, size);
    }
    for (std::size_t i = 0; i < dims.size(); ++i)
      io.outputs.push_back(sequence_view(outputs[i].values.data() + begin * dims[i][1] * dims[i][2],
                                         {size, dims[i][1], dims[i][2]}, Layout::batch_major));
    model->run(io);
  }
  if (kept != nullptr) kept->advance();
  return outputs;
}

int run_file_command(const RunFileRequest& request, const BackendRequest& wanted, const Seed& model) {
  check_counts(request);
  std::vector<Target> targets;
  for (const auto& output : request.outputs) targets.push_back(target_of(output, model.model.outputs));
  check_apart(targets);
  std::vector<Array<float>> inputs;
  for (const auto& path : request.inputs) inputs.push_back(read_model_input(model.model, path));
  check_samples(request, inputs);
  Seed one = model;
  one.input = {inputs[0].dims[0], inputs[0].dims[1], inputs[0].dims[2]};
  Selection selection;
  if (!open_backends(wanted, selection)) return exit_missing;
  Shape batch = one.input;
  batch.batch = std::min(one.batch, batch.batch);
  const Backend* backend = choose(selection.backends, one, batch, request.threads,
                                  request.stateful ? InitialStates::carried : InitialStates::zero);
  if (backend == nullptr) return exit_missing;
  std::vector<RowOutcome> rows;
  if (request.check) {
    const auto findings = check_given(selection.backends, one, given_input(inputs[0]), request.threads);
    fmt::print("{}", reports::markdown(check_table(findings)));
    for (const Finding& finding : findings) rows.push_back({finding.backend, to_string(finding.verdict)});
  } else {
    rows.push_back({backend->name(), to_string(Verdict::pass)});
  }
  const Outcome outcome = outcome_of(rows, wanted.require);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  if (outcome.code != exit_held) return outcome.code;
  std::optional<KeptStates> kept;
  if (request.stateful) kept.emplace(one.model, one.input.batch);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto outputs = answers(*backend, one, inputs[i], request.threads, kept ? &*kept : nullptr);
    if (targets.empty())
      print(one, *backend, outputs);
    else
      write(targets[i], one.model.outputs, outputs);
  }
  if (!targets.empty())
    fmt::print(stderr, "lockstep: {}: computed by {} with {} thread{}\n", one.name, backend->name(),
               request.threads, request.threads == 1 ? "" : "s");
  return exit_held;
}

}  // namespace lockstep
