#include "cases/fuzz/once.h"
#include "cases/keras/hdf5_image.h"

/// Bytes as a file of HDF5, read in this process: what the library itself does with damaged ones is found
/// here, too, from which read_hdf5 guards the program by a process of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  return once([&] {
    keras::Hdf5Image image(text_of(data, size));
    image.text_attribute("model_config");
    image.text_attribute("keras_version");
    for (const std::string& path : image.tensors()) {
      try {
        image.dims_of(path);
        image.read(path);
      } catch (const std::invalid_argument&) {  // of this tensor
      }
    }
  });
}
