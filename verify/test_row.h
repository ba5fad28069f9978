#pragma once

#include <string>
#include <string_view>

#include "reports/junit.h"

namespace lockstep {

/// A judged row as JUnit tells it, by the text of its verdict: what neither passed, failed nor was skipped
/// could not be judged, which is an error there.
reports::TestRow test_row(std::string suite, std::string name, double seconds, std::string_view verdict,
                          std::string_view reason, std::string_view repro);

}  // namespace lockstep
