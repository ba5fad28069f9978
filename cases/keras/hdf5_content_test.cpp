#include "cases/keras/hdf5_content.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/golden_for_test.h"
#include "cases/keras/archive.h"
#include "cases/keras/files_for_test.h"

namespace lockstep::keras {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TensorsForTest two{{"group/tensor", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"other", {{1}, {7}}}};

TEST(Hdf5Content, IsWhatTheFileHolds) {
  const Hdf5Content content =
      read_hdf5(hdf5_for_test(two), [](const std::string& path) { return path != "other"; });
  EXPECT_THAT(content.groups, ElementsAre("group"));
  ASSERT_EQ(content.tensors.size(), 2U);
  const auto& tensor = content.tensors.at("group/tensor");
  EXPECT_THAT(tensor.dims, ElementsAre(2, 3));
  EXPECT_EQ(tensor.refusal, "");
  EXPECT_EQ(tensor.stored.dtype, "float32");
  EXPECT_THAT(tensor.stored.values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(content.tensors.at("other").dims, ElementsAre(1));
  EXPECT_THAT(content.tensors.at("other").stored.values, IsEmpty());
}

bool all(const std::string&) {
  return true;
}

/// What reading it is refused for; empty for nothing. It takes a second or so at most.
std::string refusal_of_content(const std::string& bytes) {
  const auto start = std::chrono::steady_clock::now();
  std::string why;
  try {
    read_hdf5(bytes, all);
  } catch (const std::invalid_argument& error) {
    why = error.what();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));  // where others compute, too
  return why;
}

TEST(Hdf5Content, IsRefusedWhereReadingItComesToNoEnd) {
  const auto for_ever = [](const std::string&) -> bool {
    for (std::atomic<int> turn = 0;; ++turn) continue;
  };
  try {
    read_hdf5(hdf5_for_test(two), for_ever);
    ADD_FAILURE() << "is not refused";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("comes to no end with it"));
  }
}

TEST(Hdf5Content, IsRefusedWithTheReasonOfTheImage) {
  EXPECT_THAT(refusal_of_content("nonsense"), HasSubstr("is no whole file of HDF5"));
}

TEST(Hdf5Content, OutlivesWhatTheLibraryDoesNot) {
  std::minstd_rand random(1);
  for (const char* name : {"lstms.keras", "bfloat16.keras"}) {
    const std::string whole = read_archive(keras_file_for_test(name)).weights;
    int failures = 0;
    for (int i = 0; i < 300; ++i) {
      std::string bytes = whole;
      for (int changes = 1 + i % 8; changes > 0; --changes)
        bytes[random() % bytes.size()] = static_cast<char>(random() >> 8);
      if (refusal_of_content(bytes).find("fails on it") != std::string::npos) ++failures;
    }
    RecordProperty(name, failures);
  }
}

}  // namespace
}  // namespace lockstep::keras
