#include "bench/options.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/isa.h"
#include "bench/program.h"
#include "bench/runner.h"
#include "cases/case.h"
#include "verify/exit_code.h"

namespace lockstep {

void add_seed_option(CLI::App& app, std::uint64_t& seed, const std::string& what) {
  // Unchecked, -1 would be a large number.
  app.add_option("--seed", seed, what)->capture_default_str()->check(CLI::NonNegativeNumber);
}

void add_case_options(CLI::App& app, CaseRequest& request) {
  std::string names;
  for (const CaseSet& set : case_sets()) (names += names.empty() ? "" : ", ") += set.name;
  app.add_option(
      "problems", request.problems,
      "Problems, as in lstm/B:1/T:1-4096*2/F:32/U:64/seq:1; every field may be a list; or models: "
      "seeds, and files of Keras, PyTorch (.safetensors) or RTNeural (.json), which take -B and -T");
  app.add_option("--set", request.sets, "Sets of problems: " + names)->delimiter(',');
  app.add_option("-B,--batch", request.batch, "Batches in place of the problems' own: 1,8,64 or 1-128*2");
  app.add_option("-T,--time-steps", request.time_steps, "Sequence lengths, likewise");
  app.add_option("-F,--features", request.features, "Input features, likewise");
  app.add_option("-U,--units", request.units, "Units, likewise");
  app.add_option("--threads", request.threads, "Threads, likewise");
  add_seed_option(app, request.seed, "Seed of weights and inputs");
}

void add_config_option(CLI::App& app, std::filesystem::path& config) {
  app.add_option(
      "--config", config,
      "The layers of a file of weights alone: of a .weights.h5 as model.to_json() gives them, default "
      "config.json beside it; of NAME.safetensors as the note on it shows them, default "
      "NAME.config.json beside it");
}

void add_backend_options(CLI::App& app, BackendRequest& request) {
  app.add_option("--backends,--backend", request.backends, "Use these only: naive,eigen,...")->delimiter(',');
  app.add_option("--require", request.require, "Exit with 3 when one of these is missing or ran nothing")
      ->delimiter(',');
  app.add_option("--module", request.modules, "A backend's shared object beside the usual ones");
}

void add_fallback_option(CLI::App& app, BackendRequest& request, const std::string& otherwise) {
  app.add_option("--fallback", request.fallback,
                 fmt::format("Backend for those layers of a model that another refuses; {}", otherwise));
}

std::string joined(int argc, const char* const* argv) {
  std::string text = std::filesystem::path(argc > 0 ? argv[0] : "lockstep").filename().string();
  for (int i = 1; i < argc; ++i) text += fmt::format(" {}", argv[i]);
  return text;
}

namespace {

/// What is wrong with the arguments, and what would be accepted.
std::string refusal(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const auto unknown = app.remaining(true);
  const auto all = app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  std::string accepted;
  if (chosen.empty() && !all.empty()) {
    for (const CLI::App* one : all) (accepted += accepted.empty() ? "" : ", ") += one->get_name();
    return fmt::format("{}: accepted are {}",
                       unknown.empty() ? "no subcommand" : "unknown subcommand " + in_quotes(unknown.front()),
                       accepted);
  }
  const CLI::App& at = chosen.empty() ? app : *chosen.front();
  for (const CLI::Option* option : at.get_options())
    (accepted += accepted.empty() ? "" : ", ") += option->get_name();
  std::string what = unknown.empty() ? error.what() : "unexpected argument " + in_quotes(unknown.front());
  std::replace(what.begin(), what.end(), '\n', ' ');
  return fmt::format("{}{}{}: accepted are {}", at.get_name(), chosen.empty() ? "" : ": ", what, accepted);
}

/// A help text whose lines fit: what is too long goes on below the descriptions.
std::string folded_help(const std::string& text) {
  constexpr std::size_t descriptions = 30;
  std::istringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);)
    all += folded(line, line.starts_with(" ") ? descriptions : 0) + "\n";
  return all;
}

}  // namespace

std::string folded(std::string line, std::size_t indent) {
  constexpr std::size_t width = 80;
  std::string all;
  while (line.size() > width) {
    const std::size_t space = line.rfind(' ', width);
    if (space == std::string::npos || space <= indent) break;
    all += line.substr(0, space) + "\n";
    line = std::string(indent, ' ') + line.substr(space + 1);
  }
  return all + line;
}

bool parse(CLI::App& app, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
    return true;
  } catch (const CLI::Success& help) {
    std::ostringstream text;
    app.exit(help, text);
    fmt::print("{}", folded_help(text.str()));
    return false;
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(refusal(app, error));
  }
}

int guarded(const std::function<int()>& body) {
  if (const char* why = missing_isa()) {
    fmt::print(stderr, "lockstep: {}\n", why);
    return exit_missing;
  }
  try {
    const int code = body();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    fmt::print(stderr, "lockstep: the output could not be written\n");
    return exit_usage;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "lockstep: {}\n", error.what());
    return exit_usage;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "lockstep: not enough memory: choose a smaller B, T, F or U\n");
    return exit_usage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "lockstep: {}\n", error.what());
    return exit_usage;
  }
}

void add_training_option(CLI::App& app, BenchRequest& request) {
  app.add_flag("--training", request.training,
               "Of models, time training, too: a step, its two passes, and an epoch");
}

void add_latency_options(CLI::App& app, BenchRequest& request) {
  auto* latency = app.add_flag("--latency", request.latency,
                               "Instead: percentiles of the time of one step, computed one per call with its "
                               "states kept; models take -B");
  for (const char* other : {"--time-steps", "--training", "--ceilings"})
    latency->excludes(app.get_option(other));
  app.add_option("--calls", request.calls,
                 "With --latency: calls of each row, up to 4 more; default: as many as take half a second, "
                 "up to 100000")
      ->needs(latency)
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000'000}));
}

void add_ceilings_option(CLI::App& app, BenchRequest& request) {
  auto* ceilings = app.add_flag("--ceilings", request.ceilings,
                                "Instead: measure what this machine can do at best, as every roof takes it");
  for (const char* other : {"problems", "--set", "--backends", "--require", "--fallback", "--training"})
    ceilings->excludes(app.get_option(other));
}

int bench_program(int argc, char** argv, const std::string& about,
                  const std::vector<std::string>& default_problems) {
  return guarded([&] {
    BenchRequest request;
    request.program = argv[0];
    request.command = joined(argc, argv);
    request.google_console = true;
    CLI::App app(about + "\nTakes every --benchmark_... flag of Google Benchmark.");
    add_case_options(app, request.cases);
    add_config_option(app, request.cases.config);
    add_backend_options(app, request.backends);
    add_fallback_option(app, request.backends, not_without_fallback);
    add_training_option(app, request);
    app.add_option("--out", request.outs, "results.json, or a report: .md .csv .html .svg");
    add_ceilings_option(app, request);
    std::vector<std::string> arguments(argv + 1, argv + argc);
    request.google_flags = take_google_flags(arguments);
    if (!parse(app, std::move(arguments))) return exit_held;
    if (request.cases.problems.empty() && request.cases.sets.empty()) {
      request.cases.problems = default_problems;
      request.training = true;
    }
    return static_cast<ExitCode>(bench_command(request));
  });
}

}  // namespace lockstep
