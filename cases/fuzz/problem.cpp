#include "backends/problem_text.h"
#include "cases/fuzz/once.h"

/// Bytes as the text of a problem, which comes back from the problem.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  return once([&] {
    const Problem problem = parse_problem(text_of(data, size));
    if (parse_problem(to_string(problem)) != problem) std::abort();
  });
}
