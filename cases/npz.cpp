#include "cases/npz.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include "backends/in_quotes.h"
#include "cases/npy.h"
#include "cases/npy_header.h"
#include "cases/zip_archive.h"
#include "cases/zip_stream.h"

namespace lockstep {
namespace {

using Source = std::unique_ptr<zip_source_t, zip::Freed<zip_source_free>>;

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
      return member.ends_with(npy_suffix) && member.substr(0, member.size() - npy_suffix.size()) == one.name;
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
  zip::MemberStream in(archive, i);
  return read_npy<Real>(in, stat.size, wanted.dims);
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
          fmt::format("{}: {}", in_quotes(one.name + std::string(npy_suffix)), why.what()));
    }
  }
  return arrays;
}

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("a .npz archive cannot be made: {}", what));
}

/// Adds a member that is not compressed, and takes the source.
void add(zip_t* archive, const std::string& name, Source source) {
  constexpr zip_uint16_t first_day = 1 << 5 | 1;  // 1980-01-01, as numpy has it
  const std::string member = name + std::string(npy_suffix);
  const zip_int64_t i =
      source == nullptr ? -1 : zip_file_add(archive, member.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (i < 0) fail(zip_strerror(archive));
  static_cast<void>(source.release());  // the archive has it now
  const auto index = static_cast<zip_uint64_t>(i);
  constexpr zip_uint32_t rights = 0100644U << 16;  // of a file, whatever those of the source are
  if (zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, rights) != 0 ||
      zip_file_set_dostime(archive, index, 0, first_day, 0) != 0)
    fail(zip_strerror(archive));
}

void write(zip::Archive archive) {
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // zip_close freed it
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
  zip_error_t error;
  zip_error_init(&error);
  const Source memory(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (memory == nullptr) fail(zip_error_strerror(&error));
  zip::Archive archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error));
  if (archive == nullptr) fail(zip_error_strerror(&error));
  zip_source_keep(memory.get());  // the archive frees its own reference
  for (const NpzMember& member : members)
    add(archive.get(), member.name,
        Source(zip_source_buffer(archive.get(), member.npy.data(), member.npy.size(), 0)));
  if (members.empty()) fail("there is nothing to write");  // libzip would delete it
  write(std::move(archive));
  zip_stat_t stat;
  if (zip_source_stat(memory.get(), &stat) != 0 || zip_source_open(memory.get()) != 0)
    fail(zip_error_strerror(zip_source_error(memory.get())));
  std::string bytes(stat.size, '\0');
  const zip_int64_t count = zip_source_read(memory.get(), bytes.data(), bytes.size());
  zip_source_close(memory.get());
  if (count < 0 || static_cast<std::size_t>(count) != bytes.size()) fail("its bytes cannot be read back");
  return bytes;
}

void write_npz(const std::filesystem::path& path, std::span<const NpzFile> members) {
  int code = 0;
  zip::Archive archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (archive == nullptr) fail(path.c_str());
  for (const NpzFile& member : members)
    add(archive.get(), member.name, Source(zip_source_file(archive.get(), member.npy.c_str(), 0, -1)));
  write(std::move(archive));
  const int file =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC);  // which is another than before: libzip renames
  const bool flushed = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!flushed) fail("it cannot be flushed to the disk");
}

template std::vector<Array<float>> read_npz(const std::filesystem::path&, std::span<const NamedShape>);
template std::vector<Array<double>> read_npz(const std::filesystem::path&, std::span<const NamedShape>);

}  // namespace lockstep
