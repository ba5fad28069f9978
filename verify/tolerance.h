#pragma once

#include <cstdint>

#include "backends/spec.h"

/// How far a float result may lie from the oracle's in double. What every backend is judged by is decided
/// here, in three tiers that need no constant tuned to a case.
namespace lockstep {

/// The unit roundoff of float, 2^-24.
inline constexpr double unit_roundoff = 0x1p-24;

/// Step: one step of a cell from a given state rounds two dot products, of lengths F and U, and a few
/// activations. Roundings that are independent grow like the square root of the length (Ipsen and Zhou, arXiv
/// 1906.10465). `largest` is the largest magnitude among the expected states.
double step_tolerance(const Problem&, double largest);
double step_tolerance(std::int64_t terms, double largest);  // F + U

/// Trajectory: how errors grow over a sequence depends on the weights, so it is measured: the oracle runs
/// again with noise as large as float's roundings (verify/envelope.h), this many times.
inline constexpr int noisy_runs = 8;
/// The noise on a sum of `terms` products, whose magnitudes add up to `magnitude`.
double product_noise(std::int64_t terms, double magnitude);
/// The noise on the value of an activation.
double activation_noise(double value);
/// Of a step at which noise moved the output by `deviation` and the values are as large as `largest`;
/// infinite where that is ill-conditioned, so that only what is not finite is wrong there (and what single
/// steps show).
double trajectory_tolerance(double deviation, double largest);
/// Whether noise alone moves the result so far that agreement would say nothing.
bool is_ill_conditioned(double deviation, double largest);
/// Gradients: measured in the same way, in a backward pass with such noise; they have no size of their own,
/// so all is relative to the largest of those judged together, at a time step or of a gate.
double gradient_tolerance(double deviation, double largest);
/// Runs with noise: what goes back through few units meets few roundings, which takes more runs to see.
int noisy_runs_back(const Problem&);
/// The same of a whole gradient, of all time steps or gates.
bool is_ill_conditioned_gradient(double deviation, double largest);
/// Batch rows whose steps and noise are looked at: the rows of random data are alike, but for their masks.
std::int64_t probed_rows(const Problem&);

/// Dense: LAPACK's gauge (BLAS/TESTING/sblat3.f, SMMCH): 16 epsilon of the sum of magnitudes. Activations:
/// what a library's vectorised function may err, and for softmax what the row's errors add. `magnitudes`,
/// `values` and `allowed` are rows of `n`: |input| |kernel| + |bias|, the activated result, and what it may
/// err.
void dense_tolerance(Activation, const double* magnitudes, const double* values, std::int64_t n,
                     double* allowed);
/// The same for an activation alone, whose `inputs` are exact.
void activation_row_tolerance(Activation, const double* inputs, const double* values, std::int64_t n,
                              double* allowed);

}  // namespace lockstep
