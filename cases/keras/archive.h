#pragma once

#include <filesystem>
#include <string>

namespace lockstep::keras {

/// The members of a .keras file (keras/src/saving/saving_lib.py), decompressed.
struct ArchiveMembers {
  std::string config;    // config.json: the layers
  std::string metadata;  // metadata.json: by which Keras
  std::string weights;   // model.weights.h5
};

/// Reads them. Throws std::invalid_argument, one line that doesn't name the file: it is no zip archive, a
/// member is missing, is there twice, is damaged, says that it is larger than what is stored of it can be, or
/// is one that this program does not know. Takes no more memory than the members, of which the first two are
/// at most 4 MiB, the third at most eight times what is stored of it where it is above 64 MiB.
ArchiveMembers read_archive(const std::filesystem::path&);

}  // namespace lockstep::keras
