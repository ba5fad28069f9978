#pragma once

#include <filesystem>
#include <string>

namespace lockstep {

inline const std::filesystem::path golden_folder = LOCKSTEP_GOLDEN;  // set by the build
inline std::filesystem::path keras_file_for_test(const std::string& name) {
  return golden_folder / "keras" / name;
}

inline constexpr double double_bound = 1e-12;  // some thousand roundings of double

}  // namespace lockstep
