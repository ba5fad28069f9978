#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>

#include <gmock/gmock.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/locks_for_test.h"
#include "bench/allocations.h"
#include "cases/golden_for_test.h"
#include "cases/library/lockstep.h"

namespace lockstep {
namespace {

// What a caller of liblockstep.so may rely on where it must not be kept waiting, as its header tells.
const std::set<std::string> fit_for_audio{"eigen", "fused", "naive"};

class LibraryCalls : public ::testing::TestWithParam<std::string> {
 protected:
  bool is_fit() const { return fit_for_audio.contains(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Backends, LibraryCalls,
                         ::testing::Values("naive", "eigen", "openblas", "onednn", "fused"));

// The very first call included, in a thread of its own as in an audio callback, and those after reset. What
// oneDNN does in every call is seen, too: else a count of none would say little. OpenBLAS does on some CPUs.
TEST_P(LibraryCalls, OfAStreamNeitherAllocateNorLock) {
  std::int64_t all = 0;
  for (const char* file : {"lstms.keras", "heads.keras", "rnn_cells.keras", "nested.keras"})
    for (const std::int64_t piece : {1, 64}) {
      Stream stream = load(keras_file_for_test(file)).stream({.backend = GetParam(), .time_steps = piece});
      const std::vector<float> input(stream.input_size(), 0.5F);
      std::vector<std::vector<float>> memory;
      for (std::size_t i = 0; stream.output_size(i) > 0; ++i) memory.emplace_back(stream.output_size(i));
      const std::vector<std::span<float>> outputs(memory.begin(), memory.end());
      std::int64_t allocations = 0, locks = 0, done = 0;
      const auto calls = [&] {
        for (int call = 0; call < 100; ++call) {
          if (call == 50) stream.reset();
          done += stream.step(input, outputs) ? 1 : 0;
        }
      };
      std::thread([&] { locks = locks_of([&] { allocations = allocations_of(calls); }); }).join();
      EXPECT_EQ(done, 100);
      EXPECT_TRUE(!is_fit() || allocations == 0) << file << ": " << allocations << " allocations";
      EXPECT_TRUE(!is_fit() || locks == 0) << file << ": " << locks << " locks";
      all += allocations + locks;
    }
  EXPECT_TRUE(all > 0 || GetParam() != "onednn");
}

TEST_P(LibraryCalls, OfAPreparedModelAllocateNothing) {
  for (const int threads : {1, 2}) {
    PreparedModel ready =
        load(keras_file_for_test("lstms.keras"))
            .prepare({.backend = GetParam(), .batch = 8, .time_steps = 20, .threads = threads});
    const std::vector<float> input(ready.input_size(), 0.5F);
    std::vector<float> output(ready.output_size());
    for (int run = 0; run < 3; ++run) {
      bool done = false;
      const std::int64_t allocations = allocations_of([&] { done = ready.run(input, output); });
      EXPECT_TRUE(done);
      EXPECT_TRUE(allocations == 0 || GetParam() == "onednn") << allocations << " in run " << run;
    }
  }
}

// What fused packs of the weights, another one does not pack again.
TEST(LibraryAllocations, OfAnotherAreFewerWhereItSharesWeights) {
  const LoadedModel loaded = load(keras_file_for_test("lstms.keras"));
  const PrepareOptions options{.time_steps = 4};
  const PreparedModel ready = loaded.prepare(options);
  EXPECT_LT(allocations_of([&] { loaded.another(ready); }), allocations_of([&] { loaded.prepare(options); }));
  const Stream stream = loaded.stream(options);
  EXPECT_LT(allocations_of([&] { loaded.another(stream); }), allocations_of([&] { loaded.stream(options); }));
}

// The counters can count: else none of the above says anything.
TEST(LibraryCounters, CountALockAndAnAllocation) {
  std::mutex lock;
  EXPECT_EQ(locks_of([&] { std::scoped_lock once(lock); }), 1);
  std::shared_timed_mutex shared;
  EXPECT_EQ(locks_of([&] { EXPECT_TRUE(shared.try_lock_for(std::chrono::seconds(1))); }), 1);
  shared.unlock();
  EXPECT_EQ(locks_of([&] { std::shared_lock once(shared, std::try_to_lock); }), 1);
  std::unique_lock holder(lock);
  std::condition_variable condition;
  EXPECT_EQ(locks_of([&] { condition.wait_for(holder, std::chrono::milliseconds(1)); }), 1);
  sem_t semaphore;
  ::sem_init(&semaphore, 0, 0);
  EXPECT_EQ(locks_of([&] { ::sem_post(&semaphore); }), 1);
  const timespec past{};
  EXPECT_EQ(locks_of([&] { EXPECT_EQ(::sem_timedwait(&semaphore, &past), 0); }), 1);
  pthread_barrier_t barrier;
  ::pthread_barrier_init(&barrier, nullptr, 1);
  EXPECT_EQ(locks_of([&] { ::pthread_barrier_wait(&barrier); }), 1);
  int word = 0;
  EXPECT_EQ(locks_of([&] { ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }), 1);
  EXPECT_GT(locks_of([] { load(keras_file_for_test("grus.keras")); }), 0) << "in liblockstep.so";
  EXPECT_EQ(allocations_of([] { const std::vector<float> some(100); }), 1);
  EXPECT_GT(allocations_of([] { load(keras_file_for_test("grus.keras")); }), 0) << "in liblockstep.so";
}

}  // namespace
}  // namespace lockstep
