#include "cases/npz.h"

#include <vector>

#include "cases/array_file.h"
#include "cases/files_for_test.h"
#include "cases/fuzz/once.h"

/// Bytes as a .npz file: read whole, and in pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  static const FolderForTest folder;
  const auto path = folder.write("arrays.npz", text_of(data, size));
  const std::vector<NamedShape> wanted{{"a", {3}}, {"b", {2, 2}}};
  once([&] { read_npz<float>(path, wanted); });
  return once([&] {
    ArrayFile file(path, "a", "it");
    read_array(file);
  });
}
