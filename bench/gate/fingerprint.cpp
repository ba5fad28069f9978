#include "bench/gate/fingerprint.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "bench/cpuinfo.h"

namespace lockstep::gate {
namespace {

namespace fs = std::filesystem;

constexpr const char* unknown = "unknown";

std::string known(std::string value) {
  return value.empty() ? unknown : value;
}

/// The first line of a file; empty where it cannot be read.
std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The value of the first key that there is: x86 has other names than ARM.
std::string cpu(const fs::path& root, std::string_view key, std::string_view other) {
  const fs::path file = root / "proc/cpuinfo";
  const std::string value = cpuinfo(key, file);
  return known(value.empty() ? cpuinfo(other, file) : value);
}

/// What follows a key in /proc/self/status or /proc/self/cgroup.
std::string behind(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (const auto at = line.find(key); at != std::string::npos) {
      const auto value = line.find_first_not_of(" \t", at + key.size());
      return value == std::string::npos ? std::string{} : line.substr(value);
    }
  return {};
}

/// The tightest quota in microseconds per period, "200000 100000", of the group and those above it: of
/// version 2, else of version 1.
std::string quota(const fs::path& root) {
  const fs::path groups = root / "sys/fs/cgroup", file = root / "proc/self/cgroup";
  std::string found;
  double tightest = 0;
  const auto look = [&](const std::string& microseconds, const std::string& period) {
    if (microseconds.empty() || period.empty()) return;
    if (found.empty()) found = "none";
    double allowed = 0, of = 0;
    if (!(std::istringstream(microseconds) >> allowed) || !(std::istringstream(period) >> of) || !(of > 0) ||
        allowed < 0)
      return;  // "max" or -1
    if (found != "none" && allowed / of >= tightest) return;
    tightest = allowed / of;
    found = fmt::format("{} of {} us", microseconds, period);
  };
  const auto climb = [](fs::path group, const auto& see) {
    for (group = group.relative_path(); !group.empty(); group = group.parent_path()) see(group);
    see(fs::path());
  };
  climb(behind(file, "0::"), [&](const fs::path& group) {
    std::istringstream line(first_line(groups / group / "cpu.max"));
    std::string microseconds, period;
    line >> microseconds >> period;
    look(microseconds, period);
  });
  for (const char* controllers : {":cpu:", ":cpu,cpuacct:"})
    climb(behind(file, controllers), [&](const fs::path& group) {
      const fs::path folder = groups / "cpu" / group;
      look(first_line(folder / "cpu.cfs_quota_us"), first_line(folder / "cpu.cfs_period_us"));
    });
  return known(found);
}

std::string smt(const fs::path& root) {
  const std::string active = first_line(root / "sys/devices/system/cpu/smt/active");
  return active == "1" ? "on" : active == "0" ? "off" : unknown;
}

bool has_word(const std::string& text, std::string_view wanted) {
  std::istringstream words(text);
  return std::find(std::istream_iterator<std::string>(words), {}, wanted) !=
         std::istream_iterator<std::string>();
}

std::string hypervisor(const fs::path& root) {
  const std::string flags = cpuinfo("flags", root / "proc/cpuinfo");
  if (!flags.empty() && !has_word(flags, "hypervisor")) return "none";
  std::string name = first_line(root / "sys/hypervisor/type");
  if (name.empty()) name = first_line(root / "sys/class/dmi/id/sys_vendor");
  if (flags.empty()) return known(name);
  return name.empty() ? "one that tells no name" : name;
}

/// Of all cores, each name once.
std::string governor(const fs::path& root) {
  std::set<std::string> names;
  const fs::path cpus = root / "sys/devices/system/cpu";
  for (int core = 0; fs::exists(cpus / fmt::format("cpu{}", core)); ++core)
    if (std::string name = first_line(cpus / fmt::format("cpu{}/cpufreq/scaling_governor", core));
        !name.empty())
      names.insert(std::move(name));
  return known(fmt::format("{}", fmt::join(names, " ")));
}

std::string words_missing(const std::string& from, const std::string& in) {
  std::istringstream words(from);
  std::string missing;
  for (std::string word; words >> word;)
    if (!has_word(in, word)) (missing += missing.empty() ? "" : " ") += word;
  return missing.empty() ? "none" : missing;
}

constexpr const char* sets_key = "instruction sets";

std::string sentence(const std::string& key, const std::string& before, const std::string& after) {
  if (key == sets_key)
    return fmt::format("the {} differ: gone are {}, new are {}", key, in_quotes(words_missing(before, after)),
                       in_quotes(words_missing(after, before)));
  return fmt::format("the {} is {}, and was {}", key, in_quotes(after), in_quotes(before));
}

std::string value_of(const Facts& facts, const std::string& wanted) {
  for (const auto& [key, value] : facts)
    if (key == wanted) return value;
  return unknown;
}

}  // namespace

Facts fingerprint(const fs::path& root) {
  return {{"CPU", cpu(root, "model name", "Processor")},
          {"CPU vendor", cpu(root, "vendor_id", "CPU implementer")},
          {"CPU family", cpu(root, "cpu family", "CPU architecture")},
          {"CPU model", cpu(root, "model", "CPU part")},
          {"CPU stepping", cpu(root, "stepping", "CPU revision")},
          {sets_key, cpu(root, "flags", "Features")},
          {"online cores", known(first_line(root / "sys/devices/system/cpu/online"))},
          {"allowed cores", known(behind(root / "proc/self/status", "Cpus_allowed_list:"))},
          {"CPU quota", quota(root)},
          {"SMT", smt(root)},
          {"hypervisor", hypervisor(root)},
          {"kernel", known(first_line(root / "proc/sys/kernel/osrelease"))},
          {"governor", governor(root)}};
}

std::string difference(const Facts& before, const Facts& after) {
  for (const Facts* facts : {&before, &after})
    for (const auto& [key, value] : *facts)
      if (const std::string was = value_of(before, key), is = value_of(after, key); was != is)
        return sentence(key, was, is);
  return {};
}

}  // namespace lockstep::gate
