#include "bench/ceilings/command.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "bench/ceilings/cache.h"
#include "bench/ceilings/measure.h"
#include "bench/ceilings/tell.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

Ceilings measured() {
  ProgressLine progress("ceilings of this machine");
  return measure_ceilings(
      {}, [&](std::size_t done, std::size_t all, const std::string& now) { progress.show(done, all, now); });
}

void keep(const Ceilings& ceilings) {
  const char* const consequence = "the next bench measures the ceilings again";
  const std::filesystem::path folder = cache_folder();
  if (folder.empty())
    return fmt::print(stderr, "lockstep: neither XDG_CACHE_HOME nor HOME is set: {}\n", consequence);
  try {
    keep_ceilings(folder, ceilings_key(), ceilings);
  } catch (const std::exception& error) {
    fmt::print(stderr, "lockstep: {}: {}\n", error.what(), consequence);
  }
}

}  // namespace

Ceilings kept_or_measured_ceilings() {
  if (const auto folder = cache_folder(); !folder.empty())
    if (const auto kept = cached_ceilings(folder, ceilings_key())) return *kept;
  const Ceilings found = measured();
  keep(found);
  return found;
}

Ceilings raised_ceilings(const Ceilings& before) {
  const Ceilings best = best_of(before, measured());
  keep(best);
  return best;
}

int ceilings_command(const std::vector<std::filesystem::path>& outs) {
  reports::check_targets(outs);
  const Ceilings found = measured();
  keep(found);
  reports::Document document;
  document.title = "lockstep: what this machine can do at best";
  document.records = ceilings_table(found);
  for (const auto& [key, value] : machine_facts())
    document.facts.push_back({key, value, key == "flags" || key == "commit"});
  reports::write_document(document, outs);
  fmt::print("{}", reports::markdown(document.records));
  return exit_held;
}

}  // namespace lockstep
