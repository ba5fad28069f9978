#include "cases/keras/files_for_test.h"

#include <stdexcept>

#define H5_USE_110_API
#include <hdf5.h>
#include <hdf5_hl.h>
#include <zip.h>

namespace lockstep::keras {
namespace {

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

}  // namespace

void write_zip_for_test(const std::filesystem::path& path, const MembersForTest& members, bool deflated) {
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  check(archive != nullptr, "zip_open");
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t i = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    check(i >= 0, "zip_file_add");
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(i), deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                             0);
  }
  check(zip_close(archive) == 0, "zip_close");
}

std::string hdf5_for_test(const TensorsForTest& tensors, void (*add)(std::int64_t file)) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS), links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_fapl_core(access, std::size_t{1} << 16, 0);
  H5Pset_create_intermediate_group(links, 1);
  const hid_t file = H5Fcreate("in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  check(file >= 0, "H5Fcreate");
  for (const auto& [path, tensor] : tensors) {
    const std::vector<hsize_t> dims(tensor.dims.begin(), tensor.dims.end());
    const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
    const hid_t dataset =
        H5Dcreate2(file, path.c_str(), H5T_IEEE_F32LE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    check(dataset >= 0, "H5Dcreate2");
    check(H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.values.data()) >= 0,
          "H5Dwrite");
    H5Dclose(dataset);
    H5Sclose(space);
  }
  if (add != nullptr) add(file);
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  std::string bytes(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  check(H5Fget_file_image(file, bytes.data(), bytes.size()) >= 0, "H5Fget_file_image");
  H5Fclose(file);
  H5Pclose(links);
  H5Pclose(access);
  return bytes;
}

std::string hdf5_for_test(const TensorsForTest& tensors) {
  return hdf5_for_test(tensors, nullptr);
}

const char* const metadata_for_test = R"({"keras_version": "3.15.1", "date_saved": "2026-11-27@12:00:00"})";

const char* const config_for_test = R"({"module": "keras", "class_name": "Sequential", "config": {
"name": "sequential", "trainable": true, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "layers": [
{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 5, 3], "dtype": "float32",
 "sparse": false, "ragged": false, "name": "input_layer"}, "registered_name": null},
{"module": "keras.layers", "class_name": "LSTM", "config": {"name": "memory", "trainable": true, "dtype": "float32",
 "return_sequences": false, "return_state": false, "go_backwards": false, "stateful": false, "unroll": false,
 "zero_output_for_mask": false, "units": 2, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": true,
 "kernel_initializer": "glorot_uniform", "recurrent_initializer": "orthogonal", "bias_initializer": "zeros",
 "unit_forget_bias": true, "kernel_regularizer": null, "recurrent_regularizer": null, "bias_regularizer": null,
 "activity_regularizer": null, "kernel_constraint": null, "recurrent_constraint": null, "bias_constraint": null,
 "dropout": 0.0, "recurrent_dropout": 0.0, "seed": null}, "registered_name": null,
 "build_config": {"input_shape": [null, 5, 3]}},
{"module": "keras.layers", "class_name": "Dense", "config": {"name": "head", "trainable": true, "dtype": "float32",
 "units": 1, "activation": "linear", "use_bias": true, "kernel_initializer": "glorot_uniform",
 "bias_initializer": "zeros", "kernel_regularizer": null, "bias_regularizer": null, "kernel_constraint": null,
 "bias_constraint": null, "quantization_config": null}, "registered_name": null,
 "build_config": {"input_shape": [null, 2]}}]}, "registered_name": null, "build_config": {"input_shape": [null, 5, 3]},
"compile_config": {"optimizer": "adam"}})";

TensorsForTest weights_for_test() {
  const auto tensor = [](std::vector<std::int64_t> dims, std::size_t count) {
    return TensorForTest{std::move(dims), std::vector<float>(count, 0.5F)};
  };
  return {{"layers/lstm/cell/vars/0", tensor({3, 8}, 24)}, {"layers/lstm/cell/vars/1", tensor({2, 8}, 16)},
          {"layers/lstm/cell/vars/2", tensor({8}, 8)},     {"layers/dense/vars/0", tensor({2, 1}, 2)},
          {"layers/dense/vars/1", tensor({1}, 1)},         {"optimizer/vars/0", tensor({1}, 1)}};
}

}  // namespace lockstep::keras
