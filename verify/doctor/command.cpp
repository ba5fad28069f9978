#include "verify/doctor/command.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "cases/array_file.h"
#include "cases/model_inputs.h"
#include "verify/doctor/search.h"
#include "verify/doctor/tell.h"
#include "verify/exit_code.h"
#include "verify/open_model.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

Array<float> read_file(const std::filesystem::path& path, const std::string& name, const char* named_by) {
  ArrayFile file(path, name, named_by);
  return read_array(file);
}

/// How the arrays may be taken.
std::vector<doctor::Reading> read_all(const DoctorRequest& request, const ModelSpec& model,
                                      const Array<float>& y) {
  InputFiles files = open_call(model, "--input", request.inputs, Shapes::any);
  std::vector<std::string> names;
  for (const ArrayFile& file : files) names.push_back(file.path().string());
  return doctor::readings_of(model, read_arrays(files), y, names, request.expect.string());
}

}  // namespace

const char* const doctor_exit_status =
    "Exit status: 0 the two agree as they are; 1 they differ, explained or not; 2 bad usage or input; 4 no "
    "honest verdict: rounding alone moves the model's answer too far.";

int doctor_command(const DoctorRequest& request) {
  const Seed model = open_model(request.model, request.seed, request.config);
  const Array<float> y = read_file(request.expect, model.model.outputs.front(), "the model's first output");
  const std::vector<doctor::Reading> readings = read_all(request, model.model, y);
  const auto threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  doctor::Diagnosis found;
  {
    ProgressLine progress("searching");
    found = doctor::diagnose(readings, model.batch, threads,
                             [&](std::size_t done, std::size_t all) { progress.show(done, all); });
  }
  if (y.values.size() > 1 && std::count(y.values.begin(), y.values.end(), y.values[0]) ==
                                 static_cast<std::ptrdiff_t>(y.values.size()))
    found.constant = y.values[0];
  fmt::print("{}", doctor::told(found, model.name, request.expect.string()));
  switch (found.as_it_is) {
    case doctor::Outcome::agrees:
      return exit_held;
    case doctor::Outcome::no_verdict:
      return exit_no_verdict;
    case doctor::Outcome::differs:
      break;
  }
  return exit_failed;
}

}  // namespace lockstep
