#include "verify/verify.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep {

std::vector<Finding> verify(std::span<const Backend* const> backends, std::span<const Case> cases,
                            int workers, const Progress& progress) {
  std::vector<Finding> findings(cases.size() * backends.size());
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::exception_ptr error;
  std::mutex reporting;  // of `done` and `error`
  const auto check_on_all = [&](Oracle& oracle, std::size_t i) {
    const auto expected = oracle.expect(cases[i]);
    const auto steps = single_steps_of(cases[i]);
    for (std::size_t k = 0; k < backends.size(); ++k)
      findings[i * backends.size() + k] = check(*backends[k], cases[i], *expected, steps.get());
    const std::lock_guard lock(reporting);
    ++done;
    if (progress) progress(done, cases.size());
  };
  const auto work = [&] {
    try {
      Oracle oracle(1);
      for (std::size_t i = next++; i < cases.size(); i = next++) check_on_all(oracle, i);
    } catch (...) {
      next = cases.size();  // the others stop, too
      const std::lock_guard lock(reporting);
      if (!error) error = std::current_exception();
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  if (error) std::rethrow_exception(error);
  return findings;
}

Tally tally(std::span<const Finding> findings) {
  Tally counts;
  for (const Finding& finding : findings) switch (finding.verdict) {
      case Verdict::pass:
        ++counts.pass;
        break;
      case Verdict::fail:
        ++counts.fail;
        break;
      case Verdict::skip:
        ++counts.skip;
        break;
      case Verdict::untrusted:
        ++counts.untrusted;
        break;
      case Verdict::ill_conditioned:
        ++counts.ill_conditioned;
        break;
    }
  return counts;
}

std::string to_string(const Tally& counts) {
  return fmt::format("{} passed, {} failed, {} skipped, {} untrusted, {} ill-conditioned", counts.pass,
                     counts.fail, counts.skip, counts.untrusted, counts.ill_conditioned);
}

}  // namespace lockstep
