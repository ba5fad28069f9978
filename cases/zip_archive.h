#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include <zip.h>

/// What the readers of all zip archives share.
namespace lockstep::zip {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Archive = std::unique_ptr<zip_t, Freed<zip_discard>>;
using OpenMember = std::unique_ptr<zip_file_t, Freed<zip_fclose>>;

/// An archive open for reading, and the bytes of its file.
struct Opened {
  Archive archive;  // null: there is no file, or it is no archive
  std::uint64_t file_size = 0;
};
Opened open(const std::filesystem::path&);

/// What the archive says of its member `i`: name, sizes and methods. Throws std::invalid_argument where that
/// is damaged.
zip_stat_t stat_of(zip_t*, std::uint64_t i);

/// Throws std::invalid_argument for a member that says that it is larger than its compressed bytes can be, or
/// that is encrypted or compressed in a way that is not deflate.
void check_member(const zip_stat_t&, std::uint64_t file_size, const char* accepted);

/// Throws std::invalid_argument with libzip's reason where it is damaged.
OpenMember open_member(zip_t*, std::uint64_t i);

/// As many of the next bytes as there are, at most `most`; 0 at the end. Throws as above.
std::size_t read_some(zip_file_t*, char* to, std::size_t most);

}  // namespace lockstep::zip
