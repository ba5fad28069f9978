#include "cases/array_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/files_for_test.h"
#include "cases/npy.h"
#include "cases/npz.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

std::string npy_of(const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
  return npy_bytes<float>(dims, values);
}

class ArrayFiles : public testing::Test {
 protected:
  /// Refused in one line that names the file.
  void expect_refused(const std::filesystem::path& path, const std::string& why) const {
    EXPECT_THAT(
        [&] {
          ArrayFile file(path, "x", "the model's input");
          read_array(file);
        },
        ThrowsMessage<std::invalid_argument>(AllOf(StartsWith("\"" + path.string() + "\": "), HasSubstr(why),
                                                   HasSubstr("accepted"), Not(HasSubstr("\n")))))
        << why;
  }
  std::filesystem::path npz(const std::vector<NpzMember>& members) const {
    return folder.write("a.npz", npz_bytes(members));
  }
  /// With every `from` in the bytes of these members, names and all, made a `to` of the same length.
  std::filesystem::path changed_npz(const std::vector<NpzMember>& members, const std::string& from,
                                    const std::string& to) const {
    std::string bytes = npz_bytes(members);
    for (std::size_t at = 0; (at = bytes.find(from, at)) != std::string::npos; at += to.size())
      bytes.replace(at, from.size(), to);
    return folder.write("changed.npz", bytes);
  }
  const FolderForTest folder;
  const std::string cube = npy_of({3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
};

TEST_F(ArrayFiles, AreReadInPieces) {
  const std::string columns_first = npy_for_test(dict_for_test("<f4", "(3, 2, 2)", "True"),
                                                 bytes_of<float>({0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11}));
  for (const auto& path :
       {folder.write("a.npy", cube), npz({{"any", cube}}), folder.write("fortran.npy", columns_first)}) {
    SCOPED_TRACE(path);
    ArrayFile file(path, "x", "the model's input");
    EXPECT_THAT(file.dims(), ElementsAre(3, 2, 2));
    std::vector<float> piece(8);
    file.read(1, piece.data());
    EXPECT_THAT(piece, ElementsAre(0, 1, 2, 3, 0, 0, 0, 0));
    file.read(2, piece.data());
    EXPECT_THAT(piece, ElementsAre(4, 5, 6, 7, 8, 9, 10, 11));
  }
}

TEST_F(ArrayFiles, AreReadAsAWhole) {
  const std::string columns_first =
      npy_for_test(dict_for_test("<f4", "(2, 2)", "True"), bytes_of<float>({1, 3, 2, 4}));
  ArrayFile fortran(folder.write("fortran.npy", columns_first), "x", "the model's input");
  EXPECT_THAT(read_array(fortran).values, ElementsAre(1, 2, 3, 4));
  ArrayFile one(folder.write("one.npy", npy_of({}, {7})), "x", "the model's input");
  EXPECT_THAT(read_array(one).values, ElementsAre(7));
  ArrayFile none(folder.write("none.npy", npy_of({0, std::int64_t{1} << 62, 4}, {})), "x",
                 "the model's input");
  EXPECT_TRUE(read_array(none).values.empty());
}

TEST_F(ArrayFiles, OfAnArchiveAreTheOnlyOneOrTheOneOfTheName) {
  const std::string other = npy_of({1}, {7});
  ArrayFile named(npz({{"y", other}, {"x", cube}}), "x", "the model's input");
  EXPECT_THAT(named.dims(), ElementsAre(3, 2, 2));
  ArrayFile only(npz({{"y", other}}), "x", "the model's input");
  EXPECT_THAT(read_array(only).values, ElementsAre(7));
  expect_refused(
      npz({{"y", other}, {"z", cube}}),
      "holds 2 arrays, \"y\", \"z\": accepted is one alone, or one called \"x\", as the model's input is");
}

TEST_F(ArrayFiles, AreRefused) {
  expect_refused(folder / "none.npy", "cannot be read");
  expect_refused(folder / "", "cannot be read");
  expect_refused("/dev/zero", "cannot be read");
  expect_refused(folder.write("empty.npy", ""), "no .npy file");
  expect_refused(folder / "none.npz", "cannot be read as .npz");
  expect_refused(folder.write("text.npz", "text"), "cannot be read as .npz");
  expect_refused(folder.write("short.npy", cube.substr(0, cube.size() - 1)), "does not fit");
  expect_refused(changed_npz({{"x", cube}}, "x.npy", "x.txt"), "holds \"x.txt\"");
  expect_refused(changed_npz({{"x", cube}, {"y", cube}}, "y.npy", "x.npy"), R"(holds 2 arrays, "x", "x")");
  // The version, flags, method and date of a member that is stored, and of one in bzip2.
  const std::string stored("\x0a\0\0\0\0\0\0\0\x21", 9), bzip2("\x0a\0\0\0\x0c\0\0\0\x21", 9);
  expect_refused(changed_npz({{"x", cube}}, stored, bzip2),
                 "accepted are members that are stored or deflated");
  std::string archive = npz_bytes(std::vector<NpzMember>{{"x", cube}});
  archive[archive.find("NUMPY") + cube.size() - 3] ^= 1;
  const auto changed = folder.write("changed.npz", archive);
  EXPECT_THAT(
      [&] {
        ArrayFile file(changed, "x", "");
        read_array(file);
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("changed.npz"), HasSubstr("is damaged (CRC"))));
}

TEST_F(ArrayFiles, TellWhichValueIsNotFinite) {
  std::vector<float> values(70'000 * 2, 1);
  values[2 * 69'000 + 1] = std::numeric_limits<float>::infinity();
  const auto path = folder.write("a.npy", npy_of({70'000, 2}, values));
  ArrayFile file(path, "x", "");
  file.read(69'000, values.data());
  EXPECT_THAT([&] { file.read(1'000, values.data()); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("the value at (69000, 1) is inf")));
}

}  // namespace
}  // namespace lockstep
