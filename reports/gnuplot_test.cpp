#include "reports/gnuplot.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace lockstep::reports {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class Path {
 public:
  explicit Path(const char* path) : before_(std::getenv("PATH")) { setenv("PATH", path, 1); }
  ~Path() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST(Gnuplot, ReturnsWhatItPrints) {
  EXPECT_EQ(run_gnuplot("set print '-'\nprint 6*7\n"), "42\n");
}

TEST(Gnuplot, CarriesMoreThanAPipeHolds) {
  std::string script = "set print '-'\n";
  for (int i = 0; i < 10000; ++i) script += "print 'a line that is printed back to us'\n";
  EXPECT_EQ(run_gnuplot(script).size(), 10000u * 34);
}

TEST(Gnuplot, MissingProgramNamesThePackage) {
  const Path nowhere("/nonexistent");
  EXPECT_THAT([] { run_gnuplot("print 1\n"); }, ThrowsMessage<std::runtime_error>(AllOf(
                                                    HasSubstr("install gnuplot-nox"), Not(HasSubstr("\n")))));
}

TEST(Gnuplot, FailureIsOneLine) {
  EXPECT_THAT(
      [] { run_gnuplot("plot nosuch(\n"); },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("invalid expression"), Not(HasSubstr("\n")))));
}

TEST(Gnuplot, AnEarlyEndIsAFailureAndNotOurEnd) {
  signal(SIGPIPE, SIG_DFL);  // so that it would end us, were it raised
  EXPECT_THAT([] { run_gnuplot("exit status 3\n" + std::string(1 << 20, '\n')); },
              ThrowsMessage<std::runtime_error>(HasSubstr("exit status 3")));
}

TEST(GnuplotQuote, ExpandsNothing) {
  const auto touched = std::filesystem::temp_directory_path() / "lockstep_gnuplot_test_touched";
  std::filesystem::remove(touched);
  const std::string nasty = "it's \"`touch " + touched.string() + "`\" $(x) @y %d \\n \u00B5";
  EXPECT_EQ(run_gnuplot("set encoding utf8\nset print '-'\nprint " + gnuplot_quote(nasty) + "\n"),
            nasty + "\n");
  EXPECT_FALSE(std::filesystem::exists(touched));
  EXPECT_EQ(gnuplot_quote("two\nlines"), "'two lines'");
}

}  // namespace
}  // namespace lockstep::reports
