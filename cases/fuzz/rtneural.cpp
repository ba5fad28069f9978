#include "backends/summary.h"
#include "cases/files_for_test.h"
#include "cases/fuzz/once.h"
#include "cases/rtneural/read_rtneural.h"

/// Bytes as a .json file of RTNeural.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  static const FolderForTest folder;
  return once([&] { summary(read_rtneural(folder.write("model.json", text_of(data, size))).model); });
}
