#include "cases/pytorch/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/fields.h"
#include "cases/file_bytes.h"

namespace lockstep::pytorch {
namespace {

constexpr const char* accepted_file = "what safetensors.torch.save_file writes";

/// IEEE 754 binary16.
float of_half(std::uint16_t bits) {
  constexpr int mantissa_bits = 10, bias = 15, special = 31;
  const int exponent = bits >> mantissa_bits & special;
  const auto mantissa = static_cast<float>(bits & 0x3ff);
  const float magnitude = exponent == special ? (mantissa == 0 ? std::numeric_limits<float>::infinity()
                                                               : std::numeric_limits<float>::quiet_NaN())
                          : exponent == 0     ? std::ldexp(mantissa, 1 - bias - mantissa_bits)
                                              : std::ldexp(mantissa + 0x400, exponent - bias - mantissa_bits);
  return bits >> 15 == 0 ? magnitude : -magnitude;
}
float of_bfloat(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}
float of_float(float value) {
  return value;
}
float of_double(double value) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (std::abs(value) > std::numeric_limits<float>::max()) return value > 0 ? infinity : -infinity;
  return static_cast<float>(value);
}

template <class Stored, float (*convert)(Stored)>
void read_values(const char* from, std::vector<float>& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    Stored value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    to[i] = convert(value);
  }
}

struct Dtype {
  std::string_view in_file;
  std::uint64_t bits;  // of one value
  const char* name;    // null: no floats, or such as no layer is computed in
  void (*read)(const char*, std::vector<float>&);
};
constexpr auto dtypes = std::to_array<Dtype>({{"F32", 32, "float32", read_values<float, of_float>},
                                              {"F64", 64, "float64", read_values<double, of_double>},
                                              {"F16", 16, "float16", read_values<std::uint16_t, of_half>},
                                              {"BF16", 16, "bfloat16", read_values<std::uint16_t, of_bfloat>},
                                              {"I64", 64, nullptr, nullptr},
                                              {"U64", 64, nullptr, nullptr},
                                              {"C64", 64, nullptr, nullptr},
                                              {"I32", 32, nullptr, nullptr},
                                              {"U32", 32, nullptr, nullptr},
                                              {"I16", 16, nullptr, nullptr},
                                              {"U16", 16, nullptr, nullptr},
                                              {"I8", 8, nullptr, nullptr},
                                              {"U8", 8, nullptr, nullptr},
                                              {"BOOL", 8, nullptr, nullptr},
                                              {"F8_E4M3", 8, nullptr, nullptr},
                                              {"F8_E5M2", 8, nullptr, nullptr},
                                              {"F8_E8M0", 8, nullptr, nullptr},
                                              {"F6_E2M3", 6, nullptr, nullptr},
                                              {"F6_E3M2", 6, nullptr, nullptr},
                                              {"F4", 4, nullptr, nullptr}});

const Dtype& dtype_of(Fields& entry) {
  const std::string name = entry.text("dtype");
  const auto* found = std::ranges::find(dtypes, std::string_view(name), &Dtype::in_file);
  if (found == dtypes.end()) entry.refuse("dtype", "one of F32, F64, F16, BF16, and those of no float");
  return *found;
}

std::uint64_t size_in(const Fields& entry, const Json& value, std::string_view key) {
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
    entry.refuse(key, fmt::format("whole numbers from 0 to {}", most));
  return value.get<std::uint64_t>();
}

struct Place {
  std::uint64_t begin, end;
  std::string name;
};

/// Of a tensor in the header; adds it without values.
Place read_entry(const std::string& name, const Json& json, std::uint64_t data_size, Tensors& tensors) {
  constexpr std::size_t most_dims = 8;
  Fields entry(json, fmt::format("tensor {}", in_quotes(name)));
  const Dtype& dtype = dtype_of(entry);
  Tensor tensor;
  tensor.holds_floats = dtype.name != nullptr;
  tensor.dtype = tensor.holds_floats ? dtype.name : std::string(dtype.in_file);
  const Json& shape = entry.need("shape");
  if (!shape.is_array() || shape.size() > most_dims)
    entry.refuse("shape", fmt::format("a list of up to {} numbers", most_dims));
  double values = 1;  // which no product of sizes overflows
  for (const Json& size : shape) {
    tensor.dims.push_back(static_cast<std::int64_t>(size_in(entry, size, "shape")));
    values *= static_cast<double>(tensor.dims.back());
  }
  const Json& offsets = entry.need("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2) entry.refuse("data_offsets", "[begin, end]");
  const Place place{size_in(entry, offsets[0], "data_offsets"), size_in(entry, offsets[1], "data_offsets"),
                    name};
  entry.finish();
  if (place.begin > place.end || place.end > data_size)
    entry.refuse("data_offsets", fmt::format("[begin, end] within the {} bytes that follow", data_size));
  const auto stored = static_cast<double>(place.end - place.begin);
  if (values * static_cast<double>(dtype.bits) != 8 * stored)
    entry.refuse("data_offsets", fmt::format("{} bytes, those of {} of the shape ({})",
                                             values * static_cast<double>(dtype.bits) / 8, dtype.in_file,
                                             fmt::join(tensor.dims, ", ")));
  tensors.emplace(name, std::move(tensor));
  return place;
}

void check_places(std::vector<Place> places, std::uint64_t data_size) {
  std::ranges::sort(places, {}, [](const Place& place) { return std::pair(place.begin, place.end); });
  std::uint64_t end = 0;
  for (const Place& place : places) {
    if (place.begin < end)
      throw std::invalid_argument(
          fmt::format("tensor {}: begins at {}, within the tensor before it: accepted is one behind another",
                      in_quotes(place.name), place.begin));
    if (place.begin > end)
      throw std::invalid_argument(
          fmt::format("tensor {}: begins at {}, behind bytes of no tensor: accepted is one behind another",
                      in_quotes(place.name), place.begin));
    end = place.end;
  }
  if (end != data_size)
    throw std::invalid_argument(
        fmt::format("ends with {} bytes of no tensor: accepted is {}", data_size - end, accepted_file));
}

void check_finite(const std::string& name, const Tensor& tensor) {
  const auto odd = std::ranges::find_if_not(tensor.values, [](float x) { return std::isfinite(x); });
  if (odd != tensor.values.end())
    throw std::invalid_argument(fmt::format(
        "tensor {}: value {} of {} is {}: accepted are numbers that are finite in float32", in_quotes(name),
        odd - tensor.values.begin() + 1, tensor.values.size(), std::isnan(*odd) ? "nan" : "infinity"));
}

Json parse_header(const std::string& bytes, std::uint64_t length) {
  try {
    return parse_json(bytes.substr(sizeof length, length));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("its header {}", error.what()));
  }
}

void check_metadata(const Json& metadata) {
  if (!metadata.is_object() ||
      !std::all_of(metadata.begin(), metadata.end(), [](const Json& text) { return text.is_string(); }))
    throw std::invalid_argument(
        fmt::format("its __metadata__ is {}: accepted is an object of texts", shown(metadata)));
}

}  // namespace

Tensors read_safetensors(const std::string& bytes) {
  constexpr std::uint64_t most = 4 * mebibyte;
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length)
    throw std::invalid_argument(fmt::format("has {} bytes: accepted is {}", bytes.size(), accepted_file));
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > std::min<std::uint64_t>(most, bytes.size() - sizeof length))
    throw std::invalid_argument(
        fmt::format("says that its header has {} bytes, of {} in the file: accepted are up to {}", length,
                    bytes.size(), most));
  const Json header = parse_header(bytes, length);
  if (!header.is_object())
    throw std::invalid_argument(fmt::format("its header is {}: accepted is an object", shown(header)));
  const std::uint64_t data = sizeof length + length, data_size = bytes.size() - data;
  Tensors tensors;
  std::vector<Place> places;
  for (const auto& [name, json] : header.items())
    if (name == "__metadata__")
      check_metadata(json);
    else
      places.push_back(read_entry(name, json, data_size, tensors));
  check_places(places, data_size);
  for (const Place& place : places) {
    Tensor& tensor = tensors.at(place.name);
    if (!tensor.holds_floats) continue;
    const auto* dtype = std::ranges::find_if(
        dtypes, [&](const Dtype& one) { return one.name != nullptr && one.name == tensor.dtype; });
    tensor.values.resize((place.end - place.begin) / (dtype->bits / 8));
    dtype->read(bytes.data() + data + place.begin, tensor.values);
    check_finite(place.name, tensor);
  }
  return tensors;
}

std::string float_types() {
  std::string names;
  for (const Dtype& dtype : dtypes)
    if (dtype.name != nullptr) names += fmt::format("{}{}", names.empty() ? "" : ", ", dtype.name);
  return names;
}

}  // namespace lockstep::pytorch
