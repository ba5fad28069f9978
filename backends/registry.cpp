#include "backends/registry.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <dlfcn.h>
#include <link.h>

namespace lockstep {
namespace {

std::string last_dl_error() {
  const char* text = ::dlerror();
  return text != nullptr ? text : "unknown loader error";
}

template <class Function>
Function symbol(void* handle, const char* name) {
  return reinterpret_cast<Function>(::dlsym(handle, name));
}

/// Whether a file ends before what its program headers say of it: the loader would map it, and die on what is
/// not there. False for what is no ELF file, which the loader refuses by itself.
bool is_cut_off(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto size = static_cast<std::uint64_t>(file.seekg(0, std::ios::end).tellg());
  const auto read = [&](std::uint64_t at, auto& to) {
    return file.seekg(static_cast<std::streamoff>(at)) && file.read(reinterpret_cast<char*>(&to), sizeof to);
  };
  ElfW(Ehdr) header;
  if (!read(0, header) || !std::equal(header.e_ident, header.e_ident + SELFMAG, ELFMAG)) return false;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) part;
    if (!read(header.e_phoff + i * sizeof part, part)) return true;
    if (part.p_type == PT_LOAD && (part.p_offset > size || part.p_filesz > size - part.p_offset)) return true;
  }
  return false;
}

/// Of the program, or of the shared library that this is part of.
std::filesystem::path file_of_this_code() {
  std::error_code error;
  Dl_info info;
  link_map* object = nullptr;
  const bool is_library = ::dladdr1(reinterpret_cast<void*>(&file_of_this_code), &info,
                                    reinterpret_cast<void**>(&object), RTLD_DL_LINKMAP) != 0 &&
                          object != nullptr && *object->l_name != '\0';  // of the program itself: nameless
  if (is_library) return std::filesystem::canonical(object->l_name, error);
  return std::filesystem::read_symlink("/proc/self/exe", error);
}
const std::filesystem::path& own_file() {
  static const std::filesystem::path found = file_of_this_code();
  return found;
}
/// When it is loaded: later, a relative name would be one in another folder.
[[maybe_unused]] const bool is_found = !own_file().empty();

}  // namespace

std::string stem_of(const std::filesystem::path& path) {
  std::string stem = path.stem().string();
  const std::string prefix = "lockstep_";
  return stem.starts_with(prefix) ? stem.substr(prefix.size()) : stem;
}

Module load_module(const std::filesystem::path& path) {
  Module module{stem_of(path), path, nullptr, {}};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    module.reason = "no such file: " + path.string();
    return module;
  }
  if (is_cut_off(path)) {
    module.reason = "the file is cut off: " + path.string();
    return module;
  }
  // A name without a slash would be looked up in the system's library folders.
  void* handle = ::dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    module.reason = last_dl_error();
    return module;
  }
  if (const auto refusal = symbol<const char* (*)(int)>(handle, "lockstep_refusal")) {
    if (const char* why = refusal(contract_version)) {
      module.reason = why;
      return module;
    }
  }
  const auto entry = symbol<const Backend* (*)(int)>(handle, "lockstep_backend");
  if (entry == nullptr) {
    module.reason = "not a backend module: it exports no lockstep_backend";
    return module;
  }
  module.backend = entry(contract_version);
  if (module.backend == nullptr)
    module.reason = "built for another version of the contract";
  else
    module.name = module.backend->name();
  return module;
}

std::filesystem::path module_folder() {
  if (const char* given = std::getenv("LOCKSTEP_MODULES"); given != nullptr && *given != '\0') return given;
  if (own_file().empty()) return {};  // and no folder of wherever one happens to be
  const std::filesystem::path here = own_file().parent_path();
  std::error_code error;
  // As installed, then as built. The former go first: /usr/lib/modules, beside a library, is Linux' own.
  for (const char* folder : {"lockstep/modules", LOCKSTEP_MODULES_FROM_PROGRAM, "modules", "../modules"})
    if (std::filesystem::is_directory(here / folder, error)) return (here / folder).lexically_normal();
  return here / "modules";
}

std::vector<std::filesystem::path> module_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".so" && !entry.is_directory(error)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Module> load_modules(const std::filesystem::path& folder,
                                 const std::vector<std::filesystem::path>& extra) {
  // OpenBLAS starts its threads where it is loaded, and they spin for some ten milliseconds, which is all the
  // time that trials of threads have. None of them is used.
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  std::vector<std::filesystem::path> paths = module_files(folder);
  paths.insert(paths.end(), extra.begin(), extra.end());
  std::vector<Module> modules;
  for (const auto& path : paths) modules.push_back(load_module(path));
  return modules;
}

}  // namespace lockstep
