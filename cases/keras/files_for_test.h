#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// .keras files made by hand, whatever they say: as zip archives and HDF5 files of the libraries.
namespace lockstep::keras {

/// Members in order.
using MembersForTest = std::vector<std::pair<std::string, std::string>>;
void write_zip_for_test(const std::filesystem::path&, const MembersForTest&, bool deflated = false);

struct TensorForTest {
  std::vector<std::int64_t> dims;
  std::vector<float> values;
};
/// By path, in a file of HDF5.
using TensorsForTest = std::map<std::string, TensorForTest>;
std::string hdf5_for_test(const TensorsForTest&);
/// The same with something odd in it, made by a function that is given HDF5's identifier of the open file.
std::string hdf5_for_test(const TensorsForTest&, void (*add)(std::int64_t file));

/// A Sequential of an LSTM(2) on 3 features, with the name "memory", and a Dense(1), "head".
extern const char* const config_for_test;
TensorsForTest weights_for_test();
/// metadata.json of Keras 3.
extern const char* const metadata_for_test;

}  // namespace lockstep::keras
