#include "verify/explain/looks_like.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/explain/faulty_for_test.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> names_like(const Backend& backend, const std::string& text) {
  std::vector<std::string> names;
  for (const Likeness& one : looks_like(backend, {parse_problem(text), "a test"},
                                        std::chrono::steady_clock::now() + std::chrono::minutes(5)))
    names.emplace_back(one.mutant->name);
  return names;
}

TEST(LooksLike, NamesTheFaultThatComputesTheSame) {
  PlantedBackend backend;
  backend.run = resets_before;
  EXPECT_THAT(names_like(backend, "gru/B:3/T:9/F:5/U:7/seq:1"), ElementsAre("gru_reset_before"));
  PlantedBackend swapped;
  swapped.pack = gates_swapped(0, 1);
  EXPECT_THAT(names_like(swapped, "lstm/B:3/T:9/F:5/U:7"), ElementsAre("lstm_i_f_swapped"));
  PlantedBackend unmasked;
  unmasked.run = [](const Problem& problem, const Weights& weights, Io io) {
    io.mask = {};
    run_right(problem, weights, io);
  };
  EXPECT_THAT(names_like(unmasked, "gru/B:3/T:9/F:5/U:7/seq:1/mask:holes"), ElementsAre("mask_ignored"));
}

TEST(LooksLike, FindsFaultsOfFewElementsOfOneLayoutAndOfLaterRuns) {
  for (const char* name : {"output_element_off", "input_layout_ignored", "state_leaks_to_next_call",
                           "output_element_not_written"})
    EXPECT_THAT(names_like(MutantBackend(find_mutant(name)), "gru/B:3/T:9/F:5/U:7/seq:1"), Contains(name));
}

TEST(LooksLike, NamesNoneForAFaultThatIsNotKnown) {
  PlantedBackend odd;
  odd.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    for (std::int64_t j = 0; j < io.output.dims[2]; ++j) io.output(0, 0, j) *= 0.987F;
  };
  EXPECT_THAT(names_like(odd, "gru/B:3/T:9/F:5/U:7/seq:1"), IsEmpty());
  odd.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    io.output(0, 0, 0) *= 0.987F;  // of so many that a fault of another few agrees nearly everywhere
  };
  EXPECT_THAT(names_like(odd, "gru/B:8/T:20/F:5/U:20/seq:1"), IsEmpty());
}

TEST(LooksLike, NamesNoneForARightOneOrOneThatThrows) {
  EXPECT_THAT(names_like(PlantedBackend(), "gru/B:3/T:9/F:5/U:7/seq:1"), IsEmpty());
  EXPECT_THAT(names_like(MutantBackend(find_mutant("throws_when_run")), "gru/B:3/T:9/F:5/U:7"), IsEmpty());
}

TEST(LooksLike, StopsAtTheDeadline) {
  PlantedBackend backend;
  backend.run = resets_before;
  EXPECT_THAT(looks_like(backend, {parse_problem("gru/B:3/T:9/F:5/U:7"), "a test"}, Deadline::min()),
              IsEmpty());
}

}  // namespace
}  // namespace lockstep
