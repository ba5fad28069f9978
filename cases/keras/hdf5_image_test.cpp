#include "cases/keras/hdf5_image.h"

#include <array>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#define H5_USE_110_API
#include <hdf5.h>
#include <hdf5_hl.h>

#include "cases/keras/files_for_test.h"

namespace lockstep::keras {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const TensorsForTest one{{"group/tensor", {{2, 3}, {1, 2, 3, 4, 5, 6}}}};

/// What reading all of it is refused for.
std::string refusal_of_image(const std::string& bytes) {
  try {
    Hdf5Image image(bytes);
    for (const std::string& tensor : image.tensors()) {
      image.dims_of(tensor);
      image.read(tensor);
    }
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\xff"))));
    return error.what();
  }
  return "is not refused";
}

/// A dataset "odd" of this type, shape and way of storage.
void add_dataset(hid_t file, hid_t type, const std::vector<hsize_t>& dims, hid_t created,
                 const void* values) {
  const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t dataset = H5Dcreate2(file, "odd", type, space, H5P_DEFAULT, created, H5P_DEFAULT);
  ASSERT_GE(dataset, 0);
  if (values != nullptr) {
    ASSERT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
  }
  H5Dclose(dataset);
  H5Sclose(space);
}

TEST(Hdf5Image, ReadsTensors) {
  Hdf5Image image(hdf5_for_test(one));
  EXPECT_THAT(image.groups(), ElementsAre("group"));
  EXPECT_THAT(image.tensors(), ElementsAre("group/tensor"));
  EXPECT_THAT(image.dims_of("group/tensor"), ElementsAre(2, 3));
  const StoredTensor tensor = image.read("group/tensor");
  EXPECT_EQ(tensor.dtype, "float32");
  EXPECT_THAT(tensor.values, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Hdf5Image, ConvertsOtherFloats) {
  Hdf5Image doubles(hdf5_for_test({}, [](std::int64_t file) {
    const std::array<double, 2> values{0.1, -3};
    add_dataset(file, H5T_IEEE_F64LE, {2}, H5P_DEFAULT, values.data());
  }));
  StoredTensor tensor = doubles.read("odd");
  EXPECT_EQ(tensor.dtype, "float64");
  EXPECT_THAT(tensor.values, ElementsAre(0.1F, -3.0F));

  Hdf5Image halves(hdf5_for_test({}, [](std::int64_t file) {  // sign, 5 bits, 10 bits
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    const std::array<std::uint16_t, 2> values{0x3e00, 0xc000};
    add_dataset(file, half, {2}, H5P_DEFAULT, values.data());
  }));
  tensor = halves.read("odd");
  EXPECT_EQ(tensor.dtype, "float16");
  EXPECT_THAT(tensor.values, ElementsAre(1.5F, -2.0F));

  Hdf5Image bfloats(hdf5_for_test({}, [](std::int64_t file) {
    const hid_t bits = H5Tcreate(H5T_OPAQUE, 2);
    const std::array<std::uint16_t, 2> values{0x3fc0, 0xc000};
    add_dataset(file, bits, {2}, H5P_DEFAULT, values.data());
    H5LTset_attribute_string(file, "odd", "dtype", "bfloat16");
  }));
  tensor = bfloats.read("odd");
  EXPECT_EQ(tensor.dtype, "bfloat16");
  EXPECT_THAT(tensor.values, ElementsAre(1.5F, -2.0F));
}

TEST(Hdf5Image, RefusesWhatIsNoHdf5) {
  const std::string whole = hdf5_for_test(one);
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), whole.substr(0, 8), whole.substr(1)})
    EXPECT_THAT(refusal_of_image(bytes), HasSubstr("is no whole file of HDF5"));
  for (std::size_t size = 0; size < whole.size(); size += 101)
    EXPECT_THAT(refusal_of_image(whole.substr(0, size)), Not(HasSubstr("is not refused"))) << size;
}

TEST(Hdf5Image, RefusesLinksOutOfTheFile) {
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               H5Lcreate_soft("/group/tensor", file, "soft", H5P_DEFAULT,
                                                              H5P_DEFAULT);
                                             })),
              HasSubstr("\"soft\" is a soft link: accepted is"));
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               H5Lcreate_external("/etc/passwd", "/group", file, "group/far",
                                                                  H5P_DEFAULT, H5P_DEFAULT);
                                             })),
              HasSubstr("\"group/far\" is an external link: accepted is"));
}

TEST(Hdf5Image, RefusesGroupsInACircle) {
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               for (const char* name : {"group/a", "group/b"})
                                                 H5Lcreate_hard(file, "group", file, name, H5P_DEFAULT,
                                                                H5P_DEFAULT);
                                             })),
              HasSubstr("groups deep"));
}

TEST(Hdf5Image, RefusesValuesThatAreElsewhere) {
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               const hid_t created = H5Pcreate(H5P_DATASET_CREATE);
                                               H5Pset_external(created, "/etc/passwd", 0, 8);
                                               add_dataset(file, H5T_IEEE_F32LE, {2}, created, nullptr);
                                             })),
              HasSubstr("\"odd\" is kept in another file"));
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               const hid_t created = H5Pcreate(H5P_DATASET_CREATE);
                                               const hsize_t size = 6;
                                               const hid_t space = H5Screate_simple(1, &size, nullptr);
                                               H5Pset_virtual(created, space, ".", "/group/tensor", space);
                                               add_dataset(file, H5T_IEEE_F32LE, {6}, created, nullptr);
                                             })),
              HasSubstr("\"odd\" is virtual"));
}

TEST(Hdf5Image, RefusesMoreThanIsStored) {
  EXPECT_THAT(refusal_of_image(
                  hdf5_for_test(one,
                                [](std::int64_t file) {
                                  add_dataset(file, H5T_IEEE_F32LE, {1 << 12, 1 << 11}, H5P_DEFAULT, nullptr);
                                })),
              HasSubstr("\"odd\" says that it holds 33554432 bytes, of which 0 are stored"));
  EXPECT_THAT(refusal_of_image(
                  hdf5_for_test(one,
                                [](std::int64_t file) {
                                  add_dataset(file, H5T_IEEE_F32LE, {1 << 24, 1 << 24}, H5P_DEFAULT, nullptr);
                                })),
              HasSubstr("\"odd\" says that it holds"));
  EXPECT_THAT(refusal_of_image(hdf5_for_test(
                  one,
                  [](std::int64_t file) {
                    const hid_t created = H5Pcreate(H5P_DATASET_CREATE);
                    const std::array<hsize_t, 2> chunk{1 << 11, 1 << 11};
                    H5Pset_chunk(created, 2, chunk.data());
                    H5Pset_deflate(created, 9);
                    const std::vector<float> zeros(std::size_t{1} << 23);
                    add_dataset(file, H5T_IEEE_F32LE, {1 << 12, 1 << 11}, created, zeros.data());
                  })),
              HasSubstr("\"odd\" says that it holds 33554432 bytes"));
}

TEST(Hdf5Image, RefusesWhatIsNoFloat) {
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               const std::array<std::int8_t, 2> values{1, 2};
                                               add_dataset(file, H5T_STD_I8LE, {2}, H5P_DEFAULT,
                                                           values.data());
                                             })),
              HasSubstr("\"odd\" holds integers of 8 bits: accepted are float16"));
  EXPECT_THAT(refusal_of_image(hdf5_for_test(one,
                                             [](std::int64_t file) {
                                               const std::array<double, 2> values{1, 1e300};
                                               add_dataset(file, H5T_IEEE_F64LE, {2}, H5P_DEFAULT,
                                                           values.data());
                                             })),
              HasSubstr("\"odd\" holds infinity at [1]: accepted are numbers that are finite in float32"));
  EXPECT_THAT(refusal_of_image(hdf5_for_test(
                  one, [](std::int64_t file) { H5LTmake_dataset_string(file, "odd", "text"); })),
              HasSubstr("\"odd\" holds values of 5 bytes that are no floats"));
}

}  // namespace
}  // namespace lockstep::keras
