#include "bench/gate/lab/measure.h"

#include <algorithm>
#include <array>
#include <map>
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

Sample measure_one(const Item& item, const Modules& modules, const MeasureTask& task,
                   std::mt19937_64& random) {
  const Now now = steady_now;
  const CallData data(item.benchmark.one);
  const std::array sides{&item.base, &item.head};
  std::array<std::size_t, 2> order{0, 1};
  std::shuffle(order.begin(), order.end(), random);
  std::array<Call, 2> calls;
  for (const std::size_t side : order)
    for (const Arm& arm : *sides[side])
      calls[side] = prepare(item, arm, modules.at(arm.module), side == 1 ? item.slowdown : 0, data);
  std::vector<std::size_t> there;
  for (const std::size_t side : order)
    if (calls[side]) there.push_back(side);
  if (there.empty()) throw std::runtime_error(fmt::format("{}: nothing to measure", item.benchmark.name));

  Sample sample{item.benchmark.name, item.pair, item.layout, {}, {}, item.calls};
  std::shuffle(there.begin(), there.end(), random);
  if (sample.calls == 0) sample.calls = calls_for(task.batch_seconds, calls[there.front()], now);
  std::shuffle(there.begin(), there.end(), random);
  for (const std::size_t side : there) time_batch(calls[side], sample.calls, now);
  if (there.size() == 2) {
    auto seconds = time_rounds(calls, sample.calls, task.rounds, random, now);
    sample.base = std::move(seconds[0]);
    sample.head = std::move(seconds[1]);
  } else {
    auto& seconds = there.front() == 0 ? sample.base : sample.head;
    for (int round = 0; round < task.rounds; ++round)
      seconds.push_back(time_batch(calls[there.front()], sample.calls, now));
  }
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
