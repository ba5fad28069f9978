#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace lockstep::gate {

/// How the votes of processes scatter about the true log ratio.
struct Noise {
  double deviation = 0.018;   // the standard one of a process, outliers aside
  bool heavy_tailed = false;  // Student's t with 4 degrees of freedom, in place of a normal distribution
  double correlation = 0;     // of each process with the one before it
  double outliers = 0;        // share of processes off by up to a factor e, either way
};

/// One machine on which processes run one after another: the same seed, the same votes.
class Processes {
 public:
  Processes(std::uint64_t seed, Noise noise) : random_(seed), noise_(noise) {}

  double vote(double truth) {
    const double fresh = noise_.heavy_tailed ? student_(random_) / std::sqrt(2) : normal_(random_);
    state_ = noise_.correlation * state_ + std::sqrt(1 - noise_.correlation * noise_.correlation) * fresh;
    const double outlier = uniform_(random_) < noise_.outliers ? 2 * uniform_(random_) - 1 : 0;
    return truth + noise_.deviation * state_ + outlier;
  }
  std::vector<double> votes(int count, double truth) {
    std::vector<double> all;
    for (int i = 0; i < count; ++i) all.push_back(vote(truth));
    return all;
  }

 private:
  std::mt19937_64 random_;
  Noise noise_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{4};
  std::uniform_real_distribution<double> uniform_;
  double state_ = 0;
};

}  // namespace lockstep::gate
