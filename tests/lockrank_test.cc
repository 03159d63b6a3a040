// The lock graph: the text, what is generated from it, and the rule that uses it.
//
// Go: runtime/lockrank_test.go, internal/dag/parse_test.go

#include "sched/lockrank.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "tests/export_test.h"

namespace gort {
namespace {

const std::filesystem::path root = std::filesystem::path(__FILE__).parent_path().parent_path();

struct outcome {
  int status;          // exit code
  std::string output;  // stdout and stderr
};

outcome mklockrank(const std::string& arguments) {
  std::string command =
      "python3 '" + (root / "tools/mklockrank.py").string() + "' " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  outcome result{-1, ""};
  if (pipe == nullptr) return result;
  char buf[4096];
  while (size_t n = fread(buf, 1, sizeof buf, pipe)) result.output.append(buf, n);
  int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

// A directory that is removed with the object.
class temporaryDirectory {
 public:
  temporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "lockrankXXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~temporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

bool follows(lockRank prev, lockRank rank) { return rankMayFollow(prev, rank); }

std::vector<lockRank> row(int rank) {
  const lockRankList& list = lockPartialOrder[rank];
  return {list.ranks, list.ranks + list.len};
}

bool holds(const std::vector<lockRank>& list, int rank) {
  return std::find(list.begin(), list.end(), rank) != list.end();
}

// ---- The generated files ----------------------------------------------------------

TEST(LockRankGenerated, CheckedInFilesAreWhatTheGeneratorMakes) {
  outcome result = mklockrank("--check");
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(LockRankGenerated, CheckFindsAStaleFile) {
  temporaryDirectory dir;
  for (const char* name : {"lockrank.h", "lockrank.cc"}) {
    std::filesystem::copy(root / "sched" / name, dir.path());
  }
  std::ofstream(dir.path() + "/lockrank.cc", std::ios::app) << "// by hand\n";
  outcome result = mklockrank("--check --out '" + dir.path() + "'");
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.output.find("-// by hand"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("stale"), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("lockrank.h"), std::string::npos) << result.output;
}

TEST(LockRankGenerated, DotNamesEveryRank) {
  outcome result = mklockrank("--dot");
  ASSERT_EQ(result.status, 0) << result.output;
  for (int rank = 1; rank < lockRankCount; rank++) {
    std::string node = std::string("\"") + lockNames[rank] + "\";";
    EXPECT_NE(result.output.find(node), std::string::npos) << node;
  }
}

// ---- Graphs that are refused ------------------------------------------------------------

struct graphCase {
  const char* name;
  const char* text;
  const char* error;  // part of what is reported for it; "": it is accepted
};

const graphCase graphCases[] = {
    {"empty", "", ""},
    {"chain", "# comment\nNONE < a, b < c; a !< b; c !< a;\n@self a;\n", ""},
    {"negative-before-definition", "a !< b; NONE < a, b;", ""},
    {"cycle", "NONE < a; b < c; a, c < b;", "graph cycle: b < b"},
    {"before-itself", "a < a;", "graph cycle: a < a"},
    {"twice", "NONE < a, b;\nb < a;", "line 2: multiple definitions for a"},
    {"use-first", "a < b;\nNONE < a;", "line 1: use of a before its definition"},
    {"undefined", "a < b;", "missing definition for a"},
    {"none-after", "NONE < a; a < NONE;", "NONE cannot be a successor"},
    {"assertion", "NONE < a < b; a !< b;", "graph edge assertion failed: a !< b"},
    {"assertion-chain", "NONE < a < b < c; a !< c;", "graph edge assertion failed: a !< c"},
    {"self-undefined", "NONE < a; @self b;", "@self names b, which has no definition"},
    {"no-semicolon", "NONE < a\n\n", "expected ';'"},
    {"no-left", "NONE < a;\n< b;", "line 2: expected a name"},
    {"no-right", "NONE <;", "line 1: expected a name"},
    {"open-list", "NONE < a, ;", "line 1: expected a name"},
    {"no-operator", "NONE < a;\na;", "line 2: missing <"},
    {"bad-directive", "NONE < a; @other a;", "line 1: unknown directive @other"},
    {"bad-character", "NONE < a; ! b;", "line 1: unexpected '!'"},
    {"open-directive", "NONE < a; @self a", "line 1: expected ';' after @self"},
};

TEST(LockGraph, IsRefusedWithAReasonOrAccepted) {
  temporaryDirectory dir;
  std::string files;
  for (const graphCase& c : graphCases) files += " '" + dir.file(c.name, c.text) + "'";
  outcome result = mklockrank("--parse" + files + " '" + dir.path() + "/missing'");
  EXPECT_EQ(result.status, 1);
  for (const graphCase& c : graphCases) {
    std::string prefix = dir.path() + "/" + c.name + ": ";
    std::string reported;
    for (size_t at = 0; (at = result.output.find(prefix, at)) != std::string::npos;) {
      size_t end = result.output.find('\n', at);
      reported += result.output.substr(at + prefix.size(), end - at - prefix.size()) + "\n";
      at = end;
    }
    if (*c.error == 0) {
      EXPECT_EQ(reported, "") << c.name;
    } else {
      EXPECT_NE(reported.find(c.error), std::string::npos) << c.name << ": " << reported;
    }
  }
  EXPECT_NE(result.output.find("/missing: No such file"), std::string::npos) << result.output;
}

// ---- The tables -------------------------------------------------------------------------

TEST(LockPartialOrder, RanksIncreaseAlongEveryEdge) {
  for (int rank = 1; rank < lockRankCount; rank++) {
    for (lockRank before : row(rank)) EXPECT_LE(before, rank) << lockNames[rank];
  }
}

TEST(LockPartialOrder, IsTransitive) {
  for (int c = 1; c < lockRankCount; c++) {
    for (lockRank b : row(c)) {
      for (lockRank a : row(b)) {
        if (a == b) continue;  // holding two of a rank says nothing about others
        EXPECT_TRUE(holds(row(c), a))
            << lockNames[a] << " < " << lockNames[b] << " < " << lockNames[c];
      }
    }
  }
}

TEST(LockPartialOrder, OnlyTheFourKnownRanksMayBeHeldTwice) {
  std::vector<int> selfs;
  for (int rank = 1; rank < lockRankCount; rank++) {
    if (holds(row(rank), rank)) selfs.push_back(rank);
  }
  EXPECT_EQ(selfs,
            (std::vector<int>{lockRankHchan, lockRankTimers, lockRankHchanLeaf, lockRankDeadlock}));
}

TEST(LockPartialOrder, HasTheEdgesThatTheRuntimeIsBuiltOn) {
  struct edge {
    lockRank before, after;
  };
  for (edge e : std::vector<edge>{{lockRankHchan, lockRankSched},
                                  {lockRankSysmon, lockRankSched},
                                  {lockRankSched, lockRankAllg},
                                  {lockRankSched, lockRankAllp},
                                  {lockRankHchan, lockRankSudog},
                                  {lockRankSched, lockRankSudog},
                                  {lockRankNotifyList, lockRankSudog},
                                  {lockRankHchan, lockRankMheap},
                                  {lockRankRoot, lockRankStackpool},
                                  {lockRankGscan, lockRankHchanLeaf},
                                  {lockRankTimers, lockRankTimer},
                                  {lockRankExecR, lockRankMheap},
                                  {lockRankAllocmW, lockRankAllocmRInternal},
                                  {lockRankTestR, lockRankTestRInternal},
                                  {lockRankMheap, lockRankGlobalAlloc},
                                  {lockRankPanic, lockRankDeadlock}}) {
    EXPECT_TRUE(follows(e.before, e.after)) << lockNames[e.before] << " " << lockNames[e.after];
    EXPECT_FALSE(follows(e.after, e.before)) << lockNames[e.after] << " " << lockNames[e.before];
  }
}

TEST(LockPartialOrder, RanksThatNothingConnectsExcludeEachOther) {
  // A semaphore is never waited for with a channel locked, nor readied with sched.lock.
  EXPECT_FALSE(follows(lockRankHchan, lockRankRoot));
  EXPECT_FALSE(follows(lockRankSched, lockRankRoot));
  EXPECT_FALSE(follows(lockRankRoot, lockRankSched));
  EXPECT_FALSE(follows(lockRankAllg, lockRankAllp));
  EXPECT_FALSE(follows(lockRankTestR, lockRankTestW));
}

// ---- The rule -----------------------------------------------------------------------------

TEST(RankMayFollow, IsTheTableForEveryPair) {
  for (int prev = 1; prev < lockRankCount; prev++) {
    for (int rank = 1; rank < lockRankCount; rank++) {
      EXPECT_EQ(follows(lockRank(prev), lockRank(rank)), holds(row(rank), prev))
          << lockNames[prev] << " then " << lockNames[rank];
    }
  }
}

TEST(RankMayFollow, ALeafComesAfterAllButALeafAndNothingComesAfterIt) {
  for (int rank = 1; rank < lockRankCount; rank++) {
    EXPECT_TRUE(follows(lockRank(rank), lockRankLeafRank)) << lockNames[rank];
    EXPECT_FALSE(follows(lockRankLeafRank, lockRank(rank))) << lockNames[rank];
  }
  EXPECT_FALSE(follows(lockRankLeafRank, lockRankLeafRank));
}

TEST(LockRankString, NamesRanksAsTheGraphDoes) {
  EXPECT_STREQ(lockRankString(lockRankSched), "sched");
  EXPECT_STREQ(lockRankString(lockRankUnknown), "UNKNOWN");
  EXPECT_STREQ(lockRankString(lockRankLeafRank), "LEAF");
  EXPECT_STREQ(lockRankString(lockRank(lockRankCount)), "BAD RANK");
  EXPECT_STREQ(lockRankString(lockRank(-1)), "BAD RANK");
}

// ---- The checks, in builds that have them ----------------------------------------------------

class LockRankCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!staticLockRanking) GTEST_SKIP() << "lock ranks are checked with GORT_DEBUG=1";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }

  testing::threadAsM thread;
  mutex sched{lockRankSched};
  mutex hchan{lockRankHchan};
  mutex allp{lockRankAllp};
  mutex leaf;
};

TEST_F(LockRankCheck, LocksInOrderAreRecordedAndForgotten) {
  lock(&hchan);
  lock(&sched);
  lock(&leaf);
  EXPECT_EQ(thread.mp()->locksHeldLen, 3);
  EXPECT_EQ(thread.mp()->locksHeld[2].rank, lockRankLeafRank);
  assertLockHeld(&sched);
  assertRankHeld(lockRankHchan);
  unlock(&sched);  // in any order
  EXPECT_EQ(thread.mp()->locksHeldLen, 2);
  EXPECT_EQ(thread.mp()->locksHeld[1].lockAddr, reinterpret_cast<uintptr>(&leaf));
  unlock(&leaf);
  unlock(&hchan);
  EXPECT_EQ(thread.mp()->locksHeldLen, 0);
}

TEST_F(LockRankCheck, AWrongOrderDiesAndListsWhatIsHeld) {
  EXPECT_DEATH(
      {
        lock(&sched);
        lock(&hchan);
      },
      "======\n0 : sched [0-9]+ 0x[0-9a-f]+\n1 : hchan [0-9]+ 0x[0-9a-f]+\n"
      "(.|\n)*lock ordering problem");
}

TEST_F(LockRankCheck, ALockAfterALeafDies) {
  EXPECT_DEATH(
      {
        lock(&leaf);
        lock(&sched);
      },
      "lock ordering problem");
}

TEST_F(LockRankCheck, TheSameLockAgainDiesInsteadOfHanging) {
  EXPECT_DEATH(
      {
        lock(&sched);
        lock(&sched);
      },
      "lock ordering problem");
}

TEST_F(LockRankCheck, ARankGivenAtTheLockCounts) {
  lock(&sched);
  mutex other;
  EXPECT_DEATH(lockWithRank(&other, lockRankHchan), "lock ordering problem");
  lockWithRank(&other, lockRankAllg);
  unlock(&other);
  unlock(&sched);
}

TEST_F(LockRankCheck, MayAcquireChecksAndTakesNothing) {
  lock(&hchan);
  lockWithRankMayAcquire(&sched, lockRankSched);
  EXPECT_EQ(thread.mp()->locksHeldLen, 1);
  EXPECT_EQ(sched.key.load(relaxed), 0u);
  unlock(&hchan);
  lock(&sched);
  EXPECT_DEATH(lockWithRankMayAcquire(&hchan, lockRankHchan), "lock ordering problem");
  unlock(&sched);
}

TEST_F(LockRankCheck, ARankWithoutALockIsOrderedAsOne) {
  acquireLockRankAndM(lockRankExecR);
  EXPECT_DEATH(lock(&hchan), "lock ordering problem");
  lock(&sched);
  unlock(&sched);
  releaseLockRankAndM(lockRankExecR);
  EXPECT_EQ(thread.mp()->locksHeldLen, 0);
  EXPECT_EQ(thread.mp()->locks, 0);
  EXPECT_DEATH(releaseLockRankAndM(lockRankExecR),
               "lockRank release without matching lockRank acquire");
}

TEST_F(LockRankCheck, UnlockOfALockThatThisMDoesNotHoldDies) {
  EXPECT_DEATH(unlock(&sched), "unlock without matching lock acquire");
}

TEST_F(LockRankCheck, AssertsDieWithWhatIsHeld) {
  lock(&allp);
  EXPECT_DEATH(assertLockHeld(&sched),
               "caller requires lock 0x[0-9a-f]+ \\(rank sched\\), holding:\n0 : allp "
               "(.|\n)*not holding required lock!");
  EXPECT_DEATH(assertRankHeld(lockRankSched), "requires lock with rank sched, holding:");
  unlock(&allp);
  EXPECT_DEATH(assertLockHeld(&sched), "holding:\n<none>\n");
}

TEST_F(LockRankCheck, TheWorldIsStoppedOnceAtATime) {
  EXPECT_DEATH(assertWorldStopped(), "world not stopped");
  EXPECT_DEATH(assertWorldStoppedOrLockHeld(&sched), "no world stop or required lock!");
  lock(&sched);
  assertWorldStoppedOrLockHeld(&sched);
  unlock(&sched);
  worldStopped();
  assertWorldStopped();
  assertWorldStoppedOrLockHeld(&sched);
  EXPECT_DEATH(worldStopped(), "recursive world stop");
  worldStarted();
  EXPECT_DEATH(worldStarted(), "released non-stopped world stop");
}

TEST_F(LockRankCheck, LocksOfPrintAndPanicAreExempt) {
  mutex debuglock{lockRankPrint};
  mutex paniclk{lockRankPanic};
  lock(&leaf);
  lock(&paniclk);
  lock(&debuglock);
  EXPECT_EQ(thread.mp()->locksHeldLen, 1);
  unlock(&paniclk);
  unlock(&debuglock);
  unlock(&leaf);
}

TEST_F(LockRankCheck, ASelectMayHoldAnyNumberOfChannels) {
  mutex many[100];
  auto forth = [&] {
    for (mutex& l : many) {
      lockInit(&l, lockRankHchan);
      lock(&l);
    }
    lock(&sched);  // and others after them
    for (mutex& l : many) assertLockHeld(&l);
    unlock(&sched);
  };
  forth();
  for (mutex& l : many) unlock(&l);
  EXPECT_EQ(thread.mp()->locksHeldLen, 0);
  forth();
  for (int i = 99; i >= 0; i--) unlock(&many[i]);
  EXPECT_EQ(thread.mp()->locksHeldLen, 0);
  EXPECT_DEATH(unlock(&many[50]), "unlock without matching lock acquire");
  lock(&sched);
  EXPECT_DEATH(lock(&many[0]), "lock ordering problem");
  unlock(&sched);
}

TEST_F(LockRankCheck, MoreLocksThanTheListHoldsDie) {
  // The longest chain of ranks: each may follow the one before.
  int length[lockRankCount] = {};
  int prev[lockRankCount] = {};
  int last = 0;
  for (int r = 1; r < lockRankCount; r++) {
    length[r] = 1;
    for (int q = 1; q < r; q++) {
      if (rankMayFollow(static_cast<lockRank>(q), static_cast<lockRank>(r)) &&
          length[q] >= length[r]) {
        length[r] = length[q] + 1;
        prev[r] = q;
      }
    }
    if (length[r] > length[last]) last = r;
  }
  ASSERT_GT(length[last], 10);
  std::vector<lockRank> chain;
  for (int r = last; r != 0; r = prev[r]) chain.insert(chain.begin(), static_cast<lockRank>(r));
  EXPECT_DEATH(
      {
        std::vector<mutex> locks(chain.size());
        for (size_t i = 0; i < chain.size(); i++) lockWithRank(&locks[i], chain[i]);
      },
      "too many locks held concurrently");
}

}  // namespace
}  // namespace gort
