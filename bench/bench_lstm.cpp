#include "bench/program.h"

int main(int argc, char** argv) {
  return lockstep::bench_program(
      argc, argv, "lstm against sequence length and in training, on every backend.",
      {"lstm/B:1,32/T:1-4096*4/F:64/U:64/seq:1", "lstm/B:32/T:1-256*4/F:64/U:64/seq:1/pass:training",
       "lstm/B:1-128*4/T:64/F:64/U:64/seq:1/pass:training"});
}
