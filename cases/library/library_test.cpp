#include <cmath>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

#include <gmock/gmock.h>

#include "backends/model_plan.h"
#include "backends/refusal_for_test.h"
#include "cases/data.h"
#include "cases/files_for_test.h"
#include "cases/golden_for_test.h"
#include "cases/library/lockstep.h"
#include "cases/models.h"
#include "verify/compare.h"
#include "verify/judge.h"
#include "verify/model_oracle.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

static_assert(noexcept(std::declval<PreparedModel&>().run(std::span<const float>(), std::span<float>())));
static_assert(noexcept(std::declval<PreparedModel&>().run(std::span<const float>(),
                                                          std::span<const std::span<float>>())));
static_assert(noexcept(std::declval<Stream&>().step(std::span<const float>(), std::span<float>())));
static_assert(noexcept(std::declval<Stream&>().step(std::span<const float>(),
                                                    std::span<const std::span<float>>())));
static_assert(noexcept(std::declval<Stream&>().reset()));
template <class Facade>
inline constexpr bool moves_alone =
    std::is_nothrow_move_constructible_v<Facade>&& std::is_nothrow_move_assignable_v<Facade> &&
    !std::is_copy_constructible_v<Facade> && !std::is_copy_assignable_v<Facade>;
static_assert(moves_alone<Stream> && moves_alone<PreparedModel>);

/// Inputs [batch, time_steps or 1, features] for a file's model, and what the oracle answers to them.
struct Question {
  Question(const std::string& name, std::int64_t batch, std::int64_t time_steps)
      : file(keras_file_for_test(name)), seed(find_model(file.string())) {
    seed.input.batch = seed.batch = batch;
    seed.input.time_steps = time_steps;
    for (const auto& [samples, steps, features] : input_dims(seed.model, seed.input)) {
      const Random random(default_seed + inputs.size(), "input");
      Array<float>& input = inputs.emplace_back(Array<float>{{samples, steps, features}, {}});
      for (std::int64_t i = 0; i < samples * steps * features; ++i) input.values.push_back(random.uniform(i));
    }
    oracle = std::make_unique<ModelOracle>(seed, given_inputs(inputs));
  }

  /// Empty, or what is wrong with an answer, [batch, time_steps, units] from `begin` on.
  std::string wrong(const std::vector<float>& answer, std::size_t output = 0) const {
    const ModelAnswer& right = oracle->batches.front();
    const SequenceView<const double> expected = right.expected.views()[output];
    if (answer.size() != static_cast<std::size_t>(expected.dims[0] * expected.dims[1] * expected.dims[2]))
      return "another size";
    return what_is_wrong(
        compare(expected, sequence_view<const float>(answer.data(), expected.dims, Layout::batch_major),
                right.allowed_view(output)));
  }

  std::filesystem::path file;
  Seed seed;
  std::vector<Array<float>> inputs;
  std::unique_ptr<ModelOracle> oracle;
};

/// What a stream answers to the input of a question of batch 1, piece by piece: of each output one after the
/// other.
std::vector<std::vector<float>> stepped(Stream& stream, const Question& asked) {
  std::vector<std::vector<float>> all, one;
  for (std::size_t i = 0; stream.output_size(i) > 0; ++i) one.emplace_back(stream.output_size(i));
  all.resize(one.size());
  const std::vector<std::span<float>> outputs(one.begin(), one.end());
  const std::size_t size = stream.input_size();
  for (std::size_t at = 0; at < asked.inputs[0].values.size(); at += size) {
    EXPECT_TRUE(stream.step(std::span(asked.inputs[0].values).subspan(at, size), outputs));
    for (std::size_t i = 0; i < one.size(); ++i) all[i].insert(all[i].end(), one[i].begin(), one[i].end());
  }
  return all;
}

class LibraryOn : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, LibraryOn,
                         ::testing::Values("naive", "eigen", "openblas", "onednn", "fused"));

TEST_P(LibraryOn, RunsAsTheOracle) {
  for (const auto& [file, batch, time_steps] :
       {std::tuple("lstms.keras", 5, 7), std::tuple("lstms.keras", 1, 9), std::tuple("grus.keras", 3, 6)}) {
    const Question asked(file, batch, time_steps);
    PreparedModel ready =
        load(asked.file).prepare({.backend = GetParam(), .batch = batch, .time_steps = time_steps});
    std::vector<float> output(ready.output_size());
    for (int run = 0; run < 2; ++run) {  // the second remembers nothing of the first
      std::fill(output.begin(), output.end(), std::nanf(""));
      ASSERT_TRUE(ready.run(asked.inputs[0].values, output));
      EXPECT_EQ(asked.wrong(output), "") << file << ", batch " << batch;
    }
  }
}

TEST_P(LibraryOn, StreamsAsTheOracleOverTheWholeSequence) {
  const Question heads("heads.keras", 1, 4), lstms("lstms.keras", 1, 8);
  for (const std::int64_t piece : {1, 2, 4}) {
    Stream stream = load(heads.file).stream({.backend = GetParam(), .time_steps = piece});
    const auto answers = stepped(stream, heads);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(heads.wrong(answers[0], 0), "") << "pieces of " << piece;
    EXPECT_EQ(heads.wrong(answers[1], 1), "") << "pieces of " << piece;
    Stream last = load(lstms.file).stream({.backend = GetParam(), .time_steps = piece});
    const auto of_pieces = stepped(last, lstms).front();  // that of the last piece is that of the sequence
    EXPECT_EQ(lstms.wrong({of_pieces.end() - 2, of_pieces.end()}), "") << "pieces of " << piece;
  }
}

TEST_P(LibraryOn, MakesAnotherOfTheSameBitsThatOutlivesTheFirst) {
  const Question asked("lstms.keras", 3, 7);
  const LoadedModel loaded = load(asked.file);
  for (const int threads : {1, 2}) {
    auto first = std::make_unique<PreparedModel>(
        loaded.prepare({.backend = GetParam(), .batch = 3, .time_steps = 7, .threads = threads}));
    PreparedModel other = loaded.another(*first);
    EXPECT_EQ(other.method(), first->method());
    std::vector<float> y(first->output_size()), of_other(other.output_size());
    ASSERT_TRUE(first->run(asked.inputs[0].values, y));
    first.reset();
    ASSERT_TRUE(other.run(asked.inputs[0].values, of_other));
    EXPECT_EQ(of_other, y);
    EXPECT_EQ(asked.wrong(y), "");
  }
}

TEST_P(LibraryOn, RunsOneAndAnotherAtOnce) {
  const Question asked("grus.keras", 2, 6);
  const LoadedModel loaded = load(asked.file);
  PreparedModel first = loaded.prepare({.backend = GetParam(), .batch = 2, .time_steps = 6});
  PreparedModel other = loaded.another(first);
  std::vector<float> y(first.output_size());
  ASSERT_TRUE(first.run(asked.inputs[0].values, y));
  const auto count_wrong = [&](PreparedModel& model, int& wrong) {
    std::vector<float> answer(y.size());
    for (int run = 0; run < 200; ++run)
      if (!model.run(asked.inputs[0].values, answer) || answer != y) ++wrong;
  };
  int wrong = 0, wrong_of_other = 0;
  std::thread beside([&] { count_wrong(other, wrong_of_other); });
  count_wrong(first, wrong);
  beside.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(wrong_of_other, 0);
}

TEST_P(LibraryOn, StreamsAnotherSequenceFromZeros) {
  const Question asked("heads.keras", 1, 4);
  const LoadedModel loaded = load(asked.file);
  Stream first = loaded.stream({.backend = GetParam()});
  const auto answers = stepped(first, asked);
  Stream other = loaded.another(first);  // whose states are not those that the first has come to
  EXPECT_EQ(stepped(other, asked), answers);
}

TEST(Library, MakesNoOtherOfAnotherModelsOwn) {
  const std::filesystem::path file = keras_file_for_test("heads.keras");
  const LoadedModel loaded = load(file), again = load(file), copy = loaded;
  const PreparedModel ready = loaded.prepare({});
  const Stream stream = loaded.stream();
  EXPECT_NO_THROW(copy.another(ready));
  EXPECT_NO_THROW(copy.another(stream));
  for (const std::string& refusal :
       {refusal_of([&] { again.another(ready); }), refusal_of([&] { again.another(stream); })})
    EXPECT_THAT(refusal,
                AllOf(HasSubstr("heads.keras"), HasSubstr("accepted is one that this model was asked for")));
}

TEST(Library, TellsWhatAFileHolds) {
  const LoadedModel grus = load(keras_file_for_test("grus.keras"));
  EXPECT_EQ(grus.time_steps(), 6);
  EXPECT_THAT(grus.outputs(), ElementsAre("activation"));
  const LoadedModel lstms = load(keras_file_for_test("lstms.keras"));
  EXPECT_EQ(lstms.features(), 3);
  EXPECT_EQ(lstms.time_steps(), 0);
  EXPECT_THAT(lstms.notices(), ElementsAre());
}

TEST(Library, TakesTheTimeStepsOfTheModelWhereNoneAreGiven) {
  const PreparedModel ready = load(keras_file_for_test("grus.keras")).prepare({.batch = 2});
  EXPECT_THAT(ready.output_dims(), ElementsAre(2, 6, 5));
  EXPECT_EQ(ready.output_size(), 60U);
  EXPECT_EQ(ready.output_size(1), 0U);
  EXPECT_THROW(ready.output_dims(1), std::out_of_range);
  EXPECT_THAT(ready.method(), HasSubstr("gru"));
}

TEST(Library, RunsAModelWithSeveralOutputs) {
  const Question asked("heads.keras", 2, 4);
  const LoadedModel model = load(asked.file);
  ASSERT_THAT(model.outputs(), ElementsAre("every_step", "one_by_one"));
  PreparedModel ready = model.prepare({.batch = 2});
  std::vector<float> first(ready.output_size(0)), second(ready.output_size(1));
  const std::array<std::span<float>, 2> outputs{first, second};
  ASSERT_TRUE(ready.run(asked.inputs[0].values, outputs));
  EXPECT_EQ(asked.wrong(first, 0), "");
  EXPECT_EQ(asked.wrong(second, 1), "");
  EXPECT_FALSE(ready.run(asked.inputs[0].values, first));
}

TEST(Library, RunsAModelWithSeveralInputs) {
  const Question asked("other_order.keras", 2, 5);
  const LoadedModel model = load(asked.file);
  ASSERT_THAT(model.inputs(), ElementsAre("third", "second", "first"));
  EXPECT_EQ(model.features(1), 3);
  EXPECT_EQ(model.time_steps(0), 5);
  EXPECT_EQ(model.time_steps(1), 1);
  EXPECT_THROW(static_cast<void>(model.features(3)), std::out_of_range);
  PreparedModel ready = model.prepare({.batch = 2});
  EXPECT_THAT(ready.input_dims(1), ElementsAre(2, 1, 3));
  EXPECT_EQ(ready.input_size(2), 20U);
  EXPECT_EQ(ready.input_size(3), 0U);
  EXPECT_THROW(static_cast<void>(ready.input_dims(3)), std::out_of_range);
  std::vector<std::span<const float>> inputs;
  for (const Array<float>& input : asked.inputs) inputs.emplace_back(input.values);
  std::vector<float> output(ready.output_size());
  ASSERT_TRUE(ready.run(inputs, output));
  EXPECT_EQ(asked.wrong(output), "");
  EXPECT_FALSE(ready.run(std::span(inputs).first(2), output));
  EXPECT_FALSE(ready.run(std::vector(3, inputs[0]), output));
  EXPECT_FALSE(ready.run(inputs[0], output));
}

TEST(Library, TakesSeveralInputsAndOutputsAsTheyAreWritten) {
  const Question asked("other_order.keras", 2, 5);
  PreparedModel ready = load(asked.file).prepare({.batch = 2});
  const std::vector<float>&x = asked.inputs[0].values, &y = asked.inputs[1].values,
        &z = asked.inputs[2].values;
  std::vector<float> output(ready.output_size());
  const auto is_right = [&](bool ran) {
    const std::string wrong = asked.wrong(output);
    std::fill(output.begin(), output.end(), std::nanf(""));
    return ran && wrong.empty();
  };
  EXPECT_TRUE(is_right(ready.run({{x, y, z}}, output)));
  EXPECT_TRUE(is_right(ready.run({{x, y, z}}, {{output}})));
  EXPECT_TRUE(is_right(ready.run(std::array<std::span<const float>, 3>{x, y, z}, output)));
  EXPECT_TRUE(is_right(
      ready.run(std::array<std::span<const float>, 3>{x, y, z}, std::vector<std::span<float>>{output})));
  EXPECT_FALSE(ready.run({{x, y}}, output));
  EXPECT_FALSE(ready.run({}, output));
  const Question heads("heads.keras", 2, 4);
  PreparedModel two = load(heads.file).prepare({.batch = 2});
  std::vector<float> first(two.output_size(0)), second(two.output_size(1));
  ASSERT_TRUE(two.run(heads.inputs[0].values, {{first, second}}));
  EXPECT_EQ(heads.wrong(first, 0) + heads.wrong(second, 1), "");
}

// {} is one input or output, of no value: of several it could be none at all.
TEST(Library, TakesNothingForAnInputOrAnOutputWithoutAValue) {
  const Question asked("lstms.keras", 1, 7);
  PreparedModel ready = load(asked.file).prepare({.time_steps = 7});
  const std::vector<float>& x = asked.inputs[0].values;
  std::vector<float> y(ready.output_size(), 7);
  const std::vector<float> before = y;
  EXPECT_FALSE(ready.run({}, y));
  EXPECT_FALSE(ready.run(x, {}));
  EXPECT_FALSE(ready.run({}, {}));
  EXPECT_EQ(y, before);
  ASSERT_TRUE(ready.run({x.data(), x.size()}, {y.data(), y.size()}));
  EXPECT_EQ(asked.wrong(y), "");
  Stream stream = load(asked.file).stream();
  const std::vector<float> step(stream.input_size());
  std::vector<float> answer(stream.output_size(), 7), again(answer.size());
  const std::vector<float> of_before = answer;
  EXPECT_FALSE(stream.step({}, answer));
  EXPECT_FALSE(stream.step(step, {}));
  EXPECT_FALSE(stream.step({}, {}));
  EXPECT_EQ(answer, of_before);
  ASSERT_TRUE(stream.step({step.data(), step.size()}, {answer.data(), answer.size()}));
  ASSERT_TRUE(load(asked.file).stream().step(step, again));  // no refused call was a step
  EXPECT_EQ(answer, again);
}

TEST(Library, StreamsAModelWithSeveralInputs) {
  const Question asked("two_sequences.keras", 1, 6);
  Stream stream = load(asked.file).stream();
  std::vector<float> every(stream.output_size(0)), last(stream.output_size(1)), all;
  const std::array<std::span<float>, 2> outputs{every, last};
  for (std::size_t t = 0; t < 6; ++t) {
    const std::array<std::span<const float>, 2> step{std::span(asked.inputs[0].values).subspan(t * 3, 3),
                                                     std::span(asked.inputs[1].values).subspan(t * 2, 2)};
    ASSERT_TRUE(stream.step(step, outputs));
    all.insert(all.end(), every.begin(), every.end());
  }
  EXPECT_EQ(asked.wrong(all, 0), "");
  EXPECT_EQ(asked.wrong(last, 1), "");
  EXPECT_THAT(refusal_of([] { static_cast<void>(load(keras_file_for_test("own_lengths.keras")).stream()); }),
              HasSubstr("no stream of it: inputs"));
}

TEST(Library, StreamsSeveralSequencesAtOnce) {
  constexpr std::size_t batch = 2, time_steps = 7, features = 3;
  const Question asked("lstms.keras", batch, time_steps);
  Stream stream = load(asked.file).stream({.batch = batch});
  ASSERT_EQ(stream.input_size(), batch * features);
  std::vector<float> x(batch * features), y(stream.output_size());
  for (std::size_t t = 0; t < time_steps; ++t) {
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = asked.inputs[0].values[(i / features * time_steps + t) * features + i % features];
    ASSERT_TRUE(stream.step(x, y));
  }
  EXPECT_EQ(asked.wrong(y), "");
}

TEST(Library, StreamsFromZerosAgainOnceItIsReset) {
  const Question asked("lstms.keras", 1, 6);
  Stream stream = load(asked.file).stream();
  const auto first = stepped(stream, asked);
  EXPECT_NE(stepped(stream, asked), first);
  std::vector<float> one(stream.output_size());
  for (int odd = 0; odd < 2; ++odd) {  // whichever of the two states is the next
    for (int i = 0; i < odd; ++i)
      ASSERT_TRUE(stream.step(std::span(asked.inputs[0].values).first(stream.input_size()), one));
    stream.reset();
    EXPECT_EQ(stepped(stream, asked), first);
  }
}

TEST(Library, LeavesTheBuffersAndTheStatesAloneWhereASizeIsWrong) {
  const LoadedModel model = load(keras_file_for_test("lstms.keras"));
  Stream stream = model.stream(), other = model.stream();
  std::vector<float> x(3, 1), y(2, 7), expected(2);
  EXPECT_FALSE(stream.step(std::span(x).first(2), y));
  EXPECT_FALSE(stream.step(x, std::span(y).first(1)));
  EXPECT_FALSE(stream.step(x, std::span<const std::span<float>>()));
  EXPECT_FALSE(stream.step(std::span<const float>(), y));
  EXPECT_THAT(y, ::testing::Each(7));
  ASSERT_TRUE(stream.step(x, y) && other.step(x, expected));
  EXPECT_EQ(y, expected);
}

TEST(Library, MovesAndOutlivesWhatItWasMadeOf) {
  const Question asked("lstms.keras", 1, 6);
  auto loaded = std::make_unique<LoadedModel>(load(asked.file));
  Stream stream = loaded->stream();
  PreparedModel ready = loaded->prepare({.time_steps = 6});
  loaded.reset();
  Stream moved = std::move(stream);
  PreparedModel also = std::move(ready);
  stream = std::move(moved), ready = std::move(also);
  moved = std::move(stream), also = std::move(ready);
  const auto answers = stepped(moved, asked).front();
  EXPECT_EQ(asked.wrong({answers.end() - 2, answers.end()}), "");
  std::vector<float> output(also.output_size());
  ASSERT_TRUE(also.run(asked.inputs[0].values, output));
  EXPECT_EQ(asked.wrong(output), "");
}

TEST(Library, ListsTheBackendsThatItFinds) {
  EXPECT_THAT(available_backends(), AllOf(Contains("naive"), Contains("fused")));
  EXPECT_THAT(available_backends("/none"), ElementsAre());
}

TEST(Library, TakesABackendByThePathOfItsModule) {
  const LoadedModel model = load(keras_file_for_test("grus.keras"));
  EXPECT_EQ(model.prepare({.backend = LOCKSTEP_MODULES_OF_BUILD "/lockstep_naive.so"}).method(),
            model.prepare({.backend = "naive", .modules = LOCKSTEP_MODULES_OF_BUILD}).method());
}

TEST(Library, RefusesInOneLine) {
  const LoadedModel grus = load(keras_file_for_test("grus.keras")),
                    lstms = load(keras_file_for_test("lstms.keras"));
  const auto says = [](const std::string& what, auto&& call) {
    const std::string refusal = refusal_of(call);
    EXPECT_THAT(refusal, AllOf(HasSubstr(what), Not(HasSubstr("\n"))));
  };
  says("none.keras\": there is no such file", [] { load("none.keras"); });
  says("\"seed:gru16-td\": accepted is a .keras, .h5,", [] { load("seed:gru16-td"); });
  says("holds its layers itself", [&] { load(keras_file_for_test("grus.keras"), "config.json"); });
  says("lstms.keras: time_steps is 0: accepted are 1 or more", [&] { lstms.prepare({}); });
  says("takes (batch, 6, 3)", [&] { grus.prepare({.time_steps = 7}); });
  says("batch (B) is 0", [&] { grus.prepare({.batch = 0}); });
  says("threads is 0", [&] { lstms.stream({.threads = 0}); });
  says("batch (B) is 1099511627776: accepted are 1 to",
       [&] { grus.prepare({.batch = std::int64_t{1} << 40}); });
  says("unknown backend \"mkl\": accepted are eigen, fused, naive",
       [&] { lstms.stream({.backend = "mkl"}); });
  says("there is no module in \"/none\": set LOCKSTEP_MODULES", [&] { lstms.stream({.modules = "/none"}); });
  says("grus.keras: no stream of it: layer \"gru_1\" goes backwards", [&] { grus.stream(); });
}

TEST(Library, TellsWhyABackendDoesNotLoad) {
  const FolderForTest folder;
  const auto module = folder.write("lockstep_text.so", "no module");
  const LoadedModel model = load(keras_file_for_test("lstms.keras"));
  for (const PrepareOptions& options : {PrepareOptions{.backend = module.string()},
                                        PrepareOptions{.backend = "text", .modules = folder / "."}})
    try {
      model.stream(options);
      ADD_FAILURE() << options.backend << " was accepted";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr(" does not load: "), Not(HasSubstr("\n"))));
    }
}

}  // namespace
}  // namespace lockstep
