#include "bench/ceilings/cache.h"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/ceilings/ceilings_json.h"
#include "bench/ceilings/kernels.h"
#include "bench/cpuinfo.h"
#include "bench/gate/fingerprint.h"
#include "reports/write.h"

namespace lockstep {
namespace {

using Json = nlohmann::ordered_json;

/// Raised whenever ceilings are measured another way.
constexpr int method = 1;

Json json_of(const Facts& key) {
  Json json = Json::object();
  for (const auto& [name, value] : key) json[name] = value;
  return json;
}

/// One for each key, so that machines with a home folder in common do not lose theirs to each other.
std::filesystem::path file_of(const std::filesystem::path& folder, const Facts& key) {
  return folder / fmt::format("ceilings-{:016x}.json", std::hash<std::string>()(json_of(key).dump()));
}

}  // namespace

Facts ceilings_key(const std::filesystem::path& root) {
  Facts key = gate::fingerprint(root);
  key.emplace_back("microcode", cpuinfo("microcode", root / "proc/cpuinfo"));
  key.emplace_back("measured with", widest_kernels().isa);
  key.emplace_back("lockstep", fmt::format("{}, method {}", LOCKSTEP_VERSION, method));
  return key;
}

std::filesystem::path cache_folder() {
  if (const char* caches = std::getenv("XDG_CACHE_HOME"); caches != nullptr && *caches == '/')
    return std::filesystem::path(caches) / "lockstep";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".cache/lockstep";
  return {};
}

std::optional<Ceilings> cached_ceilings(const std::filesystem::path& folder, const Facts& key) {
  std::ifstream file(file_of(folder, key));
  if (!file) return std::nullopt;
  try {
    const Json json = Json::parse(file);
    if (json.at("key") != json_of(key)) return std::nullopt;
    return ceilings_of(json.at("ceilings"));
  } catch (const std::exception&) {  // broken, which measuring anew mends
    return std::nullopt;
  }
}

void keep_ceilings(const std::filesystem::path& folder, const Facts& key, const Ceilings& ceilings) {
  const Json json = {{"key", json_of(key)}, {"ceilings", to_json(ceilings)}};
  reports::write_text(file_of(folder, key), json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n",
                      reports::Folders::create);
}

}  // namespace lockstep
