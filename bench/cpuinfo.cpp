#include "bench/cpuinfo.h"

#include <fstream>

namespace lockstep {

std::string cpuinfo(std::string_view key, const std::filesystem::path& path) {
  constexpr const char* blanks = " \t";
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    if (line.substr(0, line.find_last_not_of(blanks, colon - 1) + 1) != key) continue;
    const auto value = line.find_first_not_of(blanks, colon + 1);
    return value == std::string::npos ? std::string{} : line.substr(value);
  }
  return {};
}

}  // namespace lockstep
