#include <algorithm>
#include <limits>
#include <memory>

#include "backends/team.h"
#include "verify/relations/arranged.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"

namespace lockstep {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

bool always(const Problem&) {
  return true;
}

void repeat(Trial& trial) {
  const auto layer = trial.prepare(trial.problem(), trial.given().weights);
  for (int i = 0; i < 2; ++i) {
    const Result again(trial.problem());
    run_on(*layer, trial.problem(), trial.given(), again);
    trial.compare(trial.usual(), again);
  }
}

void poisoned_outputs(Trial& trial) {
  const Result zeros(trial.problem());
  for (const auto* buffer : {&zeros.output, &zeros.final_h, &zeros.final_c})
    std::fill(buffer->begin(), buffer->end(), 0.0F);
  run_on(*trial.prepare(trial.problem(), trial.given().weights), trial.problem(), trial.given(), zeros);
  trial.compare(trial.usual(), zeros);
}

void poisoned_scratch(Trial& trial) {
  const auto layer = trial.prepare(trial.problem(), trial.given().weights);
  const Given poison = copy_of(trial.given());
  for (const auto* buffer : {&poison.input, &poison.initial_h, &poison.initial_c})
    std::fill(buffer->begin(), buffer->end(), nan);
  const Result ignored(trial.problem()), after(trial.problem());
  run_on(*layer, trial.problem(), poison, ignored);
  run_on(*layer, trial.problem(), trial.given(), after);
  trial.compare(trial.usual(), after);
}

/// Explicit zeros, where the problem takes states and where it does not, are the same as none.
void absent_state(Trial& trial) {
  Problem with_state = trial.problem();
  with_state.extras.initial_state = true;
  Given absent = copy_of(trial.given()), zeros = make_given(with_state, trial.seed());
  zeros.weights = absent.weights;
  absent.initial_h = {};
  absent.initial_c = {};
  for (const auto* buffer : {&zeros.initial_h, &zeros.initial_c})
    std::fill(buffer->begin(), buffer->end(), 0.0F);
  trial.compare(trial.run(trial.problem(), absent), trial.run(with_state, zeros));
}

/// As the two layers of a Bidirectional: both at once, many times so that they meet.
void at_once(Trial& trial) {
  constexpr int rounds = 16;
  Problem other = trial.problem();
  auto& other_layer = std::get<RecurrentSpec>(other.layer);
  other_layer.go_backwards = !other_layer.go_backwards;
  const Result alone = trial.run(other, trial.given());
  const std::array problems{trial.problem(), other};
  const std::array layers{trial.prepare(problems[0], trial.given().weights),
                          trial.prepare(problems[1], trial.given().weights)};
  Team team(2);
  for (int round = 0; round < rounds; ++round) {
    const std::array results{Result(problems[0]), Result(problems[1])};
    team.run([&](int i) {
      const auto k = static_cast<std::size_t>(i);
      run_on(*layers[k], problems[k], trial.given(), results[k]);
    });
    trial.compare(trial.usual(), results[0]);
    trial.compare(alone, results[1]);
  }
}

}  // namespace

std::vector<Relation> memory_relations() {
  using enum RelationClass;
  return {
      {"repeat", "another layer, and another run of it, give the same bits", bitwise, always, repeat},
      {"poisoned outputs", "what was in the outputs before does not matter", bitwise, always,
       poisoned_outputs},
      {"poisoned scratch", "after a run on NaN a layer computes as before", bitwise, always,
       poisoned_scratch},
      {"absent state", "no initial state is the same as zeros", bitwise, is_recurrent, absent_state},
      {"at once", "a forward and a backward layer run at once as one after the other", bitwise, is_recurrent,
       at_once},
  };
}

}  // namespace lockstep
