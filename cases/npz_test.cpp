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

class Npz : public testing::Test {
 protected:
  std::vector<NamedArray<float>> read(const std::string& bytes) const {
    return read_npz<float>(folder.write("a.npz", bytes));
  }
  /// Refused in one line that names the file and says what is accepted.
  void expect_refused(const std::string& bytes, const std::string& why) const {
    EXPECT_THAT([&] { read(bytes); }, ThrowsMessage<std::invalid_argument>(
                                          AllOf(HasSubstr("a.npz"), HasSubstr(why), Not(HasSubstr("\n")))));
  }
  FolderForTest folder;
};

TEST_F(Npz, ReadsStoredAndDeflated) {
  const auto arrays = read(zip({stored("gru/kernel.npy", three), deflated("b.npy", matrix)}));
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_EQ(arrays[0].name, "gru/kernel");
  EXPECT_THAT(arrays[0].array.dims, ElementsAre(3));
  EXPECT_THAT(arrays[0].array.values, ElementsAre(1, 2, 3));
  EXPECT_EQ(arrays[1].name, "b");
  EXPECT_THAT(arrays[1].array.dims, ElementsAre(1, 2));
  EXPECT_THAT(arrays[1].array.values, ElementsAre(4, 5));
  EXPECT_THAT(read(zip({})), IsEmpty());
}

TEST_F(Npz, RefusesWhatIsNoArchive) {
  expect_refused("", "cannot be read as .npz");
  expect_refused(three, "cannot be read as .npz");
  expect_refused("PK\3\4", "cannot be read as .npz");
  EXPECT_THAT([&] { read_npz<float>(folder / "none.npz"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("none.npz")));
  EXPECT_THAT([&] { read_npz<float>(folder / ""); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("accepted")));
  EXPECT_THAT([&] { read_npz<float>("/dev/zero"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("accepted")));
}

TEST_F(Npz, RefusesMembersThatAreNoArrays) {
  expect_refused(zip({stored("readme.txt", "hello")}), R"(holds "readme.txt": accepted are .npy members)");
  expect_refused(zip({stored("folder/", "")}), "accepted are .npy members");
  expect_refused(zip({stored("a.npy", three), stored("a.npy", three)}), R"(holds "a.npy" twice)");
  expect_refused(zip({stored("a.npy", "")}), R"("a.npy": is no .npy file)");
  expect_refused(zip({stored("a.npy", three + "x")}), R"("a.npy": the shape (3) of "<f4" does not fit)");
}

TEST_F(Npz, RefusesWhatIsDamaged) {
  const std::string good = zip({stored("gru/kernel.npy", three), deflated("b.npy", matrix)});
  for (std::size_t size = 0; size < good.size(); size += 7) expect_refused(good.substr(0, size), "");
  Zipped member = stored("a.npy", three);
  member.sum ^= 1;
  expect_refused(zip({member}), R"("a.npy": is damaged (CRC error))");
  member = deflated("a.npy", three);
  member.sum ^= 1;
  expect_refused(zip({member}), "is damaged (CRC error)");
  member = deflated("a.npy", three);
  member.bytes[0] = 7;  // a block type that there is not
  expect_refused(zip({member}), "is damaged");
}

TEST_F(Npz, RefusesOtherMethods) {
  Zipped member = stored("a.npy", three);
  member.method = 12;  // bzip2
  expect_refused(zip({member}), "accepted are members that are stored or deflated");
}

// None of these is as long as it says: what they claim is not allocated.
TEST_F(Npz, RefusesSizesThatTheFileCannotHold) {
  const std::string large = npy_for_test(dict_for_test("<f4", "(1000000000,)"), "");
  const auto claimed = static_cast<std::uint32_t>(large.size() + 4000000000U);
  Zipped member = deflated("a.npy", large);
  member.size = claimed;
  expect_refused(zip({member}), R"("a.npy": says that it holds)");
  member = stored("a.npy", large);
  member.size = claimed;
  expect_refused(zip({member}), "");
  expect_refused(zip({stored("a.npy", large)}), "does not fit the 0 bytes");
  // Within what deflate can reach, but not there.
  const std::string less = npy_for_test(dict_for_test("<f4", "(1000,)"), "");
  member = deflated("a.npy", less);
  member.size = static_cast<std::uint32_t>(less.size() + 4000);
  expect_refused(zip({member}), R"("a.npy": )");
}

// A byte of the archive's own bookkeeping changed, whichever: an answer or a refusal, and no crash.
TEST_F(Npz, BearsEveryByteChanged) {
  const std::string good = zip({stored("a.npy", three), deflated("b.npy", matrix)});
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const int change : {1, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      try {
        read(bad);
      } catch (const std::invalid_argument&) {
      }
    }
}

TEST_F(Npz, ReadsBackWhatItWrote) {
  const std::string bytes = npz_bytes(std::vector<NpzMember>{{"gru/kernel", three}, {"loss", matrix}});
  const auto arrays = read(bytes);
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_EQ(arrays[0].name, "gru/kernel");
  EXPECT_THAT(arrays[0].array.values, ElementsAre(1, 2, 3));
  EXPECT_EQ(arrays[1].name, "loss");
  EXPECT_THAT(arrays[1].array.dims, ElementsAre(1, 2));
}

TEST_F(Npz, WritesTheSameBytesOfTheSameArrays) {
  const std::vector<NpzMember> members{{"a", three}, {"b", matrix}};
  EXPECT_EQ(npz_bytes(members), npz_bytes(members));
  EXPECT_THAT(npz_bytes(members), HasSubstr(three));  // stored as it is
}

TEST_F(Npz, RefusesToWriteOneNameTwice) {
  EXPECT_THROW(npz_bytes(std::vector<NpzMember>{{"a", three}, {"a", matrix}}), std::runtime_error);
}

}  // namespace
}  // namespace lockstep
