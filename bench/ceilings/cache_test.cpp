#include "bench/ceilings/cache.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <unistd.h>

#include "bench/ceilings/ceilings_for_test.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

class CeilingsCache : public ::testing::Test {
 protected:
  CeilingsCache() { fs::remove_all(folder); }
  ~CeilingsCache() override { fs::remove_all(folder.parent_path()); }

  std::vector<fs::path> files() const { return {fs::directory_iterator(folder), fs::directory_iterator()}; }
  const fs::path folder =
      fs::temp_directory_path() / ("lockstep_cache_" + std::to_string(::getpid())) / "lockstep";
  const Facts key{{"CPU", "some"}, {"lockstep", "1"}};
};

TEST_F(CeilingsCache, KeepsThemForTheirKeyAlone) {
  EXPECT_FALSE(cached_ceilings(folder, key));
  keep_ceilings(folder, key, ceilings_for_test());
  const auto kept = cached_ceilings(folder, key);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->exp, ceilings_for_test().exp);
  const Facts other{{"CPU", "another"}, {"lockstep", "1"}};
  EXPECT_FALSE(cached_ceilings(folder, other));
  Ceilings changed = ceilings_for_test();
  changed.clock_hz = 1e9;
  keep_ceilings(folder, other, changed);
  keep_ceilings(folder, key, ceilings_for_test());
  EXPECT_EQ(cached_ceilings(folder, other)->clock_hz, 1e9);
  EXPECT_EQ(cached_ceilings(folder, key)->clock_hz, ceilings_for_test().clock_hz);
  EXPECT_EQ(files().size(), 2U);  // and nothing else is left
}

TEST_F(CeilingsCache, OfAnotherKeyInTheSameFileAreNone) {
  keep_ceilings(folder, key, ceilings_for_test());
  const fs::path mine = files().front();
  const Facts other{{"CPU", "another"}};
  keep_ceilings(folder, other, ceilings_for_test());
  for (const fs::path& file : files())
    if (file != mine) fs::rename(file, mine);
  EXPECT_FALSE(cached_ceilings(folder, key));
}

TEST_F(CeilingsCache, OfABrokenFileAreNone) {
  keep_ceilings(folder, key, ceilings_for_test());
  const fs::path file = files().front();
  std::string whole;
  {
    std::ifstream in(file, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto write = [&](const std::string& text) { std::ofstream(file, std::ios::binary) << text; };
  for (std::size_t size = 0; size + 2 < whole.size(); size += 13) {
    write(whole.substr(0, size));
    ASSERT_FALSE(cached_ceilings(folder, key)) << size << " bytes";
  }
  for (const char* text : {"{}", "[]", "null", "\xff\xfe", "{\"key\": 1}"}) {
    write(text);
    EXPECT_FALSE(cached_ceilings(folder, key)) << text;
  }
  const auto exp = whole.find("\"exp_s\": ") + 9;
  write(std::string(whole).insert(exp, "-"));
  EXPECT_FALSE(cached_ceilings(folder, key));
  write(whole);
  EXPECT_TRUE(cached_ceilings(folder, key));
  keep_ceilings(folder, key, ceilings_for_test());
  EXPECT_TRUE(cached_ceilings(folder, key));
}

TEST_F(CeilingsCache, SaysWhyItCannotBeWritten) {
  fs::create_directories(folder.parent_path());
  std::ofstream(folder) << "a file where the folder should be";
  EXPECT_THROW(keep_ceilings(folder, key, ceilings_for_test()), std::runtime_error);
  EXPECT_FALSE(cached_ceilings(folder, key));
}

TEST_F(CeilingsCache, StandsInTheCachesOfTheUser) {
  const auto value = [](const char* name) {
    const char* const text = std::getenv(name);
    return std::string(text == nullptr ? "" : text);
  };
  const std::string caches = value("XDG_CACHE_HOME"), home = value("HOME");
  setenv("XDG_CACHE_HOME", "/some/caches", 1);
  setenv("HOME", "/home/someone", 1);
  EXPECT_EQ(cache_folder(), "/some/caches/lockstep");
  setenv("XDG_CACHE_HOME", "not/absolute", 1);  // to be ignored, by the XDG Base Directory Specification
  EXPECT_EQ(cache_folder(), "/home/someone/.cache/lockstep");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(cache_folder(), "/home/someone/.cache/lockstep");
  unsetenv("HOME");
  EXPECT_EQ(cache_folder(), "");
  if (!caches.empty()) setenv("XDG_CACHE_HOME", caches.c_str(), 1);
  if (!home.empty()) setenv("HOME", home.c_str(), 1);
}

TEST_F(CeilingsCache, KeysNameTheMachineAndTheProgram) {
  const fs::path root = folder / "root";
  fs::create_directories(root / "proc");
  const auto write = [&](const std::string& microcode) {
    std::ofstream(root / "proc/cpuinfo")
        << "model name\t: Some CPU\nmicrocode\t: " << microcode << "\nflags\t\t: fpu avx2\n";
  };
  write("0x1");
  const Facts before = ceilings_key(root);
  EXPECT_THAT(before, ::testing::Contains(std::pair<std::string, std::string>("CPU", "Some CPU")));
  for (const char* name : {"instruction sets", "allowed cores", "online cores", "lockstep", "measured with"})
    EXPECT_THAT(before, ::testing::Contains(::testing::Field(&Facts::value_type::first, name)));
  EXPECT_EQ(ceilings_key(root), before);
  write("0x2");
  EXPECT_NE(ceilings_key(root), before);
}

}  // namespace
}  // namespace lockstep
