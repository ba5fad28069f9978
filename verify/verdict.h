#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/case.h"

namespace lockstep {

/// untrusted: the numbers agree, but a wrong layer could have agreed too. ill_conditioned: rounding alone
/// moves the result too far for agreement to mean anything. skip: the backend said no, with a reason.
enum class Verdict { pass, fail, skip, untrusted, ill_conditioned };
std::string_view to_string(Verdict);
std::span<const std::string_view> verdict_names();

/// One problem, or one model, on one backend.
struct Finding {
  Finding() = default;
  Finding(const Case&, std::string_view backend);

  std::string subject;  // the problem's text, or the model's name: what a command line takes
  std::string layer;    // the kind of layer, or "model"
  std::string part;     // what of a model: "states zero", "states given", "training"; else empty
  std::string why;      // the subject is worth checking
  std::uint64_t seed = default_seed;
  double gain = 1;
  bool is_random = false;  // as the case
  std::string backend;
  std::string module;  // the backend's file, where the command line named it
  std::string left;  // of a model: layers that the backend left to another, as in "lstm -> naive"; else empty
  Verdict verdict = Verdict::fail;
  std::string reason;               // empty for pass, but where the backend left a layer
  std::vector<std::string> failed;  // the checks that found it wrong, such as "output", "step" or "guards"
  std::string method;               // how the backend computed it
  double largest_error = 0, tolerance = 0;  // where their ratio is largest
  double step_share = 0;  // the largest error over tolerance of a single step; 0 where none was checked
  double milliseconds = 0;

  /// Error over tolerance: at most 1 in a pass; 0 where nothing was compared.
  double share_of_tolerance() const {
    if (std::isinf(largest_error)) return largest_error;
    return tolerance > 0 ? largest_error / tolerance : 0;
  }
};

/// "onednn", or "onednn (lstm -> naive)": a row of that name proves nothing of onednn alone.
std::string computed_by(const Finding&);

/// Notes that a check found it wrong; the first one's reason stays.
void fail(Finding&, std::string_view check, std::string reason);

/// The command that repeats only this row.
std::string repro_of(const Finding&);

}  // namespace lockstep
