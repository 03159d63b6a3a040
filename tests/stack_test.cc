// Stacks: slots and their guards, reuse, growth onto the large region, and how an
// overflow is reported.
//
// Go: runtime/stack_test.go, runtime/crash_test.go (TestStackOverflow)

#include "sched/stack.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gort/minigo.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "arch/mem_linux.h"
#include "arch/os_linux.h"
#include "arch/sanitizer.h"
#include "arch/syscall_linux.h"
#include "sched/proc.h"
#include "tests/compiled.h"
#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using testing::compiledCall;
using testing::compiledDepth;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::onGoroutine;
using testing::runTestProg;
using ::testing::StartsWith;
using testing::WithProcs;

// Whether the byte at addr can be read, asked of the kernel: it says EFAULT where we
// would get a SIGSEGV.
bool readable(uintptr addr) {
  int32 fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  bool ok = gort::write(fds[1], reinterpret_cast<void*>(addr), 1) == 1;
  closefd(fds[0]);
  closefd(fds[1]);
  return ok;
}

// The number of mappings of this process.
int mappings() {
  FILE* f = std::fopen("/proc/self/maps", "r");
  int n = 0;
  for (int c; (c = std::fgetc(f)) != EOF;) n += c == '\n';
  std::fclose(f);
  return n;
}

bool haveGuardRegions() {
  void* p = sysAllocOS(physPageSize, "test");
  bool ok = madvise(p, physPageSize, MADV_GUARD_INSTALL_) == 0;
  sysFreeOS(p, physPageSize);
  return ok;
}

// Whether the kernel takes advice for many pages at a time.
bool haveBatches() {
  void* p = sysAllocOS(physPageSize, "test");
  iovec_ page{p, physPageSize};
  bool ok = process_madvise(PIDFD_SELF_, &page, 1, MADV_GUARD_INSTALL_) == intgo(physPageSize);
  sysFreeOS(p, physPageSize);
  return ok;
}

// The place of default stacks in a P's caches.
constexpr int fixedOrder = __builtin_ctzl(fixedStack / minStack);

// ---- Slots --------------------------------------------------------------------------

TEST(StackSlot, WishesAreRoundedToPowersOfTwo) {
  EXPECT_EQ(round2stack(0), fixedStack);
  EXPECT_EQ(round2stack(1), minStack);
  EXPECT_EQ(round2stack(minStack), minStack);
  EXPECT_EQ(round2stack(minStack + 1), 2 * minStack);
  EXPECT_EQ(round2stack(300 << 10), uintptr{512} << 10);
  EXPECT_EQ(round2stack(maxSlot), maxSlot);
  EXPECT_EQ(round2stack(~uintptr{0}), maxSlot);
}

TEST(StackSlot, AllOfItCanBeUsedAndThePageBelowCannot) {
  onGoroutine([] {
    for (uintptr size = minStack; size <= maxSlot; size *= 2) {
      stack s = stackalloc(size);
      EXPECT_EQ(stackslotsize(s), size);
      EXPECT_EQ((s.lo - physPageSize) % size, 0u) << "a slot is aligned to its size";
      EXPECT_EQ(s.hi % 64, 0u);
      EXPECT_GE(s.hi - s.lo, size - physPageSize - 1024);
      *reinterpret_cast<volatile char*>(s.lo) = 1;
      *reinterpret_cast<volatile char*>(s.hi - 1) = 1;
      EXPECT_FALSE(readable(s.lo - 1));
      EXPECT_FALSE(readable(s.lo - physPageSize));
      stackfree(s);
    }
  });
}

TEST(StackSlot, DefaultSize) {
  onGoroutine([] {
    stack s = stackalloc(0);
    EXPECT_EQ(stackslotsize(s), fixedStack);
    stackfree(s);
  });
}

TEST(StackSlot, TheOneFreedLastComesFirst) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;  // stay on this P
    for (uintptr size : {minStack, fixedStack, maxSlot}) {
      stack a = stackalloc(size), b = stackalloc(size), c = stackalloc(size);
      stackfree(a);
      stackfree(c);
      stackfree(b);
      EXPECT_EQ(stackalloc(size).lo, b.lo);
      EXPECT_EQ(stackalloc(size).lo, c.lo);
      EXPECT_EQ(stackalloc(size).lo, a.lo);
      for (stack s : {a, b, c}) stackfree(s);
    }
    mp->locks--;
  });
}

TEST(StackSlot, NeighboursDoNotEndInTheSameCacheSet) {
  onGoroutine([] {
    std::vector<stack> stacks;
    std::set<uintptr> colours;
    for (int i = 0; i < 64; i++) {
      stacks.push_back(stackalloc(fixedStack));
      colours.insert(stacks.back().hi % fixedStack);
    }
    EXPECT_GE(colours.size(), 8u);
    for (stack s : stacks) stackfree(s);
  });
}

TEST(StackSlot, ALargeOneGivesItsPagesBackWhenFreed) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    stack s = stackalloc(8 << 20);
    std::memset(reinterpret_cast<void*>(s.lo), 0x5a, s.hi - s.lo);
    stackfree(s);
    stack again = stackalloc(8 << 20);
    EXPECT_EQ(again.lo, s.lo);
    EXPECT_EQ(*reinterpret_cast<char*>(s.lo), 0) << "a fresh page";
    EXPECT_EQ(*reinterpret_cast<char*>(s.lo + (4 << 20)), 0) << "a fresh page";
    stackfree(again);
    mp->locks--;
  });
}

TEST(StackSlot, CacheOverflowsIntoThePoolAndComesBack) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    std::set<uintptr> first, second;
    constexpr int n = 5 * stackCacheSize;
    for (int i = 0; i < n; i++) first.insert(stackalloc(fixedStack).lo);
    EXPECT_EQ(first.size(), size_t{n}) << "all different";
    p* pp = mp->p.load(relaxed);
    for (uintptr lo : first) {
      stackfree({lo, lo + fixedStack - physPageSize});
      EXPECT_LE(pp->stackcache[fixedOrder].n, stackCacheSize);
    }
    for (int i = 0; i < n; i++) second.insert(stackalloc(fixedStack).lo);
    EXPECT_EQ(second.size(), size_t{n});
    std::vector<uintptr> both;
    std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                          std::back_inserter(both));
    EXPECT_GE(both.size(), size_t{n} - 2 * stackCacheSize) << "freed ones before fresh ones";
    for (uintptr lo : second) stackfree({lo, lo + fixedStack - physPageSize});
    mp->locks--;
  });
}

TEST(StackSlot, ClearingACacheLeavesNothingInIt) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    stack s = stackalloc(fixedStack);
    stackfree(s);
    p* pp = mp->p.load(relaxed);
    EXPECT_GT(pp->stackcache[fixedOrder].n, 0u);
    stackcache_clear(pp);
    for (const stackfreelist& c : pp->stackcache) EXPECT_EQ(c.n, 0u);
    EXPECT_EQ(pp->stackregion, nullptr);
    stackfree(stackalloc(fixedStack));
    mp->locks--;
  });
}

TEST(StackSlot, CanBeFreedByAnotherThread) {
  WithProcs procs(4);
  onGoroutine([] {
    auto stacks = Chan<stack>::make(16);
    auto done = Chan<void>::make();
    for (int i = 0; i < 4; i++) {
      go([stacks, done] {
        LockOSThread();
        for (stack s : stacks) {
          *reinterpret_cast<volatile char*>(s.hi - 1) = 1;
          stackfree(s);
        }
        UnlockOSThread();
        done.send();
      });
    }
    for (int i = 0; i < 20000; i++) stacks.send(stackalloc(fixedStack));
    stacks.close();
    for (int i = 0; i < 4; i++) done.recv();
  });
}

TEST(StackSlot, FortyThousandNeedNoMappingEach) {
  if (!haveGuardRegions()) GTEST_SKIP() << "Linux 6.13";
  onGoroutine([] {
    int before = mappings();
    std::vector<stack> stacks;
    const int n = asanenabled ? 4000 : 40000;
    for (int i = 0; i < n; i++) stacks.push_back(stackalloc(fixedStack));
    EXPECT_LE(mappings(), before + 100);  // sanitizers have some of their own
    EXPECT_FALSE(readable(stacks.back().lo - 1));
    for (stack s : stacks) stackfree(s);
  });
}

TEST(StackSlot, AFreshOneHasThePageInMemoryWhereFramesBegin) {
  if (!haveBatches()) GTEST_SKIP() << "Linux 6.14";
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    std::vector<stack> stacks;
    int there = 0;
    for (int i = 0; i < 1000; i++) {
      stack s = stackalloc(fixedStack);
      stacks.push_back(s);
      unsigned char in[2] = {};
      auto* top = reinterpret_cast<void*>(alignDown(s.hi - 1, physPageSize) - physPageSize);
      ASSERT_EQ(syscall(SYS_mincore, top, 2 * physPageSize, in), 0);
      there += in[1] & 1;
    }
    // Memory may be short for some; without the preparation there would be a handful.
    EXPECT_GE(there, 900);
    for (stack s : stacks) stackfree(s);
    mp->locks--;
  });
}

TEST(StackGuard, AnAddressIsFoundToBeInOne) {
  onGoroutine([] {
    stack s = stackalloc(fixedStack), hit;
    EXPECT_EQ(stackguardhit(s.lo - 1, &hit), stackKind::goroutine);
    EXPECT_EQ(hit.lo, s.lo);
    EXPECT_EQ(hit.hi, s.hi);
    EXPECT_EQ(stackguardhit(s.lo - physPageSize, &hit), stackKind::goroutine);
    EXPECT_EQ(stackguardhit(s.lo, &hit), stackKind::none);
    EXPECT_EQ(stackguardhit(s.hi - 1, &hit), stackKind::none);
    EXPECT_EQ(stackguardhit(0, &hit), stackKind::none);
    EXPECT_EQ(stackguardhit(~uintptr{0}, &hit), stackKind::none);
    EXPECT_EQ(stackguardhit(reinterpret_cast<uintptr>(&mappings), &hit), stackKind::none);
    stackfree(s);

    stack g0 = g0stackalloc();
    EXPECT_EQ(stackguardhit(g0.lo - 1, &hit), stackKind::system);
    EXPECT_FALSE(readable(g0.lo - 1));
    g0stackfree(g0);
    EXPECT_EQ(g0stackalloc().lo, g0.lo);
    g0stackfree(g0);
  });
}

TEST(StackGuard, SystemStacksLieBelowGoroutines) {
  onGoroutine([] {
    stack s = stackalloc(fixedStack), g0 = g0stackalloc();
    if (!raceenabled) {
      EXPECT_LT(g0.hi, s.lo);
    }
    g0stackfree(g0);
    stackfree(s);
  });
}

// The check of gp's prologues is its stack's bound, or a request to yield, which may
// come at any time.
void expectGuard(const g* gp) {
  uintptr guard = gp->stackguard0.load(relaxed);
  EXPECT_TRUE(guard == gp->stack.lo + stackGuardReserve || guard == stackPreempt) << guard;
}

// ---- Growth ---------------------------------------------------------------------------

TEST(Morestack, GoesOnPastTheSlotAndComesBack) {
  onGoroutine([] {
    stack slot = getg()->stack;
    EXPECT_EQ(compiledDepth(200000), 200000);
    EXPECT_EQ(getg()->stack.lo, slot.lo);
    EXPECT_EQ(getg()->stack.hi, slot.hi);
    expectGuard(getg());
    EXPECT_FALSE(instackregion(getg()));
  });
}

TEST(Morestack, StaysOnTheSlotWhileThereIsRoom) {
  onGoroutine([] {
    compiledCall(100, [] {
      EXPECT_FALSE(instackregion(getg()));
      uintptr sp = getsp();
      EXPECT_TRUE(sp >= getg()->stack.lo && sp < getg()->stack.hi);
    });
  });
}

TEST(Morestack, BothPartsAreTheGoroutinesStack) {
  onGoroutine([] {
    uintptr outer = getsp();
    g* gp = getg();
    stack slot = gp->stack;
    compiledCall(20000, [&] {
      EXPECT_EQ(getg(), gp);
      EXPECT_TRUE(instackregion(gp));
      uintptr sp = getsp();
      EXPECT_TRUE(sp >= gp->stack.lo && sp < gp->stack.hi);
      EXPECT_FALSE(sp >= slot.lo && sp < slot.hi);
      EXPECT_TRUE(onstack(gp, sp));
      EXPECT_TRUE(onstack(gp, outer));
      EXPECT_FALSE(onstack(gp, slot.lo - 1));
      stack hit;
      EXPECT_EQ(stackguardhit(gp->region->stk.lo - 1, &hit), stackKind::region);
      EXPECT_FALSE(readable(gp->region->stk.lo - 1));
    });
    EXPECT_FALSE(onstack(gp, 0));
  });
}

TEST(Morestack, TheRegionIsUsedAgain) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    uintptr first = 0, second = 0;
    compiledCall(20000, [&] { first = getg()->region->stk.lo; });
    compiledCall(20000, [&] { second = getg()->region->stk.lo; });
    EXPECT_EQ(first, second);
    mp->locks--;
  });
}

TEST(Morestack, DeepPagesAreGivenBack) {
  onGoroutine([] {
    // More than what a loop of deep calls finds again.
    for (int i = 0; i < 3; i++) {
      uintptr deep = 0;
      compiledCall(100000, [&] {
        deep = getsp();
        *reinterpret_cast<volatile char*>(deep - 64) = 1;
      });
      EXPECT_EQ(*reinterpret_cast<volatile char*>(deep - 64), 0) << "a fresh page";
    }
  });
}

TEST(Morestack, AThousandTimesAroundTheBoundary) {
  onGoroutine([] {
    for (long n = 0; n < 4000; n += 3) ASSERT_EQ(compiledDepth(n), n);
  });
}

TEST(Morestack, ExceptionsPass) {
  onGoroutine([] {
    stack slot = getg()->stack;
    for (int i = 0; i < 3; i++) {
      EXPECT_THROW(compiledCall(30000, [] { throw std::runtime_error("deep"); }),
                   std::runtime_error);
      EXPECT_EQ(getg()->stack.lo, slot.lo);
      expectGuard(getg());
      EXPECT_FALSE(instackregion(getg()));
    }
  });
}

TEST(Morestack, GoexitPasses) {
  onGoroutine([] {
    auto done = Chan<void>::make();
    go([done] {
      struct Close {
        Chan<void> c;
        ~Close() { c.close(); }
      } closer{done};
      compiledCall(30000, [] { runtime::Goexit(); });
    });
    done.recv();
    EXPECT_EQ(compiledDepth(100000), 100000);
  });
}

TEST(Morestack, AGoroutineParksAndMovesToOtherThreadsFromTheRegion) {
  WithProcs procs(4);
  onGoroutine([] {
    auto c = Chan<long>::make();
    constexpr int n = 16;
    for (int i = 0; i < n; i++) {
      go([c, i] {
        long sum = compiledCall(30000, [] {
          for (int k = 0; k < 100; k++) runtime::Gosched();
        });
        c.send(sum + i);
      });
    }
    long sum = 0;
    for (int i = 0; i < n; i++) sum += *c.recv();
    EXPECT_EQ(sum, n * 30000L + n * (n - 1) / 2);
  });
}

// Who yields goes to the global queue. Now and then the scheduler looks there first, and the
// one that yielded runs again before the other; not twice in a row.
void yieldAtTheNextCheck(const bool& ran) {
  g* gp = getg();
  for (int i = 0; i < 2 && !ran; i++) {
    gp->preempt.store(true, relaxed);
    gp->stackguard0.store(stackPreempt, relaxed);
    EXPECT_EQ(compiledDepth(10), 10);
  }
  EXPECT_TRUE(ran);
}

TEST(Morestack, ARequestToYieldIsObeyedAtTheNextCheck) {
  WithProcs procs(1);
  onGoroutine([] {
    bool ran = false;
    go([&ran] { ran = true; });
    yieldAtTheNextCheck(ran);
    expectGuard(getg());
  });
}

TEST(Morestack, ARequestToYieldWaitsWhileTheMIsBusy) {
  WithProcs procs(1);
  onGoroutine([] {
    bool ran = false;
    go([&ran] { ran = true; });
    g* gp = getg();
    gp->m->locks++;
    gp->preempt.store(true, relaxed);
    gp->stackguard0.store(stackPreempt, relaxed);
    EXPECT_EQ(compiledDepth(10), 10);
    EXPECT_FALSE(ran);
    gp->m->locks--;
    yieldAtTheNextCheck(ran);
  });
}

TEST(Morestack, ARequestToYieldIsObeyedOnTheRegion) {
  WithProcs procs(1);
  onGoroutine([] {
    bool ran = false;
    go([&ran] { ran = true; });
    compiledCall(20000, [&] {
      g* gp = getg();
      for (int i = 0; i < 2 && !ran; i++) {  // twice: see yieldAtTheNextCheck
        gp->preempt.store(true, relaxed);
        gp->stackguard0.store(stackPreempt, relaxed);
        EXPECT_EQ(compiledDepth(100000), 100000);
      }
      EXPECT_TRUE(ran);
      EXPECT_TRUE(instackregion(gp));
    });
    EXPECT_FALSE(instackregion(getg()));
  });
}

// A function of compiled code whose frame is largeFrame bytes, more than a slot has left here.
constexpr int largeFrame = 40 << 10;
[[gnu::noinline]] bool largeBody(bool& ran) {
  volatile char frame[largeFrame - 1024];
  frame[0] = 1;
  frame[sizeof frame - 1] = 1;
  return ran && instackregion(getg());
}

TEST(Morestack, AfterARequestToYieldALargeFrameIsStillCheckedFor) {
  WithProcs procs(1);
  onGoroutine([] {
    bool ran = false;
    go([&ran] { ran = true; });
    yieldAtTheNextCheck(ran);
    g* gp = getg();
    // So near the end that there is room for small frames, and for no large one.
    uintptr left = stackGuardReserve + 2 * stackCheckFrame;
    uintptr used = getsp() - gp->stack.lo - left;
    *static_cast<volatile char*>(__builtin_alloca(used)) = 1;
    gp->preempt.store(true, relaxed);
    gp->stackguard0.store(stackPreempt, relaxed);
    bool onRegion = compiled::morestackof<largeBody, largeFrame>::call(ran);
    EXPECT_TRUE(onRegion);
    EXPECT_FALSE(gp->preempt.load(relaxed)) << "it did yield";
    EXPECT_FALSE(instackregion(gp));
  });
}

TEST(StackSlot, OfAGoroutineWithALargeFrameHasRoomBesideIt) {
  onGoroutine([] {
    struct args {
      Chan<uintptr> left;
      char bytes[60 << 10];
    };
    auto left = Chan<uintptr>::make();
    newprocframe(
        [](void* frame) {
          auto* a = static_cast<args*>(frame);
          EXPECT_TRUE(onstack(getg(), reinterpret_cast<uintptr>(a)) && a->bytes[0] == 1);
          a->left.send(reinterpret_cast<uintptr>(a) - getg()->stack.lo);
          std::destroy_at(a);
        },
        sizeof(args), alignof(args),
        [](void* frame, void* src) {
          auto* a = new (frame) args{*static_cast<Chan<uintptr>*>(src), {}};
          a->bytes[0] = 1;
        },
        &left, 0);
    EXPECT_GE(*left.recv(), fixedStack - 2 * physPageSize);
  });
}

TEST(MaxStack, SettingReturnsTheOldOne) {
  onGoroutine([] {  // main sets the limit
    EXPECT_EQ(setMaxStack(5000000), 1000000000);
    EXPECT_EQ(setMaxStack(1000000000), 5000000);
  });
}

// ---- WithStack --------------------------------------------------------------------------

TEST(WithStack, GivesAsMuchAsWasAskedFor) {
  onGoroutine([] {
    int result = runtime::WithStack(100 << 20, [] {
      constexpr size_t n = 90 << 20;
      auto* b = static_cast<volatile char*>(__builtin_alloca(n));
      b[0] = 1;
      b[n - 1] = 2;
      return b[0] + b[n - 1];
    });
    EXPECT_EQ(result, 3);
    EXPECT_FALSE(instackregion(getg()));
  });
}

TEST(WithStack, StaysWhereItIsIfThereIsRoom) {
  onGoroutine(
      [] { runtime::WithStack(fixedStack / 2, [] { EXPECT_FALSE(instackregion(getg())); }); });
}

TEST(WithStack, Nests) {
  onGoroutine([] {
    runtime::WithStack(10 << 20, [] {
      runtime::WithStack(100 << 20, [] {
        auto* b = static_cast<volatile char*>(__builtin_alloca(90 << 20));
        b[0] = 1;
        runtime::WithStack(1000, [] { EXPECT_TRUE(instackregion(getg())); });
      });
      EXPECT_TRUE(instackregion(getg()));
    });
    EXPECT_FALSE(instackregion(getg()));
  });
}

TEST(WithStack, ExceptionsPass) {
  onGoroutine([] {
    EXPECT_THROW(runtime::WithStack(10 << 20, []() -> int { throw std::runtime_error("x"); }),
                 std::runtime_error);
    EXPECT_FALSE(instackregion(getg()));
  });
}

TEST(WithStack, WorksOnAThreadThatIsNotOurs) {
  EXPECT_EQ(runtime::WithStack(10 << 20, [] { return 7; }), 7);
}

// ---- Overflow -----------------------------------------------------------------------------

// The first n lines of text.
std::string lines(const std::string& text, int n) {
  size_t end = 0;
  while (n-- > 0 && (end = text.find('\n', end)) != std::string::npos) end++;
  return text.substr(0, end);
}

// How the report of a program begins that outgrew a stack of `limit` bytes.
void expectOverflow(const testing::ProgResult& r, const char* limit) {
  EXPECT_EQ(r.exit, 2);
  EXPECT_EQ(r.out, "");
  EXPECT_THAT(lines(r.err, 4),
              MatchesRegex(std::string("runtime: goroutine stack exceeds ") + limit +
                           "-byte limit\n"
                           "runtime: sp=0x[0-9a-f]+ stack=\\[0x[0-9a-f]+, 0x[0-9a-f]+\\]\n"
                           "fatal error: stack overflow\n\n"));
}

TEST(StackOverflow, OfCodeWithoutChecks) {
  auto r = runTestProg("stack", {"cpp"});
  expectOverflow(r, std::to_string(fixedStack).c_str());
  r = runTestProg("stack", {"cpp small"});
  expectOverflow(r, "32768");
  r = runTestProg("stack", {"cpp region"});
  expectOverflow(r, "20971520");
}

TEST(StackOverflow, OfAFrameThatNoStackHolds) {
  auto r = runTestProg("stack", {"frame"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: newproc: function arguments too large for new "
                                "goroutine\n"));
}

TEST(StackOverflow, NamesTheGoroutine) {
  auto r = runTestProg("stack", {"cpp goroutine"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("runtime: goroutine stack exceeds " + std::to_string(fixedStack) +
                                "-byte limit\n"));
  EXPECT_THAT(r.err, HasSubstr("\nfatal error: stack overflow\n\ngoroutine "));
  EXPECT_THAT(r.err, HasSubstr(" [running]:\n"));
  EXPECT_THAT(r.err, HasSubstr("\n\ngoroutine 1 ")) << "the others follow";
}

TEST(StackOverflow, OfCompiledCode) {
  auto r = runTestProg("stack", {"compiled limit"});
  expectOverflow(r, "10485760");
  r = runTestProg("stack", {"compiled below slot"});
  expectOverflow(r, "1000");
  if (asanenabled || raceenabled) return;  // they say something of their own about that much
  r = runTestProg("stack", {"compiled"});
  expectOverflow(r, "1000000000");
}

TEST(StackOverflow, OfAWishThatExceedsTheLimit) {
  expectOverflow(runTestProg("stack", {"withstack limit"}), "1000000000");
  expectOverflow(runTestProg("stack", {"withstack of all"}), "1000000000");
}

// Under a limit of the address space the region is as large as can be, and is used again.
TEST(StackFallback, ASmallRegionIsKeptWhereThereIsNoRoomForALargeOne) {
  if (asanenabled || raceenabled) GTEST_SKIP() << "a sanitizer reserves what it likes";
  auto r = runTestProg("stack", {"scarce"});
  EXPECT_EQ(r.out, "ok\n") << r.err;
}

// Where the kernel has no guard regions, or refuses them as it does for locked
// memory, guards are made by mprotect.
TEST(StackFallback, GuardsWithoutGuardRegions) {
  auto r = runTestProg("stack", {"cpp", "locked"});
  if (r.out == "not permitted\n") GTEST_SKIP() << "mlockall";
  expectOverflow(r, std::to_string(fixedStack).c_str());
}

TEST(StackFallback, SaysWhatTheLimitIs) {
  if (asanenabled || raceenabled) GTEST_SKIP() << "takes minutes";
  // Not all of it: a report tells of all goroutines, and there are many.
  std::string command = GORT_TESTPROG_DIR "/stack park locked 2>&1 | head -n 5";
  FILE* f = popen(command.c_str(), "r");
  char text[1000] = {};
  size_t n = fread(text, 1, sizeof text - 1, f);
  pclose(f);
  if (std::string(text) == "not permitted\n") GTEST_SKIP() << "mlockall";
  if (std::string(text) == "ok\n") GTEST_SKIP() << "vm.max_map_count is large";
  EXPECT_THAT(std::string(text, n),
              MatchesRegex("runtime: failed to protect the guard page of a stack "
                           "\\(have [0-9]+ already; errno=12\\)\n"
                           "runtime: each guard is a mapping of its own before Linux 6.13 "
                           "and in locked memory\n"
                           "runtime: may need to increase max mappings "
                           "\\(sysctl vm.max_map_count\\)\n"
                           "fatal error: out of memory \\(stackalloc\\)\n\n"));
}

TEST(StackFallback, FortyThousandGoroutinesParkWithGuardRegions) {
  if (!haveGuardRegions()) GTEST_SKIP() << "Linux 6.13";
  auto r = runTestProg("stack", {"park"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "ok\n");
}

}  // namespace
}  // namespace gort
