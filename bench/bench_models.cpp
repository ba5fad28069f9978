#include "bench/program.h"
#include "cases/seeds.h"

int main(int argc, char** argv) {
  std::vector<std::string> names;
  for (const auto& seed : lockstep::seeds()) names.push_back(seed.name);
  return lockstep::bench_program(argc, argv, "The models that lockstep started from, on every backend.",
                                 names);
}
