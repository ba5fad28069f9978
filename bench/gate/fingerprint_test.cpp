#include "bench/gate/fingerprint.h"

#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include "bench/cpuinfo.h"

namespace lockstep::gate {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* some_cpu =
    "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: Some CPU\n"
    "stepping\t: 2\ncpu MHz\t\t: 2445.4\nflags\t\t: fpu avx2 hypervisor\nbogomips\t: 4890\n\n"
    "processor\t: 1\nvendor_id\t: Other\n";

std::string of(const Facts& facts, const std::string& key) {
  for (const auto& [name, value] : facts)
    if (name == key) return value;
  return "no " + key;
}

/// A machine that is pretended by files.
class Fingerprint : public ::testing::Test {
 protected:
  ~Fingerprint() override { fs::remove_all(root); }
  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  std::string seen(const std::string& key) const { return of(fingerprint(root), key); }
  const fs::path root = fs::temp_directory_path() / ("lockstep_fingerprint_" + std::to_string(::getpid()));
};

TEST_F(Fingerprint, IsReadFromTheMachine) {
  put("proc/cpuinfo", some_cpu);
  put("proc/self/status", "Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n");
  put("proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
  put("sys/devices/system/cpu/online", "0-3\n");
  put("sys/devices/system/cpu/smt/active", "1\n");
  put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  put("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
  put("sys/class/dmi/id/sys_vendor", "QEMU\n");
  const Facts wanted = {{"CPU", "Some CPU"},
                        {"CPU vendor", "AuthenticAMD"},
                        {"CPU family", "25"},
                        {"CPU model", "1"},
                        {"CPU stepping", "2"},
                        {"instruction sets", "fpu avx2 hypervisor"},
                        {"online cores", "0-3"},
                        {"allowed cores", "0-1"},
                        {"CPU quota", "unknown"},
                        {"SMT", "on"},
                        {"hypervisor", "QEMU"},
                        {"kernel", "6.1.0-13-amd64"},
                        {"governor", "performance powersave"}};
  EXPECT_EQ(fingerprint(root), wanted);
}

TEST_F(Fingerprint, IsUnknownWhereNothingCanBeSeen) {
  for (const auto& [key, value] : fingerprint(root)) EXPECT_EQ(value, "unknown") << key;
}

TEST_F(Fingerprint, HasNoClock) {
  put("proc/cpuinfo", some_cpu);
  const Facts before = fingerprint(root);
  std::string text = some_cpu;
  text.replace(text.find("2445.4"), 6, "3201.7").replace(text.find("4890"), 4, "6402");
  put("proc/cpuinfo", text);
  EXPECT_EQ(difference(before, fingerprint(root)), "");
}

TEST_F(Fingerprint, KnowsTheNamesOfArm) {
  put("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
  EXPECT_EQ(seen("CPU vendor"), "0x41");
  EXPECT_EQ(seen("CPU model"), "0xd0c");
  EXPECT_EQ(seen("instruction sets"), "fp asimd");
  EXPECT_EQ(seen("hypervisor"), "unknown");
}

TEST_F(Fingerprint, TellsAHypervisorFromNone) {
  put("proc/cpuinfo", some_cpu);
  EXPECT_EQ(seen("hypervisor"), "one that tells no name");
  put("sys/hypervisor/type", "xen\n");
  EXPECT_EQ(seen("hypervisor"), "xen");
  put("proc/cpuinfo", "flags\t: fpu avx2\n");
  EXPECT_EQ(seen("hypervisor"), "none");
}

TEST_F(Fingerprint, HasTheTightestQuotaOfVersion2) {
  put("proc/self/cgroup", "0::/a/b\n");
  EXPECT_EQ(seen("CPU quota"), "unknown");
  put("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(seen("CPU quota"), "none");
  put("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(seen("CPU quota"), "150000 of 100000 us");
  put("sys/fs/cgroup/cpu.max", "90000 50000\n");
  EXPECT_EQ(seen("CPU quota"), "150000 of 100000 us");
  put("sys/fs/cgroup/a/b/cpu.max", "50000 100000\n");
  EXPECT_EQ(seen("CPU quota"), "50000 of 100000 us");
}

TEST_F(Fingerprint, HasTheQuotaOfVersion1) {
  for (const char* line : {"3:cpuset:/c\n4:cpu:/a\n0::/\n", "4:cpu,cpuacct:/a\n"}) {
    put("proc/self/cgroup", line);
    put("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
    put("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1\n");
    EXPECT_EQ(seen("CPU quota"), "none") << line;
    put("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "200000\n");
    EXPECT_EQ(seen("CPU quota"), "200000 of 100000 us") << line;
  }
}

TEST_F(Fingerprint, DiffersInEachOfItsFacts) {
  put("proc/cpuinfo", some_cpu);
  const Facts before = fingerprint(root);
  EXPECT_EQ(difference(before, before), "");
  for (std::size_t i = 0; i < before.size(); ++i) {
    Facts after = before;
    after[i].second = "other";
    EXPECT_THAT(difference(before, after), AllOf(HasSubstr(before[i].first), Not(HasSubstr("\n")))) << i;
    after.erase(after.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(difference(before, after).empty(), before[i].second == "unknown") << before[i].first;
    EXPECT_EQ(difference(after, before).empty(), before[i].second == "unknown") << before[i].first;
  }
}

TEST_F(Fingerprint, SaysTheFirstDifferenceInASentence) {
  EXPECT_EQ(difference({{"SMT", "on"}, {"kernel", "1"}}, {{"SMT", "off"}, {"kernel", "2"}}),
            "the SMT is \"off\", and was \"on\"");
  EXPECT_EQ(difference({{"instruction sets", "a b c"}}, {{"instruction sets", "a c d e"}}),
            "the instruction sets differ: gone are \"b\", new are \"d e\"");
}

TEST_F(Fingerprint, OfThisMachineStaysAsItIs) {
  EXPECT_EQ(difference(fingerprint(), fingerprint()), "");
  EXPECT_NE(of(fingerprint(), "kernel"), "unknown");
  EXPECT_NE(of(fingerprint(), "allowed cores"), "unknown");
}

TEST_F(Fingerprint, ReadsWholeKeysOfTheFirstProcessor) {
  put("proc/cpuinfo", some_cpu);
  EXPECT_EQ(cpuinfo("model", root / "proc/cpuinfo"), "1");
  EXPECT_EQ(cpuinfo("model name", root / "proc/cpuinfo"), "Some CPU");
  EXPECT_EQ(cpuinfo("vendor_id", root / "proc/cpuinfo"), "AuthenticAMD");
  EXPECT_EQ(cpuinfo("mode", root / "proc/cpuinfo"), "");
}

}  // namespace
}  // namespace lockstep::gate
