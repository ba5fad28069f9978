#include "bench/gate/lab/wire.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/problem_text.h"

namespace lockstep::gate {

using nlohmann::json;

static void to_json(json& j, const Benchmark& benchmark) {
  j = {{"name", benchmark.name},
       {"problem", to_string(benchmark.one.problem)},
       {"seed", benchmark.one.seed},
       {"gain", benchmark.one.gain},
       {"backend", benchmark.backend}};
}
static void from_json(const json& j, Benchmark& benchmark) {
  j.at("name").get_to(benchmark.name);
  benchmark.one.problem = parse_problem(j.at("problem").get<std::string>());
  j.at("seed").get_to(benchmark.one.seed);
  j.at("gain").get_to(benchmark.one.gain);
  j.at("backend").get_to(benchmark.backend);
}

void to_json(json& j, const ProveTask& task) {
  j = {{"task", "prove"},
       {"id", task.id},
       {"modules", task.modules.string()},
       {"benchmarks", task.benchmarks}};
}
void from_json(const json& j, ProveTask& task) {
  j.at("id").get_to(task.id);
  task.modules = j.at("modules").get<std::string>();
  j.at("benchmarks").get_to(task.benchmarks);
}

static void to_json(json& j, const Proof& proof) {
  j = {{"benchmark", proof.benchmark},
       {"verdict", proof.verdict},
       {"reason", proof.reason},
       {"method", proof.method},
       {"version", proof.version},
       {"library_path", proof.library_path},
       {"digest", proof.digest},
       {"allocations", proof.allocations},
       {"library_calls", proof.library_calls}};
}
static void from_json(const json& j, Proof& proof) {
  j.at("benchmark").get_to(proof.benchmark);
  j.at("verdict").get_to(proof.verdict);
  j.at("reason").get_to(proof.reason);
  j.at("method").get_to(proof.method);
  j.at("version").get_to(proof.version);
  j.at("library_path").get_to(proof.library_path);
  j.at("digest").get_to(proof.digest);
  j.at("allocations").get_to(proof.allocations);
  j.at("library_calls").get_to(proof.library_calls);
}

void to_json(json& j, const Proofs& proofs) {
  json modules = json::object();
  for (const auto& [backend, path] : proofs.modules) modules[backend] = path.string();
  j = {{"proofs", proofs.proofs}, {"modules", std::move(modules)}};
}
void from_json(const json& j, Proofs& proofs) {
  j.at("proofs").get_to(proofs.proofs);
  for (const auto& [backend, path] : j.at("modules").items())
    proofs.modules[backend] = path.get<std::string>();
}

static void to_json(json& j, const Arm& arm) {
  j = {{"module", arm.module.string()}, {"digest", arm.digest}};
}
static void from_json(const json& j, Arm& arm) {
  arm.module = j.at("module").get<std::string>();
  j.at("digest").get_to(arm.digest);
}

static void to_json(json& j, const Item& item) {
  j = {{"benchmark", item.benchmark}, {"pair", static_cast<int>(item.pair)},
       {"layout", item.layout},       {"base", item.base},
       {"head", item.head},           {"slowdown", item.slowdown},
       {"calls", item.calls}};
}
static Pair pair_in(const json& j) {
  const int pair = j.at("pair").get<int>();
  if (pair < static_cast<int>(Pair::head) || pair > static_cast<int>(Pair::layout))
    throw std::runtime_error(fmt::format("there is no pair {}", pair));
  return static_cast<Pair>(pair);
}
static void from_json(const json& j, Item& item) {
  j.at("benchmark").get_to(item.benchmark);
  item.pair = pair_in(j);
  j.at("layout").get_to(item.layout);
  j.at("base").get_to(item.base);
  j.at("head").get_to(item.head);
  j.at("slowdown").get_to(item.slowdown);
  j.at("calls").get_to(item.calls);
}

void to_json(json& j, const MeasureTask& task) {
  j = {{"task", "measure"},
       {"id", task.id},
       {"seed", task.seed},
       {"rounds", task.rounds},
       {"batch_seconds", task.batch_seconds},
       {"items", task.items}};
}
void from_json(const json& j, MeasureTask& task) {
  j.at("id").get_to(task.id);
  j.at("seed").get_to(task.seed);
  j.at("rounds").get_to(task.rounds);
  j.at("batch_seconds").get_to(task.batch_seconds);
  j.at("items").get_to(task.items);
}

void to_json(json& j, const Sample& sample) {
  j = {{"benchmark", sample.benchmark}, {"pair", static_cast<int>(sample.pair)},
       {"layout", sample.layout},       {"base", sample.base},
       {"head", sample.head},           {"calls", sample.calls}};
}
void from_json(const json& j, Sample& sample) {
  j.at("benchmark").get_to(sample.benchmark);
  sample.pair = pair_in(j);
  j.at("layout").get_to(sample.layout);
  j.at("base").get_to(sample.base);
  j.at("head").get_to(sample.head);
  j.at("calls").get_to(sample.calls);
}

void write_json(const std::filesystem::path& path, const json& written) {
  const std::filesystem::path beside = path.string() + ".part";
  std::ofstream file(beside);
  file << written.dump() << std::flush;
  std::error_code error;
  if (file) std::filesystem::rename(beside, path, error);
  if (!file || error) throw std::runtime_error(fmt::format("cannot write {}", path.string()));
}

json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("there is no {}", path.filename().string()));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  json read = json::parse(text, nullptr, false);
  if (read.is_discarded()) throw std::runtime_error(fmt::format("{} is no JSON", path.filename().string()));
  return read;
}

json result_of(const std::string& id, const json& found) {
  return {{"id", id}, {"found", found}, {"is_whole", true}};
}

json found_in(const json& result, const std::string& id) {
  if (!result.is_object() || result.value("is_whole", json()) != true)
    throw std::runtime_error("wrote a result that does not end");
  if (result.value("id", json()) != id) throw std::runtime_error("wrote the result of another task");
  return result.value("found", json());
}

}  // namespace lockstep::gate
