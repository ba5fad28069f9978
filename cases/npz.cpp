#include "cases/npz.h"

#include <algorithm>
#include <array>
#include <istream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <streambuf>
#include <string_view>

#include <fmt/format.h>
#include <zip.h>

#include "backends/in_quotes.h"
#include "cases/npy.h"
#include "cases/zip_archive.h"

namespace lockstep {
namespace {

constexpr std::string_view suffix = ".npy";

using Source = std::unique_ptr<zip_source_t, zip::Freed<zip_source_free>>;

/// The bytes of a member as they are decompressed.
class MemberBytes : public std::streambuf {
 public:
  explicit MemberBytes(zip_file_t* member) : member_(member) {}

 protected:
  int_type underflow() override {
    const auto count = static_cast<std::ptrdiff_t>(zip::read_some(member_, buffer_.data(), buffer_.size()));
    setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(buffer_[0]);
  }

 private:
  zip_file_t* member_;
  std::array<char, 1 << 16> buffer_{};
};

std::string names_of(std::span<const NamedShape> wanted) {
  std::string names;
  for (const NamedShape& one : wanted) (names += names.empty() ? "" : ", ") += one.name;
  return names;
}

/// Where each of these is, in a file that has each once and nothing else.
std::vector<std::uint64_t> find_members(zip_t* archive, std::span<const NamedShape> wanted) {
  std::vector<std::optional<std::uint64_t>> found(wanted.size());
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive, 0));
  for (std::uint64_t i = 0; i < count; ++i) {
    const zip_stat_t stat = zip::stat_of(archive, i);
    const std::string_view member = stat.name;
    const auto at = std::find_if(wanted.begin(), wanted.end(), [&](const NamedShape& one) {
      return member.ends_with(suffix) && member.substr(0, member.size() - suffix.size()) == one.name;
    });
    if (at == wanted.end())
      throw std::invalid_argument(
          fmt::format("holds {}: accepted are the arrays {}", in_quotes(member), names_of(wanted)));
    auto& place = found[static_cast<std::size_t>(at - wanted.begin())];
    if (place)
      throw std::invalid_argument(
          fmt::format("holds {} twice: accepted is each array once", in_quotes(member)));
    place = i;
  }
  std::vector<std::uint64_t> places;
  for (const auto& place : found) {
    if (!place)
      throw std::invalid_argument(
          fmt::format("has no {}: accepted are the arrays {}", wanted[places.size()].name, names_of(wanted)));
    places.push_back(*place);
  }
  return places;
}

template <class Real>
Array<Real> read_member(zip_t* archive, std::uint64_t i, const NamedShape& wanted, std::uint64_t file_size) {
  const zip_stat_t stat = zip::stat_of(archive, i);
  zip::check_member(stat, file_size, "a whole .npz file");
  const zip::OpenMember member = zip::open_member(archive, i);
  MemberBytes bytes(member.get());
  std::istream in(&bytes);
  in.exceptions(std::ios::badbit);  // lets through what underflow throws
  Array<Real> array = read_npy<Real>(in, stat.size, wanted.dims);
  in.peek();  // checks the sum once all is read
  return array;
}

template <class Real>
std::vector<Array<Real>> read_archive(const std::filesystem::path& path, std::span<const NamedShape> wanted) {
  const auto [archive, file_size] = zip::open(path);
  if (archive == nullptr)
    throw std::invalid_argument("cannot be read as .npz: accepted are files of numpy.savez");
  std::vector<Array<Real>> arrays;
  for (const std::uint64_t place : find_members(archive.get(), wanted)) {
    const NamedShape& one = wanted[arrays.size()];
    try {
      arrays.push_back(read_member<Real>(archive.get(), place, one, file_size));
    } catch (const std::invalid_argument& why) {
      throw std::invalid_argument(
          fmt::format("{}: {}", in_quotes(one.name + std::string(suffix)), why.what()));
    }
  }
  return arrays;
}

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("a .npz archive cannot be made: {}", what));
}

}  // namespace

template <class Real>
std::vector<Array<Real>> read_npz(const std::filesystem::path& path, std::span<const NamedShape> wanted) {
  try {
    return read_archive<Real>(path, wanted);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), error.what()));
  }
}

std::string npz_bytes(std::span<const NpzMember> members) {
  constexpr zip_uint16_t first_day = 1 << 5 | 1;  // 1980-01-01, as numpy has it
  zip_error_t error;
  zip_error_init(&error);
  const Source memory(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (memory == nullptr) fail(zip_error_strerror(&error));
  zip::Archive archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error));
  if (archive == nullptr) fail(zip_error_strerror(&error));
  zip_source_keep(memory.get());  // the archive frees its own reference
  for (const NpzMember& member : members) {
    Source source(zip_source_buffer(archive.get(), member.npy.data(), member.npy.size(), 0));
    const std::string name = member.name + std::string(suffix);
    const zip_int64_t i =
        source == nullptr ? -1 : zip_file_add(archive.get(), name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
    if (i < 0) fail(zip_strerror(archive.get()));
    static_cast<void>(source.release());  // the archive has it now
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_set_file_compression(archive.get(), index, ZIP_CM_STORE, 0) != 0 ||
        zip_file_set_dostime(archive.get(), index, 0, first_day, 0) != 0)
      fail(zip_strerror(archive.get()));
  }
  if (members.empty()) fail("there is nothing to write");  // libzip would delete it
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // zip_close freed it
  zip_stat_t stat;
  if (zip_source_stat(memory.get(), &stat) != 0 || zip_source_open(memory.get()) != 0)
    fail(zip_error_strerror(zip_source_error(memory.get())));
  std::string bytes(stat.size, '\0');
  const zip_int64_t count = zip_source_read(memory.get(), bytes.data(), bytes.size());
  zip_source_close(memory.get());
  if (count < 0 || static_cast<std::size_t>(count) != bytes.size()) fail("its bytes cannot be read back");
  return bytes;
}

template std::vector<Array<float>> read_npz(const std::filesystem::path&, std::span<const NamedShape>);
template std::vector<Array<double>> read_npz(const std::filesystem::path&, std::span<const NamedShape>);

}  // namespace lockstep
