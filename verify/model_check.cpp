#include "verify/model_check.h"

#include <chrono>
#include <exception>
#include <memory>

#include <fmt/format.h>

#include "backends/model.h"
#include "backends/model_reference.h"
#include "verify/judge.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

/// The oracle's outputs of one batch. Batch-major.
ModelAsked<double> expected_outputs(const ModelSpec& model, const Shape& shape, const ModelGiven& given,
                                    const Batch& batch) {
  ModelAsked<double> asked(model, shape, Layout::batch_major);
  // The views of the oracle's inputs are in double: copies, batch-major.
  Buffer<double> input(shape.batch * shape.time_steps * shape.features);
  const auto from = given.input_rows(batch.begin, batch.size);
  const auto to =
      sequence_view(input.data(), {shape.batch, shape.time_steps, shape.features}, Layout::batch_major);
  for (std::int64_t b = 0; b < shape.batch; ++b)
    for (std::int64_t t = 0; t < shape.time_steps; ++t)
      std::copy_n(from.row(b, t), shape.features, to.row(b, t));
  std::vector<Buffer<double>> states;
  const auto widen = [&](const StateView<const float>& view) -> StateView<const double> {
    if (!view) return {};
    states.emplace_back(view.dims[0] * view.dims[1]);
    for (std::int64_t b = 0; b < view.dims[0]; ++b)
      std::copy_n(view.row(b), view.dims[1], states.back().data() + b * view.dims[1]);
    return state_view<const double>(states.back().data(), view.dims[0], view.dims[1]);
  };
  BasicModelIo<double> io;
  io.input = to;
  io.outputs = asked.views();
  for (const auto& initial : given.initial_rows(batch.begin, batch.size))
    io.initial.push_back({widen(initial.h), widen(initial.c)});
  run_reference(model, io);
  return asked;
}

/// The layers' problems at the size of a batch, whose tolerances add up.
std::vector<Problem> layers_of(const ModelSpec& model, const Shape& shape, const Exec& exec,
                               InitialStates states) {
  std::vector<Problem> problems;
  for (const ModelStep& step : plan_model(model, resolve(model), shape, exec, states))
    problems.push_back(step.problem);
  return problems;
}

BasicModelIo<float> io_of(const ModelGiven& given, const Batch& batch, const ModelAsked<float>& asked) {
  BasicModelIo<float> io;
  io.input = given.input_rows(batch.begin, batch.size);
  io.outputs = asked.views();
  io.initial = given.initial_rows(batch.begin, batch.size);
  return io;
}

void merge(BitDifference& into, const BitDifference& more) {
  into.compared += more.compared;
  into.different += more.different;
  into.largest_ulp = std::max(into.largest_ulp, more.largest_ulp);
}

/// With nothing found yet.
Finding finding_of(const Backend& backend, const Seed& one, InitialStates states, std::uint64_t seed) {
  Finding finding;
  finding.subject = one.name;
  finding.layer = "model";
  finding.why = fmt::format("{}, states {}", one.why, states == InitialStates::zero ? "zero" : "given");
  finding.seed = seed;
  finding.backend = backend.name();
  return finding;
}

/// What all samples are given, and what the oracle answers to each batch.
struct ModelOracle {
  ModelOracle(const Seed& one, InitialStates states, std::uint64_t seed)
      : given(make_model_given(one.model, one.input, one.input_kind, states, seed)) {
    for (const Batch& batch : lockstep::batches(one)) {
      const Shape shape{batch.size, one.input.time_steps, one.input.features};
      batches.push_back({batch, expected_outputs(one.model, shape, given, batch)});
    }
  }
  struct Answer {
    Batch batch;
    ModelAsked<double> expected;
  };
  ModelGiven given;
  std::vector<Answer> batches;
};

/// A model in both dense styles, ready for batches of one size.
struct BothStyles {
  BothStyles(const Backend& backend, const ModelSpec& model, const Shape& shape, const Exec& exec,
             InitialStates states)
      : whole(with_dense_style(model, DenseStyle::flattened), backend, shape, exec, states),
        per_step(with_dense_style(model, DenseStyle::time_distributed), backend, shape, exec, states),
        whole_outputs(model, shape, Layout::time_major),
        per_step_outputs(model, shape, Layout::time_major) {}
  Model whole, per_step;
  ModelAsked<float> whole_outputs, per_step_outputs;
};

/// One model with one kind of states: a finding, and the bits in which the styles differ.
Finding check_states(const Backend& backend, const Seed& one, InitialStates states, const ModelOracle& oracle,
                     std::uint64_t seed, int threads, BitDifference& bits) {
  Finding finding = finding_of(backend, one, states, seed);
  const Exec exec{threads, Pass::inference};
  Shape shape = one.input;
  shape.batch = std::min(one.batch, one.input.batch);
  if (const Support support = supports(backend, one.model, shape, exec, states); !support) {
    finding.verdict = Verdict::skip;
    finding.reason = support.why();
    return finding;
  }
  const auto layers = layers_of(one.model, shape, exec, states);
  std::unique_ptr<BothStyles> ready;
  for (const auto& [batch, expected] : oracle.batches) {
    if (ready == nullptr || batch.size != shape.batch) {
      shape.batch = batch.size;
      ready = std::make_unique<BothStyles>(backend, one.model, shape, exec, states);
      finding.method = ready->whole.method();
    }
    ready->whole.run(io_of(oracle.given, batch, ready->whole_outputs));
    ready->per_step.run(io_of(oracle.given, batch, ready->per_step_outputs));
    const auto wanted = expected.views();
    const auto whole = ready->whole_outputs.views(), per_step = ready->per_step_outputs.views();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      for (const auto& got : {whole[i], per_step[i]}) {
        const Comparison found = compare(wanted[i], got);
        judge(finding, fmt::format("output {}", one.model.outputs[i]), found,
              tolerance(layers, found.largest_expected));
      }
      merge(bits, compare_bits(whole[i], per_step[i]));
    }
  }
  finding.verdict = finding.reason.empty() ? Verdict::pass : Verdict::fail;
  return finding;
}

}  // namespace

ModelFindings check_model(std::span<const Backend* const> backends, const Seed& one, std::uint64_t seed,
                          int threads) {
  ModelFindings all;
  std::vector<BitDifference> bits(backends.size());
  for (const InitialStates states : {InitialStates::zero, InitialStates::given}) {
    const ModelOracle oracle(one, states, seed);
    for (std::size_t i = 0; i < backends.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      Finding finding = finding_of(*backends[i], one, states, seed);
      try {
        finding = check_states(*backends[i], one, states, oracle, seed, threads, bits[i]);
      } catch (const std::exception& error) {
        finding.reason = fmt::format("threw: {}", error.what());
      }
      finding.milliseconds =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      all.findings.push_back(std::move(finding));
    }
  }
  for (std::size_t i = 0; i < backends.size(); ++i)
    if (bits[i].compared > 0) all.styles.push_back({one.name, std::string(backends[i]->name()), bits[i]});
  return all;
}

reports::Table style_table(const std::vector<StyleDifference>& styles) {
  using reports::Align;
  reports::Table table("", {{"model", "Model"},
                            {"backend", "Backend"},
                            {"bitwise", "Bitwise equal"},
                            {"different", "Elements that differ", "%", Align::right, 3},
                            {"ulp", "Largest difference", "ulp", Align::right}});
  constexpr double percent = 100;
  for (const auto& [model, backend, bits] : styles)
    table.add({model, backend, std::string(bits.bitwise_equal() ? "yes" : "no"),
               percent * static_cast<double>(bits.different) / static_cast<double>(bits.compared),
               bits.largest_ulp});
  return table;
}

}  // namespace lockstep
