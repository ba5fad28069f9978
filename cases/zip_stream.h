#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <streambuf>

#include "cases/zip_archive.h"

namespace lockstep::zip {

/// The bytes of a member as they are decompressed. Where it is damaged, std::invalid_argument with libzip's
/// reason, also from the stream.
class MemberBuffer : public std::streambuf {
 public:
  MemberBuffer(zip_t* archive, std::uint64_t i) : member_(open_member(archive, i)) {}

 protected:
  int_type underflow() override {
    const auto count = static_cast<std::ptrdiff_t>(read_some(member_.get(), bytes_.data(), bytes_.size()));
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(bytes_[0]);
  }

 private:
  OpenMember member_;
  std::array<char, 1 << 16> bytes_{};
};

/// The archive outlives it.
class MemberStream : public std::istream {
 public:
  MemberStream(zip_t* archive, std::uint64_t i) : std::istream(nullptr), buffer_(archive, i) {
    rdbuf(&buffer_);
    exceptions(std::ios::badbit);  // lets through what underflow throws
  }

 private:
  MemberBuffer buffer_;
};

}  // namespace lockstep::zip
