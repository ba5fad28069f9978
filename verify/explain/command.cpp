#include "verify/explain/command.h"

#include "verify/explain/report.h"
#include "verify/progress.h"

namespace lockstep {

void explain_in(reports::Document& report, std::span<const Backend* const> backends,
                std::span<const Case> cases, std::span<const Finding> findings) {
  ProgressLine progress("explaining");
  add_explanations(explain_failures(backends, cases, findings, {},
                                    [&](std::size_t done, std::size_t all) { progress.show(done, all); }),
                   report);
}

}  // namespace lockstep
