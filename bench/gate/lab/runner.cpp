#include "bench/gate/lab/runner.h"

#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>

#include "bench/gate/lab/measure.h"
#include "bench/gate/lab/prove.h"
#include "bench/gate/lab/wire.h"
#include "verify/exit_code.h"

namespace lockstep::gate {

int gate_runner_command(const std::filesystem::path& task_file, const std::filesystem::path& result_file) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const nlohmann::json task = read_json(task_file);
  const auto kind = task.at("task").get<std::string>();
  nlohmann::json found;
  if (kind == "prove")
    found = prove(task.get<ProveTask>());
  else if (kind == "measure")
    found = measure(task.get<MeasureTask>());
  else
    throw std::invalid_argument(fmt::format("no task {}: accepted are prove, measure", kind));
  write_json(result_file, result_of(task.at("id").get<std::string>(), found));
  return exit_held;
}

}  // namespace lockstep::gate
