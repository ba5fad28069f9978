#include "backends/problem_text.h"

#include <algorithm>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "backends/spec_names.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Valid problems, every field of which takes every kind of value it may have.
class RandomProblems {
 public:
  Problem next() {
    Problem problem;
    problem.shape = {dimension(), dimension(), dimension()};
    problem.exec = {static_cast<int>(1 + random_() % 1024), value<Pass>(2)};
    switch (random_() % 5) {
      case 0:
        problem.layer = DenseSpec{dimension(), value<Activation>(7), flip(), value<DenseStyle>(2)};
        break;
      case 1:
        problem.layer = ActivationSpec{value<Activation>(7)};
        break;
      default:
        problem.layer = recurrent();
        problem.extras = {flip(), flip(), value<MaskPattern>(5)};
    }
    return problem;
  }
  std::minstd_rand& generator() { return random_; }

 private:
  bool flip() { return random_() % 2 == 0; }
  template <class Enum>
  Enum value(unsigned count) {
    return static_cast<Enum>(random_() % count);
  }
  /// As many small ones as large ones.
  std::int64_t dimension() {
    const std::int64_t largest = std::int64_t{1} << (random_() % 25);
    return 1 + static_cast<std::int64_t>(random_()) % largest;
  }
  RecurrentSpec recurrent() {
    RecurrentSpec layer;
    layer.cell = value<Cell>(3);
    layer.units = dimension();
    layer.activation = value<Activation>(6);  // all but softmax
    if (layer.cell != Cell::simple_rnn) layer.recurrent_activation = value<Activation>(6);
    layer.use_bias = flip();
    if (layer.cell == Cell::gru) layer.reset_after = flip();
    layer.return_sequences = flip();
    layer.go_backwards = flip();
    layer.zero_output_for_mask = flip();
    return layer;
  }
  std::minstd_rand random_{7};
};

constexpr int many = 5000;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('/', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) (text += text.empty() ? "" : "/") += part;
  return text;
}

TEST(ProblemText, ParsesBackToTheProblem) {
  RandomProblems problems;
  for (int i = 0; i < many; ++i) {
    const Problem problem = problems.next();
    ASSERT_EQ(parse_problem(to_string(problem)), problem) << to_string(problem);
  }
}

TEST(ProblemText, PrintsBackToTheText) {
  RandomProblems problems;
  for (int i = 0; i < many; ++i) {
    const std::string text = to_string(problems.next());
    ASSERT_EQ(to_string(parse_problem(text)), text);
  }
}

TEST(ProblemText, HasNoSpacesAndOneLine) {
  RandomProblems problems;
  for (int i = 0; i < many; ++i) {
    const std::string text = to_string(problems.next());
    ASSERT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; })) << text;
  }
}

TEST(ProblemText, TakesItsFieldsInAnyOrder) {
  RandomProblems problems;
  for (int i = 0; i < many; ++i) {
    const Problem problem = problems.next();
    auto parts = split(to_string(problem));
    std::shuffle(parts.begin() + 1, parts.end(), problems.generator());
    ASSERT_EQ(parse_problem(join(parts)), problem) << join(parts);
  }
}

TEST(ProblemText, DiffersWhereProblemsDiffer) {
  RandomProblems problems;
  for (int i = 0; i < many; ++i) {
    const Problem a = problems.next(), b = problems.next();
    ASSERT_EQ(a == b, to_string(a) == to_string(b)) << to_string(a) << " and " << to_string(b);
  }
}

TEST(ProblemText, OfALayerAloneHasTheDefaults) {
  for (const char* layer : {"simple_rnn", "lstm", "gru"}) {
    RecurrentSpec spec;
    spec.cell = cell_names.parse(layer).value();
    EXPECT_EQ(parse_problem(layer), (Problem{spec, {}, {}, {}}));
  }
  EXPECT_EQ(parse_problem("dense"), (Problem{DenseSpec{}, {}, {}, {}}));
  EXPECT_EQ(parse_problem("activation"), (Problem{ActivationSpec{}, {}, {}, {}}));
}

TEST(ProblemText, ShowsWhatDecidesTheCostAndWhatDiffersFromTheDefault) {
  EXPECT_EQ(to_string(parse_problem("lstm")), "lstm/B:1/T:1/F:1/U:1/seq:0/threads:1");
  EXPECT_EQ(to_string(parse_problem("gru")), "gru/B:1/T:1/F:1/U:1/seq:0/reset_after:1/threads:1");
  EXPECT_EQ(to_string(parse_problem("dense")), "dense/B:1/T:1/F:1/U:1/style:flattened/threads:1");
  EXPECT_EQ(to_string(parse_problem("activation")), "activation/B:1/T:1/F:1/act:linear/threads:1");
  const std::string every =
      "gru/B:2/T:3/F:4/U:5/seq:1/act:relu/rec_act:hard_sigmoid/bias:0/reset_after:0/back:1/zero_mask:1/"
      "mask:holes/state:1/final:1/pass:training/threads:6";
  EXPECT_EQ(to_string(parse_problem(every)), every);
}

TEST(ProblemText, FieldsThatAreSaidToExistAreAcceptedAndNoOthers) {
  for (const char* layer : {"simple_rnn", "lstm", "gru", "dense", "activation"})
    for (const char* field : {"B:1",
                              "T:1",
                              "F:1",
                              "U:1",
                              "seq:1",
                              "act:linear",
                              "rec_act:sigmoid",
                              "bias:1",
                              "reset_after:1",
                              "back:1",
                              "zero_mask:1",
                              "mask:none",
                              "state:0",
                              "final:0",
                              "style:flattened",
                              "pass:inference",
                              "threads:1",
                              "cell:lstm",
                              "units:1",
                              ""}) {
      const std::string key = std::string(field).substr(0, std::string(field).find(':'));
      bool accepted = true;
      try {
        parse_problem(std::string(layer) + "/" + field);
      } catch (const std::invalid_argument&) {
        accepted = false;
      }
      EXPECT_EQ(accepted, has_field(layer, key)) << layer << "/" << field;
    }
  EXPECT_FALSE(has_field("conv", "B"));
}

std::string message_for(std::string_view text) {
  return refusal_of([&] { parse_problem(text); });
}

struct Malformed {
  const char* what;  // of a parameter's name
  std::string text;
  std::vector<std::string> parts;  // of the message
};

class MalformedText : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedText, IsRefusedInOneLineThatNamesTheFieldAndWhatIsAccepted) {
  const std::string message = message_for(GetParam().text);
  for (const auto& part : GetParam().parts) EXPECT_THAT(message, HasSubstr(part));
  EXPECT_TRUE(std::none_of(message.begin(), message.end(), [](unsigned char c) {
    return c < 32 || c == 127;
  })) << message;
  EXPECT_LT(message.size(), 1000U);
}

const std::string numbers = "accepted are whole numbers from 1 on";
const std::string accepted_dimensions = "accepted are 1 to 16777216";
const std::string layers = "accepted are simple_rnn, lstm, gru, dense, activation";
const std::string elementwise = "takes linear, tanh, sigmoid, hard_sigmoid, relu or softsign";
const std::string recurrent_only = "belong to recurrent layers (simple_rnn, lstm, gru)";
const std::string dense_fields = "accepted are key:value with B, T, F, U, style, act, bias, pass, threads";

INSTANTIATE_TEST_SUITE_P(
    Texts, MalformedText,
    ::testing::Values(
        Malformed{"Empty", "", {"unknown layer \"\"", layers}},
        Malformed{"Slash", "/", {"unknown layer \"\"", layers}},
        Malformed{"UnknownLayer", "conv/B:1", {"unknown layer \"conv\"", layers}},
        Malformed{"LayerInCapitals", "LSTM/B:1", {"unknown layer \"LSTM\"", layers}},
        Malformed{"LayerWithSpace", " lstm", {"unknown layer \" lstm\"", layers}},
        Malformed{"UnknownField", "dense/K:1", {"unknown field \"K:1\"", dense_fields}},
        Malformed{"FieldOfAnotherLayer", "dense/seq:1", {"unknown field \"seq:1\"", dense_fields}},
        Malformed{"StateForDense", "dense/state:1", {"unknown field \"state:1\"", dense_fields}},
        Malformed{"NoColon", "dense/B", {"unknown field \"B\"", dense_fields}},
        Malformed{"TrailingSlash", "dense/B:1/", {"unknown field \"\"", dense_fields}},
        Malformed{"TrailingSlashOfALayer", "dense/", {"unknown field \"\"", dense_fields}},
        Malformed{"DoubleSlash", "dense//B:1", {"unknown field \"\"", dense_fields}},
        Malformed{"Twice", "lstm/B:1/T:2/B:1", {"B is given twice"}},
        Malformed{"ZeroBatch", "lstm/B:0", {"batch (B) is 0", accepted_dimensions}},
        Malformed{"ZeroSteps", "lstm/T:0", {"time_steps (T) is 0", accepted_dimensions}},
        Malformed{"ZeroFeatures", "lstm/F:0", {"features (F) is 0", accepted_dimensions}},
        Malformed{"ZeroUnits", "lstm/U:0", {"units (U) is 0", accepted_dimensions}},
        Malformed{"ZeroDenseUnits", "dense/U:0", {"units (U) is 0", accepted_dimensions}},
        Malformed{"ZeroThreads", "lstm/threads:0", {"threads is 0", "accepted are 1 to 1024"}},
        Malformed{"NegativeSteps", "lstm/T:-3", {"time_steps (T) is -3", accepted_dimensions}},
        Malformed{"NegativeThreads", "lstm/threads:-1", {"threads is -1", "accepted are 1 to 1024"}},
        Malformed{"AbsurdBatch", "lstm/B:16777217", {"batch (B) is 16777217", accepted_dimensions}},
        Malformed{"AbsurdSteps", "lstm/T:9223372036854775807", {"time_steps (T) is 9223372036854775807"}},
        Malformed{"AbsurdThreads", "lstm/threads:1025", {"threads is 1025", "accepted are 1 to 1024"}},
        Malformed{"Overflow", "lstm/T:9223372036854775808", {"T is \"9223372036854775808\"", numbers}},
        Malformed{"ThreadsOverflow", "lstm/threads:4294967297", {"threads is \"4294967297\"", numbers}},
        Malformed{"NoNumber", "lstm/T:many", {"T is \"many\"", numbers}},
        Malformed{"NumberWithUnit", "lstm/T:64k", {"T is \"64k\"", numbers}},
        Malformed{"NumberWithPlus", "lstm/T:+1", {"T is \"+1\"", numbers}},
        Malformed{"NumberWithSpace", "lstm/T: 1", {"T is \" 1\"", numbers}},
        Malformed{"NumberWithPoint", "lstm/T:1.5", {"T is \"1.5\"", numbers}},
        Malformed{"HexNumber", "lstm/T:0x10", {"T is \"0x10\"", numbers}},
        Malformed{"NothingForANumber", "lstm/T:", {"T is \"\"", numbers}},
        Malformed{"NoFlag", "lstm/seq:yes", {"seq is \"yes\"", "accepted are 0 and 1"}},
        Malformed{"TwoColons", "lstm/seq:1:1", {"seq is \"1:1\"", "accepted are 0 and 1"}},
        Malformed{"UnknownActivation", "lstm/act:gelu", {"act is \"gelu\"", "accepted are linear, tanh"}},
        Malformed{"UnknownStyle", "dense/style:flat", {"style is \"flat\"", "flattened, time_distributed"}},
        Malformed{"UnknownMask", "lstm/mask:top", {"mask is \"top\"", "none, right, left, holes, full"}},
        Malformed{"UnknownPass", "lstm/pass:test", {"pass is \"test\"", "accepted are inference, training"}},
        Malformed{"SoftmaxInACell", "gru/act:softmax", {"activation (act) is softmax", elementwise}},
        Malformed{"RecurrentSoftmax", "gru/rec_act:softmax", {"(rec_act) is softmax", elementwise}},
        Malformed{
            "RecurrentActivationOfSimpleRnn", "simple_rnn/rec_act:tanh", {"unknown field", "B, T, F, U"}},
        Malformed{
            "ResetAfterOfLstm", "lstm/reset_after:0", {"unknown field \"reset_after:0\"", "B, T, F, U"}},
        Malformed{"LineBreak", "lstm/T:1\nB:1", {R"(T is "1\nB:1")", numbers}},
        Malformed{"Nul", std::string("lstm/T:1\0", 9), {R"(T is "1\x00")", numbers}},
        Malformed{"NoUtf8", "l\xff\xfestm\xc3(", {R"(unknown layer "l\xff\xfestm\xc3(")", layers}},
        Malformed{"Escape", "lstm/\x1b[31m:1", {R"(unknown field "\x1b[31m:1")", "B, T, F, U"}},
        Malformed{"VeryLongLayer", std::string(1 << 20, 'x'), {"(1048576 bytes)", layers}},
        Malformed{"VeryLongNumber", "lstm/T:" + std::string(1 << 20, '1'), {"T is \"1", numbers}},
        Malformed{
            "VeryManyFields", "lstm" + std::string(1 << 20, '/'), {"unknown field \"\"", "B, T, F, U"}}),
    [](const auto& test) { return test.param.what; });

TEST(ProblemText, OfAnyBytesIsRefusedOrValid) {
  std::minstd_rand random(11);
  const std::string alphabet = "lstmgrudenBTFU:/01234567890-_\xc3\xa9\n";
  int refused = 0;
  for (int i = 0; i < many; ++i) {
    std::string text = "lstm/B:1/T:2/F:3/U:4/seq:1/act:relu/threads:2";
    for (int changes = 0; changes < 3; ++changes)
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    if (random() % 4 == 0) text.resize(random() % text.size());
    Problem problem;
    try {
      problem = parse_problem(text);
      EXPECT_NO_THROW(validate(problem)) << text;
    } catch (const std::invalid_argument& error) {
      ++refused;
      ASSERT_THAT(error.what(), AllOf(HasSubstr("problem \""), Not(HasSubstr("\n"))));
    }
  }
  EXPECT_GT(refused, many / 2);
}

}  // namespace
}  // namespace lockstep
