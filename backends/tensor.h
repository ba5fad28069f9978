#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <numeric>
#include <vector>

namespace lockstep {

/// A strided window on somebody else's array; the last dimension is contiguous. No data: the view is absent.
template <class T, std::size_t Rank>
struct ArrayView {
  T* data = nullptr;
  std::array<std::int64_t, Rank> dims{};
  std::array<std::int64_t, Rank> strides{};  // in elements

  explicit operator bool() const { return data != nullptr; }
  /// The address of the contiguous row at the leading indices: all but the last.
  template <class... Index>
  T* row(Index... index) const {
    static_assert(sizeof...(Index) == Rank - 1);
    std::int64_t offset = 0;
    std::size_t axis = 0;
    ((offset += static_cast<std::int64_t>(index) * strides[axis++]), ...);
    return data + offset;
  }
  template <class... Index>
  T& operator()(Index... index) const {
    static_assert(sizeof...(Index) == Rank);
    std::int64_t offset = 0;
    std::size_t axis = 0;
    ((offset += static_cast<std::int64_t>(index) * strides[axis++]), ...);
    return data[offset];
  }
  operator ArrayView<const T, Rank>() const requires(!std::is_const_v<T>) { return {data, dims, strides}; }
};

template <class Real>
using SequenceView = ArrayView<Real, 3>;  // [batch, time_steps, features]
template <class Real>
using StateView = ArrayView<Real, 2>;               // [batch, units]
using MaskView = ArrayView<const std::uint8_t, 2>;  // [batch, time_steps]; 0: this step does not count

/// How a [batch, time_steps, features] array lies in memory.
enum class Layout { time_major, batch_major };

template <class Real>
SequenceView<Real> sequence_view(Real* data, std::array<std::int64_t, 3> dims, Layout layout) {
  const auto [batch, time_steps, features] = dims;
  if (layout == Layout::time_major) return {data, dims, {features, batch * features, 1}};
  return {data, dims, {time_steps * features, features, 1}};
}

template <class Real>
StateView<Real> state_view(Real* data, std::int64_t batch, std::int64_t units) {
  return {data, {batch, units}, {units, 1}};
}

inline MaskView mask_view(const std::uint8_t* data, std::int64_t batch, std::int64_t time_steps) {
  return {data, {batch, time_steps}, {time_steps, 1}};
}

inline constexpr std::size_t cache_line = 64;  // bytes

/// Gives memory on a cache line boundary: where malloc puts an array decides over more than a tenth of the
/// time of a loop over it.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}
  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{cache_line}));
  }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{cache_line}); }
  template <class Other>
  bool operator==(const CacheLineAllocator<Other>&) const {
    return true;
  }
};
template <class T>
using CacheLines = std::vector<T, CacheLineAllocator<T>>;

/// Uninitialised memory for `size` elements, on a cache line boundary.
template <class T>
class Buffer {
 public:
  static constexpr std::size_t alignment = cache_line;
  Buffer() = default;
  explicit Buffer(std::int64_t size)
      : size_(size),
        data_(static_cast<T*>(::operator new[](static_cast<std::size_t>(size) * sizeof(T) + alignment,
                                               std::align_val_t{alignment}))) {}
  T* data() const { return data_.get(); }
  std::int64_t size() const { return size_; }
  T* begin() const { return data(); }
  T* end() const { return data() + size_; }
  T& operator[](std::int64_t i) const { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete[](p, std::align_val_t{alignment}); }
  };
  std::int64_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace lockstep
