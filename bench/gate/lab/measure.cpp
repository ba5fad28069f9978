#include "bench/gate/lab/measure.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <system_error>

#include <dlfcn.h>
#include <fmt/format.h>

#include "bench/gate/lab/call.h"
#include "bench/gate/lab/library_of.h"
#include "bench/gate/lab/prove.h"
#include "bench/gate/lab/rounds.h"
#include "bench/gate/lab/slowed.h"

namespace lockstep::gate {
namespace {

using Modules = std::map<std::filesystem::path, Module>;

Modules load_all(const std::vector<Item>& items, std::mt19937_64& random) {
  Modules modules;
  for (const Item& item : items)
    for (const auto* arms : {&item.base, &item.head})
      for (const Arm& arm : *arms) modules.try_emplace(arm.module);
  std::vector<std::filesystem::path> order;
  for (const auto& [path, module] : modules) order.push_back(path);
  std::shuffle(order.begin(), order.end(), random);
  for (const auto& path : order) {
    Module& module = modules[path] = load_module(path);
    if (module.backend == nullptr)
      throw std::runtime_error(fmt::format("{}: {}", path.string(), module.reason));
  }
  return modules;
}

/// The file that the module's first function and the backend's table of functions are in.
std::filesystem::path code_of(const Module& module) {
  void* handle = ::dlopen(std::filesystem::absolute(module.path).c_str(), RTLD_LAZY | RTLD_NOLOAD);
  const void* entry = handle != nullptr ? ::dlsym(handle, "lockstep_backend") : nullptr;
  const void* table = *reinterpret_cast<const void* const*>(module.backend);
  if (handle != nullptr) ::dlclose(handle);
  const auto file = file_of(entry);
  return file == file_of(table) ? file : std::filesystem::path();
}

/// A backend ready for its batches.
Call prepare(const Item& item, const Arm& arm, const Module& module, double slowdown, const CallData& data) {
  const auto refuse = [&](std::string_view why) {
    throw std::runtime_error(fmt::format("{}: {}: {}", item.benchmark.name, arm.module.string(), why));
  };
  if (module.name != item.benchmark.backend) refuse(fmt::format("has the backend {}", module.name));
  Call call = make_call(*module.backend, data, slowdown);
  call();
  if (data.digest() == arm.digest) return call;
  const Finding finding = check_alone(*module.backend, item.benchmark.one);
  if (finding.verdict != Verdict::pass)
    refuse(fmt::format("computes otherwise than it was proven: {}", finding.reason));
  return call;
}

/// Rounds in which a layer stays where it was prepared.
constexpr int rounds_of_a_place = 8;

/// Times some rounds of layers that are prepared anew, at places in memory that no other rounds had: where
/// two of them lie can make one a percent faster than the other.
void measure_in_one_place(const Item& item, const Modules& modules, const MeasureTask& task, int rounds,
                          std::mt19937_64& random, Sample& sample) {
  const Now now = steady_now;
  const auto some_bytes = [&] {
    constexpr std::size_t line = 64, lines_of_a_page = 64;
    return std::make_unique<std::byte[]>(line * (1 + random() % lines_of_a_page));
  };
  std::vector<std::unique_ptr<std::byte[]>> gaps;
  gaps.push_back(some_bytes());
  const CallData data(item.benchmark.one);
  const std::array sides{&item.base, &item.head};
  std::array<std::size_t, 2> order{0, 1};
  std::shuffle(order.begin(), order.end(), random);
  std::array<Call, 2> calls;
  for (const std::size_t side : order)
    for (const Arm& arm : *sides[side]) {
      gaps.push_back(some_bytes());
      calls[side] = prepare(item, arm, modules.at(arm.module), side == 1 ? item.slowdown : 0, data);
    }
  std::vector<std::size_t> there;
  for (const std::size_t side : order)
    if (calls[side]) there.push_back(side);
  if (there.empty()) throw std::runtime_error(fmt::format("{}: nothing to measure", item.benchmark.name));

  std::shuffle(there.begin(), there.end(), random);
  if (sample.calls == 0) sample.calls = calls_for(task.batch_seconds, calls[there.front()], now);
  std::shuffle(there.begin(), there.end(), random);
  for (const std::size_t side : there) time_batch(calls[side], sample.calls, now);
  const auto keep = [](std::vector<double>& all, const std::vector<double>& some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  if (there.size() == 2) {
    const auto seconds = time_rounds(calls, sample.calls, rounds, random, now);
    keep(sample.base, seconds[0]);
    keep(sample.head, seconds[1]);
  } else {
    auto& seconds = there.front() == 0 ? sample.base : sample.head;
    for (int round = 0; round < rounds; ++round)
      seconds.push_back(time_batch(calls[there.front()], sample.calls, now));
  }
}

Sample measure_one(const Item& item, const Modules& modules, const MeasureTask& task,
                   std::mt19937_64& random) {
  Sample sample{item.benchmark.name, item.pair, item.layout, {}, {}, item.calls};
  for (int left = task.rounds; left > 0; left -= rounds_of_a_place)
    measure_in_one_place(item, modules, task, std::min(left, rounds_of_a_place), random, sample);
  return sample;
}

}  // namespace

void expect_apart(const Module& base, const Module& head) {
  if (base.backend == head.backend || code_of(base) == code_of(head))
    throw std::runtime_error(
        fmt::format("both arms are the same library: {} and {}", base.path.string(), head.path.string()));
  for (const Module* module : {&base, &head}) {
    std::error_code error;
    if (!std::filesystem::equivalent(code_of(*module), module->path, error))
      throw std::runtime_error(fmt::format("{}: runs code of another file", module->path.string()));
  }
}

std::vector<Sample> measure(const MeasureTask& task) {
  std::mt19937_64 random(task.seed);
  const Modules modules = load_all(task.items, random);
  for (const Item& item : task.items)
    if (!item.base.empty() && !item.head.empty())
      expect_apart(modules.at(item.base.front().module), modules.at(item.head.front().module));
  std::vector<const Item*> order;
  for (const Item& item : task.items) order.push_back(&item);
  std::shuffle(order.begin(), order.end(), random);
  std::vector<Sample> samples;
  for (const Item* item : order) samples.push_back(measure_one(*item, modules, task, random));
  return samples;
}

}  // namespace lockstep::gate
