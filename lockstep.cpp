#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "backends/problem_text.h"
#include "bench/command.h"
#include "bench/gate/lab/runner.h"
#include "bench/gate/options.h"
#include "bench/gate/result_json.h"
#include "bench/manual/completion.h"
#include "bench/manual/man_page.h"
#include "bench/options.h"
#include "bench/overhead/count_calls.h"
#include "bench/runner.h"
#include "bench/study/options.h"
#include "bench/train/options.h"
#include "cases/models.h"
#include "reports/markdown.h"
#include "verify/command.h"
#include "verify/doctor/command.h"
#include "verify/exit_code.h"
#include "verify/explain/command.h"
#include "verify/import_command.h"
#include "verify/model_command.h"
#include "verify/mutants/command.h"
#include "verify/relations/command.h"
#include "verify/support.h"

namespace lockstep {
namespace {

struct Requests {
  std::string set;
  std::string model, target;
  RunRequest run;
  VerifyRequest verify;
  bool relations = false, mutants = false, explain = false;
  MutantRequest mutant;
  TrainRequest train;
  DoctorRequest doctor;
  BenchRequest bench;
  StudyRequest study;
  std::vector<std::filesystem::path> results, report_outs;
  gate::CommandRequest gate;
  std::filesystem::path gate_task, gate_result, count_task, count_result;
  std::string shell;
};

int list_command(const std::string& set) {
  if (set == seeds_set || set == styles_set) {
    for (const Seed& one : set == seeds_set ? seeds() : style_models()) fmt::print("{}\n", one.name);
    return exit_held;
  }
  if (!set.empty()) {
    for (const Case& one : cases_of(set)) fmt::print("{}\n", to_string(one.problem));
    return exit_held;
  }
  const auto print = [](std::string_view name, std::size_t count, std::string_view kind,
                        std::string_view why) {
    constexpr std::size_t whys = 35;
    fmt::print("{}\n", folded(fmt::format("{:<18} {:>5} {:<8}  {}", name, count, kind, why), whys));
  };
  for (const CaseSet& one : case_sets()) print(one.name, cases_of(one.name).size(), "problems", one.why);
  print(seeds_set, seeds().size(), "models", "the models that lockstep started from");
  print(styles_set, style_models().size(), "models", "Dense and TimeDistributed(Dense) after each cell");
  return exit_held;
}

int support_command(const BackendRequest& request) {
  Selection selection;
  if (!open_backends(request, selection)) return exit_missing;
  fmt::print("{}", reports::markdown(support_report(selection.backends)));
  return exit_held;
}

int print_text(const std::string& text) {
  fmt::print("{}", text);
  return exit_held;
}

/// Declares the subcommands; each sets what main is to run.
void add_commands(CLI::App& app, Requests& requests, std::function<int()>& chosen) {
  auto* list = app.add_subcommand("list", "Sets of problems, or the problems of one set");
  list->add_option("--set", requests.set, "The set whose problems to list, one per line");
  list->callback([&] { chosen = [&] { return list_command(requests.set); }; });

  auto* support = app.add_subcommand("support", "Backend x feature, and every no with its reason");
  add_backend_options(*support, requests.verify.backends);
  support->callback([&] { chosen = [&] { return support_command(requests.verify.backends); }; });

  auto* summary = app.add_subcommand("summary", "Keras' table of a model: layers, output shapes, parameters");
  summary->add_option("model", requests.model, "A model: " + model_names())->required();
  summary->add_option("--target", requests.target,
                      "Dimensions of a target, as in 1000,64,8, to check against the outputs");
  add_config_option(*summary, requests.run.config);
  summary->callback([&] {
    chosen = [&] { return summary_command(requests.model, requests.run.config, requests.target); };
  });

  auto* importing = app.add_subcommand(
      "import", "How each weight of a model is laid out in Keras, PyTorch, ONNX and oneDNN");
  importing->add_option("model", requests.model, "A model: " + model_names())->required();
  add_config_option(*importing, requests.run.config);
  importing->add_flag("--explain", requests.explain, "What import does without it, too");
  importing->callback([&] { chosen = [&] { return import_command(requests.model, requests.run.config); }; });

  auto* run = app.add_subcommand("run", "A model's outputs, on an input of one's own or on random numbers");
  run->add_option("model", requests.run.model, "A model: " + model_names())->required();
  add_config_option(*run, requests.run.config);
  run->add_flag("--states", requests.run.states_given, "Start from given states instead of zeros");
  add_seed_option(*run, requests.run.seed, "Seed of weights, inputs and states");
  add_backend_options(*run, requests.run.backends);
  add_fallback_option(*run, requests.run.backends, "default: naive");
  auto* input =
      run->add_option(
             "--input", requests.run.files.inputs,
             "A .npy or .npz file: (samples, time_steps, features) of float32 or float64; of a model "
             "with several inputs NAME=x.npy for each, or a .npz with all of them by their names; more "
             "calls, as in a.npy,b.npy or NAME=a.npy,b.npy, with --stateful. They are read, computed "
             "and written in batches")
          ->delimiter(',');
  run->add_option("--batch", requests.run.files.batch,
                  "Samples of one call, the last may have fewer; default: 32, of a seed its own")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->needs(input);
  run->add_option(
         "--h0", requests.run.files.states.h,
         "State to start from: a .npy or .npz file of (samples, units), for the only recurrent layer; "
         "LAYER=FILE for one of several; what is not given is zeros")
      ->delimiter(',')
      ->needs(input);
  run->add_option("--c0", requests.run.files.states.c, "The same of an LSTM's cell state")
      ->delimiter(',')
      ->needs(input);
  run->add_option(
         "--output", requests.run.files.outputs,
         "Where to write what the model answers: y.npy, and y.1.npy for a second output; or all by the "
         "names of their layers in y.npz; one for each call")
      ->delimiter(',')
      ->needs(input);
  run->add_flag(
         "--stateful", requests.run.files.stateful,
         "Calls in turn, each from the states that the one before it ended in: of the stateful layers, "
         "or of all where none is")
      ->needs(input);
  run->add_option("--threads", requests.run.files.threads, "Threads of the backend")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  run->add_flag("--check", requests.run.files.check,
                "Compare what each backend answers to the input with the oracle in double")
      ->needs(input)
      ->excludes(run->get_option("--stateful"));
  input->excludes(run->get_option("--states"));
  run->callback([&] { chosen = [&] { return run_command(requests.run); }; });

  auto* doctor = app.add_subcommand(
      "doctor", "Which convention makes a model and another program's answer agree, and what to do about it");
  doctor->add_option("model", requests.doctor.model, "A model: " + model_names())->required();
  add_config_option(*doctor, requests.doctor.config);
  doctor
      ->add_option("--input", requests.doctor.inputs,
                   "A .npy or .npz file: (samples, time_steps, features) of float32 or float64; of a model "
                   "with several inputs NAME=x.npy for each, or a .npz with all of them by their names")
      ->delimiter(',')
      ->required();
  doctor
      ->add_option(
          "--expect", requests.doctor.expect,
          "A .npy or .npz file: what the other program answers to that; one output, all of its steps or one")
      ->required();
  add_seed_option(*doctor, requests.doctor.seed, "Seed of the weights of a model that is no file");
  doctor->footer(doctor_exit_status);
  doctor->callback([&] { chosen = [&] { return doctor_command(requests.doctor); }; });

  auto* train = app.add_subcommand(
      "train", "Trains a model as Keras' fit does, on each backend: losses, and how long a step takes");
  add_train_options(*train, requests.train, model_names());
  train->callback([&] { chosen = [&] { return train_command(requests.train); }; });

  auto* verify = app.add_subcommand("verify", "Is it right: every backend against the oracle in double");
  add_case_options(*verify, requests.verify.cases);
  add_config_option(*verify, requests.verify.cases.config);
  add_backend_options(*verify, requests.verify.backends);
  add_fallback_option(*verify, requests.verify.backends, "default: naive");
  verify
      ->add_option("--campaign", requests.verify.cases.campaign,
                   "So many random problems, too, of random seeds and gains: how often does a tolerance err?")
      ->check(CLI::Range(1, 1'000'000));
  verify->add_option("--gain", requests.verify.cases.gain, "Factor on the recurrent kernels")
      ->check(CLI::Range(0.0, 100.0));
  verify->add_option("--out", requests.verify.outs,
                     "A file for the findings, by its suffix: .md .csv .json .html .xml (JUnit); repeatable");
  auto* relations =
      verify->add_flag("--relations", requests.relations,
                       "Instead: do the relations hold that must hold between runs of one backend");
  auto* mutants = verify->add_flag("--mutants", requests.mutants,
                                   "Instead: do the checks find each fault of a catalogue of backends");
  mutants->excludes(relations);
  for (const char* other : {"--backends", "--require", "--module", "--fallback", "--campaign"})
    mutants->excludes(verify->get_option(other));
  verify
      ->add_flag(
          "--explain", requests.explain,
          "Of the first failure of each backend: the smallest problem, the gate, and what it looks like")
      ->excludes(relations)
      ->excludes(mutants);
  verify->add_option("--checks", requests.mutant.checks, "With --mutants: only these checks count")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(mutants);
  verify->add_option("--only", requests.mutant.only, "With --mutants: these mutants alone")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(mutants);
  verify->callback([&] {
    chosen = [&] {
      if (requests.relations) return relations_command(requests.verify);
      if (requests.explain) requests.verify.explain = explain_in;
      if (!requests.mutants) return verify_command(requests.verify);
      requests.mutant.cases = requests.verify.cases;
      requests.mutant.outs = requests.verify.outs;
      requests.mutant.command = requests.verify.command;
      return mutants_command(requests.mutant);
    };
  });

  auto* bench = app.add_subcommand(
      "bench", "How fast: verifies each row, then times it; takes every --benchmark_... flag");
  add_case_options(*bench, requests.bench.cases);
  add_config_option(*bench, requests.bench.cases.config);
  add_backend_options(*bench, requests.bench.backends);
  add_fallback_option(*bench, requests.bench.backends, not_without_fallback);
  add_training_option(*bench, requests.bench);
  bench->add_option("--out", requests.bench.outs,
                    "results.json, or a report: .md .csv .html .svg .xml; repeatable");
  add_ceilings_option(*bench, requests.bench);
  add_latency_options(*bench, requests.bench);
  bench->callback([&] { chosen = [&] { return bench_command(requests.bench); }; });

  auto* study = app.add_subcommand(
      "study",
      "One model, all answers: its layers, is it right, which backend is fastest, how long a step takes");
  add_study_options(*study, requests.study, model_names());
  study->callback([&] { chosen = [&] { return study_command(requests.study); }; });

  auto* report =
      app.add_subcommand("report", "Reports of results.json files: the same numbers in every format");
  report
      ->add_option("results", requests.results,
                   "Files written by lockstep bench --out, or one by lockstep gate")
      ->required();
  report->add_option("--out", requests.report_outs,
                     "A report, by its suffix: .md .csv .json .html .svg .xml; repeatable");
  report->callback([&] {
    chosen = [&]() -> int {
      if (gate::is_gate_result(requests.results.front()))
        return gate::gate_report_command(requests.results, requests.report_outs);
      return report_command(requests.results, requests.report_outs);
    };
  });

  auto* gate = app.add_subcommand("gate", "Two builds against each other: is one of them slower?");
  gate::add_gate_options(*gate, requests.gate);
  gate->callback([&] { chosen = [&] { return gate::gate_command(requests.gate); }; });
  auto* runner = app.add_subcommand("gate-runner", "One process of a gate, which starts it")->group("");
  runner->add_option("task", requests.gate_task, "What to do, as the gate writes it")->required();
  runner->add_option("result", requests.gate_result, "Where to write what was found")->required();
  runner->callback(
      [&] { chosen = [&] { return gate::gate_runner_command(requests.gate_task, requests.gate_result); }; });
  auto* count =
      app.add_subcommand("count-calls", "The process of a bench that counts library calls")->group("");
  count->add_option("task", requests.count_task, "What to count, as the bench writes it")->required();
  count->add_option("result", requests.count_result, "Where to write what was found")->required();
  count->callback(
      [&] { chosen = [&] { return count_calls_command(requests.count_task, requests.count_result); }; });

  auto* complete =
      app.add_subcommand("completion", "What makes a shell complete all this, once it is sourced");
  complete->add_option("shell", requests.shell, "bash, zsh or fish")->required();
  complete->callback(
      [&] { chosen = [&] { return print_text(completion(manual_of(app), requests.shell)); }; });
  auto* page = app.add_subcommand("man-page", "The man page, as cmake --install writes it")->group("");
  page->callback([&] { chosen = [&] { return print_text(man_page(manual_of(app), LOCKSTEP_VERSION)); }; });
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) {
  return lockstep::guarded([&]() -> int {
    CLI::App app("Proves that CPU libraries compute the same recurrent model, then says which is fastest.",
                 "lockstep");
    app.require_subcommand(1);
    app.set_version_flag("--version", "lockstep " LOCKSTEP_VERSION);
    lockstep::Requests requests;
    std::function<int()> chosen;
    add_commands(app, requests, chosen);
    std::vector<std::string> arguments(argv + 1, argv + argc);
    requests.bench.google_flags = lockstep::take_google_flags(arguments);
    requests.bench.command = requests.study.command = requests.verify.command = requests.train.command =
        requests.gate.command = lockstep::joined(argc, argv);
    if (!lockstep::parse(app, std::move(arguments))) return lockstep::exit_held;
    if (!requests.bench.google_flags.empty() && !app.got_subcommand("bench"))
      throw std::invalid_argument(requests.bench.google_flags.front() + ": accepted by bench alone");
    return chosen();
  });
}
