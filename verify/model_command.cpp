#include "verify/model_command.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backends/model.h"
#include "backends/summary.h"
#include "cases/expand.h"
#include "verify/exit_code.h"
#include "verify/open_model.h"
#include "verify/outcome.h"
#include "verify/print_array.h"
#include "verify/run_choice.h"
#include "verify/verdict.h"

namespace lockstep {
namespace {

/// The columns of the terminal, or Keras' widest table where stdout is none.
int terminal_columns() {
  constexpr int widest = 112, narrowest = 40;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return widest;
  return std::max<int>(size.ws_col, narrowest);
}

}  // namespace

void print_summary(const ModelSpec& model) {
  fmt::print("{}", summary(model, terminal_columns()));
}

int summary_command(const std::string& model, const std::filesystem::path& config,
                    const std::string& target) {
  const Seed seed = open_model(model, default_seed, config);
  print_summary(seed.model);
  for (const std::string& line : seed.about) fmt::print("{}\n", line);
  if (target.empty()) return exit_held;
  const auto dims = parse_list(target);
  for (std::size_t output = 0; output < seed.model.outputs.size(); ++output)
    check_target(seed.model, dims, output);
  fmt::print("A target of shape ({}) fits.\n", target);
  return exit_held;
}

int run_command(const RunRequest& request) {
  const Seed seed = open_model(request.model, request.seed, request.config);
  if (!request.files.inputs.empty()) return run_file_command(request.files, request.backends, seed);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  Shape shape = seed.input;
  shape.batch = std::min(seed.batch, shape.batch);
  const InitialStates states = request.states_given ? InitialStates::given : InitialStates::zero;
  const ModelGiven given = make_model_given(seed.model, shape, seed.input_kind, states, request.seed);
  std::vector<RowOutcome> rows;
  for (const Backend* backend : selection.backends) {
    const Sharing sharing =
        computes(*backend, selection.fallback, seed, shape, request.files.threads, states);
    const Verdict verdict = sharing.possible() ? Verdict::pass : Verdict::skip;
    rows.push_back({backend->name(), to_string(verdict), sharing.fallback != nullptr});
    if (!sharing.possible()) continue;
    const std::string by = shared_name(*backend, sharing);
    Model model(seed.model, *backend, shape, Exec{request.files.threads, Pass::inference}, states,
                sharing.fallback);
    const ModelAsked<float> asked(seed.model, shape, Layout::time_major);
    BasicModelIo<float> io;
    io.inputs = given.input_rows(0, shape.batch);
    io.outputs = asked.views();
    io.initial = given.initial_rows(0, shape.batch);
    model.run(io);
    for (std::size_t i = 0; i < io.outputs.size(); ++i) {
      const auto& dims = io.outputs[i].dims;
      fmt::print("{} on {}, shape ({}, {}, {}):\n{}\n", seed.model.outputs[i], by, dims[0], dims[1], dims[2],
                 print_array(io.outputs[i]));
    }
  }
  const Outcome outcome = outcome_of(rows, request.backends.require);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  return outcome.code;
}

}  // namespace lockstep
