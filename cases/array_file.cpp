#include "cases/array_file.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/npy_header.h"
#include "cases/zip_stream.h"

namespace lockstep {
namespace {

/// The name of the array that a member of a .npz file is.
std::string array_name(const std::string& member) {
  if (!member.ends_with(npy_suffix))
    throw std::invalid_argument(
        fmt::format("holds {}: accepted are arrays, as numpy.savez writes them", in_quotes(member)));
  return member.substr(0, member.size() - npy_suffix.size());
}

std::uint64_t choose(const std::vector<std::string>& names, std::string_view name, std::string_view named_by,
                     ArrayName meant) {
  const bool only = meant == ArrayName::only_or_this;
  if (only && names.size() == 1) return 0;
  if (const auto same = std::count(names.begin(), names.end(), name); same == 1)
    return static_cast<std::uint64_t>(std::find(names.begin(), names.end(), name) - names.begin());
  constexpr std::size_t most_shown = 10;
  std::vector<std::string> shown;
  for (const std::string& one : names)
    if (shown.size() < most_shown) shown.push_back(in_quotes(one));
  throw std::invalid_argument(fmt::format(
      "holds {} array{}{}{}{}: accepted is {}one called {}, as {} is", names.size(),
      names.size() == 1 ? "" : "s", names.empty() ? "" : ", ", fmt::join(shown, ", "),
      names.size() > most_shown ? ", ..." : "", only ? "one alone, or " : "", in_quotes(name), named_by));
}

/// What `read` gives or throws, by the name of the file.
template <class Read>
void naming(const std::filesystem::path& path, Read read) {
  try {
    read();
  } catch (const std::invalid_argument& why) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), why.what()));
  }
}

/// A stream that stands before the values, and how many bytes they have.
struct Opened {
  std::unique_ptr<std::istream> in;
  std::uint64_t size = 0;
  std::string name = {};  // in a .npz file
};

Opened open_npy(const std::filesystem::path& path) {
  std::error_code error;
  Opened opened;
  if (std::filesystem::is_regular_file(path, error)) {
    opened.in = std::make_unique<std::ifstream>(path, std::ios::binary);
    opened.size = std::filesystem::file_size(path, error);
  }
  if (opened.in == nullptr || !*opened.in || error)
    throw std::invalid_argument("cannot be read: accepted are .npy and .npz files");
  return opened;
}

Opened open_npz(const std::filesystem::path& path, std::string_view name, std::string_view named_by,
                ArrayName meant, zip::Archive& archive) {
  zip::Opened zipped = zip::open(path);
  archive = std::move(zipped.archive);
  if (archive == nullptr)
    throw std::invalid_argument("cannot be read as .npz: accepted are files of numpy.savez");
  std::vector<std::string> names;
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive.get(), 0));
  for (std::uint64_t i = 0; i < count; ++i) names.push_back(array_name(zip::stat_of(archive.get(), i).name));
  const std::uint64_t chosen = choose(names, name, named_by, meant);
  const zip_stat_t stat = zip::stat_of(archive.get(), chosen);
  zip::check_member(stat, zipped.file_size, "a whole .npz file");
  return {std::make_unique<zip::MemberStream>(archive.get(), chosen), stat.size, names[chosen]};
}

}  // namespace

ArrayFile::ArrayFile(std::filesystem::path path, std::string_view name, std::string_view named_by,
                     ArrayName meant)
    : path_(std::move(path)) {
  naming(path_, [&] { open(name, named_by, meant); });
}

void ArrayFile::open(std::string_view name, std::string_view named_by, ArrayName meant) {
  auto [in, size, own_name] =
      path_.extension() == ".npz" ? open_npz(path_, name, named_by, meant, archive_) : open_npy(path_);
  in_ = std::move(in);
  name_ = std::move(own_name);
  NpyHeader header = read_npy_header(*in_, size);
  values_.emplace(*in_, std::move(header), size);
  if (values_->fortran_order()) whole_ = values_->read_all();
}

void ArrayFile::read(std::int64_t count, float* to) {
  const auto& sizes = dims();
  const auto row = std::accumulate(sizes.begin() + 1, sizes.end(), std::int64_t{1}, std::multiplies<>());
  const auto size = static_cast<std::size_t>(count * row);
  if (!whole_.empty()) {
    std::copy_n(whole_.data() + taken_, size, to);
    taken_ += size;
    return;
  }
  naming(path_, [&] { values_->read(size, to); });
}

std::vector<float> ArrayFile::read_all() {
  std::vector<float> values(whole_.begin() + static_cast<std::ptrdiff_t>(taken_), whole_.end());
  taken_ = whole_.size();
  if (whole_.empty()) naming(path_, [&] { values = values_->read_all(); });
  return values;
}

Array<float> read_array(ArrayFile& file) {
  return {file.dims(), file.read_all()};
}

}  // namespace lockstep
