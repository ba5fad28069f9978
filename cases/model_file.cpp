#include "cases/model_file.h"

#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/keras/read_keras.h"
#include "cases/pytorch/read_pytorch.h"
#include "cases/rtneural/read_rtneural.h"

namespace lockstep {
namespace {

bool takes_config(const std::filesystem::path& path) {
  return path.extension() == ".safetensors" || path.filename().string().ends_with(".weights.h5");
}

}  // namespace

const char* const model_files = "a .keras, .h5, .weights.h5, .safetensors (PyTorch) or .json (RTNeural) file";
const char* const config_accepted = "with a .weights.h5 or .safetensors file alone";

std::string taken_as_float32(const std::string& dtype, const std::string& name) {
  return fmt::format("weights of {}, as in {}, are taken as float32", dtype, in_quotes(name));
}

ModelFile read_model_file(const std::filesystem::path& path, const std::filesystem::path& config) {
  if (path.extension() == ".pt" || path.extension() == ".pth")
    throw std::invalid_argument(fmt::format(
        "{}: a pickle can run code when it is read: accepted is what "
        "safetensors.torch.save_file(model.state_dict(), {}) writes",
        in_quotes(path.string()),
        in_quotes(std::filesystem::path(path.filename()).replace_extension(".safetensors").string())));
  if (!config.empty() && !takes_config(path))
    throw std::invalid_argument(fmt::format("{}: holds its layers itself: the config {} is accepted {}",
                                            in_quotes(path.string()), in_quotes(config.string()),
                                            config_accepted));
  if (path.extension() == ".safetensors") return read_pytorch(path, config);
  return path.extension() == ".json" ? read_rtneural(path) : read_keras(path, config);
}

}  // namespace lockstep
