#include "bench/gate/lab/prove.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <thread>
#include <tuple>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "backends/registry.h"
#include "bench/allocations.h"
#include "bench/gate/lab/call.h"
#include "bench/gate/lab/library_calls.h"
#include "bench/gate/lab/library_of.h"
#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep::gate {
namespace {

int all_cores() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// What a case is checked against: kept for the backends that follow with the same case.
class Expectation {
 public:
  explicit Expectation(Oracle& oracle) : oracle_(oracle) {}
  Finding check(const Backend& backend, const Case& one) {
    const std::string of = fmt::format("{}#{}#{}", to_string(one.problem), one.seed, one.gain);
    if (of != of_) {
      expected_ = oracle_.expect(one);
      beside_ = beside_results(one, all_cores());
      of_ = of;
    }
    return lockstep::check(backend, one, *expected_, beside_);
  }

 private:
  Oracle& oracle_;
  std::string of_;
  std::shared_ptr<const Expected> expected_;
  Beside beside_;
};

/// Those that share an answer of the oracle one after the other.
std::vector<std::size_t> by_oracle(const std::vector<Benchmark>& benchmarks) {
  const auto key = [&](std::size_t i) {
    Problem smallest = benchmarks[i].one.problem;
    smallest.shape.batch = smallest.shape.time_steps = 1;
    return std::tuple(to_string(smallest), to_string(benchmarks[i].one.problem));
  };
  std::vector<std::size_t> order(benchmarks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

const Module* find(const std::vector<Module>& modules, const std::string& backend) {
  const Module* found = nullptr;
  for (const Module& module : modules)
    if (module.name == backend && (found == nullptr || found->backend == nullptr)) found = &module;
  return found;
}

/// What a call of a benchmark that passed computes and asks for.
void count(Proof& proof, const Backend& backend, const Case& one) {
  const CallData data(one);
  const Call call = make_call(backend, data);
  call();
  proof.digest = data.digest();
  call();  // what it makes once is made by now
  proof.library_calls = library_calls_of([&] { proof.allocations = allocations_of(call); }).calls;
}

Proof prove_one(const Benchmark& benchmark, const Module& module, Expectation& expectation) {
  Proof proof;
  proof.version = module.backend->version();
  proof.library_path = library_of(module.path);
  const Support support = module.backend->supports(benchmark.one.problem);
  if (!support) {
    proof.verdict = to_string(Verdict::skip);
    proof.reason = support.why();
    return proof;
  }
  const Finding finding = expectation.check(*module.backend, benchmark.one);
  proof.verdict = to_string(finding.verdict);
  proof.reason = finding.reason;
  proof.method = finding.method;
  if (finding.verdict == Verdict::pass) count(proof, *module.backend, benchmark.one);
  return proof;
}

}  // namespace

Finding check_alone(const Backend& backend, const Case& one) {
  return check(backend, one, Expected(one.problem, make_given(one), all_cores()),
               beside_results(one, all_cores()));
}

Proofs prove(const ProveTask& task) {
  Proofs all;
  const auto modules = load_modules(task.modules);
  for (const Module& module : modules)
    if (module.backend != nullptr) all.modules.try_emplace(module.name, module.path);
  Oracle oracle(all_cores());
  for (const Benchmark& benchmark : task.benchmarks) oracle.plan(benchmark.one);
  Expectation expectation(oracle);
  all.proofs.resize(task.benchmarks.size());
  for (const std::size_t i : by_oracle(task.benchmarks)) {
    const Benchmark& benchmark = task.benchmarks[i];
    Proof& proof = all.proofs[i];
    const Module* module = find(modules, benchmark.backend);
    if (module != nullptr && module->backend != nullptr) {
      proof = prove_one(benchmark, *module, expectation);
    } else {
      proof.verdict = "missing";
      proof.reason = module != nullptr
                         ? module->reason
                         : fmt::format("no backend {} in {}", benchmark.backend, task.modules.string());
    }
    proof.benchmark = benchmark.name;
  }
  return all;
}

}  // namespace lockstep::gate
