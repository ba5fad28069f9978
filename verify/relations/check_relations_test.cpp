#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"
#include "verify/relations/planted_for_test.h"
#include "verify/relations/relation.h"
#include "verify/relations/verify_relations.h"

namespace lockstep {
namespace {

using ::testing::MatchesRegex;

std::vector<RelationFinding> checked(const Backend& backend, const std::string& text) {
  const Case one{parse_problem(text), "a test"};
  return check_relations(backend, one, Expected(one.problem, make_given(one.problem, one.seed), 1));
}

RelationFinding finding_of(std::string_view relation, const Backend& backend, const std::string& text) {
  for (const RelationFinding& found : checked(backend, text))
    if (found.relation == relation) return found;
  ADD_FAILURE() << relation << " does not apply to " << text;
  return {};
}

using Run = PlantedBackend::Run;

std::shared_ptr<const Backend> runs(Run run) {
  auto backend = std::make_shared<PlantedBackend>();
  backend->run = std::move(run);
  return backend;
}
std::shared_ptr<const Backend> packs(PlantedBackend::Pack pack) {
  auto backend = std::make_shared<PlantedBackend>();
  backend->pack = std::move(pack);
  return backend;
}
std::shared_ptr<const Backend> fakes(Fault fault) {
  return std::make_shared<FakeBackend>(fault);
}

void add_to_last_step(const Io& io, float offset) {
  for (std::int64_t b = 0; b < io.output.dims[0]; ++b)
    for (std::int64_t j = 0; j < io.output.dims[2]; ++j) io.output(b, io.output.dims[1] - 1, j) += offset;
}

void reads_the_first_row_for_the_last(const Problem& problem, const Weights& weights, const Io& asked) {
  run_right(problem, weights, asked);
  const std::int64_t last = problem.shape.batch - 1;
  for (std::int64_t t = 0; t < asked.output.dims[1]; ++t)
    std::copy_n(asked.output.row(0, t), asked.output.dims[2], asked.output.row(last, t));
}

void ignores_the_mask(const Problem& problem, const Weights& weights, const Io& asked) {
  Io io = asked;
  io.mask = {};
  run_right(problem, weights, io);
}

void realigns_backward_outputs(const Problem& problem, const Weights& weights, const Io& io) {
  run_right(problem, weights, io);
  const auto* recurrent = as_recurrent(problem);
  if (recurrent == nullptr || !recurrent->go_backwards || !recurrent->return_sequences) return;
  const auto [batch, steps, units] = io.output.dims;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < steps / 2; ++t)
      std::swap_ranges(io.output.row(b, t), io.output.row(b, t) + units, io.output.row(b, steps - 1 - t));
}

/// Two layers at work at once spoil each other; waits a little for the other.
void shares_its_scratch(const Problem& problem, const Weights& weights, const Io& io) {
  static std::atomic<int> at_work{0}, met{0};
  ++at_work;
  for (int i = 0; i < 10 && at_work < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const bool together = at_work >= 2 || met > 0;
  if (together) ++met;
  run_right(problem, weights, io);
  if (together) add_to_last_step(io, 1);
  --at_work;
  if (together) --met;
}

void computes_no_last_unit(const Problem& problem, const Weights& weights, const Io& io) {
  run_right(problem, weights, io);
  for (std::int64_t b = 0; b < io.output.dims[0]; ++b)
    for (std::int64_t t = 0; t < io.output.dims[1]; ++t) io.output(b, t, io.output.dims[2] - 1) = 0;
}

std::shared_ptr<const Weights> adds_to_the_bias(const Problem&, const Weights& given) {
  auto weights = std::make_shared<Weights>(given);
  for (float& x : weights->bias) x += 0.1F;
  return weights;
}

void starts_from_ones(const Problem& problem, const Weights& weights, const Io& asked) {
  const std::int64_t units = asked.output.dims[2];
  const std::vector<float> ones(static_cast<std::size_t>(problem.shape.batch * units), 1.0F);
  Io io = asked;
  if (!io.initial_h) io.initial_h = state_view(ones.data(), problem.shape.batch, units);
  run_right(problem, weights, io);
}

void clips_its_input(const Problem& problem, const Weights& weights, const Io& asked) {
  const auto [batch, steps, features] = asked.input.dims;
  std::vector<float> clipped(static_cast<std::size_t>(batch * steps * features));
  const auto to = sequence_view(clipped.data(), asked.input.dims, Layout::batch_major);
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < steps; ++t)
      for (std::int64_t i = 0; i < features; ++i) to(b, t, i) = std::clamp(asked.input(b, t, i), -2.0F, 2.0F);
  Io io = asked;
  io.input = to;
  run_right(problem, weights, io);
}

/// Keeps the weights first packed for a problem for all times.
std::shared_ptr<const Backend> packs_once() {
  auto kept = std::make_shared<std::map<std::string, std::shared_ptr<const Weights>>>();
  return packs([kept](const Problem& problem, const Weights& weights) {
    auto& packed = (*kept)[to_string(problem)];
    if (packed == nullptr) packed = std::make_shared<Weights>(weights);
    return packed;
  });
}

/// One pack for the process, which the layer prepared last owns.
std::shared_ptr<const Backend> packs_in_one_place() {
  auto place = std::make_shared<Weights>();
  return packs([place](const Problem&, const Weights& weights) {
    *place = weights;
    return place;
  });
}

std::shared_ptr<const Weights> points_at_the_callers(const Problem&, const Weights& weights) {
  return {std::shared_ptr<const Weights>(), &weights};
}

void adds_to_its_outputs(const Problem& problem, const Weights& weights, const Io& io) {
  const float before = 0 * io.output(0, 0, 0);
  run_right(problem, weights, io);
  io.output(0, 0, 0) += before;
}

/// Multiplies what a mask excludes by zero instead of leaving it out.
void multiplies_by_the_mask(const Problem& problem, const Weights& weights, const Io& io) {
  run_right(problem, weights, io);
  if (!io.mask) return;
  for (std::int64_t b = 0; b < problem.shape.batch; ++b)
    for (std::int64_t t = 0; t < problem.shape.time_steps; ++t)
      if (io.mask(b, t) == 0) io.output(b, 0, 0) += 0 * io.input(b, t, 0);
}

void forgets_the_bias_of_later_steps(const Problem& problem, const Weights& weights, const Io& io) {
  run_right(problem, weights, io);
  const auto* dense = as_dense(problem);
  if (dense == nullptr || dense->style == DenseStyle::flattened) return;
  for (std::int64_t b = 0; b < io.output.dims[0]; ++b)
    for (std::int64_t t = 1; t < io.output.dims[1]; ++t)
      for (std::int64_t j = 0; j < io.output.dims[2]; ++j)
        io.output(b, t, j) -= weights.bias[static_cast<std::size_t>(j)];
}

const std::string plain = "lstm/B:3/T:7/F:5/U:9/seq:1/final:1";

/// A fault made for each relation, in a problem that can have it.
struct Planted {
  std::string relation;
  std::shared_ptr<const Backend> backend;
  std::string problem;
  std::string reason;
};

std::vector<Planted> all_planted() {
  const std::string too_far =
      "output: .* values off, up to .* times the tolerance, first at step .*, batch .*, unit .*: expected .*";
  const std::string other_bits =
      "output: .* of 189 values differ in their bits, first at step .*, batch .*, unit .*: .* and .*";
  const std::string nan = "output: .* values not written or not finite, .* off, first at .*nan.*";
  return {
      {"repeat", fakes(Fault::differs), plain, "output: 1 of 189 values differ in their bits.*"},
      {"poisoned outputs", runs(adds_to_its_outputs), plain, nan},
      {"poisoned scratch", fakes(Fault::remembers), "gru/B:3/T:7/F:5/U:9/seq:1", nan},
      {"absent state", runs(starts_from_ones), plain, other_bits},
      {"at once", runs(shares_its_scratch), plain, "output: 27 of 189 values differ in their bits.*"},
      {"hand-over", fakes(Fault::no_state), plain, too_far},
      {"hand-over", fakes(Fault::no_state), "lstm/B:4/T:9/F:5/U:7/seq:1/mask:holes", too_far},
      {"hand-over", fakes(Fault::no_state), "gru/B:3/T:7/F:5/U:9/seq:0/back:1", too_far},
      {"prefix", runs([](const Problem& problem, const Weights& weights, const Io& io) {
         run_right(problem, weights, io);
         add_to_last_step(io, 0.001F);
       }),
       plain, too_far},
      {"last output", runs([](const Problem& problem, const Weights& weights, const Io& io) {
         run_right(problem, weights, io);
         if (io.output.dims[1] == 1) add_to_last_step(io, 0.001F);
       }),
       plain, too_far},
      {"backwards", runs(realigns_backward_outputs), plain, too_far},
      {"backwards", runs(realigns_backward_outputs), "gru/B:3/T:7/F:5/U:9/seq:1/back:1", too_far},
      {"final state", runs([](const Problem& problem, const Weights& weights, const Io& io) {
         run_right(problem, weights, io);
         if (io.final_h) io.final_h(0, 3) = 0;
       }),
       plain, "final h: 1 of 27 values differ in their bits.*"},
      {"batch permutation", runs(reads_the_first_row_for_the_last), plain, too_far},
      {"row by row", runs(reads_the_first_row_for_the_last), plain, too_far},
      {"threads", runs([](const Problem& problem, const Weights& weights, const Io& io) {
         if (problem.exec.threads == 1) return run_right(problem, weights, io);
         reads_the_first_row_for_the_last(problem, weights, io);
       }),
       plain, too_far},
      {"layouts", fakes(Fault::layout), plain, too_far},
      {"dense styles", runs(forgets_the_bias_of_later_steps), "dense/B:3/T:7/F:5/U:9", too_far},
      {"dense styles", runs(forgets_the_bias_of_later_steps), "dense/B:3/T:7/F:5/U:9/style:time_distributed",
       too_far},
      {"all steps count", runs([](const Problem& problem, const Weights& weights, const Io& io) {
         run_right(problem, weights, io);
         if (io.mask) add_to_last_step(io, 0.001F);
       }),
       plain, too_far},
      {"masked tail", runs(ignores_the_mask), "lstm/B:4/T:9/F:5/U:7/seq:1/mask:right", too_far},
      {"masked tail", runs(ignores_the_mask), "gru/B:4/T:9/F:5/U:7/back:1/mask:left/final:1", too_far},
      {"masked start", runs(ignores_the_mask), "lstm/B:4/T:9/F:5/U:7/seq:1/mask:left/zero_mask:1", too_far},
      {"masked start", runs(ignores_the_mask), "gru/B:4/T:9/F:5/U:7/back:1/mask:right/state:1", too_far},
      {"poisoned padding", runs(multiplies_by_the_mask), "lstm/B:4/T:9/F:5/U:7/seq:1/mask:holes", nan},
      {"unit permutation", runs(computes_no_last_unit), plain, too_far},
      {"unit permutation", packs_once(), "dense/B:3/T:7/F:5/U:9", too_far},
      {"zero weights", packs(adds_to_the_bias), plain, too_far},
      {"zero weights", packs(adds_to_the_bias), "gru/B:3/T:7/F:5/U:9/seq:1/state:1", too_far},
      {"zero weights", packs(adds_to_the_bias), "simple_rnn/B:3/T:7/F:5/U:9/mask:holes", too_far},
      {"zero weights", packs(adds_to_the_bias), "dense/B:3/T:7/F:5/U:9", too_far},
      {"scaled input", runs(clips_its_input), plain, other_bits},
      {"changed weights", packs_once(), plain, "output: other weights give the same values"},
      {"changed weights", packs_in_one_place(), plain, other_bits},
      {"overwritten weights", packs(points_at_the_callers), plain, nan},
  };
}

TEST(CheckRelations, FindTheFaultPlantedForThemAndSayWhere) {
  for (const Planted& planted : all_planted()) {
    SCOPED_TRACE(planted.relation + ", " + planted.problem);
    const RelationFinding found = finding_of(planted.relation, *planted.backend, planted.problem);
    EXPECT_EQ(found.verdict, Verdict::fail);
    EXPECT_THAT(found.reason, MatchesRegex(planted.reason));
    EXPECT_THAT(found.repro, MatchesRegex("lockstep verify .* --backends .* --relations"));
    EXPECT_EQ(found.how_equal == RelationClass::same_math, found.largest_share > 1);
  }
}

TEST(CheckRelations, EachHaveAFaultPlantedForThem) {
  std::set<std::string> planted, names;
  for (const Planted& one : all_planted()) planted.insert(one.relation);
  for (const Relation& relation : relations()) {
    EXPECT_TRUE(names.insert(std::string(relation.name)).second) << relation.name;
    EXPECT_FALSE(relation.what.empty());
  }
  EXPECT_EQ(planted, names);
}

class RelationsSet : public ::testing::Test {
 protected:
  static std::vector<RelationFinding> related(const std::vector<const Backend*>& backends) {
    return verify_relations(backends, cases_of("relations"), 2);
  }
};

TEST_F(RelationsSet, IsHeldByARightBackendInEveryRelation) {
  const PlantedBackend right;
  std::set<std::string> held;
  for (const RelationFinding& found : related({&right})) {
    EXPECT_EQ(found.verdict, Verdict::pass)
        << found.relation << ", " << found.subject << ": " << found.reason;
    EXPECT_GT(found.compared, 0);
    EXPECT_LE(found.largest_share, 1);
    held.insert(found.relation);
  }
  EXPECT_EQ(held.size(), relations().size());
}

TEST_F(RelationsSet, IsHeldByEveryBackendOrRefusedWithAReason) {
  std::map<std::pair<std::string, std::string>, std::size_t> held, refused;
  for (const RelationFinding& found : related(loaded_backends())) {
    if (found.verdict == Verdict::skip)
      EXPECT_NE(found.reason, "");
    else
      EXPECT_EQ(found.verdict, Verdict::pass)
          << found.relation << ", " << found.subject << " on " << found.backend << ": " << found.reason;
    ++(found.verdict == Verdict::skip ? refused : held)[{found.backend, found.relation}];
  }
  for (const Backend* backend : loaded_backends())
    for (const Relation& relation : relations()) {
      const std::pair key{std::string(backend->name()), std::string(relation.name)};
      EXPECT_TRUE(held.contains(key) || refused.contains(key)) << key.first << ", " << key.second;
    }
}

TEST(CheckRelations, SkipWithTheReasonWhenACompanionIsRefused) {
  PlantedBackend backend;
  backend.answer = [](const Problem& problem) {
    return problem.exec.threads > 1 ? Support::no("one thread is enough") : Support::yes();
  };
  for (const RelationFinding& found : checked(backend, plain))
    if (found.relation == "threads") {
      EXPECT_EQ(found.verdict, Verdict::skip);
      EXPECT_EQ(found.reason, "of a companion: one thread is enough");
      EXPECT_EQ(found.compared, 0);
    } else {
      EXPECT_EQ(found.verdict, Verdict::pass) << found.relation << ": " << found.reason;
    }
}

TEST(CheckRelations, AreAllSkippedWhereTheCaseIsRefused) {
  const auto findings = checked(FakeBackend(Fault::refuses), plain);
  EXPECT_GT(findings.size(), 14U);
  for (const RelationFinding& found : findings) {
    EXPECT_EQ(found.verdict, Verdict::skip);
    EXPECT_EQ(found.reason, "the fake refuses");
  }
}

TEST(CheckRelations, FailWhereTheBackendThrows) {
  for (const Fault fault : {Fault::throws_in_prepare, Fault::throws_in_run})
    for (const RelationFinding& found : checked(FakeBackend(fault), plain)) {
      EXPECT_EQ(found.verdict, Verdict::fail);
      EXPECT_EQ(found.reason, "threw: the mutant broke");
    }
  PlantedBackend backend;
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    if (problem.shape.batch == 1) throw std::runtime_error("too small");
    run_right(problem, weights, io);
  };
  EXPECT_EQ(finding_of("row by row", backend, plain).reason, "threw: too small");
  EXPECT_EQ(finding_of("repeat", backend, plain).verdict, Verdict::pass);
}

TEST(CheckRelations, FailWhereARunWritesOutside) {
  for (const Fault fault : {Fault::writes_before, Fault::writes_after})
    for (const RelationFinding& found : checked(FakeBackend(fault), plain)) {
      EXPECT_EQ(found.verdict, Verdict::fail);
      EXPECT_EQ(found.reason, "wrote outside its outputs");
    }
  PlantedBackend backend;
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (problem.shape.batch == 1) io.output.data[-1] = 0;
  };
  EXPECT_EQ(finding_of("row by row", backend, plain).reason, "wrote outside its outputs");
  EXPECT_EQ(finding_of("repeat", backend, plain).verdict, Verdict::pass);
}

TEST(CheckRelations, TakeTheGainOfTheCase) {
  for (const char* cell : {"simple_rnn", "lstm", "gru"}) {
    const Case one{parse_problem(std::string(cell) + "/B:3/T:7/F:5/U:9/seq:1"), "a test", default_seed, 2};
    std::vector<Weights> seen;
    PlantedBackend backend;
    backend.pack = [&](const Problem& problem, const Weights& weights) {
      seen.push_back(weights);
      return PlantedBackend::copied(problem, weights);
    };
    for (const RelationFinding& found :
         check_relations(backend, one, Expected(one.problem, make_given(one), 1)))
      EXPECT_EQ(found.verdict, Verdict::pass) << found.relation << ": " << found.reason;
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.front().recurrent_kernel, make_given(one).weights.recurrent_kernel);
  }
}

TEST(CheckRelations, AreNoPassWhereNothingIsComputed) {
  for (const RelationFinding& found : checked(PlantedBackend(), "lstm/B:1/T:4/F:5/U:3/seq:1/mask:full"))
    EXPECT_EQ(found.verdict, Verdict::untrusted) << found.relation;
  EXPECT_EQ(finding_of("changed weights", PlantedBackend(), "dense/B:1/T:1/F:5/U:1/act:softmax").verdict,
            Verdict::pass);  // 1, whatever the weights
  PlantedBackend idle;
  idle.run = [](const Problem&, const Weights&, const Io&) {};
  for (const RelationFinding& found : checked(idle, plain))
    EXPECT_EQ(found.verdict, Verdict::fail) << found.relation;
}

TEST(CheckRelations, AreNoPassWhereNoiseAloneDecides) {
  const auto findings =
      checked(PlantedBackend(), "gru/B:2/T:7/F:64/U:40/seq:1/act:relu/rec_act:linear/reset_after:1");
  for (const RelationFinding& found : findings)
    EXPECT_EQ(found.verdict,
              found.how_equal == RelationClass::bitwise ? Verdict::pass : Verdict::ill_conditioned)
        << found.relation << ": " << found.reason;
}

TEST(CheckRelations, ApplyOnlyWhereTheProblemHasWhatTheyChange) {
  std::set<std::string> names;
  for (const RelationFinding& found : checked(PlantedBackend(), "activation/B:1/T:1/F:5/act:tanh"))
    names.insert(found.relation);
  EXPECT_EQ(names, (std::set<std::string>{"repeat", "poisoned outputs", "poisoned scratch", "threads"}));
}

}  // namespace
}  // namespace lockstep
