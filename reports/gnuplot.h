#pragma once

#include <string>

namespace lockstep::reports {

/// What gnuplot prints for a script. It runs without a shell and without the user's settings.
/// std::runtime_error, one line: gnuplot is not installed (says which package to install), or refused the
/// script.
std::string run_gnuplot(const std::string& script);

/// A string in the syntax of gnuplot, with nothing in it expanded.
std::string gnuplot_quote(const std::string& text);

}  // namespace lockstep::reports
