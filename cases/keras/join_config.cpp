#include "cases/keras/join_config.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lockstep::keras {

LayerConfig read_concatenate(Fields& config, Remarks&) {
  if (const Json& axis = config.need("axis"); axis != Json(-1)) config.refuse("axis", "-1, the features");
  return {MergeSpec{Merge::concat}, {}, ""};
}

LayerConfig read_reshape(Fields& config, Remarks&) {
  const Json& target = config.need("target_shape");
  const auto is_size = [](const Json& size) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 62;
    return size.is_number_integer() && !(size.is_number_unsigned() && size.get<std::uint64_t>() > largest);
  };
  if (!target.is_array() || !std::all_of(target.begin(), target.end(), is_size))
    config.refuse("target_shape", "[features] and [time_steps, features]");
  return {ReshapeSpec{target.get<std::vector<std::int64_t>>()}, {}, ""};
}

LayerConfig read_flatten(Fields& config, Remarks&) {
  if (const Json& format = config.need("data_format"); format != Json("channels_last"))
    config.refuse("data_format", "\"channels_last\"");
  return {ReshapeSpec{{-1}}, {}, ""};
}

}  // namespace lockstep::keras
