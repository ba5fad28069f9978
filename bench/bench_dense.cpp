#include "bench/program.h"

int main(int argc, char** argv) {
  return lockstep::bench_program(
      argc, argv, "Dense on the whole sequence against one product per step, on every backend.",
      {"dense/B:1,32/T:1-4096*4/F:64/U:8/style:flattened,time_distributed"});
}
