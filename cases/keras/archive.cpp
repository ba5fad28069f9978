#include "cases/keras/archive.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/keras/limits.h"
#include "cases/zip_archive.h"

namespace lockstep::keras {
namespace {

/// How large a member may be: at most `most`, and above `trusted` at most `most_compressed` times what is
/// stored of it.
struct Limit {
  std::uint64_t trusted, most;
};
constexpr Limit text_limit{largest_text, largest_text};
constexpr Limit weights_limit{64 * mebibyte, largest_file};

struct Wanted {
  std::string_view name;
  Limit limit;
  std::string ArchiveMembers::*to;
};
constexpr std::array<Wanted, 3> wanted{{{"config.json", text_limit, &ArchiveMembers::config},
                                        {"metadata.json", text_limit, &ArchiveMembers::metadata},
                                        {"model.weights.h5", weights_limit, &ArchiveMembers::weights}}};

std::string read_member(zip_t* archive, std::uint64_t i, std::uint64_t file_size, const Limit& limit) {
  const zip_stat_t stat = zip::stat_of(archive, i);
  zip::check_member(stat, file_size, "a whole .keras file");
  if (stat.size > limit.most || (stat.size > limit.trusted && stat.size / most_compressed > stat.comp_size))
    throw std::invalid_argument(fmt::format(
        "says that it holds {} bytes in {}: accepted are {} MiB{}", stat.size, stat.comp_size,
        limit.trusted / mebibyte,
        limit.most > limit.trusted ? fmt::format(", or {} times what is stored", most_compressed) : ""));
  const zip::OpenMember member = zip::open_member(archive, i);
  std::string bytes(stat.size, '\0');
  std::size_t done = 0;
  while (const std::size_t count = zip::read_some(member.get(), bytes.data() + done, bytes.size() - done))
    done += count;
  char beyond = 0;
  if (done != bytes.size() || zip::read_some(member.get(), &beyond, 1) != 0)  // which checks the sum, too
    throw std::invalid_argument(fmt::format("is damaged: it says that it holds {} bytes", bytes.size()));
  return bytes;
}

std::string unknown_member(std::string_view name) {
  std::string why = "accepted are config.json, metadata.json and model.weights.h5";
  if (name.starts_with("assets/")) why += "; assets are of layers that this program does not compute";
  if (name == "model.weights.json") why += "; save the model without shards";
  return fmt::format("holds {}: {}", in_quotes(name), why);
}

}  // namespace

ArchiveMembers read_archive(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    throw std::invalid_argument("there is no such file: accepted is what Keras' model.save writes");
  const auto [archive, file_size] = zip::open(path);
  if (archive == nullptr)
    throw std::invalid_argument("cannot be read as a zip archive: accepted is what Keras' model.save writes");
  ArchiveMembers members;
  std::array<bool, wanted.size()> found{};
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive.get(), 0));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = zip::stat_of(archive.get(), i).name;
    if (name == "assets/") continue;  // the folder alone
    const auto* one =
        std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.name == name; });
    if (one == wanted.end()) throw std::invalid_argument(unknown_member(name));
    bool& is_found = found[static_cast<std::size_t>(one - wanted.begin())];
    if (is_found) throw std::invalid_argument(fmt::format("holds {} twice: accepted is once", name));
    is_found = true;
    try {
      members.*one->to = read_member(archive.get(), i, file_size, one->limit);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{} {}", name, error.what()));
    }
  }
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!found[i])
      throw std::invalid_argument(
          fmt::format("has no {}: accepted is what Keras' model.save writes, a zip archive of config.json, "
                      "metadata.json and model.weights.h5",
                      wanted[i].name));
  return members;
}

}  // namespace lockstep::keras
