#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <vector>

#include <lockstep/lockstep.h>

// What an audio thread calls with each block: it allocates nothing, takes no lock, throws nothing.
void callback(lockstep::Stream& stream, std::span<const float> in, std::span<float> out) noexcept {
  if (!stream.step(in, out)) std::fill(out.begin(), out.end(), 0.0F);
}

// stream MODEL < x.f32 > y.f32: float32, one time step after another, for as long as there are some
int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  lockstep::Stream stream = lockstep::load(argv[1]).stream({.backend = "fused", .time_steps = 1});
  std::vector<float> x(stream.input_size()), y(stream.output_size());
  while (std::fread(x.data(), sizeof(float), x.size(), stdin) == x.size()) {
    callback(stream, x, y);
    std::fwrite(y.data(), sizeof(float), y.size(), stdout);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
