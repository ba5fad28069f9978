#include "bench/options.h"

int main(int argc, char** argv) {
  return lockstep::bench_program(argc, argv,
                                 "Throughput of simple_rnn against sequence length, on every backend.",
                                 {"simple_rnn/B:1,32/T:1-4096*4/F:64/U:64/seq:1"});
}
