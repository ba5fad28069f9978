#include <algorithm>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "verify/mutants/families.h"
#include "verify/mutants/mutant.h"
#include "verify/mutants/wrong.h"
#include "verify/mutants/wrong_training.h"

namespace lockstep {

Support Mutant::applies(const Problem& problem) const {
  for (const Condition& condition : needs)
    if (!condition.holds(problem))
      return Support::no(fmt::format("the fault shows only with {}", condition.text));
  const bool is_training = problem.exec.pass == Pass::training;
  if (is_training ? make_training == nullptr : make == nullptr)
    return Support::no(fmt::format("the fault shows only in {}", is_training ? "inference" : "training"));
  return Support::yes();
}

const std::vector<Mutant>& mutants() {
  static const std::vector<Mutant> all = [] {
    std::vector<Mutant> catalogue;
    for (auto family : {gate_mutants(), weight_mutants(), activation_mutants(), state_mutants(),
                        time_mutants(), mask_mutants(), dense_mutants(), memory_mutants(), slope_mutants(),
                        back_in_time_mutants(), gradient_mutants()})
      std::move(family.begin(), family.end(), std::back_inserter(catalogue));
    return catalogue;
  }();
  return all;
}

const Mutant& find_mutant(std::string_view name) {
  const auto found = std::find_if(mutants().begin(), mutants().end(),
                                  [&](const Mutant& mutant) { return mutant.name == name; });
  if (found == mutants().end())
    throw std::invalid_argument(
        fmt::format("unknown mutant {}: accepted are those that verify --mutants reports", in_quotes(name)));
  return *found;
}

const Mutant& control() {
  static const Mutant none{"control",
                           "Nothing is wrong.",
                           {},
                           wrong_problem([](Problem&) {}),
                           wrong_gradients([](const Problem&, const Gradients&) {})};
  return none;
}

}  // namespace lockstep
