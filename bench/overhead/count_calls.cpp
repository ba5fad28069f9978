#include "bench/overhead/count_calls.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>

#include "backends/problem_text.h"
#include "backends/registry.h"
#include "bench/gate/lab/child.h"
#include "bench/gate/lab/library_calls.h"
#include "bench/gate/lab/private_folder.h"
#include "bench/overhead/overhead.h"
#include "bench/overhead/rows.h"
#include "cases/data.h"
#include "verify/exit_code.h"

namespace lockstep {
namespace {

using Json = nlohmann::json;

/// The benchmark "lstm/.../backend:eigen" is of this problem on that backend.
LibraryCalls count_one(const std::string& name, const std::vector<Module>& modules) {
  const std::string before = "/backend:";
  const auto at = name.rfind(before);
  const Problem problem = parse_problem(name.substr(0, at));
  const std::string backend = name.substr(at + before.size());
  const auto module = std::find_if(modules.begin(), modules.end(), [&](const Module& one) {
    return one.name == backend && one.backend != nullptr;
  });
  if (module == modules.end()) throw std::runtime_error(fmt::format("no backend {}", backend));
  const Given given = make_given({problem, ""});
  const Asked<float> asked(problem, Layout::time_major);
  const Io io = make_io(problem, given, asked);
  std::unique_ptr<Layer> layer;
  const LibraryCalls preparing =
      gate::library_calls_of([&] { layer = module->backend->prepare(problem, given.weights); });
  layer->run(io);  // what it makes once is made by now
  LibraryCalls running = gate::library_calls_of([&] { layer->run(io); });
  running.reorders_to_prepare = preparing.reorders;
  return running;
}

/// The program that has count-calls: this one, or of a bench program the one beside it.
std::filesystem::path counting_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink(gate::this_program_file, error);
  return self.filename().string().starts_with("bench_") ? self.parent_path() / "lockstep"
                                                        : std::filesystem::path(gate::this_program_file);
}

}  // namespace

std::string count_library_calls(Results& results, const std::vector<std::filesystem::path>& modules) {
  if (!gate::counts_library_calls) return {};
  const auto counter = gate::call_counter_file();
  if (!std::filesystem::exists(counter))
    return fmt::format("library calls were not counted: no {}", counter.string());
  Json task{{"modules", Json::array()}, {"names", Json::array()}};
  std::set<std::string> names;
  for (const Overhead& one : overheads_of(results))
    for (const Measurement* row : {one.adapter, one.raw}) names.insert(row->name);
  for (const auto& path : modules) task["modules"].push_back(std::filesystem::absolute(path).string());
  for (const std::string& name : names) task["names"].push_back(name);

  const gate::PrivateFolder files;
  const auto task_file = files.path() / "task.json", result_file = files.path() / "result.json",
             link = files.path() / gate::call_counter;  // LD_PRELOAD takes no path that has a space
  std::filesystem::create_symlink(std::filesystem::absolute(counter), link);
  std::ofstream(task_file) << task;
  const std::string wrong =
      gate::run_child({{counting_program().string(), "count-calls", task_file.string(), result_file.string()},
                       {fmt::format("LD_PRELOAD={}", link.string())}},
                      std::chrono::minutes(10));
  if (!wrong.empty()) return fmt::format("library calls were not counted: {}", wrong);
  const Json found = Json::parse(std::ifstream(result_file));
  for (Measurement& row : results.measurements)
    if (names.contains(row.name)) {
      const Json& counted = found.at(row.name);
      row.library_calls = {counted.at(0).get<std::int64_t>(), counted.at(1).get<std::int64_t>(),
                           counted.at(2).get<std::int64_t>()};
    }
  return {};
}

int count_calls_command(const std::filesystem::path& task_file, const std::filesystem::path& result_file) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Json task = Json::parse(std::ifstream(task_file));
  std::vector<std::filesystem::path> extra;
  for (const Json& path : task.at("modules")) extra.emplace_back(path.get<std::string>());
  std::vector<Module> modules = load_modules(module_folder(), extra);
  for (Module& raw : load_modules(raw_folder())) modules.push_back(std::move(raw));
  Json found = Json::object();
  for (const Json& name : task.at("names")) {
    const LibraryCalls counted = count_one(name.get<std::string>(), modules);
    found[name.get<std::string>()] = {counted.calls, counted.reorders, counted.reorders_to_prepare};
  }
  std::ofstream(result_file) << found;
  return exit_held;
}

}  // namespace lockstep
