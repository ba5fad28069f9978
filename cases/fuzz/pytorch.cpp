#include "backends/summary.h"
#include "cases/files_for_test.h"
#include "cases/fuzz/once.h"
#include "cases/pytorch/read_pytorch.h"

/// Bytes as a .safetensors file of PyTorch.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  static const FolderForTest folder;
  return once([&] { summary(read_pytorch(folder.write("model.safetensors", text_of(data, size))).model); });
}
