#include "cases/rtneural/read_rtneural.h"

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/files_for_test.h"

namespace lockstep::rtneural {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* model_for_test = R"({"in_shape": [null, null, 1], "layers": [
  {"type": "dense", "activation": "tanh", "shape": [null, null, 2], "weights": [[[1, 2]], [3, 4]]},
  {"type": "dense", "activation": "", "shape": [null, null, 1], "weights": [[[5], [6.5]], [7]]}]})";

std::string refusal_of_text(const std::string& text) {
  const FolderForTest folder;
  return refusal_of([&] { read_rtneural(folder.write("model.json", text)); });
}
/// Of the model above with `to` in place of `from`, which it has.
std::string refusal_of_change(const std::string& from, const std::string& to) {
  std::string text = model_for_test;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return refusal_of_text(text.replace(at, from.size(), to));
}

TEST(ReadRtneural, ReadsLayersAndWeights) {
  const FolderForTest folder;
  const ModelFile file = read_rtneural(folder.write("amp.json", model_for_test));
  EXPECT_EQ(file.model.name, "amp");
  ASSERT_EQ(file.model.nodes.size(), 3U);
  EXPECT_EQ(file.model.nodes[1].name, "dense");
  EXPECT_EQ(std::get<DenseSpec>(file.model.nodes[1].kind).activation, Activation::tanh);
  EXPECT_EQ(file.model.nodes[2].name, "dense_1");
  EXPECT_THAT(file.model.nodes[2].weights.kernel, ElementsAre(5.0F, 6.5F));
  EXPECT_THAT(file.model.nodes[2].weights.bias, ElementsAre(7.0F));
}

TEST(ReadRtneural, TakesWhatIsBesideTheLayersWhereItIsOff) {
  std::string text = model_for_test;
  text.insert(1, R"("in_skip": 0, "skip": null, "in_gain": 0, "out_gain": 0.0, )");
  EXPECT_EQ(refusal_of_text(text), "accepted");
}

TEST(ReadRtneural, RefusesWhatItDoesNotUnderstand) {
  struct Wrong {
    const char *from, *to, *said;
  };
  for (const auto& [from, to, said] :
       {Wrong{"[[1, 2]]", "[[1, 2, 3]]", "layer \"dense\": shape is [null,null,2]: accepted is [..., 3]"},
        Wrong{"[[1, 2]]", "[[1, 2], [3, 4]]",
              "weights[0] has the shape (2, 2): accepted are finite numbers of the shape (1, 2)"},
        Wrong{"[[5], [6.5]]", "[[5], [6.5, 1]]",
              "layer \"dense_1\": weights[0] has rows of other sizes, as [6.5,1]"},
        Wrong{"[[5], [6.5]]", "[[5], 6.5]", "has rows of other sizes, as 6.5"},
        Wrong{"[[5], [6.5]]", "[[5], [\"6.5\"]]", "holds \"6.5\""},
        Wrong{"[[5], [6.5]]", "[[5], [1e39]]", "holds 1e+39"},
        Wrong{"[[5], [6.5]]", "[[5], [null]]", "holds null"},
        Wrong{"[[5], [6.5]]", "5", "has the shape ()"},
        Wrong{"[[5], [6.5]]", "[]", "has the shape (0)"},
        Wrong{"[[5], [6.5]]", "[[]]", "has the shape (1, 0)"},
        Wrong{"[7]", "[7], [8]", "weights has 3 arrays: accepted are 1 or 2"},
        Wrong{"\"weights\": [[[1, 2]], [3, 4]]", "\"weights\": 3", "weights is 3"},
        Wrong{"\"weights\": [[[1, 2]], [3, 4]]", "\"weight\": 3", "has no weights"},
        Wrong{"\"type\": \"dense\"", "\"type\": \"conv2d\"",
              "layer \"conv2d\": type is \"conv2d\": accepted is one of dense,"},
        Wrong{"\"type\": \"dense\"", "\"type\": 3", "type is 3"},
        Wrong{"\"type\": \"dense\", ", "", "has no type"},
        Wrong{"\"type\": \"dense\"", "\"type\": \"dense\", \"dilation\": [1]",
              "\"dilation\" is [1]: this key is not known"},
        Wrong{"[null, null, 2]", "[null, null, 0]", "shape is [null,null,0]"},
        Wrong{"[null, null, 2]", "[null, null, null]", "shape is"},
        Wrong{"[null, null, 2]", "[2]", "shape is [2]"},
        Wrong{"\"in_shape\": [null, null, 1]", "\"in_shape\": [null, 4, 4, 1]", "in_shape is [null,4,4,1]"},
        Wrong{"\"in_shape\": [null, null, 1]", "\"in_shape\": [null, null, 99999999999]", "in_shape is"},
        Wrong{"\"in_shape\": [null, null, 1],", "", "has no in_shape"},
        Wrong{"\"in_shape\"", "\"gain\": 2, \"in_shape\"", "\"gain\" is 2: this key is not known"},
        Wrong{
            "\"in_shape\"", "\"in_gain\": 3, \"in_shape\"",
            "the model: in_gain is 3: accepted is 0: what is added to the layers' answer, or multiplies it, "
            "is not computed"},
        Wrong{"\"in_shape\"", "\"in_shape\": 1, \"in_shape\"", "has the key \"in_shape\" twice"},
        Wrong{"\"layers\": [", "\"layers\": [3, ", "layer \"one\" is 3"}})
    EXPECT_THAT(refusal_of_change(from, to),
                AllOf(HasSubstr(said), HasSubstr("accepted"), Not(HasSubstr("\n"))))
        << to;
}

TEST(ReadRtneural, ShowsATypeThatIsNotKnownShortAndEscaped) {
  const std::string odd = R"("type": "\n\u001b[2J)" + std::string(100'000, 'a') + "\"";
  const std::string refusal = refusal_of_change("\"type\": \"dense\"", odd);
  EXPECT_THAT(refusal, AllOf(HasSubstr(R"(layer "\n\x1b[2Jaaa)"), HasSubstr("... (100005 bytes): type is"),
                             Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
  EXPECT_LE(refusal.size(), 1000U);
}

TEST(ReadRtneural, TakesAsManyLayersAsThereCouldBe) {
  const auto refusal_of_count = [](std::size_t count) {
    const std::string layer =
        R"({"type": "activation", "activation": "tanh", "shape": [null, 1], "weights": []})";
    std::string layers = layer;
    for (std::size_t i = 1; i < count; ++i) layers += ", " + layer;
    return refusal_of_text(R"({"in_shape": [null, 1], "layers": [)" + layers + "]}");
  };
  EXPECT_EQ(refusal_of_count(2'000), "accepted");
  EXPECT_THAT(refusal_of_count(2'001), HasSubstr("accepted is a list of 1 to 2000 layers"));
}

TEST(ReadRtneural, RefusesWhatIsNoModel) {
  EXPECT_THAT(refusal_of([] { read_rtneural("/none/model.json"); }), HasSubstr("there is no such file"));
  for (const char* text : {"", "nonsense", "{\"layers\": [", "\xff"})
    EXPECT_THAT(refusal_of_text(text), HasSubstr("is no JSON"));
  for (const char* text : {"[]", "3", "{}", R"({"in_shape": [null, 1], "layers": []})",
                           R"({"in_shape": [null, 1], "layers": 3})"})
    EXPECT_THAT(refusal_of_text(text), HasSubstr("accepted"));
  EXPECT_THAT(refusal_of_text(std::string(1'000'000, '[')), HasSubstr("nested deeper than 100 levels"));
  EXPECT_THAT(refusal_of_text(std::string((std::size_t{16} << 20) + 1, ' ')),
              HasSubstr("accepted are up to 16777216"));
}

}  // namespace
}  // namespace lockstep::rtneural
