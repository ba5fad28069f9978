#include "bench/ceilings/memory.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include "bench/ceilings/rate.h"

namespace lockstep {
namespace {

constexpr double kibi = 1024, mebi = 1024 * kibi;
constexpr double float_bytes = sizeof(float);
constexpr std::size_t huge_page = std::size_t{1} << 21;

std::size_t power_of_two_within(double floats) {
  return std::bit_floor(std::max(static_cast<std::size_t>(floats), least_read));
}

}  // namespace

std::vector<Cache> data_caches(int threads) {
  std::vector<Cache> caches;
  for (const auto& one : benchmark::CPUInfo::Get().caches)
    if (one.type != "Instruction" && one.size > 0)
      caches.push_back({one.level, static_cast<double>(one.size), std::clamp(one.num_sharing, 1, threads)});
  if (caches.empty()) caches = {{1, 32 * kibi, 1}, {2, 512 * kibi, 1}, {3, 8 * mebi, threads}};
  return caches;
}

std::vector<MemoryLevel> memory_levels(std::vector<Cache> caches, int threads) {
  std::stable_sort(caches.begin(), caches.end(),
                   [](const Cache& a, const Cache& b) { return a.level < b.level; });
  std::vector<MemoryLevel> levels;
  for (const Cache& cache : caches) {
    const int caches_of_all = (threads + cache.sharing - 1) / cache.sharing;
    levels.push_back({fmt::format("L{}", cache.level), {cache.bytes, cache.bytes * caches_of_all}, {}});
  }
  levels.push_back({"DRAM", {}, {}});
  return levels;
}

ReadSize read_size(const std::vector<MemoryLevel>& levels, std::size_t level, int threads,
                   double most_bytes) {
  const double above = level > 0 ? levels[level - 1].bytes.one : 0;
  if (level + 1 < levels.size()) {
    const double half = levels[level].bytes.all / threads / 2;
    const std::size_t floats = power_of_two_within(std::max(half, 2 * above) / float_bytes);
    return {floats, floats};
  }
  constexpr double times_the_caches = 8;
  const double caches = level > 0 ? levels[level - 1].bytes.all : mebi;
  const std::size_t all = power_of_two_within(std::min(times_the_caches * caches, most_bytes) / float_bytes);
  return {all, power_of_two_within(static_cast<double>(all) / threads)};
}

void ReadBuffer::Free::operator()(float* memory) const {
  std::free(memory);
}

ReadBuffer::ReadBuffer(const std::vector<MemoryLevel>& levels, int threads, double most_bytes) {
  std::size_t floats = 0;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    sizes_.push_back(read_size(levels, level, threads, most_bytes));
    stride_ = std::max(stride_, sizes_.back().by_each);
    floats = std::max(floats, sizes_.back().by_one);
  }
  floats = std::max(floats, stride_ * static_cast<std::size_t>(threads));
  const std::size_t bytes = (floats * sizeof(float) + huge_page - 1) / huge_page * huge_page;
  memory_.reset(static_cast<float*>(std::aligned_alloc(huge_page, bytes)));
  if (memory_ == nullptr) throw std::bad_alloc();
  madvise(memory_.get(), bytes, MADV_HUGEPAGE);
  std::fill_n(memory_.get(), floats, 1e-3F);
}

OneAndAll ReadBuffer::measure(const Kernels& kernels, std::size_t level, Team& team, double seconds) const {
  constexpr std::size_t at_a_time = std::size_t{1} << 18;  // tens of microseconds from a cache
  std::vector<std::size_t> places(static_cast<std::size_t>(team.threads()));  // where each goes on
  const auto read_on = [&](int index, std::size_t count) {
    std::size_t& place = places[static_cast<std::size_t>(index)];
    const std::size_t stretch = std::min(count, at_a_time);
    const float* const from = memory_.get() + stride_ * static_cast<std::size_t>(index) + place;
    [[maybe_unused]] volatile float kept = kernels.read(from, stretch, at_a_time);
    place = (place + stretch) & (count - 1);
  };
  const auto warm_up = [&](int index, std::size_t count) {
    for (std::size_t done = 0; level + 1 < sizes_.size() && done < count; done += at_a_time)
      read_on(index, count);
  };
  constexpr double bytes = static_cast<double>(at_a_time) * float_bytes;
  const ReadSize size = sizes_.at(level);
  warm_up(0, size.by_one);
  const double one = bytes * rate_of(seconds, [&] { read_on(0, size.by_one); });
  places.assign(places.size(), 0);
  team.run([&](int index) { warm_up(index, size.by_each); });
  const double all = bytes * rate_of(seconds, team, [&](int index) { read_on(index, size.by_each); });
  return {one, std::max(one, all)};
}

}  // namespace lockstep
