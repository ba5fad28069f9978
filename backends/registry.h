#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backends/backend.h"

namespace lockstep {

/// A module file, and what came of loading it: a backend, or the reason why there is none.
struct Module {
  std::string name;  // the backend's own name; of one that did not load, its file's stem
  std::filesystem::path path;
  const Backend* backend = nullptr;  // lives until the program ends: modules are never unloaded
  std::string reason;
};

/// The name that a module's file tells: "lockstep_eigen.so" -> "eigen".
std::string stem_of(const std::filesystem::path&);

/// Loads one module with local symbols. Never throws for a file that is no usable module: the reason says
/// why.
Module load_module(const std::filesystem::path&);

/// The folder of the modules that came with the program, or with the shared library that this is part of:
/// wherever it was moved to, where `cmake --install` or a build put them beside it. The environment's
/// LOCKSTEP_MODULES goes before.
std::filesystem::path module_folder();

/// Every *.so of a folder, sorted; none of those in folders within it.
std::vector<std::filesystem::path> module_files(const std::filesystem::path& folder);

/// These of the folder, then `extra` in their order. For programs that have no threads yet: it changes the
/// environment, so that OpenBLAS starts none.
std::vector<Module> load_modules(const std::filesystem::path& folder,
                                 const std::vector<std::filesystem::path>& extra = {});

}  // namespace lockstep
