#include "verify/test_row.h"

#include <utility>

#include <fmt/format.h>

#include "verify/verdict.h"

namespace lockstep {

reports::TestRow test_row(std::string suite, std::string name, double seconds, std::string_view verdict,
                          std::string_view reason, std::string_view repro) {
  reports::TestRow row{std::move(suite), std::move(name), seconds};
  if (verdict == to_string(Verdict::pass)) return row;
  row.outcome = verdict == to_string(Verdict::fail)   ? reports::Outcome::fail
                : verdict == to_string(Verdict::skip) ? reports::Outcome::skip
                                                      : reports::Outcome::error;
  row.message = fmt::format("{}: {}\n{}", verdict, reason, repro);
  return row;
}

}  // namespace lockstep
