#include "cases/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/files_for_test.h"
#include "cases/npy.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

std::string little(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t sum = ~0U;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0U);
  }
  return ~sum;
}

/// A member of an archive as it says of itself, and its bytes.
struct Zipped {
  std::string name, bytes;
  std::uint32_t method = 0, sum = 0, size = 0;  // size: once it is decompressed
};

Zipped stored(const std::string& name, const std::string& bytes) {
  return {name, bytes, 0, crc32(bytes), static_cast<std::uint32_t>(bytes.size())};
}

/// Deflated without compression: one stored block (RFC 1951, 3.2.4).
Zipped deflated(const std::string& name, const std::string& bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return {name, std::string("\1") + little(size, 2) + little(~size, 2) + bytes, 8, crc32(bytes), size};
}

/// An archive by its bytes (APPNOTE.TXT 4.3).
std::string zip(const std::vector<Zipped>& members) {
  std::string files, folder;
  for (const Zipped& one : members) {
    const std::string common = little(20, 2) + little(0, 2) + little(one.method, 2) + little(0, 2) +
                               little(0x21, 2) + little(one.sum, 4) +
                               little(static_cast<std::uint32_t>(one.bytes.size()), 4) + little(one.size, 4) +
                               little(static_cast<std::uint32_t>(one.name.size()), 2) + little(0, 2);
    folder += "PK\1\2" + little(20, 2) + common + std::string(10, '\0') +
              little(static_cast<std::uint32_t>(files.size()), 4) + one.name;
    files += "PK\3\4" + common + one.name + one.bytes;
  }
  const auto count = static_cast<std::uint32_t>(members.size());
  return files + folder + "PK\5\6" + little(0, 4) + little(count, 2) + little(count, 2) +
         little(static_cast<std::uint32_t>(folder.size()), 4) +
         little(static_cast<std::uint32_t>(files.size()), 4) + little(0, 2);
}

const std::string three = npy_for_test(dict_for_test("<f4", "(3,)"), bytes_of<float>({1, 2, 3}));
const std::string matrix = npy_for_test(dict_for_test("<f8", "(1, 2)"), bytes_of<double>({4, 5}));

const NamedShape a{"a", {3}}, b{"b", {1, 2}}, kernel{"gru/kernel", {3}};

class Npz : public testing::Test {
 protected:
  std::vector<Array<float>> read(const std::string& bytes, const std::vector<NamedShape>& wanted) const {
    return read_npz<float>(folder.write("a.npz", bytes), wanted);
  }
  /// Refused in one line that names the file and says what is accepted.
  void expect_refused(const std::string& bytes, const std::vector<NamedShape>& wanted,
                      const std::string& why) const {
    EXPECT_THAT([&] { read(bytes, wanted); }, ThrowsMessage<std::invalid_argument>(AllOf(
                                                  HasSubstr("a.npz"), HasSubstr(why), Not(HasSubstr("\n")))));
  }
  FolderForTest folder;
};

TEST_F(Npz, ReadsStoredAndDeflated) {
  const std::string bytes = zip({stored("gru/kernel.npy", three), deflated("b.npy", matrix)});
  for (const bool reversed : {false, true}) {  // in whatever order the file has them
    const auto arrays = read(bytes, reversed ? std::vector{b, kernel} : std::vector{kernel, b});
    ASSERT_EQ(arrays.size(), 2U);
    EXPECT_THAT(arrays[reversed].dims, ElementsAre(3));
    EXPECT_THAT(arrays[reversed].values, ElementsAre(1, 2, 3));
    EXPECT_THAT(arrays[!reversed].dims, ElementsAre(1, 2));
    EXPECT_THAT(arrays[!reversed].values, ElementsAre(4, 5));
  }
  EXPECT_THAT(read(zip({}), {}), IsEmpty());
}

TEST_F(Npz, RefusesWhatIsNoArchive) {
  expect_refused("", {a}, "cannot be read as .npz");
  expect_refused(three, {a}, "cannot be read as .npz");
  expect_refused("PK\3\4", {a}, "cannot be read as .npz");
  for (const auto& path : {folder / "none.npz", folder / "", std::filesystem::path("/dev/zero")})
    EXPECT_THAT([&] { read_npz<float>(path, {}); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(path.string()), HasSubstr("accepted"))));
}

TEST_F(Npz, RefusesMembersThatAreNoArrays) {
  expect_refused(zip({stored("readme.txt", "hello")}), {a},
                 R"(holds "readme.txt": accepted are the arrays a)");
  expect_refused(zip({stored("a", three)}), {a}, R"(holds "a": accepted are the arrays a)");
  expect_refused(zip({stored("folder/", "")}), {a}, "accepted are the arrays a");
  expect_refused(zip({stored("a.npy", "")}), {a}, R"("a.npy": is no .npy file)");
  expect_refused(zip({stored("a.npy", three + "x")}), {a}, R"("a.npy": the shape (3) of "<f4" does not fit)");
}

// Whatever stands in the rest of the file: these members could not be read, and are not.
TEST_F(Npz, RefusesWhatIsNotWantedBeforeItReadsAValue) {
  Zipped bad = stored("b.npy", npy_for_test(dict_for_test("<f4", "(2, 1)"), bytes_of<float>({1, 2})));
  bad.sum ^= 1;
  expect_refused(zip({bad}), {b}, R"("b.npy": has the shape (2, 1): accepted is (1, 2))");
  bad = stored("a.npy", "no array");
  expect_refused(zip({bad, stored("b.npy", matrix)}), {a}, R"(holds "b.npy": accepted are the arrays a)");
  expect_refused(zip({bad, bad}), {a}, R"(holds "a.npy" twice)");
  expect_refused(zip({bad}), {a, b}, "has no b: accepted are the arrays a, b");
  // As many bytes as it says, by the reckoning of deflate.
  bad = deflated("a.npy", npy_for_test(dict_for_test("<f4", "(16000000,)"), std::string(63000, '\0')));
  bad.size = static_cast<std::uint32_t>(bad.bytes.size() - 5 - 63000 + 64000000);
  expect_refused(zip({bad}), {a}, R"("a.npy": has the shape (16000000): accepted is (3))");
}

TEST_F(Npz, RefusesWhatIsDamaged) {
  const std::string good = zip({stored("gru/kernel.npy", three), deflated("b.npy", matrix)});
  for (std::size_t size = 0; size < good.size(); size += 7)
    expect_refused(good.substr(0, size), {kernel, b}, "");
  Zipped member = stored("a.npy", three);
  member.sum ^= 1;
  expect_refused(zip({member}), {a}, R"("a.npy": is damaged (CRC error))");
  member = deflated("a.npy", three);
  member.sum ^= 1;
  expect_refused(zip({member}), {a}, "is damaged (CRC error)");
  member = deflated("a.npy", three);
  member.bytes[0] = 7;  // a block type that there is not
  expect_refused(zip({member}), {a}, "is damaged");
}

TEST_F(Npz, RefusesOtherMethods) {
  Zipped member = stored("a.npy", three);
  member.method = 12;  // bzip2
  expect_refused(zip({member}), {a}, "accepted are members that are stored or deflated");
}

// None of these is as long as it says: what they claim is not allocated.
TEST_F(Npz, RefusesSizesThatTheFileCannotHold) {
  const NamedShape huge{"a", {1000000000}}, lesser{"a", {1000}};
  const std::string large = npy_for_test(dict_for_test("<f4", "(1000000000,)"), "");
  const auto claimed = static_cast<std::uint32_t>(large.size() + 4000000000U);
  Zipped member = deflated("a.npy", large);
  member.size = claimed;
  expect_refused(zip({member}), {huge}, R"("a.npy": says that it holds)");
  member = stored("a.npy", large);
  member.size = claimed;
  expect_refused(zip({member}), {huge}, "");
  expect_refused(zip({stored("a.npy", large)}), {huge}, "does not fit the 0 bytes");
  // Within what deflate can reach, but not there.
  const std::string less = npy_for_test(dict_for_test("<f4", "(1000,)"), "");
  member = deflated("a.npy", less);
  member.size = static_cast<std::uint32_t>(less.size() + 4000);
  expect_refused(zip({member}), {lesser}, R"("a.npy": )");
}

// A byte of the archive's own bookkeeping changed, whichever: an answer or a refusal, and no crash.
TEST_F(Npz, BearsEveryByteChanged) {
  const std::string good = zip({stored("a.npy", three), deflated("b.npy", matrix)});
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const int change : {1, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      try {
        read(bad, {a, b});
      } catch (const std::invalid_argument&) {
      }
    }
}

TEST_F(Npz, ReadsBackWhatItWrote) {
  const std::string bytes = npz_bytes(std::vector<NpzMember>{{"gru/kernel", three}, {"loss", matrix}});
  const auto arrays = read(bytes, {kernel, {"loss", {1, 2}}});
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_THAT(arrays[0].values, ElementsAre(1, 2, 3));
  EXPECT_THAT(arrays[1].values, ElementsAre(4, 5));
}

TEST_F(Npz, WritesTheSameBytesOfTheSameArrays) {
  const std::vector<NpzMember> members{{"a", three}, {"b", matrix}};
  EXPECT_EQ(npz_bytes(members), npz_bytes(members));
  EXPECT_THAT(npz_bytes(members), HasSubstr(three));  // stored as it is
}

TEST_F(Npz, WritesFilesAsTheirBytes) {
  const std::vector<NpzFile> files{{"a", folder.write("1.npy", three)}, {"b", folder.write("2.npy", matrix)}};
  write_npz(folder.write("written.npz", "what was there"), files);
  EXPECT_EQ(folder.read("written.npz"), npz_bytes(std::vector<NpzMember>{{"a", three}, {"b", matrix}}));
  const std::vector<NpzFile> none{{"a", folder / "none.npy"}};
  EXPECT_THROW(write_npz(folder / "other.npz", none), std::runtime_error);
  EXPECT_THROW(write_npz(folder / "none" / "other.npz", files), std::runtime_error);
}

TEST_F(Npz, RefusesToWriteOneNameTwice) {
  EXPECT_THROW(npz_bytes(std::vector<NpzMember>{{"a", three}, {"a", matrix}}), std::runtime_error);
}

}  // namespace
}  // namespace lockstep
