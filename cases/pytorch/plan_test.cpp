#include "cases/pytorch/plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/pytorch/files_for_test.h"

namespace lockstep::pytorch {
namespace {

using ::testing::HasSubstr;

/// "fc" of 4 to 2, and "rnn" of 3 to 4.
std::vector<Module> modules_for_test() {
  Tensors tensors;
  add_recurrent_for_test(tensors, "rnn", 1, 3, 4);
  add_linear_for_test(tensors, "fc", 4, 2);
  return find_modules(tensors);
}
std::string refusal_of_plan(const char* json) {
  return refusal_of([&] { read_plan(Json::parse(json), modules_for_test()); });
}

TEST(Plan, ConfigThatIsPrintedGivesThePlan) {
  const std::string config = to_config(plan_without_config(modules_for_test()), modules_for_test());
  EXPECT_EQ(config, R"({"layers": [{"module": "rnn", "nonlinearity": "tanh", "return_sequences": true}, )"
                    R"({"module": "fc", "activation": "linear"}]})");
  for (const char* changed :
       {config.c_str(), R"({"layers": [{"activation": "relu"}, )"
                        R"({"module": "rnn", "nonlinearity": "relu", "return_sequences": false}, )"
                        R"({"module": "fc", "activation": "softmax"}]})"})
    EXPECT_EQ(to_config(read_plan(Json::parse(changed), modules_for_test()), modules_for_test()), changed);
}

TEST(Plan, RefusesAConfigThatIsNotOfTheModules) {
  struct Wrong {
    const char *config, *said;
  };
  for (const auto& [config, said] :
       {Wrong{R"([])", "the config is []"}, Wrong{R"({})", "has no layers"},
        Wrong{R"({"layers": 3})", "layers is 3"},
        Wrong{R"({"layers": [], "more": 1})", "\"more\" is 1: this key is not known"},
        Wrong{R"({"layers": [3]})", "layer 1 of layers is 3"},
        Wrong{R"({"layers": [{}]})", "layer 1 of layers has no activation"},
        Wrong{R"({"layers": [{"module": "rnn"}]})", "layers has no module \"fc\""},
        Wrong{R"({"layers": []})", "layers has no module \"fc\""},
        Wrong{R"({"layers": [{"module": "rnn"}, {"module": "rnn"}, {"module": "fc"}]})", "\"rnn\" twice"},
        Wrong{R"({"layers": [{"module": "fc"}, {"module": "rnn"}]})",
              R"(has "rnn", which reads 3 features, behind "fc", which returns 2)"},
        Wrong{R"({"layers": [{"module": "gru"}]})",
              R"(module is "gru": accepted is one of "fc" (4 to 2), "rnn" (3 to 4))"},
        Wrong{R"({"layers": [{"module": "rnn", "activation": "tanh"}]})",
              "\"activation\" is \"tanh\": this key"},
        Wrong{R"({"layers": [{"module": "rnn", "nonlinearity": "sigmoid"}]})", "accepted is tanh or relu"},
        Wrong{R"({"layers": [{"module": "rnn", "return_sequences": 1}]})", "return_sequences is 1"},
        Wrong{R"({"layers": [{"module": "rnn"}, {"module": "fc", "activation": "gelu"}]})",
              R"(layer 2 of layers: activation is "gelu": accepted is one of linear, tanh)"},
        Wrong{R"({"layers": [{"module": "rnn"}, {"module": "fc", "return_sequences": true}]})", "this key"}})
    EXPECT_THAT(refusal_of_plan(config), HasSubstr(said)) << config;
}

TEST(Plan, TakesAsManyLayersAsThereCouldBe) {
  const auto refusal_of_count = [](std::size_t count) {
    Json layers{{{"module", "rnn"}}, {{"module", "fc"}}};
    while (layers.size() < count) layers.push_back({{"activation", "tanh"}});
    return refusal_of([&] { read_plan(Json{{"layers", layers}}, modules_for_test()); });
  };
  EXPECT_EQ(refusal_of_count(2'000), "accepted");
  EXPECT_THAT(refusal_of_count(2'001), HasSubstr("accepted is a list of up to 2000 objects"));
}

TEST(Plan, TakesALinearModuleWithoutBiasByAConfigAlone) {
  for (const char* name : {"member", "embedding"}) {
    Tensors tensors;
    tensors[fmt::format("{}.weight", name)] = tensor_for_test({4, 3});
    const auto modules = find_modules(tensors);
    EXPECT_EQ(refusal_of([&] { plan_without_config(modules); }),
              fmt::format("tensor \"{}.weight\": is of nn.Linear without bias, or of nn.Embedding: a config "
                          "that names it says that it is linear",
                          name));
    const auto plan = read_plan(Json{{"layers", {{{"module", name}}}}}, modules);
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan.front().module, std::size_t{0});
  }
}

TEST(Plan, AsksWhatIsBetweenLinearModules) {
  Tensors tensors;
  add_linear_for_test(tensors, "first", 3, 4);
  add_linear_for_test(tensors, "second", 4, 2);
  EXPECT_THAT(refusal_of([&] { plan_without_config(find_modules(tensors)); }),
              HasSubstr(R"("first" and "second", two linear layers in a row)"));
}

}  // namespace
}  // namespace lockstep::pytorch
