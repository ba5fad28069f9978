#pragma once

#include <string>
#include <vector>

namespace lockstep::reports {

/// fail: the thing under test is wrong. error: it could not be tested. skip: it was not meant to be.
enum class Outcome { pass, fail, skip, error };

struct TestRow {
  std::string suite = {};
  std::string name = {};
  double seconds = 0;
  Outcome outcome = Outcome::pass;
  std::string message = {};  ///< why it is not a pass; its first line is the summary
};

/// JUnit XML: one test suite per distinct `suite`, in order of first appearance.
/// std::invalid_argument: a time that is negative or not finite.
std::string junit(const std::string& title, const std::vector<TestRow>& rows);

}  // namespace lockstep::reports
