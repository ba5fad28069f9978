#include "cases/file_bytes.h"

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

namespace lockstep {

std::string bytes_of_file(const std::filesystem::path& path, std::uint64_t most, const char* accepted) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw std::invalid_argument(fmt::format("there is no such file: accepted is {}", accepted));
  const auto size = std::filesystem::file_size(path);
  if (size > most)
    throw std::invalid_argument(fmt::format("has {} bytes: accepted are up to {}", size, most));
  std::ifstream in(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw std::invalid_argument(fmt::format("cannot be read: accepted is {}", accepted));
  return bytes;
}

}  // namespace lockstep
