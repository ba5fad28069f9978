#include "bench/machine.h"

#include <ctime>
#include <sstream>
#include <string_view>

#include <benchmark/benchmark.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "backends/isa.h"
#include "bench/cpuinfo.h"

namespace lockstep {
namespace {

std::string cpu_model() {
  std::string model = cpuinfo("model name");
  if (model.empty()) return "unknown";
  if (const std::string family = cpuinfo("cpu family"); !family.empty())
    model += fmt::format(" (family {}, model {})", family, cpuinfo("model"));
  return model;
}

std::string vector_sets() {
  std::istringstream flags(cpuinfo("flags"));
  std::string found;
  for (std::string flag; flags >> flag;)
    for (const std::string_view wanted :
         {"sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile"})
      if (flag == wanted) (found += found.empty() ? "" : " ") += flag;
  return fmt::format("{}; compiled for {}", found.empty() ? "unknown" : found, compiled_isa());
}

std::string caches() {
  std::string text;
  for (const auto& cache : benchmark::CPUInfo::Get().caches)
    (text += text.empty() ? "" : ", ") +=
        fmt::format("L{} {} {} KiB", cache.level, cache.type, cache.size / 1024);
  return text.empty() ? "unknown" : text;
}

}  // namespace

Facts machine_facts() {
  return {{"cpu", cpu_model()},
          {"cores", fmt::to_string(benchmark::CPUInfo::Get().num_cpus)},
          {"isa", vector_sets()},
          {"caches", caches()},
          {"compiler", "g++ " __VERSION__},
          {"flags", LOCKSTEP_BUILD_FLAGS},
          {"commit", LOCKSTEP_COMMIT},
          {"date", fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)))}};
}

}  // namespace lockstep
