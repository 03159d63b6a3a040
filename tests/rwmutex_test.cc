// The lock for many readers or one writer, between Ms.
//
// Go: runtime/rwmutex_test.go

#include "sched/rwmutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "tests/export_test.h"

namespace gort {
namespace {

class RWMutex : public ::testing::Test {
 protected:
  RWMutex() { rw.init(lockRankTestR, lockRankTestRInternal, lockRankTestW); }

  // How many readers are queued behind a writer.
  int queued() {
    lock(&rw.rLock);
    int n = 0;
    for (m* mp = rw.readers; mp != nullptr; mp = mp->schedlink) n++;
    unlock(&rw.rLock);
    return n;
  }

  testing::threadAsM thread;
  rwmutex rw;
};

TEST_F(RWMutex, ReadersAreInTogether) {
  constexpr int readers = 4;
  std::atomic<int> in = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < readers; i++) {
    all.emplace_back([&] {
      testing::threadAsM reader;
      rw.rlock();
      in++;
      while (in < readers) std::this_thread::yield();  // hangs unless all get in
      rw.runlock();
      EXPECT_EQ(reader.mp()->locks, 0);
    });
  }
  for (std::thread& t : all) t.join();
  EXPECT_EQ(rw.readerCount.load(relaxed), 0);
}

TEST_F(RWMutex, AReaderStaysOnItsM) {
  rw.rlock();
  EXPECT_GT(thread.mp()->locks, 0);
  rw.runlock();
  EXPECT_EQ(thread.mp()->locks, 0);
}

TEST_F(RWMutex, AWriterWaitsForReadersAndKeepsNewOnesOut) {
  std::atomic<bool> written = false;
  std::atomic<int> readAfter = 0;
  rw.rlock();
  std::thread writer([&] {
    testing::threadAsM thread;
    rw.lock();
    EXPECT_EQ(readAfter, 0);
    written = true;
    rw.unlock();
  });
  while (rw.readerCount.load(acquire) >= 0) std::this_thread::yield();

  std::vector<std::thread> late;
  for (int i = 0; i < 2; i++) {
    late.emplace_back([&] {
      testing::threadAsM thread;
      rw.rlock();
      EXPECT_TRUE(written);
      readAfter++;
      rw.runlock();
    });
  }
  while (queued() < 2) std::this_thread::yield();
  EXPECT_FALSE(written);
  rw.runlock();
  writer.join();
  for (std::thread& t : late) t.join();
  EXPECT_EQ(readAfter, 2);
}

TEST_F(RWMutex, ExcludesUnderLoad) {
  constexpr int rounds = 3000;
  int64 a = 0, b = 0;  // equal whenever no writer is in
  std::atomic<int> readers = 0, writers = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 4; i++) {
    all.emplace_back([&, i] {
      testing::threadAsM thread;
      for (int j = 0; j < rounds; j++) {
        if ((i + j) % 4 == 0) {
          rw.lock();
          EXPECT_EQ(writers++, 0);
          EXPECT_EQ(readers, 0);
          a++;
          b++;
          writers--;
          rw.unlock();
        } else {
          rw.rlock();
          readers++;
          EXPECT_EQ(writers, 0);
          EXPECT_EQ(a, b);
          readers--;
          rw.runlock();
        }
      }
      EXPECT_EQ(thread.mp()->locks, 0);
    });
  }
  for (std::thread& t : all) t.join();
  EXPECT_EQ(a, 4 * rounds / 4);
  EXPECT_EQ(rw.readerCount.load(relaxed), 0);
  EXPECT_EQ(rw.readerWait.load(relaxed), 0);
  EXPECT_EQ(rw.readerPass, 0u);
  EXPECT_EQ(rw.readers, nullptr);
}

TEST_F(RWMutex, UndoingWhatWasNotDoneDies) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(rw.runlock(), "runlock of unlocked rwmutex");
  EXPECT_DEATH(rw.unlock(), "unlock of unlocked rwmutex");
  EXPECT_DEATH(
      {
        rw.lock();
        rw.runlock();
      },
      "runlock of unlocked rwmutex");
}

}  // namespace
}  // namespace gort
