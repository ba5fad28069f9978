#include <algorithm>
#include <cctype>
#include <exception>
#include <set>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "cases/case.h"
#include "cases/data.h"
#include "verify/compare.h"
#include "verify/gradients/expected.h"
#include "verify/guarded.h"
#include "verify/mutants/choice.h"
#include "verify/mutants/mutant.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<Case>& ci_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all = cases_of("ci");
    const std::vector<Case> training = cases_of("training");
    all.insert(all.end(), training.begin(), training.end());
    return all;
  }();
  return cases;
}

void see(const GuardedBuffer& buffer, std::vector<std::uint32_t>& seen) {
  seen.push_back(buffer.guards_are_whole() ? 1 : 0);
  std::transform(buffer.begin(), buffer.end(), std::back_inserter(seen),
                 [](float x) { return std::isnan(x) ? 0U : std::bit_cast<std::uint32_t>(x); });
}

/// The same of the way back: gradients twice, and once more after an update.
std::vector<std::uint32_t> seen_of_gradients(const Mutant& mutant, const Problem& problem) {
  std::vector<std::uint32_t> seen;
  const MutantBackend backend(mutant);
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    const Given given = make_given(problem, 1, layout), other = make_given(problem, 2, layout);
    const GivenGradients gradients = make_gradients(problem, 1, layout);
    const auto layer = backend.prepare_training(problem, given.weights);
    for (int run = 0; run < 3; ++run) {
      if (run == 2) layer->update(other.weights);
      const GuardedOutputs outputs(problem, layout);
      AskedGradients<GuardedBuffer> asked(problem, layout);
      const Io io = make_io(problem, given, outputs);
      layer->run(io);
      layer->backward(io, asked.views(gradients.output_view(), gradients.h_view(), gradients.c_view()));
      for (const GuardedBuffer* buffer : {&asked.input, &asked.initial_h, &asked.initial_c})
        see(*buffer, seen);
      for (const auto* values : {&asked.weights.kernel, &asked.weights.recurrent_kernel, &asked.weights.bias})
        std::transform(values->begin(), values->end(), std::back_inserter(seen),
                       [](float x) { return std::bit_cast<std::uint32_t>(x); });
    }
  }
  return seen;
}

/// All that can be seen of a backend on a case: two layers, of other weights each, run twice in both layouts.
std::vector<std::uint32_t> seen_of(const Mutant& mutant, const Problem& problem) {
  std::vector<std::uint32_t> seen;
  const MutantBackend backend(mutant);
  for (const std::uint64_t seed : {1, 2})
    for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
      const Given given = make_given(problem, seed, layout);
      const auto layer = backend.prepare(problem, given.weights);
      for (int run = 0; run < 2; ++run) {
        const GuardedOutputs outputs(problem, layout);
        layer->run(make_io(problem, given, outputs));
        for (const GuardedBuffer* buffer : {&outputs.output, &outputs.final_h, &outputs.final_c})
          see(*buffer, seen);
      }
    }
  return seen;
}

bool differs_from_control(const Mutant& mutant, const Problem& problem) {
  try {
    const auto look = problem.exec.pass == Pass::training ? seen_of_gradients : seen_of;
    return look(mutant, problem) != look(control(), problem);
  } catch (const std::exception&) {
    return true;
  }
}

TEST(Mutants, HaveNamesOfTheirOwnAndSayWhatIsWrong) {
  std::set<std::string_view> names, sentences;
  for (const Mutant& mutant : mutants()) {
    EXPECT_TRUE(names.insert(mutant.name).second) << mutant.name;
    EXPECT_TRUE(sentences.insert(mutant.what).second) << mutant.name << ": " << mutant.what;
    EXPECT_TRUE(std::all_of(mutant.name.begin(), mutant.name.end(), [](char c) {
      return std::islower(c) || std::isdigit(c) || c == '_';
    })) << mutant.name;
    EXPECT_TRUE(mutant.what.ends_with('.')) << mutant.name;
    EXPECT_EQ(&find_mutant(mutant.name), &mutant);
  }
  EXPECT_GE(names.size(), 64U);
  const auto of_training = std::count_if(mutants().begin(), mutants().end(), [](const Mutant& mutant) {
    return mutant.make == nullptr && mutant.make_training != nullptr;
  });
  EXPECT_GE(of_training, 20);
  EXPECT_THAT([] { find_mutant("nonsense"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("\"nonsense\"")));
}

/// Else it is no mutant, or `needs` is wrong.
TEST(Mutants, DifferFromTheControlWhereTheyApply) {
  const Choice choice(ci_cases());
  for (const Mutant& mutant : mutants()) {
    const auto chosen = choice.of(mutant, 96);  // as many as run_mutants tries
    EXPECT_FALSE(chosen.empty()) << mutant.name;
    EXPECT_TRUE(std::any_of(chosen.begin(), chosen.end(), [&](std::size_t i) {
      return differs_from_control(mutant, ci_cases()[i].problem);
    })) << mutant.name;
  }
}

TEST(Mutants, SayWhereTheyCannotShow) {
  const Problem rnn = parse_problem("simple_rnn/B:1/T:3/F:2/U:4");
  EXPECT_EQ(find_mutant("gru_z_r_swapped").applies(rnn).why(), "the fault shows only with a GRU");
  EXPECT_EQ(find_mutant("initial_h_ignored").applies(rnn).why(),
            "the fault shows only with an initial state");
  EXPECT_TRUE(find_mutant("input_one_step_late").applies(rnn));
  EXPECT_EQ(
      find_mutant("input_one_step_late").applies(parse_problem("gru/B:1/T:3/F:2/U:4/pass:training")).why(),
      "the fault shows only in inference");
  EXPECT_EQ(find_mutant("bias_of_one_step").applies(rnn).why(), "the fault shows only with training");
  EXPECT_FALSE(MutantBackend(find_mutant("initial_state_of_first_row"))
                   .supports(parse_problem("gru/B:1/T:3/F:2/U:4/state:1")));
}

std::vector<float> output_of(const Backend& backend, const Problem& problem, std::uint64_t seed) {
  const Given given = make_given(problem, seed);
  const Asked<float> asked(problem, given.layout);
  backend.prepare(problem, given.weights)->run(make_io(problem, given, asked));
  return {asked.output.begin(), asked.output.end()};
}

TEST(Mutants, OfOneBackendDoNotRememberAnothers) {
  const Problem problem = parse_problem("gru/B:2/T:3/F:2/U:4/seq:1");
  const MutantBackend right(control()), one(find_mutant("stale_weights")),
      another(find_mutant("stale_weights"));
  EXPECT_EQ(output_of(one, problem, 1), output_of(right, problem, 1));
  EXPECT_NE(output_of(one, problem, 2), output_of(right, problem, 2));
  EXPECT_EQ(output_of(another, problem, 2), output_of(right, problem, 2));
}

}  // namespace
}  // namespace lockstep
