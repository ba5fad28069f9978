#include "cases/zip_archive.h"

#include <stdexcept>

#include <fmt/format.h>

namespace lockstep::zip {

Opened open(const std::filesystem::path& path) {
  std::error_code error;
  int code = ZIP_ER_OPEN;
  Opened opened;
  if (std::filesystem::is_regular_file(path, error))
    opened.file_size = std::filesystem::file_size(path, error);
  if (opened.file_size > 0) opened.archive.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  return opened;
}

zip_stat_t stat_of(zip_t* archive, std::uint64_t i) {
  zip_stat_t stat;
  constexpr zip_uint64_t needed =
      ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(archive, i, 0, &stat) != 0 || (stat.valid & needed) != needed)
    throw std::invalid_argument(fmt::format("member {} is damaged", i));
  return stat;
}

void check_member(const zip_stat_t& stat, std::uint64_t file_size, const char* accepted) {
  constexpr std::uint64_t most_deflated = 1032;  // bytes from one: zlib.net/zlib_tech.html
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    throw std::invalid_argument("accepted are members that are stored or deflated");
  if (stat.encryption_method != ZIP_EM_NONE) throw std::invalid_argument("accepted are members in clear");
  const std::uint64_t ratio = stat.comp_method == ZIP_CM_STORE ? 1 : most_deflated;
  if (stat.comp_size > file_size || stat.size / ratio > stat.comp_size)
    throw std::invalid_argument(
        fmt::format("says that it holds {} bytes in {}, the file has {}: accepted is {}", stat.size,
                    stat.comp_size, file_size, accepted));
}

OpenMember open_member(zip_t* archive, std::uint64_t i) {
  OpenMember member(zip_fopen_index(archive, i, 0));
  if (member == nullptr) throw std::invalid_argument(fmt::format("is damaged ({})", zip_strerror(archive)));
  return member;
}

std::size_t read_some(zip_file_t* member, char* to, std::size_t most) {
  const zip_int64_t count = zip_fread(member, to, most);
  if (count < 0)
    throw std::invalid_argument(
        fmt::format("is damaged ({})", zip_error_strerror(zip_file_get_error(member))));
  return static_cast<std::size_t>(count);
}

}  // namespace lockstep::zip
