#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/gate/benchmark.h"

namespace lockstep::gate {

/// The names of a build's backends, by the names of its modules. Throws what modules_of throws.
std::vector<std::string> backends_of(const std::filesystem::path& build);

/// Each case on each backend.
std::vector<Benchmark> benchmarks_of(const std::vector<Case>&, const std::vector<std::string>& backends);

/// The inverse of a benchmark's name. Throws std::invalid_argument: what is wrong, what is accepted.
Benchmark parse_benchmark(std::string_view name, std::uint64_t seed = default_seed);

/// The benchmarks that a file names, one a line; empty lines and what follows a # are skipped. Throws
/// std::invalid_argument naming file and line: not a benchmark, named twice, none at all.
std::vector<Benchmark> read_manifest(const std::filesystem::path&, std::uint64_t seed = default_seed);

}  // namespace lockstep::gate
