#include "cases/npy.h"

#include <limits>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/files_for_test.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

Array<float> read(const std::string& bytes) {
  std::istringstream in(bytes);
  return read_npy<float>(in, bytes.size());
}

/// Refused in one line that says what is accepted.
void expect_refused(const std::string& bytes, const std::string& why) {
  EXPECT_THAT([&] { read(bytes); }, ThrowsMessage<std::invalid_argument>(
                                        AllOf(HasSubstr(why), HasSubstr("accepted"), Not(HasSubstr("\n")))))
      << why;
}

const std::string four = bytes_of<float>({1, 2, 3, 4});

TEST(Npy, ReadsEveryType) {
  const auto expect_1_2 = [](const std::string& type, const std::string& values) {
    const Array<float> array = read(npy_for_test(dict_for_test(type, "(2,)"), values));
    EXPECT_THAT(array.dims, ElementsAre(2)) << type;
    EXPECT_THAT(array.values, ElementsAre(1, 2)) << type;
  };
  expect_1_2("<f4", bytes_of<float>({1, 2}));
  expect_1_2("<f8", bytes_of<double>({1, 2}));
  expect_1_2("|i1", bytes_of<std::int8_t>({1, 2}));
  expect_1_2("<i2", bytes_of<std::int16_t>({1, 2}));
  expect_1_2("<i4", bytes_of<std::int32_t>({1, 2}));
  expect_1_2("<i8", bytes_of<std::int64_t>({1, 2}));
  expect_1_2("|u1", bytes_of<std::uint8_t>({1, 2}));
  expect_1_2("<u2", bytes_of<std::uint16_t>({1, 2}));
  expect_1_2("<u4", bytes_of<std::uint32_t>({1, 2}));
  expect_1_2("<u8", bytes_of<std::uint64_t>({1, 2}));
  EXPECT_THAT(read(npy_for_test(dict_for_test("|b1", "(3,)"), std::string("\1\0\1", 3))).values,
              ElementsAre(1, 0, 1));
  EXPECT_THAT(read(npy_for_test(dict_for_test("<i4", "(1,)"), bytes_of<std::int32_t>({-7}))).values,
              ElementsAre(-7));
}

TEST(Npy, ReadsEveryShape) {
  EXPECT_THAT(read(npy_for_test(dict_for_test("<f4", "(2, 2)"), four)).dims, ElementsAre(2, 2));
  EXPECT_THAT(read(npy_for_test(dict_for_test("<f4", "(1, 4, 1)"), four)).dims, ElementsAre(1, 4, 1));
  const Array<float> scalar = read(npy_for_test(dict_for_test("<f4", "()"), bytes_of<float>({7})));
  EXPECT_THAT(scalar.dims, IsEmpty());
  EXPECT_THAT(scalar.values, ElementsAre(7));
  const Array<float> none = read(npy_for_test(dict_for_test("<f4", "(0, 5)"), ""));
  EXPECT_THAT(none.dims, ElementsAre(0, 5));
  EXPECT_THAT(none.values, IsEmpty());
}

TEST(Npy, ReadsEveryFormat) {
  for (const char major : {1, 2, 3})
    EXPECT_THAT(read(npy_for_test(dict_for_test("<f4", "(4,)"), four, major)).values,
                ElementsAre(1, 2, 3, 4));
}

TEST(Npy, ReadsFortranOrder) {
  const std::string six = bytes_of<float>({0, 3, 1, 4, 2, 5});
  const Array<float> matrix = read(npy_for_test(dict_for_test("<f4", "(2, 3)", "True"), six));
  EXPECT_THAT(matrix.dims, ElementsAre(2, 3));
  EXPECT_THAT(matrix.values, ElementsAre(0, 1, 2, 3, 4, 5));
  // Where (i, j, k) holds 100 i + 10 j + k.
  std::vector<float> stored;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) stored.push_back(static_cast<float>(100 * i + 10 * j + k));
  const Array<float> cube = read(npy_for_test(dict_for_test("<f4", "(2, 3, 4)", "True"), bytes_of(stored)));
  for (std::size_t place = 0; place < 24; ++place)
    EXPECT_EQ(cube.values[place], static_cast<float>(100 * (place / 12) + 10 * (place / 4 % 3) + place % 4));
  EXPECT_THAT(read(npy_for_test(dict_for_test("<f4", "()", "True"), bytes_of<float>({7}))).values,
              ElementsAre(7));
}

TEST(Npy, ReadsADictAsPythonMayWriteIt) {
  for (const char* dict :
       {"{'shape':(2,2),'fortran_order':False,'descr':'<f4'}",
        "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 2,)}",
        "  { 'fortran_order' : False ,\n 'shape' :\t( 2L , 2L ) , 'descr' : '<f4' , }   \n"})
    EXPECT_THAT(read(npy_for_test(dict, four)).dims, ElementsAre(2, 2)) << dict;
}

TEST(Npy, RefusesADictThatIsNone) {
  for (const char* dict : {"",
                           "{",
                           "{}",
                           "[]",
                           "{'descr': '<f4', 'fortran_order': False}",
                           "{'descr': '<f4', 'shape': (4,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} x",
                           "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'more': 1}",
                           "{'descr': '<f4', 'fortran_order': 0, 'shape': (4,)}",
                           "{'descr': '<f4', 'fortran_order': false, 'shape': (4,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': 4}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (4)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': [4]}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (-4,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -2)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (4.0,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (2 2)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os'),)}",
                           "{'descr': '<f4, 'fortran_order': False, 'shape': (4,)}",
                           "{'descr': '<f4' 'fortran_order': False, 'shape': (4,)}",
                           "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (4,)}",
                           "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,)}"})
    expect_refused(npy_for_test(dict, four), "the header");
  std::string dims;
  for (int i = 0; i < 65; ++i) dims += "1, ";
  expect_refused(npy_for_test(dict_for_test("<f4", "(" + dims + ")"), four), "64 dimensions");
  std::string zero = dict_for_test("<f4", "(4,)");
  zero[3] = '\0';
  expect_refused(npy_for_test(zero, four), "the header");
}

TEST(Npy, RefusesOtherTypes) {
  for (const char* type : {">f4", "<f2", "<f16", "<c8", "|O", "|V4", "<U4", "<M8[ns]", "f4", "", "<f4 "})
    expect_refused(npy_for_test(dict_for_test(type, "(4,)"), four), "accepted are <f4, <f8, |i1");
}

TEST(Npy, RefusesWhatIsCut) {
  const std::string whole = npy_for_test(dict_for_test("<f4", "(2, 2)"), four);
  for (std::size_t size = 0; size < whole.size(); ++size) expect_refused(whole.substr(0, size), "");
  expect_refused(whole.substr(0, whole.size() - 1), "does not fit the 15 bytes");
  expect_refused(whole + "x", "does not fit the 17 bytes");
  expect_refused(npy_for_test(dict_for_test("<f8", "(2, 2)"), four), "does not fit");
  expect_refused("", "no .npy file");
  expect_refused("PK\3\4 and so on, as an archive", "no .npy file");
}

TEST(Npy, RefusesOtherFormats) {
  const std::string dict = dict_for_test("<f4", "(4,)");
  expect_refused(npy_for_test(dict, four, 4), "has the format 4.0");
  expect_refused(npy_for_test(dict, four, 1, 1), "has the format 1.1");
  expect_refused(npy_for_test(dict, four, static_cast<char>(0xff)), "has the format 255.0");
  std::string lies = npy_for_test(dict, four, 2);
  for (const std::size_t at : {8U, 9U, 10U, 11U}) lies[at] = static_cast<char>(0xff);
  expect_refused(lies, "has a header of 4294967295 bytes");
}

// Before anything of that size is allocated: the last would wrap around to four values.
TEST(Npy, RefusesShapesThatTheFileCannotHold) {
  for (const char* shape :
       {"(4000000000,)", "(9223372036854775807,)", "(9223372036854775807, 9223372036854775807)",
        "(4611686018427387904, 4)", "(4611686018427387905, 4)", "(9223372036854775807, 2, 2)", "(0, 4)", "()",
        "(3,)"})
    expect_refused(npy_for_test(dict_for_test("<f4", shape), four), "does not fit the 16 bytes");
}

TEST(Npy, RefusesWhatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  expect_refused(npy_for_test(dict_for_test("<f4", "(2, 2)"), bytes_of<float>({1, 2, nan, 4})),
                 "the value at (1, 0) is nan");
  expect_refused(npy_for_test(dict_for_test("<f4", "(2, 2)", "True"), bytes_of<float>({1, 2, -inf, 4})),
                 "the value at (0, 1) is -inf");
  const std::string large = npy_for_test(dict_for_test("<f8", "(1,)"), bytes_of<double>({1e300}));
  expect_refused(large, "the value at (0) is inf: accepted are finite numbers of up to 3.4e+38");
  std::istringstream in(large);
  EXPECT_THAT(read_npy<double>(in, large.size()).values, ElementsAre(1e300));
}

// What numpy.save writes of numpy.arange(6, dtype="float32").reshape(2, 3), byte for byte.
TEST(Npy, WritesAsNumpyDoes) {
  std::string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  dict.append(117 - dict.size(), ' ') += '\n';
  const std::vector<float> values{0, 1, 2, 3, 4, 5};
  const std::vector<std::int64_t> dims{2, 3};
  EXPECT_EQ(npy_bytes<float>(dims, values), npy_for_test(dict, bytes_of(values)));
}

TEST(Npy, ReadsBackWhatItWrote) {
  for (const std::vector<std::int64_t>& dims :
       {std::vector<std::int64_t>{}, {1}, {4}, {2, 3}, {0}, {1, 2, 3, 4}, std::vector<std::int64_t>(40, 1)}) {
    std::vector<double> values;
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i) + 1.0 / 3);
    const std::string bytes = npy_bytes<double>(dims, values);
    EXPECT_EQ((bytes.size() - values.size() * sizeof(double)) % 64, 0U);
    std::istringstream in(bytes);
    const Array<double> back = read_npy<double>(in, bytes.size());
    EXPECT_EQ(back.dims, dims);
    EXPECT_EQ(back.values, values);
  }
}

}  // namespace
}  // namespace lockstep
