#include <algorithm>

#include "backends/summary.h"
#include "cases/files_for_test.h"
#include "cases/fuzz/once.h"
#include "cases/keras/read_keras.h"

/// A .weights.h5 file and its config: two bytes with the length of the config, the config, the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  static const FolderForTest folder;
  if (size < 2) return 0;
  const std::size_t length = std::min<std::size_t>(data[0] + 256U * data[1], size - 2);
  folder.write("config.json", text_of(data + 2, length));
  const auto path = folder.write("model.weights.h5", text_of(data + 2 + length, size - 2 - length));
  return once([&] { summary(read_keras(path).model); });
}
