#include "verify/model_check.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "backends/model.h"
#include "backends/model_fallback.h"
#include "verify/judge.h"
#include "verify/model_oracle.h"

namespace lockstep {
namespace {

BasicModelIo<float> io_of(const ModelGiven& given, const Batch& batch, const ModelAsked<float>& asked) {
  BasicModelIo<float> io;
  io.inputs = given.input_rows(batch.begin, batch.size);
  io.outputs = asked.views();
  io.initial = given.initial_rows(batch.begin, batch.size);
  return io;
}

/// With nothing found yet.
Finding finding_of(const Backend& backend, const Seed& one, InitialStates states, std::uint64_t seed) {
  Finding finding;
  finding.subject = one.name;
  finding.layer = "model";
  finding.part = states == InitialStates::zero ? "states zero" : "states given";
  finding.why = fmt::format("{}, {}", one.why, finding.part);
  finding.seed = seed;
  finding.backend = backend.name();
  return finding;
}

/// A model in both dense styles, ready for batches of one size.
struct BothStyles {
  BothStyles(const Backend& backend, const ModelSpec& model, const Shape& shape, const Exec& exec,
             InitialStates states, const Backend* fallback)
      : whole(with_dense_style(model, DenseStyle::flattened), backend, shape, exec, states, fallback),
        per_step(with_dense_style(model, DenseStyle::time_distributed), backend, shape, exec, states,
                 fallback),
        whole_outputs(model, shape, Layout::time_major),
        per_step_outputs(model, shape, Layout::time_major) {}
  Model whole, per_step;
  ModelAsked<float> whole_outputs, per_step_outputs;
};

/// One model with one kind of states: a finding, and the bits in which the styles differ.
Finding check_states(const Backend& backend, const Seed& one, InitialStates states, const ModelOracle& oracle,
                     std::uint64_t seed, int threads, const Backend* fallback, BitDifference& bits) {
  Finding finding = finding_of(backend, one, states, seed);
  const Exec exec{threads, Pass::inference};
  Shape shape = one.input;
  shape.batch = std::min(one.batch, one.input.batch);
  const Sharing sharing = share_layers(backend, fallback, one.model, shape, exec, states);
  if (!sharing.possible()) {
    finding.verdict = Verdict::skip;
    finding.reason = sharing.why;
    return finding;
  }
  finding.left = sharing.text();
  std::unique_ptr<BothStyles> ready;
  bool ill_conditioned = false;
  for (const ModelAnswer& answer : oracle.batches) {
    const Batch& batch = answer.batch;
    if (ready == nullptr || batch.size != shape.batch) {
      shape.batch = batch.size;
      ready = std::make_unique<BothStyles>(backend, one.model, shape, exec, states, fallback);
      finding.method = ready->whole.method();
    }
    ill_conditioned = ill_conditioned || answer.ill_conditioned;
    ready->whole.run(io_of(oracle.given, batch, ready->whole_outputs));
    ready->per_step.run(io_of(oracle.given, batch, ready->per_step_outputs));
    const auto wanted = answer.expected.views();
    const auto whole = ready->whole_outputs.views(), per_step = ready->per_step_outputs.views();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      for (const auto& got : {whole[i], per_step[i]})
        judge(finding, fmt::format("output {}", one.model.outputs[i]),
              compare(wanted[i], got, answer.allowed_view(i)));
      bits.merge(compare_bits(whole[i], per_step[i]));
    }
  }
  if (!finding.failed.empty()) return finding;
  finding.verdict = ill_conditioned ? Verdict::ill_conditioned : Verdict::pass;
  finding.reason = ill_conditioned ? ill_conditioned_reason : sharing.why;
  return finding;
}

/// check_states, timed; what it throws is a finding.
Finding check_backend(const Backend& backend, const Seed& one, InitialStates states,
                      const ModelOracle& oracle, std::uint64_t seed, int threads, const Backend* fallback,
                      BitDifference& bits) {
  const auto start = std::chrono::steady_clock::now();
  Finding finding = finding_of(backend, one, states, seed);
  try {
    finding = check_states(backend, one, states, oracle, seed, threads, fallback, bits);
  } catch (const std::exception& error) {
    fail(finding, "threw", fmt::format("threw: {}", error.what()));
  }
  finding.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return finding;
}

}  // namespace

ModelFindings check_model(std::span<const Backend* const> backends, const Seed& one, std::uint64_t seed,
                          int threads, const Backend* fallback) {
  ModelFindings all;
  std::vector<BitDifference> bits(backends.size());
  for (const InitialStates states : {InitialStates::zero, InitialStates::given}) {
    const ModelOracle oracle(one, states, seed);
    for (std::size_t i = 0; i < backends.size(); ++i)
      all.findings.push_back(
          check_backend(*backends[i], one, states, oracle, seed, threads, fallback, bits[i]));
  }
  for (std::size_t i = 0; i < backends.size(); ++i) {
    const auto is_shared = [&](const Finding& finding) {
      return finding.backend == backends[i]->name() && !finding.left.empty();
    };
    if (bits[i].compared == 0 || std::any_of(all.findings.begin(), all.findings.end(), is_shared)) continue;
    StyleDifference& styles = all.styles.emplace_back();
    styles.model = one.name;
    styles.backend = backends[i]->name();
    styles.bits = bits[i];
    const auto passed = [&](const Finding& finding) {
      return finding.backend != styles.backend || finding.verdict == Verdict::pass;
    };
    if (std::all_of(all.findings.begin(), all.findings.end(), passed))
      styles.seconds = time_styles(*backends[i], one, threads);
  }
  return all;
}

ModelOracles::ModelOracles(const Seed& one, std::uint64_t seed)
    : zero(one, InitialStates::zero, seed), given(one, InitialStates::given, seed) {}

std::vector<Finding> check_model_on(const Backend& backend, const Seed& one, const ModelOracles& oracles,
                                    std::uint64_t seed, int threads, const Backend* fallback) {
  BitDifference bits;
  return {check_backend(backend, one, InitialStates::zero, oracles.zero, seed, threads, fallback, bits),
          check_backend(backend, one, InitialStates::given, oracles.given, seed, threads, fallback, bits)};
}

std::vector<Finding> check_given(std::span<const Backend* const> backends, const Seed& one, ModelGiven given,
                                 int threads, const Backend* fallback) {
  const InitialStates states = given.initial_states();
  const ModelOracle oracle(one, std::move(given));
  std::vector<Finding> findings;
  for (const Backend* backend : backends) {
    BitDifference bits;
    findings.push_back(check_backend(*backend, one, states, oracle, default_seed, threads, fallback, bits));
  }
  return findings;
}

}  // namespace lockstep
