#include "cases/model_file.h"

#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/keras/read_keras.h"
#include "cases/pytorch/read_pytorch.h"
#include "cases/rtneural/read_rtneural.h"

namespace lockstep {

const char* const model_files = "a .keras, .h5, .weights.h5, .safetensors (PyTorch) or .json (RTNeural) file";

ModelFile read_model_file(const std::filesystem::path& path, const std::filesystem::path& config) {
  if (path.extension() == ".pt" || path.extension() == ".pth")
    throw std::invalid_argument(fmt::format(
        "{}: a pickle can run code when it is read: accepted is what "
        "safetensors.torch.save_file(model.state_dict(), {}) writes",
        in_quotes(path.string()),
        in_quotes(std::filesystem::path(path.filename()).replace_extension(".safetensors").string())));
  if (path.extension() == ".safetensors") return read_pytorch(path, config);
  if (path.extension() != ".json") return read_keras(path, config);
  if (!config.empty())
    throw std::invalid_argument(
        fmt::format("{}: holds its layers itself: the config {} is accepted with a .weights.h5 or "
                    ".safetensors file alone",
                    in_quotes(path.string()), in_quotes(config.string())));
  return read_rtneural(path);
}

}  // namespace lockstep
