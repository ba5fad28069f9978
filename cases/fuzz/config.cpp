#include <nlohmann/json.hpp>

#include "cases/fuzz/once.h"
#include "cases/keras/model_config.h"

/// Bytes as a config.json, whose model's layers have no weights yet.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  return once([&] {
    keras::Remarks remarks;
    try {
      const Json json = parse_json(text_of(data, size));
      resolve_without_weights(keras::read_model_config(json, remarks).model);
    } catch (const Json::exception&) {  // which read_keras takes for a refusal
    }
  });
}
