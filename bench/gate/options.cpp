#include "bench/gate/options.h"

#include <fmt/format.h>

#include "bench/options.h"

namespace lockstep::gate {

void add_gate_options(CLI::App& app, CommandRequest& request) {
  constexpr double percent = 100;
  const auto add_share = [&app](const std::string& name, double& to, double most, const std::string& what) {
    app.add_option_function<double>(
           name, [&to](double given) { to = given / percent; }, what)
        ->check(CLI::Range(0.0, most))
        ->default_str(fmt::format("{}", to * percent));
  };
  app.add_option("--base", request.base, "The build folder to compare with")->required();
  auto* head = app.add_option("--head", request.head, "The build folder that is judged");
  add_case_options(app, request.cases);
  app.add_option("--backends", request.backends, "These only, of the base's: naive,eigen,...")
      ->delimiter(',');
  app.add_option("--manifest", request.manifest,
                 "A file with the names of all that must be measured, one a line, as --list prints them")
      ->excludes("problems")
      ->excludes("--set")
      ->excludes("--backends");
  auto* list = app.add_flag("--list", request.list, "Print the names of what would be measured, and end");
  app.add_option("--acknowledged", request.acknowledged,
                 "A file of known changes, each with its bound, reason, author and expiry");
  auto* self_test = app.add_flag("--self-test", request.self_test,
                                 "The base against itself made 5 % slower: must end with 1");
  self_test->excludes(head)->excludes(list);
  add_share("--margin", request.plan.margin, 50, "A slowdown up to so many percent is none");
  add_share("--detect", request.plan.detect, 100,
            "A row that could not have shown so many percent is inconclusive");
  add_share("--level", request.plan.level, 50, "How often, in percent, a gate of equal builds may fail");
  app.add_option("--screen", request.plan.screen, "Processes that look at every benchmark")
      ->capture_default_str();
  app.add_option("--confirm", request.plan.confirm, "Processes that confirm what is left open")
      ->capture_default_str();
  app.add_option("--out", request.outs,
                 "A report, by its suffix: .md .csv .json .html .xml (JUnit); repeatable");
}

}  // namespace lockstep::gate
