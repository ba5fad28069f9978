#include "cases/pytorch/safetensors.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/pytorch/files_for_test.h"

namespace lockstep::pytorch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string entry(const char* dtype, const char* shape, const char* offsets, const char* name = "a") {
  return fmt::format(R"("{}": {{"dtype": "{}", "shape": {}, "data_offsets": {}}})", name, dtype, shape,
                     offsets);
}
std::string refusal_of_header(const std::string& header, std::size_t data = 8) {
  return refusal_of([&] { read_safetensors(safetensors_for_test(header, std::string(data, '\0'))); });
}
template <class Stored>
Tensor read_one(const char* dtype, const std::vector<Stored>& values) {
  const std::string data = lockstep::bytes_of(values), end = std::to_string(data.size());
  const std::string shape = fmt::format("[{}]", values.size()), offsets = fmt::format("[0, {}]", end);
  return read_safetensors(
             safetensors_for_test("{" + entry(dtype, shape.c_str(), offsets.c_str()) + "}", data))
      .at("a");
}

TEST(Safetensors, ReadsEveryFloat) {
  EXPECT_THAT(read_one<float>("F32", {1.5F, -2}).values, ElementsAre(1.5F, -2.0F));
  EXPECT_THAT(read_one<double>("F64", {1.5, 1e-300}).values, ElementsAre(1.5F, 0.0F));
  // 1, -2, the largest, the smallest normal and the smallest number of IEEE 754 binary16, -0
  EXPECT_THAT(read_one<std::uint16_t>("F16", {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000}).values,
              ElementsAre(1.0F, -2.0F, 65504.0F, std::ldexp(1.0F, -14), std::ldexp(1.0F, -24), 0.0F));
  EXPECT_THAT(read_one<std::uint16_t>("BF16", {0x3f80, 0xc000, 0x3eab}).values,
              ElementsAre(1.0F, -2.0F, 0.333984375F));
  EXPECT_TRUE(read_one<float>("F32", {1}).holds_floats);
  EXPECT_EQ(float_types(), "float32, float64, float16, bfloat16");
}

TEST(Safetensors, KeepsTensorsOfNoFloatForTheirNames) {
  const auto expect_kept = [](const Tensor& tensor, const char* dtype) {
    EXPECT_EQ(tensor.dtype, dtype);
    EXPECT_THAT(tensor.dims, ElementsAre(3));
    EXPECT_FALSE(tensor.holds_floats);
    EXPECT_TRUE(tensor.values.empty());
  };
  expect_kept(read_one<std::int64_t>("I64", {1, 2, 3}), "I64");
  for (const char* dtype : {"I8", "U8", "BOOL"}) expect_kept(read_one<std::int8_t>(dtype, {1, 0, 1}), dtype);
}

TEST(Safetensors, ReadsTensorsInAnyOrderAndMetadata) {
  const std::string header = R"({"__metadata__": {"format": "pt"}, )" + entry("F32", "[1]", "[4, 8]", "b") +
                             ", " + entry("F32", "[]", "[0, 4]") + ", " +
                             entry("F32", "[0, 3]", "[4, 4]", "none") + "}   ";
  const Tensors tensors = read_safetensors(safetensors_for_test(header, bytes_of(std::vector<float>{1, 2})));
  EXPECT_THAT(tensors.at("a").values, ElementsAre(1.0F));
  EXPECT_THAT(tensors.at("b").values, ElementsAre(2.0F));
  EXPECT_THAT(tensors.at("none").dims, ElementsAre(0, 3));
}

TEST(Safetensors, RefusesWhatIsNotFinite) {
  for (const std::uint16_t bits : {0x7c00, 0xfc00, 0x7e00})
    EXPECT_THAT(refusal_of([&] { read_one<std::uint16_t>("F16", {0, bits}); }), HasSubstr("value 2 of 2 is"));
  EXPECT_THAT(refusal_of([&] { read_one<double>("F64", {-1e39}); }), HasSubstr("is infinity: accepted are"));
  EXPECT_THAT(refusal_of([&] { read_one<double>("F64", {1e39}); }), HasSubstr("is infinity: accepted are"));
  EXPECT_THAT(refusal_of([&] { read_one<double>("F64", {NAN}); }), HasSubstr("is nan"));
  EXPECT_THAT(refusal_of([&] { read_one<float>("F32", {NAN}); }), HasSubstr("is nan"));
}

TEST(Safetensors, RefusesAHeaderThatLies) {
  for (const char* bytes : {"", "1234567"})
    EXPECT_THAT(refusal_of([&] { read_safetensors(bytes); }), HasSubstr("bytes: accepted is"));
  for (const std::uint64_t length : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}})
    EXPECT_THAT(refusal_of([&] { read_safetensors(bytes_of(std::vector{length}) + "{}"); }),
                HasSubstr("says that its header has"));
  EXPECT_THAT(refusal_of([&] {
                read_safetensors(safetensors_for_test(std::string((std::size_t{4} << 20) + 1, ' '), ""));
              }),
              HasSubstr("accepted are up to 4194304"));
  for (const char* header : {"", "{", "nonsense", "{\"a\": \xff}"})
    EXPECT_THAT(refusal_of_header(header), HasSubstr("its header is no JSON"));
  for (const char* header : {"3", "[]", "null"})
    EXPECT_THAT(refusal_of_header(header), HasSubstr("accepted is an object"));
  EXPECT_THAT(refusal_of_header(std::string(1'000'000, '[')), HasSubstr("nested deeper than 100 levels"));
  EXPECT_THAT(
      refusal_of_header("{" + entry("F32", "[2]", "[0, 8]") + ", " + entry("F32", "[1]", "[0, 4]") + "}"),
      HasSubstr("has the key \"a\" twice"));
  EXPECT_THAT(refusal_of_header(R"({"__metadata__": {"format": 3}})"), HasSubstr("__metadata__"));
}

TEST(Safetensors, RefusesATensorThatLies) {
  struct Lie {
    const char *dtype, *shape, *offsets, *said;
  };
  for (const auto& [dtype, shape, offsets, said] :
       {Lie{"F31", "[2]", "[0, 8]", "dtype is \"F31\": accepted is one of F32, F64, F16 and BF16"},
        Lie{"F8_E4M3", "[8]", "[0, 8]", "dtype is \"F8_E4M3\": accepted is one of F32, F64, F16 and BF16"},
        Lie{"I64", "[2]", "[0, 8]", "accepted is 16 bytes, those of I64"},
        Lie{"I8", "[7]", "[0, 8]", "accepted is 7 bytes, those of I8"},
        Lie{"F32", "[3]", "[0, 8]", "accepted is 12 bytes, those of F32 of the shape (3)"},
        Lie{"F64", "[2]", "[0, 8]", "accepted is 16 bytes"},
        Lie{"F32", "[2]", "[0, 12]", "within the 8 bytes"}, Lie{"F32", "[2]", "[8, 0]", "within the 8 bytes"},
        Lie{"F32", "[2]", "[0, 8, 9]", "[begin, end]"}, Lie{"F32", "[2]", "[-8, 0]", "whole numbers"},
        Lie{"F32", "[2]", "[0, 8.0]", "whole numbers"}, Lie{"F32", "[-2]", "[0, 8]", "shape is [-2]"},
        Lie{"F32", "2", "[0, 8]", "shape is 2"}, Lie{"F32", "[4294967296, 4294967296]", "[0, 8]", "shape"},
        Lie{"F32", "[1099511627776, 1099511627776, 1099511627776]", "[0, 8]", "data_offsets"},
        Lie{"F32", "[18446744073709551615]", "[0, 8]", "shape"},
        Lie{"F32", "[1,1,1,1,1,1,1,1,2]", "[0, 8]", "up to 8 numbers"},
        Lie{"F32", "[1]", "[0, 4]", "4 bytes of no"},
        Lie{"F32", "[1]", "[4, 8]", "behind bytes of no tensor"}})
    EXPECT_THAT(refusal_of_header("{" + entry(dtype, shape, offsets) + "}"), HasSubstr(said))
        << shape << offsets;
  EXPECT_THAT(refusal_of_header("{" + entry("F32", "[2]", "[0, 8]") + ", " +
                                entry("F32", "[1]", "[4, 8]", "b") + "}"),
              HasSubstr("tensor \"b\": begins at 4, within the tensor before it"));
  EXPECT_THAT(
      refusal_of_header(R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], "more": 1}})"),
      HasSubstr("\"more\" is 1: this key is not known"));
  EXPECT_THAT(refusal_of_header(R"({"a": 3})"), HasSubstr("tensor \"a\" is 3"));
}

}  // namespace
}  // namespace lockstep::pytorch
