#pragma once

#include <filesystem>
#include <vector>

namespace lockstep::gate {

/// The folder of a build's modules: `modules` in it, or itself where that has them. By its canonical path.
/// Throws std::invalid_argument: no such folder, or no module in it.
std::filesystem::path modules_of(const std::filesystem::path& build);

/// Throws std::invalid_argument where two folders of modules are one, or a module is the same file in both.
void refuse_same(const std::filesystem::path& base_modules, const std::filesystem::path& head_modules);

/// The same module behind another padding, from 1.
std::filesystem::path on_layout(const std::filesystem::path& module, int layout);

}  // namespace lockstep::gate
