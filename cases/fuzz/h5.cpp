#include "backends/summary.h"
#include "cases/files_for_test.h"
#include "cases/fuzz/once.h"
#include "cases/keras/read_keras.h"

/// Bytes as a .h5 file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  static const FolderForTest folder;
  return once([&] { summary(read_keras(folder.write("model.h5", text_of(data, size))).model); });
}
