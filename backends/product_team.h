#pragma once

#include "backends/team.h"

namespace lockstep {

/// A team of which each thread has called the library before: what that allocates for a thread, it has then.
template <class Library>
class ProductTeam : public Team {
 public:
  explicit ProductTeam(int threads) : Team(threads) {
    run([](int) { Library::begin_thread(); });
  }
};

}  // namespace lockstep
