#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cases/array.h"

namespace lockstep {

/// The arrays of a .npz file as numpy.savez and savez_compressed write it, in the order of `wanted`, names
/// without ".npy". The file has these and no others, in any order: whatever else it says that it holds is
/// refused before a value is read, so no file takes more memory than what is wanted. Throws
/// std::invalid_argument, one line: the file, what is wrong, what is accepted.
template <class Real>
std::vector<Array<Real>> read_npz(const std::filesystem::path&, std::span<const NamedShape> wanted);

/// A member of an archive: its name without ".npy", and the bytes of npy_bytes.
struct NpzMember {
  std::string name, npy;
};
/// The bytes of a .npz file, as numpy.savez writes it: not compressed. The same members give the same bytes.
std::string npz_bytes(std::span<const NpzMember>);

/// The same of arrays that are .npy files already, written to a path piece by piece, whatever was there, and
/// flushed to the disk.
/// std::runtime_error: it cannot be.
struct NpzFile {
  std::string name;
  std::filesystem::path npy;
};
void write_npz(const std::filesystem::path&, std::span<const NpzFile>);

}  // namespace lockstep
