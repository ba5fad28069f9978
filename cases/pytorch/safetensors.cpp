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
  const bool fits = !(std::abs(value) > std::numeric_limits<float>::max());
  return fits ? static_cast<float>(value) : std::numeric_limits<float>::infinity();  // which is refused
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
  std::uint64_t size;  // bytes of one value
  const char* name;    // null: no floats; the tensor is refused by what its name says
  void (*read)(const char*, std::vector<float>&);
};
constexpr auto dtypes = std::to_array<Dtype>({{"F32", 4, "float32", read_values<float, of_float>},
                                              {"F64", 8, "float64", read_values<double, of_double>},
                                              {"F16", 2, "float16", read_values<std::uint16_t, of_half>},
                                              {"BF16", 2, "bfloat16", read_values<std::uint16_t, of_bfloat>},
                                              {"I64", 8, nullptr, nullptr},     // counters, positions
                                              {"I8", 1, nullptr, nullptr},      // quantised weights
                                              {"U8", 1, nullptr, nullptr},      // these, too
                                              {"BOOL", 1, nullptr, nullptr}});  // masks

const Dtype& dtype_of(Fields& entry) {
  const std::string name = entry.text("dtype");
  const auto* found = std::ranges::find(dtypes, std::string_view(name), &Dtype::in_file);
  if (found == dtypes.end()) entry.refuse("dtype", "one of F32, F64, F16 and BF16");
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
  const Dtype* dtype;
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
                    name, &dtype};
  entry.finish();
  if (place.begin > place.end || place.end > data_size)
    entry.refuse("data_offsets", fmt::format("[begin, end] within the {} bytes that follow", data_size));
  const auto stored = static_cast<double>(place.end - place.begin);
  if (const double wanted = values * static_cast<double>(dtype.size); wanted != stored)
    entry.refuse("data_offsets", fmt::format("{} bytes, those of {} of the shape ({})", wanted, dtype.in_file,
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
    if (place.dtype->read == nullptr) continue;
    Tensor& tensor = tensors.at(place.name);
    tensor.values.resize((place.end - place.begin) / place.dtype->size);
    place.dtype->read(bytes.data() + data + place.begin, tensor.values);
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
