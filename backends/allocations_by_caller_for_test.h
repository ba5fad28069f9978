#pragma once

#include <functional>

namespace lockstep {

/// Allocations while something was done: those that code of one library asked for, and all others, the
/// modules' among them where the program exports its symbols.
struct AllocationsByCaller {
  long of_library = 0, of_others = 0;
};

/// `library`: a part of its file's name. Sanitizers bring their own allocator: under them nothing is counted.
AllocationsByCaller allocations_by_caller(const char* library, const std::function<void()>& done);

}  // namespace lockstep
