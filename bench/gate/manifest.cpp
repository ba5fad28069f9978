#include "bench/gate/manifest.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/problem_text.h"
#include "backends/registry.h"
#include "bench/gate/lab/build_modules.h"

namespace lockstep::gate {
namespace {

constexpr std::string_view backend_mark = "/backend:";

std::string without_blanks(const std::string& line) {
  const std::string text = line.substr(0, line.find('#'));
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? std::string{}
                                    : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::vector<std::string> backends_of(const std::filesystem::path& build) {
  std::vector<std::string> names;
  for (const auto& module : module_files(modules_of(build))) names.push_back(stem_of(module));
  return names;
}

std::vector<Benchmark> benchmarks_of(const std::vector<Case>& cases,
                                     const std::vector<std::string>& backends) {
  std::vector<Benchmark> all;
  for (const Case& one : cases)
    for (const std::string& backend : backends)
      all.push_back({fmt::format("{}{}{}", to_string(one.problem), backend_mark, backend), one, backend});
  return all;
}

Benchmark parse_benchmark(std::string_view name, std::uint64_t seed) {
  const auto mark = name.rfind(backend_mark);
  const std::string_view backend =
      mark == std::string_view::npos ? std::string_view{} : name.substr(mark + backend_mark.size());
  if (backend.empty() || backend.find('/') != std::string_view::npos)
    throw std::invalid_argument(
        fmt::format("{} is no benchmark: accepted is a problem with its backend at the "
                    "end, as in lstm/B:1/T:64/F:32/U:64/seq:1/backend:eigen",
                    in_quotes(name)));
  Case one;
  one.problem = parse_problem(name.substr(0, mark));
  one.seed = seed;
  return benchmarks_of({one}, {std::string(backend)}).front();
}

std::vector<Benchmark> read_manifest(const std::filesystem::path& path, std::uint64_t seed) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(fmt::format("{}: cannot be read", path.string()));
  std::vector<Benchmark> all;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const std::string name = without_blanks(line);
    if (name.empty()) continue;
    try {
      Benchmark one = parse_benchmark(name, seed);
      if (std::find(all.begin(), all.end(), one) != all.end())
        throw std::invalid_argument(fmt::format("{} is named twice: accepted is each once", one.name));
      all.push_back(std::move(one));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{}, line {}: {}", path.string(), number, error.what()));
    }
  }
  if (all.empty())
    throw std::invalid_argument(fmt::format(
        "{}: names no benchmark: accepted is one a line, as lockstep gate --list prints", path.string()));
  return all;
}

}  // namespace lockstep::gate
