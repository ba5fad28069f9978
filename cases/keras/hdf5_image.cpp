#include "cases/keras/hdf5_image.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#define H5_USE_110_API  // the names of HDF5 1.10, which later ones have, too
#include <hdf5.h>

#include "backends/in_quotes.h"
#include "cases/keras/limits.h"

namespace lockstep::keras {
namespace {

using Close = herr_t (*)(hid_t);

/// One of HDF5's identifiers, which is given back.
class Id {
 public:
  Id(hid_t id, Close close, const std::string& path) : id_(id), close_(close) {
    if (id < 0) throw std::invalid_argument(fmt::format("{} is damaged", in_quotes(path)));
  }
  ~Id() { close_(id_); }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

template <class... Args>
[[noreturn]] void refuse(const std::string& path, fmt::format_string<Args...> what, Args&&... args) {
  throw std::invalid_argument(
      fmt::format("{} {}", in_quotes(path), fmt::format(what, std::forward<Args>(args)...)));
}

/// A text that belongs to an object; empty where it has none of that name, or one that is too long.
std::string text_of(hid_t object, const char* name, const std::string& path) {
  constexpr std::size_t longest = largest_text;
  if (H5Aexists(object, name) <= 0) return "";
  const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, path);
  const Id type(H5Aget_type(attribute), H5Tclose, path), space(H5Aget_space(attribute), H5Sclose, path);
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) return "";
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute, type, &text) < 0 || text == nullptr) return "";
    std::string copy(text, strnlen(text, longest));
    H5free_memory(text);
    return copy;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > longest) return "";
  std::string text(size, '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return "";
  return text.substr(0, text.find('\0'));
}

enum class Storage { number, bfloat16_bits };
struct Stored {
  std::string dtype;
  Storage storage = Storage::number;
};

Stored stored_type(hid_t dataset, hid_t type, const std::string& path) {
  constexpr std::size_t half_bias = 15, bfloat_bias = 127;
  const std::size_t size = H5Tget_size(type);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_FLOAT) {
    if (size == sizeof(double)) return {"float64"};
    if (size == sizeof(float)) return {"float32"};
    const std::size_t bias = H5Tget_ebias(type);
    if (size == 2 && bias == half_bias) return {"float16"};
    if (size == 2 && bias == bfloat_bias) return {"bfloat16"};
  }
  if (kind == H5T_OPAQUE && size == 2 && text_of(dataset, "dtype", path) == "bfloat16")
    return {"bfloat16", Storage::bfloat16_bits};
  refuse(path, "holds {}: accepted are float16, bfloat16, float32 and float64, and no quantized weights",
         kind == H5T_INTEGER ? fmt::format("integers of {} bits", 8 * size)
                             : fmt::format("values of {} bytes that are no floats", size));
}

/// Refuses what is not in the file, or is not all there.
void check_storage(hid_t dataset, const std::string& path, std::uint64_t bytes) {
  constexpr std::uint64_t trusted = 16 * mebibyte;
  const Id created(H5Dget_create_plist(dataset), H5Pclose, path);
  if (H5Pget_external_count(created) != 0)
    refuse(path, "is kept in another file: accepted is none but this one");
  const H5D_layout_t layout = H5Pget_layout(created);
  if (layout == H5D_VIRTUAL)
    refuse(path, "is virtual, made of other tensors: accepted is what is stored itself");
  const int filters = H5Pget_nfilters(created);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t count = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(created, static_cast<unsigned>(i), &flags, &count, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
      refuse(path, "is compressed by filter {}: accepted are none, and gzip", filter);
  }
  const std::uint64_t stored = H5Dget_storage_size(dataset);
  const bool is_there =
      filters == 0 ? stored >= bytes : bytes <= std::max(trusted, most_compressed * stored) && stored > 0;
  if (!is_there)
    refuse(path, "says that it holds {} bytes, of which {} are stored: accepted is a whole tensor", bytes,
           stored);
  if (layout != H5D_CHUNKED) return;
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(created, static_cast<int>(chunk.size()), chunk.data());
  double elements = 1;
  for (int i = 0; i < rank; ++i) elements *= static_cast<double>(chunk[static_cast<std::size_t>(i)]);
  if (elements * sizeof(double) > static_cast<double>(8 * bytes + mebibyte))
    refuse(path, "is stored in chunks larger than itself: accepted is what Keras writes");
}

/// The place of a value, as in "3, 5".
std::string place_of(std::size_t i, const std::vector<std::int64_t>& dims) {
  std::vector<std::size_t> place(dims.size());
  for (std::size_t axis = dims.size(); axis-- > 0; i /= static_cast<std::size_t>(dims[axis]))
    place[axis] = i % static_cast<std::size_t>(dims[axis]);
  return fmt::format("{}", fmt::join(place, ", "));
}

template <class Real>
std::vector<Real> read_numbers(hid_t dataset, hid_t memory_type, std::size_t count, const std::string& path) {
  std::vector<Real> values(count);
  if (H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    refuse(path, "is damaged: accepted is a whole tensor");
  return values;
}

std::vector<float> read_values(hid_t dataset, hid_t type, const Stored& stored, std::size_t count,
                               const std::string& path) {
  constexpr int mantissa_bits = 16;  // that bfloat16 lacks
  if (stored.storage == Storage::number && stored.dtype != "float64")
    return read_numbers<float>(dataset, H5T_NATIVE_FLOAT, count, path);
  std::vector<float> values;
  values.reserve(count);
  if (stored.storage == Storage::bfloat16_bits)
    for (const std::uint16_t bits : read_numbers<std::uint16_t>(dataset, type, count, path))
      values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << mantissa_bits));
  else
    for (const double value : read_numbers<double>(dataset, H5T_NATIVE_DOUBLE, count, path))
      values.push_back(std::abs(value) > std::numeric_limits<float>::max()
                           ? std::numeric_limits<float>::infinity()
                           : static_cast<float>(value));
  return values;
}

}  // namespace

Hdf5Image::Hdf5Image(std::string bytes) : file_(-1), budget_(largest_values(bytes.size())) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // no stacks of errors on stderr
  H5PLset_loading_state(0);                     // no code that a file asks for
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  constexpr std::size_t increment = std::size_t{1} << 16;
  H5Pset_fapl_core(access, increment, 0);
  H5Pset_file_image(access, bytes.data(), bytes.size());
  const std::string name = fmt::format("{}", fmt::ptr(this));  // of one name would be one file
  file_ = H5Fopen(name.c_str(), H5F_ACC_RDONLY, access);
  H5Pclose(access);
  if (file_ < 0) throw std::invalid_argument("is no whole file of HDF5: accepted is what Keras writes");
  try {
    find_objects(file_, "", 0);
  } catch (...) {
    H5Fclose(file_);
    throw;
  }
}

Hdf5Image::~Hdf5Image() {
  H5Fclose(file_);
}

void Hdf5Image::find_objects(std::int64_t group, const std::string& path, int depth) {
  constexpr int deepest = 64;
  constexpr std::size_t most = 20'000;
  struct Link {
    std::string name;
    H5L_type_t type;
  };
  std::vector<Link> links;
  const H5L_iterate_t add = [](hid_t, const char* name, const H5L_info_t* info, void* to) -> herr_t {
    auto& all = *static_cast<std::vector<Link>*>(to);
    if (all.size() == most) return 1;
    all.push_back({name, info->type});
    return 0;
  };
  if (depth > deepest) refuse(path, "is {} groups deep: accepted is what Keras writes", depth);
  if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &links) < 0) refuse(path, "is damaged");
  for (const auto& [name, type] : links) {
    const std::string below = path.empty() ? name : fmt::format("{}/{}", path, name);
    if (type != H5L_TYPE_HARD)
      refuse(below, "is {} link: accepted is what is in the file itself",
             type == H5L_TYPE_SOFT ? "a soft" : "an external");
    if (groups_.size() + tensors_.size() >= most)
      throw std::invalid_argument(fmt::format("holds more than {} objects: accepted are no more", most));
    const Id object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, below);
    const H5I_type_t kind = H5Iget_type(object);
    if (kind == H5I_GROUP) {
      groups_.insert(below);
      find_objects(object, below, depth + 1);
    } else if (kind == H5I_DATASET) {
      tensors_.insert(below);
    } else {
      refuse(below, "is no group and no tensor: accepted is what Keras writes");
    }
  }
}

std::string Hdf5Image::text_attribute(const char* name) const {
  return text_of(file_, name, name);
}

std::vector<std::int64_t> Hdf5Image::dims_of(const std::string& path) const {
  const Id dataset(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose, path);
  const Id space(H5Dget_space(dataset), H5Sclose, path);
  std::array<hsize_t, H5S_MAX_RANK> dims{};
  const H5S_class_t kind = H5Sget_simple_extent_type(space);
  const int rank = H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  if (kind == H5S_NULL || rank < 0) refuse(path, "has no dimensions: accepted is a tensor");
  std::vector<std::int64_t> sizes;
  for (int i = 0; i < rank; ++i) {
    const hsize_t size = dims[static_cast<std::size_t>(i)];
    if (size > hsize_t{1} << 40)
      refuse(path, "says that it has {} values in a dimension: accepted are fewer", size);
    sizes.push_back(static_cast<std::int64_t>(size));
  }
  return sizes;
}

StoredTensor Hdf5Image::read(const std::string& path) {
  const std::vector<std::int64_t> dims = dims_of(path);
  const Id dataset(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose, path);
  const Id type(H5Dget_type(dataset), H5Tclose, path);
  const Stored stored = stored_type(dataset, type, path);
  double elements = 1;
  for (const std::int64_t size : dims) elements *= static_cast<double>(size);
  if (!(elements * sizeof(float) <= static_cast<double>(budget_)))  // nor a product that is no number
    refuse(path, "says that it holds {} values, more than the file can: accepted is what Keras writes",
           elements);
  const auto count = static_cast<std::size_t>(elements);
  budget_ -= count * sizeof(float);
  check_storage(dataset, path, count * H5Tget_size(type));
  StoredTensor tensor{stored.dtype, read_values(dataset, type, stored, count, path)};
  const auto odd =
      std::find_if_not(tensor.values.begin(), tensor.values.end(), [](float x) { return std::isfinite(x); });
  if (odd != tensor.values.end())
    refuse(path, "holds {} at [{}]: accepted are numbers that are finite in float32",
           std::isnan(*odd) ? "nan" : "infinity",
           place_of(static_cast<std::size_t>(odd - tensor.values.begin()), dims));
  return tensor;
}

}  // namespace lockstep::keras
