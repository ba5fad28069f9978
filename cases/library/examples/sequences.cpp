#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include <lockstep/lockstep.h>

// sequences MODEL BATCH TIME_STEPS < x.f32 > y.f32: float32; x is [batch, time_steps, features] in C order
int main(int argc, char** argv) try {
  if (argc != 4) return 2;
  const lockstep::LoadedModel model = lockstep::load(argv[1]);  // .keras, .h5, ...
  lockstep::PreparedModel ready = model.prepare(
      {.backend = "fused", .batch = std::atol(argv[2]), .time_steps = std::atol(argv[3]), .threads = 1});
  std::vector<float> x(ready.input_size()), y(ready.output_size());
  while (std::fread(x.data(), sizeof(float), x.size(), stdin) == x.size()) {
    if (!ready.run(x, y)) return 1;  // allocates nothing, throws nothing
    std::fwrite(y.data(), sizeof(float), y.size(), stdout);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());  // one line: what, where, what would be accepted
  return 2;
}
