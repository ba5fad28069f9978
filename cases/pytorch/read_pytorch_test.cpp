#include "cases/pytorch/read_pytorch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"
#include "cases/pytorch/files_for_test.h"
#include "cases/pytorch/modules.h"

namespace lockstep::pytorch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The bytes of a .safetensors file of float32.
std::string bytes_for_test(const Tensors& tensors) {
  nlohmann::json header = nlohmann::json::object();
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = data.size();
    data += lockstep::bytes_of(tensor.values);
    header[name] = {{"dtype", "F32"}, {"shape", tensor.dims}, {"data_offsets", {begin, data.size()}}};
  }
  return safetensors_for_test(header.dump(), data);
}

Tensors lstm_and_fc() {
  Tensors tensors;
  add_recurrent_for_test(tensors, "lstm", 4, 3, 2);
  add_linear_for_test(tensors, "fc", 2, 1);
  return tensors;
}

TEST(ReadPytorch, TakesTheConfigBesideTheFileOrTheOneThatIsGiven) {
  const FolderForTest folder;
  const auto path = folder.write("model.safetensors", bytes_for_test(lstm_and_fc()));
  EXPECT_THAT(read_pytorch(path).notices, ElementsAre(HasSubstr("or give it as the config (--config)")));
  const auto last = [](bool sequences) {
    return fmt::format(R"({{"layers": [{{"module": "lstm", "return_sequences": {}}}, {{"module": "fc"}}]}})",
                       sequences);
  };
  const auto returns = [&](const ModelFile& file) {
    EXPECT_THAT(file.notices, IsEmpty());
    return std::get<RecurrentSpec>(file.model.nodes.at(1).kind).return_sequences;
  };
  folder.write("model.config.json", last(false));
  EXPECT_FALSE(returns(read_pytorch(path)));
  EXPECT_TRUE(returns(read_pytorch(path, folder.write("other.json", last(true)))));
  EXPECT_THAT(refusal_of([&] { read_pytorch(path, folder / "none.json"); }),
              HasSubstr("none.json\": there is no such file"));
  folder.write("model.config.json", "{");
  EXPECT_THAT(refusal_of([&] { read_pytorch(path); }), HasSubstr("model.config.json\": is no JSON"));
}

/// Of an nn.LSTM of two layers, "lstm".
Tensors two_layers() {
  Tensors tensors;
  add_recurrent_for_test(tensors, "lstm", 4, 3, 2);
  for (const char* kind : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
    tensors[fmt::format("lstm.{}_l1", kind)] =
        tensors.at(fmt::format("lstm.{}_l0", kind == std::string("weight_ih") ? "weight_hh" : kind));
  return tensors;
}

TEST(ReadPytorch, NamesItsLayers) {
  const FolderForTest folder;
  const ModelSpec model = read_pytorch(folder.write("mine.safetensors", bytes_for_test(two_layers()))).model;
  EXPECT_EQ(model.name, "mine");
  std::vector<std::string> names;
  for (const Node& node : model.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("input_layer", "lstm_l0", "lstm_l1"));
}

TEST(ReadPytorch, MakesUpNoNameThatAModuleHas) {
  Tensors tensors = two_layers();
  for (const char* name : {"input_layer", "activation", "lstm_l0"}) add_linear_for_test(tensors, name, 2, 2);
  const FolderForTest folder;
  const auto path = folder.write("mine.safetensors", bytes_for_test(tensors));
  folder.write("mine.config.json", R"({"layers": [{"module": "lstm"}, {"activation": "relu"}, )"
                                   R"({"module": "input_layer"}, {"activation": "tanh"}, )"
                                   R"({"module": "activation"}, {"module": "lstm_l0"}]})");
  const ModelSpec model = read_pytorch(path).model;
  std::vector<std::string> names;
  for (const Node& node : model.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("input_layer_1", "lstm_l0_1", "lstm_l1", "activation_1", "input_layer",
                                 "activation_2", "activation", "lstm_l0"));
}

TEST(ReadPytorch, SaysWhatGoesOnOfTwoDirections) {
  Tensors tensors;
  add_recurrent_for_test(tensors, "lstm", 4, 3, 2);
  for (const char* kind : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
    tensors[fmt::format("lstm.{}_l0_reverse", kind)] = tensors.at(fmt::format("lstm.{}_l0", kind));
  const FolderForTest folder;
  const auto path = folder.write("a.safetensors", bytes_for_test(tensors));
  const auto notices = [&](const char* config) {
    return read_pytorch(path, folder.write("config.json", config)).notices;
  };
  EXPECT_THAT(
      notices(R"({"layers": [{"module": "lstm", "return_sequences": false}]})"),
      ElementsAre(HasSubstr("\"lstm\": return_sequences is false, so h_n of both directions is taken; "
                            "out[:, -1] is another thing")));
  EXPECT_THAT(notices(R"({"layers": [{"module": "lstm"}]})"), IsEmpty());
}

TEST(ReadPytorch, RefusesAFileThatIsNone) {
  const FolderForTest folder;
  EXPECT_THAT(refusal_of([&] { read_pytorch(folder / "none.safetensors"); }),
              HasSubstr("there is no such file"));
  EXPECT_THAT(refusal_of([&] { read_pytorch(folder.write("a.safetensors", "PK\x03\x04 a zip archive")); }),
              HasSubstr("a.safetensors\": says that its header has"));
  EXPECT_THAT(refusal_of([&] { read_pytorch(folder.write("a.safetensors", bytes_for_test({}))); }),
              HasSubstr("holds no tensor"));
}

std::string refusal_of_tensors(const Tensors& tensors) {
  return refusal_of([&] { find_modules(tensors); });
}

TEST(ReadPytorch, RefusesTensorsThatAreNotAllThere) {
  for (const char* left_out : {"lstm.weight_hh_l0", "lstm.bias_hh_l0", "lstm.bias_ih_l0"}) {
    Tensors tensors = lstm_and_fc();
    tensors.erase(left_out);
    EXPECT_THAT(refusal_of_tensors(tensors),
                HasSubstr(fmt::format("tensor \"{}\": there is none", left_out)));
  }
  Tensors tensors = lstm_and_fc();
  tensors.erase("lstm.weight_ih_l0");
  EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("tensor \"lstm."));
  tensors = lstm_and_fc();
  tensors.erase("fc.weight");
  EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("tensor \"fc.weight\": there is none"));
  tensors = lstm_and_fc();
  tensors["lstm.weight_ih_l0_reverse"] = tensors.at("lstm.weight_ih_l0");
  EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("tensor \"lstm.weight_hh_l0_reverse\": there is none"));
  tensors = lstm_and_fc();
  tensors["lstm.weight_ih_l2"] = tensors.at("lstm.weight_hh_l0");
  EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("tensor \"lstm.weight_ih_l1\": there is none"));
}

TEST(ReadPytorch, RefusesTensorsOfACellThatAreNotAllThereOrMore) {
  Tensors whole;
  for (const char* bias : {"bias_ih", "bias_hh"}) whole[fmt::format("cell.{}", bias)] = tensor_for_test({8});
  whole["cell.weight_ih"] = tensor_for_test({8, 3});
  whole["cell.weight_hh"] = tensor_for_test({8, 2});
  const std::vector<Module> modules = find_modules(whole);
  ASSERT_EQ(modules.size(), 1U);
  EXPECT_TRUE(modules[0].is_cell);
  EXPECT_EQ(modules[0].cell, Cell::lstm);
  for (const auto& [left_out, tensor] : whole) {
    Tensors tensors = whole;
    tensors.erase(left_out);
    EXPECT_THAT(refusal_of_tensors(tensors),
                HasSubstr(fmt::format("tensor \"{}\": there is none", left_out)));
  }
  for (const char* more : {"cell.weight_ih_l0", "cell.weight_ih_reverse", "cell.weight"}) {
    Tensors tensors = whole;
    tensors[more] = tensor_for_test({8, 3});
    EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("accepted"));
  }
  whole["cell.weight_ih"] = tensor_for_test({6, 3});
  EXPECT_THAT(refusal_of_tensors(whole), HasSubstr("tensor \"cell.weight_ih\": has the shape (6, 3)"));
}

TEST(ReadPytorch, RefusesTensorsThatItDoesNotUnderstand) {
  for (const char* name :
       {"lstm.weight_ih_l01", "lstm.weight_ih_l", "lstm.weight_ih_l99999", "lstm.bias",
        "lstm.weight_ih_l0_backwards", "lstm.bias_xx_l0", "lstm.weight_ih", "fc.scale", "running_mean"}) {
    Tensors tensors = lstm_and_fc();
    tensors[name] = tensors.at("lstm.weight_ih_l0");
    EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr(fmt::format("tensor \"{}\": ", name)));
  }
  for (const auto& [name, dims] :
       std::vector<std::pair<const char*, std::vector<std::int64_t>>>{{"lstm.weight_hh_l0", {8, 3}},
                                                                      {"lstm.weight_hh_l0", {8}},
                                                                      {"lstm.weight_hh_l0", {0, 0}},
                                                                      {"lstm.weight_ih_l0", {7, 3}},
                                                                      {"lstm.weight_ih_l0", {8, 0}},
                                                                      {"lstm.bias_ih_l0", {7}},
                                                                      {"fc.weight", {0, 2}},
                                                                      {"fc.weight", {2}},
                                                                      {"fc.weight", {1, 2, 1}},
                                                                      {"fc.bias", {2}},
                                                                      {"fc.bias", {1, 1}}}) {
    Tensors tensors = lstm_and_fc();
    tensors[name] = tensor_for_test(dims);
    EXPECT_THAT(refusal_of_tensors(tensors),
                ::testing::AllOf(HasSubstr(fmt::format("tensor \"{}\": ", name)),
                                 HasSubstr("has the shape ("), HasSubstr("accepted")));
  }
  Tensors tensors = lstm_and_fc();
  tensors["fc.weight"].dtype = "I8";
  tensors["fc.weight"].holds_floats = false;
  EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr("tensor \"fc.weight\": holds values of the type I8"));
}

TEST(ReadPytorch, SaysWhatATensorThatItDoesNotUnderstandLooksLike) {
  struct Odd {
    const char* name;
    std::vector<std::int64_t> dims;
    const char* looks_like;
  };
  for (const auto& [name, dims, looks_like] :
       {Odd{"norm.running_mean", {2}, "is of a batch normalisation"},
        Odd{"attention.in_proj_weight", {6, 2}, "is of an attention"},
        Odd{"attention.out_proj", {2, 2}, "is of an attention"},
        Odd{"cell.bias_hx", {8}, "is of no layer that is known"},
        Odd{"conv.weight", {2, 2, 3}, "is of a convolution, or of no layer that is known"},
        Odd{"norm.weight", {2}, "is of a normalisation, or of no layer that is known"},
        Odd{"fc.scale", {2}, "is of no layer that is known"},
        Odd{"lstm.weight_hr_l0", {2, 2}, "is of proj_size, which is not computed"}}) {
    Tensors tensors = lstm_and_fc();
    tensors[name] = tensor_for_test(dims);
    EXPECT_THAT(refusal_of_tensors(tensors), HasSubstr(fmt::format("tensor \"{}\": {}", name, looks_like)));
  }
}

TEST(ReadPytorch, RefusesNamesOfModulesThatCannotBePrinted) {
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string("\x1b[2J"),
                                  std::string(201, 'a'), std::string(100'000, '1')}) {
    Tensors tensors;
    add_linear_for_test(tensors, name, 2, 1);
    const std::string refusal = refusal_of_tensors(tensors);
    EXPECT_THAT(refusal,
                ::testing::AllOf(HasSubstr("a module: its name is \""),
                                 HasSubstr("accepted are 1 to 200 bytes"), ::testing::Not(HasSubstr("\n"))));
    EXPECT_LE(refusal.size(), 500U);
  }
  Tensors tensors;
  add_linear_for_test(tensors, std::string(200, 'a'), 2, 1);
  EXPECT_EQ(find_modules(tensors).size(), 1U);
}

TEST(ReadPytorch, RefusesBiasesWhoseSumIsNoNumber) {
  Tensors tensors = lstm_and_fc();
  for (const char* name : {"lstm.bias_ih_l0", "lstm.bias_hh_l0"}) tensors[name].values[3] = 3e38F;
  const FolderForTest folder;
  EXPECT_THAT(refusal_of([&] { read_pytorch(folder.write("a.safetensors", bytes_for_test(tensors))); }),
              HasSubstr("tensor \"lstm.bias_ih_l0\": its sum"));
}

}  // namespace
}  // namespace lockstep::pytorch
