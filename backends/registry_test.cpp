#include "backends/registry.h"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// backends/testing/, as the build has made them.
const std::filesystem::path modules = LOCKSTEP_TEST_MODULES;

/// A folder of its own for each test.
class Registry : public ::testing::Test {
 protected:
  Registry() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~Registry() override { std::filesystem::remove_all(folder); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  void copy(const std::string& name, const std::string& to) const {
    std::filesystem::copy_file(modules / name, folder / to);
  }
  std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("lockstep_registry_" + std::to_string(::getpid()));
};

void expect_no_backend(const Module& module, const std::string& reason) {
  EXPECT_EQ(module.backend, nullptr);
  EXPECT_THAT(module.reason, AllOf(HasSubstr(reason), Not(HasSubstr("\n"))));
}

TEST_F(Registry, LoadsAModuleAndTakesTheNameOfItsBackend) {
  copy("lockstep_first.so", "other_name.so");
  const Module module = load_module(folder / "other_name.so");
  ASSERT_NE(module.backend, nullptr) << module.reason;
  EXPECT_EQ(module.name, "first");
  EXPECT_EQ(module.backend->name(), "first");
  EXPECT_EQ(module.path, folder / "other_name.so");
  EXPECT_EQ(module.reason, "");
}

TEST_F(Registry, LoadsAModuleByARelativePathWithoutASlash) {
  copy("lockstep_first.so", "here.so");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  const Module module = load_module("here.so");
  std::filesystem::current_path(before);
  EXPECT_NE(module.backend, nullptr) << module.reason;
}

TEST_F(Registry, GivesTheSameBackendForTheSameFile) {
  EXPECT_EQ(load_module(modules / "lockstep_first.so").backend,
            load_module(modules / "lockstep_first.so").backend);
}

TEST_F(Registry, KeepsTwoModulesOfTheSameSymbolsApart) {
  EXPECT_EQ(load_module(modules / "lockstep_first.so").backend->name(), "first");
  EXPECT_EQ(load_module(modules / "lockstep_second.so").backend->name(), "second");
}

TEST_F(Registry, RefusesAFileThatIsNotThere) {
  const Module module = load_module(folder / "lockstep_gone.so");
  expect_no_backend(module, "no such file: " + (folder / "lockstep_gone.so").string());
  EXPECT_EQ(module.name, "gone");
}

TEST_F(Registry, RefusesAFileThatIsCutOff) {
  const auto whole = std::filesystem::file_size(modules / "lockstep_first.so");
  for (std::uintmax_t size = 0; size < whole; size += whole / 37) {
    const auto name = "cut_" + std::to_string(size) + ".so";
    copy("lockstep_first.so", name);
    std::filesystem::resize_file(folder / name, size);
    const Module module = load_module(folder / name);
    // Without its section headers, at the very end, it is whole enough.
    if (module.backend == nullptr) expect_no_backend(module, "");
    if (size < whole / 2) {
      EXPECT_EQ(module.backend, nullptr) << size << " bytes";
    }
  }
}

TEST_F(Registry, RefusesAFolder) {
  expect_no_backend(load_module(folder), "no such file");
}

TEST_F(Registry, RefusesAnEmptyPath) {
  expect_no_backend(load_module(""), "no such file");
}

TEST_F(Registry, RefusesFilesThatAreNoSharedObjects) {
  expect_no_backend(load_module(write("empty.so", "")), "empty.so");
  expect_no_backend(load_module(write("short.so", "text")), "short.so");
  expect_no_backend(load_module(write("text.so", std::string(10'000, 'x'))), "invalid ELF header");
}

TEST_F(Registry, RefusesAModuleOfALaterContract) {
  const Module module = load_module(modules / "lockstep_later_contract.so");
  expect_no_backend(module, "built for another version of the contract");
  EXPECT_EQ(module.name, "later_contract");
}

TEST_F(Registry, RefusesAModuleThatGivesNoBackend) {
  expect_no_backend(load_module(modules / "lockstep_silent_refusal.so"), "built for another version");
}

TEST_F(Registry, TellsTheReasonOfAModuleForAnotherMachine) {
  expect_no_backend(load_module(modules / "lockstep_other_machine.so"), "compiled for AVX-8192");
}

TEST_F(Registry, RefusesASharedObjectWithoutTheEntry) {
  expect_no_backend(load_module(modules / "lockstep_no_symbol.so"),
                    "not a backend module: it exports no lockstep_backend");
}

TEST_F(Registry, NamesTheLibraryThatAModuleNeedsAndDoesNotFind) {
  expect_no_backend(load_module(modules / "lockstep_needs_library.so"),
                    "liblockstep_test_library.so: cannot open shared object file");
}

std::vector<std::string> names_of(const std::vector<Module>& loaded) {
  std::vector<std::string> names;
  for (const Module& module : loaded) names.push_back(module.name);
  return names;
}

TEST_F(Registry, SortsTheModulesOfAFolderAndSkipsOtherFiles) {
  copy("lockstep_second.so", "b.so");
  copy("lockstep_first.so", "c.so");
  write("a.so", "no module");
  write("b.so.1", "no module");
  write("readme.txt", "no module");
  write("so", "no module");
  EXPECT_THAT(names_of(load_modules(folder)), ElementsAre("a", "second", "first"));
}

TEST_F(Registry, PutsOtherModulesBehindThoseOfTheFolderInTheirOrder) {
  copy("lockstep_second.so", "lockstep_second.so");
  const auto loaded = load_modules(
      folder, {modules / "lockstep_no_symbol.so", modules / "lockstep_first.so", folder / "x.so"});
  EXPECT_THAT(names_of(loaded), ElementsAre("second", "no_symbol", "first", "x"));
}

TEST_F(Registry, OfAFolderThatIsEmptyOrNotThereIsEmpty) {
  EXPECT_THAT(load_modules(folder), IsEmpty());
  EXPECT_THAT(load_modules(folder / "not_there"), IsEmpty());
}

TEST_F(Registry, LoadsEveryGoodModuleBesideTheBadOnes) {
  const auto loaded = load_modules(modules);
  EXPECT_EQ(
      std::count_if(loaded.begin(), loaded.end(), [](const Module& one) { return one.backend != nullptr; }),
      2);
  for (const Module& module : loaded)
    EXPECT_NE(module.backend == nullptr, module.reason.empty()) << module.name;
}

TEST_F(Registry, FindsTheModulesOfThisBuildOneLevelUp) {
  EXPECT_EQ(module_folder().filename(), "modules");
  EXPECT_EQ(module_folder().parent_path(),
            std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path());
}

TEST_F(Registry, TakesTheFolderOfTheEnvironmentBeforeThoseItFinds) {
  ::setenv("LOCKSTEP_MODULES", folder.c_str(), 1);
  EXPECT_EQ(module_folder(), folder);
  ::setenv("LOCKSTEP_MODULES", "", 1);
  EXPECT_EQ(module_folder().filename(), "modules");
  ::unsetenv("LOCKSTEP_MODULES");
}

}  // namespace
}  // namespace lockstep
