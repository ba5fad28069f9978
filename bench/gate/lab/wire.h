#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "bench/gate/benchmark.h"
#include "bench/gate/lab.h"
#include "bench/gate/sample.h"

/// What the lab and the processes that it starts tell each other, in files.
namespace lockstep::gate {

struct ProveTask {
  std::string id;  // which the result repeats
  std::filesystem::path modules;
  std::vector<Benchmark> benchmarks;
};
struct Proofs {
  std::vector<Proof> proofs;                             // in the order of the task
  std::map<std::string, std::filesystem::path> modules;  // that loaded, by backend
};

/// One build's side of a comparison.
struct Arm {
  std::filesystem::path module;
  std::uint64_t digest = 0;  // as it was proven
};
/// What a process measures of one benchmark.
struct Item {
  Benchmark benchmark;
  Pair pair = Pair::head;
  int layout = 0;
  std::vector<Arm> base, head;  // one each, or none where the process measures the other alone
  double slowdown = 0;          // of the head
  std::int64_t calls = 0;       // of a batch; 0: the process finds out
};
struct MeasureTask {
  std::string id;
  std::uint64_t seed = 0;
  int rounds = 0;
  double batch_seconds = 0;
  std::vector<Item> items;
};

void to_json(nlohmann::json&, const ProveTask&);
void from_json(const nlohmann::json&, ProveTask&);
void to_json(nlohmann::json&, const Proofs&);
void from_json(const nlohmann::json&, Proofs&);
void to_json(nlohmann::json&, const MeasureTask&);
void from_json(const nlohmann::json&, MeasureTask&);
void to_json(nlohmann::json&, const Sample&);
void from_json(const nlohmann::json&, Sample&);

/// Writes it whole or not at all. Throws std::runtime_error that names the file.
void write_json(const std::filesystem::path&, const nlohmann::json&);
/// Throws std::runtime_error that names what is wrong.
nlohmann::json read_json(const std::filesystem::path&);

/// A result that repeats its task's id, and ends with what proves that it was written to its end.
nlohmann::json result_of(const std::string& id, const nlohmann::json& found);
/// What was found. Throws std::runtime_error: another id, or no proof of the end.
nlohmann::json found_in(const nlohmann::json& result, const std::string& id);

}  // namespace lockstep::gate
