#include <dlfcn.h>
#include <gtest/gtest.h>

#include "backends/registry.h"
#include "bench/gate/lab/build_modules.h"

namespace lockstep::gate {
namespace {

/// Where a module's exported function stands in its file.
std::ptrdiff_t place_of_code(const std::filesystem::path& path) {
  const Module module = load_module(path);
  EXPECT_NE(module.backend, nullptr) << module.reason;
  void* handle = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  const auto* entry = static_cast<const char*>(::dlsym(handle, "lockstep_backend"));
  Dl_info object{};
  EXPECT_NE(::dladdr(entry, &object), 0);
  EXPECT_TRUE(std::filesystem::equivalent(object.dli_fname, path));
  return entry - static_cast<const char*>(object.dli_fbase);
}

TEST(Layouts, MoveTheCodeByTheirPadding) {
  for (const auto& module : module_files(module_folder())) {
    const std::ptrdiff_t as_built = place_of_code(module);
    for (int layout = 1; layout <= 3; ++layout) {
      const std::ptrdiff_t moved = place_of_code(on_layout(module, layout)) - as_built;
      EXPECT_GT(moved, 0) << module << " on layout " << layout;
      EXPECT_LE(std::abs(moved - 80 * layout), 64) << module << " on layout " << layout;
    }
  }
}

TEST(Layouts, AreNotTakenForModules) {
  for (const Module& module : load_modules(module_folder()))
    EXPECT_EQ(module.path.parent_path(), module_folder());
  for (const auto& module : module_files(module_folder())) EXPECT_EQ(module.parent_path(), module_folder());
}

}  // namespace
}  // namespace lockstep::gate
