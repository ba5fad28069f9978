#include "cases/npy.h"

#include <sstream>

#include "cases/fuzz/once.h"

/// Bytes as a .npy file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  return once([&] {
    std::istringstream in(text_of(data, size));
    const Array<float> array = read_npy<float>(in, size);
    npy_bytes<float>(array.dims, array.values);
  });
}
