#include "bench/gate/lab/process_lab.h"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <stdexcept>
#include <system_error>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/gate/lab/build_modules.h"
#include "bench/gate/lab/child.h"
#include "bench/gate/lab/fresh_copies.h"
#include "bench/gate/lab/library_calls.h"
#include "bench/gate/lab/private_folder.h"
#include "bench/gate/lab/wire.h"

namespace lockstep::gate {
namespace {

/// What is known of one build.
struct Build {
  std::filesystem::path modules;                          // the folder
  std::map<std::string, std::filesystem::path> backends;  // their modules
  std::map<std::string, Proof> proofs;                    // by benchmark
  std::map<std::string, const Proof*> of_backend;         // one of a backend's proofs, for its library
};

std::string link_to_call_counter(const std::filesystem::path& counter, const std::filesystem::path& folder) {
  if (!std::filesystem::exists(counter))
    throw std::runtime_error(fmt::format("no {}: build the target lockstep", counter.string()));
  const auto link = folder / call_counter;  // LD_PRELOAD takes no path that has a space
  std::filesystem::create_symlink(std::filesystem::absolute(counter), link);
  return "LD_PRELOAD=" + link.string();
}

class ProcessLab : public Lab {
 public:
  ProcessLab(const std::filesystem::path& base, const std::filesystem::path& head, const Plan& plan,
             Injected injected, RunnerProgram runner)
      : plan_(plan), injected_(injected), runner_(std::move(runner)) {
    if (!(injected >= 0 && injected <= most_injected))
      throw std::invalid_argument(
          fmt::format("injected slowdown {:g}: accepted are 0 to {:g}", injected, most_injected));
    builds_[0].modules = modules_of(base);
    builds_[1].modules = modules_of(head);
    refuse_same(builds_[0].modules, builds_[1].modules);
    if (counts_library_calls) counting_ = {link_to_call_counter(runner_.call_counter, folder_.path())};
  }

  std::vector<Proof> prove(const std::filesystem::path& path,
                           const std::vector<Benchmark>& benchmarks) override {
    Build& build = build_of(path);
    const ProveTask task{next_id(), build.modules, benchmarks};
    const std::string who = fmt::format("the process that proves {}", build.modules.string());
    auto found = run<Proofs>(who, task, counting_);
    bool fits = found.proofs.size() == benchmarks.size();
    for (std::size_t i = 0; fits && i < benchmarks.size(); ++i)
      fits = found.proofs[i].benchmark == benchmarks[i].name;
    if (!fits) throw std::runtime_error(who + ": wrote other proofs than were asked for");
    for (auto& [backend, module] : found.modules) build.backends[backend] = module;
    for (std::size_t i = 0; i < benchmarks.size(); ++i) {
      const auto& kept = build.proofs[benchmarks[i].name] = found.proofs[i];
      if (kept.verdict != "missing") build.of_backend[benchmarks[i].backend] = &kept;
    }
    return found.proofs;
  }

  std::vector<Sample> measure(const std::vector<Wanted>& wanted, std::uint64_t seed) override {
    std::mt19937_64 random(seed);
    const FreshCopies copies;
    MeasureTask paired{{}, random(), plan_.rounds, plan_.batch_seconds, {}};
    MeasureTask alternating{{}, random(), plan_.rounds, plan_.batch_seconds, {}};
    for (const Wanted& one : wanted)
      (one.alternating ? alternating : paired).items.push_back(item_of(one, copies));
    std::vector<Sample> samples;
    if (!paired.items.empty()) samples = run(paired);
    if (!alternating.items.empty())
      for (Sample& sample : run_alternating(alternating, random() % 2 == 0))
        samples.push_back(std::move(sample));
    return samples;
  }

  std::string clash(const std::string& backend) const override {
    std::array<const Proof*, 2> of{};
    for (std::size_t i = 0; i < 2; ++i)
      if (const auto found = builds_[i].of_backend.find(backend); found != builds_[i].of_backend.end())
        of[i] = found->second;
    if (of[0] == nullptr || of[1] == nullptr) return {};
    if (of[0]->library_path.empty() || of[1]->library_path.empty()) return {};  // it has its code in itself
    if (of[0]->library_path != of[1]->library_path)
      return fmt::format("base computes with {}, head with {}", of[0]->library_path, of[1]->library_path);
    if (of[0]->version != of[1]->version)
      return fmt::format("base computes with {}, head with {}", of[0]->version, of[1]->version);
    return {};
  }

  int layouts(const std::string& backend) const override {
    int common = 0;
    const auto is_there = [&](const Build& build, int layout) {
      const auto module = build.backends.find(backend);
      std::error_code error;
      return module != build.backends.end() &&
             std::filesystem::is_regular_file(on_layout(module->second, layout), error);
    };
    while (is_there(builds_[0], common + 1) && is_there(builds_[1], common + 1)) ++common;
    return common;
  }

 private:
  static constexpr double most_injected = 10;

  std::string next_id() { return std::to_string(++runs_); }

  Build& build_of(const std::filesystem::path& path) {
    const auto modules = modules_of(path);
    for (Build& build : builds_)
      if (build.modules == modules) return build;
    throw std::invalid_argument(fmt::format("{}: neither base nor head", path.string()));
  }

  /// Runs a task in a process of its own and reads what it found.
  template <class Found, class Task>
  Found run(const std::string& who, const Task& task, const std::vector<std::string>& environment) {
    const auto task_file = folder_.path() / fmt::format("task-{}.json", task.id);
    const auto result_file = folder_.path() / fmt::format("result-{}.json", task.id);
    write_json(task_file, task);
    const std::string wrong = run_child(
        {{runner_.program.string(), "gate-runner", task_file.string(), result_file.string()}, environment},
        runner_.timeout);
    if (!wrong.empty()) throw std::runtime_error(fmt::format("{}: {}", who, wrong));
    try {
      auto found = found_in(read_json(result_file), task.id).template get<Found>();
      std::filesystem::remove(task_file);
      std::filesystem::remove(result_file);
      return found;
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}: {}", who, error.what()));
    }
  }

  /// The samples of its items, in their order.
  std::vector<Sample> run(MeasureTask& task) {
    task.id = next_id();
    const std::string who = fmt::format("process {}, which measures {} benchmarks by the seed {}", task.id,
                                        task.items.size(), task.seed);
    auto found = run<std::vector<Sample>>(who, task, {});
    if (found.size() != task.items.size())
      throw std::runtime_error(
          fmt::format("{}: wrote {} samples of {}", who, found.size(), task.items.size()));
    std::vector<Sample> samples;
    for (const Item& item : task.items) {
      const auto is_of_item = [&](const Sample& sample) {
        return std::tie(sample.benchmark, sample.pair, sample.layout) ==
               std::tie(item.benchmark.name, item.pair, item.layout);
      };
      const auto sample = std::find_if(found.begin(), found.end(), is_of_item);
      const auto rounds = [&](const std::vector<Arm>& arms) {
        return arms.empty() ? std::size_t{0} : static_cast<std::size_t>(task.rounds);
      };
      if (sample == found.end())
        throw std::runtime_error(fmt::format("{}: wrote no sample of {}", who, item.benchmark.name));
      if (sample->base.size() != rounds(item.base) || sample->head.size() != rounds(item.head) ||
          sample->calls < 1)
        throw std::runtime_error(fmt::format("{}: wrote {} and {} rounds of {} calls of {}, asked for {}",
                                             who, sample->base.size(), sample->head.size(), sample->calls,
                                             item.benchmark.name, task.rounds));
      samples.push_back(*sample);
    }
    return samples;
  }

  /// A process for each build. The first says how many calls a batch has.
  std::vector<Sample> run_alternating(const MeasureTask& both, bool base_first) {
    MeasureTask first = both, second = both;
    for (Item& item : first.items) (base_first ? item.head : item.base).clear();
    for (Item& item : second.items) (base_first ? item.base : item.head).clear();
    std::vector<Sample> samples = run(first);
    for (std::size_t i = 0; i < samples.size(); ++i) second.items[i].calls = samples[i].calls;
    const std::vector<Sample> others = run(second);
    for (std::size_t i = 0; i < samples.size(); ++i)
      (base_first ? samples[i].head : samples[i].base) = base_first ? others[i].head : others[i].base;
    return samples;
  }

  Item item_of(const Wanted& wanted, const FreshCopies& copies) {
    const std::string& name = wanted.benchmark.name;
    const bool control = wanted.pair == Pair::control;
    Item item{wanted.benchmark, wanted.pair, wanted.layout, {}, {}, 0, 0};
    item.base = {arm_of(builds_[0], wanted)};
    item.head = {control ? item.base.front() : arm_of(builds_[1], wanted)};
    for (auto& [arm, role] :
         {std::pair(&item.base.front(), "base"), std::pair(&item.head.front(), control ? "control" : "head")})
      arm->module = copies.of(arm->module, fmt::format("{}-{}", role, wanted.layout));
    if (control) return item;
    item.slowdown = injected_;
    if (const std::string why = clash(wanted.benchmark.backend); !wanted.alternating && !why.empty())
      throw std::invalid_argument(fmt::format("{}: not in one process: {}", name, why));
    return item;
  }

  Arm arm_of(const Build& build, const Wanted& wanted) const {
    const auto proof = build.proofs.find(wanted.benchmark.name);
    if (proof == build.proofs.end() || proof->second.verdict != "pass")
      throw std::invalid_argument(
          fmt::format("{}: not proven on {}", wanted.benchmark.name, build.modules.string()));
    const auto& module = build.backends.at(wanted.benchmark.backend);
    return {wanted.layout == 0 ? module : on_layout(module, wanted.layout), proof->second.digest};
  }

  Plan plan_;
  Injected injected_;
  RunnerProgram runner_;
  PrivateFolder folder_;
  std::array<Build, 2> builds_;  // base, head
  std::vector<std::string> counting_;
  int runs_ = 0;
};

}  // namespace

RunnerProgram this_program() {
  return {this_program_file, call_counter_file(), std::chrono::minutes(10)};
}

std::unique_ptr<Lab> make_lab(const std::filesystem::path& base, const std::filesystem::path& head,
                              const Plan& plan, Injected injected, RunnerProgram runner) {
  return std::make_unique<ProcessLab>(base, head, plan, injected, std::move(runner));
}

std::unique_ptr<Lab> make_lab(const std::filesystem::path& base, const std::filesystem::path& head,
                              const Plan& plan, Injected injected) {
  return make_lab(base, head, plan, injected, this_program());
}

}  // namespace lockstep::gate
