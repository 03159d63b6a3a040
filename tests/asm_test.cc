// arch/asm_amd64.S: the switches keep what they promise, on goroutines made by hand.
//
// There is no scheduler here: the test's thread poses as the goroutine `self` of an m whose g0
// has a stack of its own, and other goroutines are blocks of memory with the offsets of
// arch/go_asm.h.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unwind.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "arch/go_asm.h"
#include "arch/gobuf.h"
#include "arch/sanitizer.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"

namespace {

using namespace gort;

struct fakeM;

// What assembly knows of a g; the rest is room for whatever reads further.
struct fakeG {
  uintptr lo, hi;
  uintptr stackguard0, stackguard1;
  fakeM* m;
  gobuf sched;
  void* eh[2];
  sanitizerFiber fiber;
  std::vector<std::string>* log;
  const char* name;
};
static_assert(offsetof(fakeG, lo) == G_STACK_LO && offsetof(fakeG, hi) == G_STACK_HI &&
              offsetof(fakeG, m) == G_M && offsetof(fakeG, sched) == G_SCHED &&
              offsetof(fakeG, eh) == G_EH);

struct fakeM {
  fakeG* g0;
  fakeG* gsignal;
  void* ehglobals;
  fakeG* curg;
  void (*mcallfn)(fakeG*);
};
static_assert(offsetof(fakeM, g0) == M_G0 && offsetof(fakeM, gsignal) == M_GSIGNAL &&
              offsetof(fakeM, ehglobals) == M_EHGLOBALS && offsetof(fakeM, curg) == M_CURG);

g* real(fakeG* gp) { return reinterpret_cast<g*>(gp); }

[[gnu::noinline]] fakeG* current() {
  g* gp;
  asm volatile("movq gort_tls_g@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=&r"(gp));
  return reinterpret_cast<fakeG*>(gp);
}
[[gnu::noinline]] void setCurrent(fakeG* gp) {
  uintptr off;
  asm volatile("movq gort_tls_g@gottpoff(%%rip), %0\n\tmovq %1, %%fs:(%0)"
               : "=&r"(off)
               : "r"(gp)
               : "memory");
}

constexpr uintptr stackSize = 256 << 10;

void allocStack(fakeG* gp) {
  void* p =
      gort::mmap(nullptr, stackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0).p;
  gp->lo = reinterpret_cast<uintptr>(p);
  gp->hi = gp->lo + stackSize;
}
void freeStack(fakeG* gp) { gort::munmap(reinterpret_cast<void*>(gp->lo), stackSize); }

bool onStack(const fakeG* gp, const void* p) {
  const uintptr a = reinterpret_cast<uintptr>(p);
  return gp->lo <= a && a < gp->hi;
}

// Where we are: an address in this function's caller's stack, whatever a sanitizer does to locals.
#define HERE() reinterpret_cast<void*>(::gort::getsp())

// --- The switches as the scheduler uses them: with the announcements for sanitizers.

void mcallEntry(g* gp) {
  fakeM* mp = current()->m;
  fiberSwitched(&mp->g0->fiber);
  mp->mcallfn(reinterpret_cast<fakeG*>(gp));
}

GORT_NO_SANITIZE_FIBER void mcall(void (*fn)(fakeG*)) {
  fakeG* gp = current();
  gp->m->mcallfn = fn;
  fiberSwitch(&gp->fiber, &gp->m->g0->fiber, fiberExit::parks);
  gort_mcall(mcallEntry);
  fiberSwitched(&gp->fiber);
}

[[noreturn]] GORT_NO_SANITIZE_FIBER void gogo(fakeG* gp) {
  fiberSwitch(&current()->fiber, &gp->fiber, fiberExit::parks);
  gort_gogo(&gp->sched);
}

GORT_NO_SANITIZE_FIBER void switchto(fakeG* to, void (*commit)(g*)) {
  fakeG* from = current();
  to->m = from->m;
  to->m->curg = to;
  fiberSwitch(&from->fiber, &to->fiber, fiberExit::parks);
  gort_switchto(real(from), real(to), commit);
  fiberSwitched(&from->fiber);
}

struct onLeave {
  fiberFrame* frame;
  ~onLeave() { fiberLeave(frame); }
};

// A call of f on another stack, made by `call`.
template <class F, class Call>
void onOtherStack(F& f, uintptr lo, uintptr hi, Call&& call) {
  struct closure {
    F* f;
    fiberFrame frame;
  } c = {&f, {nullptr, nullptr, 0}};
  fiberEnter(&c.frame, lo, hi);
  onLeave leave{&c.frame};
  call(
      [](void* p) {
        auto* c = static_cast<closure*>(p);
        fiberEntered(&c->frame);
        (*c->f)();
      },
      static_cast<void*>(&c));
}

template <class F>
void systemstack(F&& f) {
  fakeG* g0 = current()->m->g0;
  onOtherStack(f, g0->lo, g0->hi, [](void (*fn)(void*), void* arg) { gort_systemstack(fn, arg); });
}

template <class F>
void onBigStack(fakeG* region, F&& f) {
  onOtherStack(f, region->lo, region->hi,
               [&](void (*fn)(void*), void* arg) { gort_morestack_call(region->hi, fn, arg); });
}

// entry is the function of every goroutine here; `body` is in the argument.
struct start {
  fakeG* gp;
  void (*body)(fakeG*);
};
void entry(void* arg) {
  auto* s = static_cast<start*>(arg);
  fiberSwitched(&s->gp->fiber);
  s->body(s->gp);
}

// A goroutine that runs body, which must not return.
struct goroutine : fakeG {
  start how;

  explicit goroutine(void (*body)(fakeG*), std::vector<std::string>* l = nullptr) : fakeG() {
    allocStack(this);
    fiberInit(&fiber, lo, hi);
    log = l;
    how = {this, body};
    sched.g = real(this);
    sched.sp = hi;
    sched.pc = reinterpret_cast<uintptr>(&gort_gostart);
    sched.r12 = reinterpret_cast<uintptr>(&entry);
    sched.r13 = reinterpret_cast<uintptr>(&how);
  }
  ~goroutine() {
    fiberDestroy(&fiber);
    freeStack(this);
  }
};

// An m on this thread, with the thread's own stack as goroutine self().
struct machine : fakeM {
  fakeG g0_ = {}, gsignal_ = {}, self_ = {};

  machine() : fakeM() {
    pthread_attr_t attr;
    void* lo = nullptr;
    size_t size = 0;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &lo, &size);
    pthread_attr_destroy(&attr);

    g0 = &g0_;
    gsignal = &gsignal_;
    curg = &self_;
    ehglobals = gort_ehglobals();
    for (fakeG* gp : {&g0_, &gsignal_, &self_}) {
      gp->m = this;
      gp->sched.g = real(gp);
    }
    allocStack(g0);
    fiberInit(&g0->fiber, g0->lo, g0->hi);
    g0->sched.sp = g0->hi;
    self_.lo = reinterpret_cast<uintptr>(lo);
    self_.hi = self_.lo + size;
    fiberInitThread(&self_.fiber, self_.lo, self_.hi);
    setCurrent(&self_);
  }
  ~machine() {
    setCurrent(nullptr);
    fiberDestroy(&g0->fiber);
    freeStack(g0);
  }
};

class Asm : public ::testing::Test {
 protected:
  machine m;
  fakeG* self = &m.self_;
};

void noCommit(g*) {}

// --- mcall and gogo

TEST_F(Asm, McallRunsItsFunctionOnG0AndGogoReturnsFromIt) {
  static fakeG* seen;
  static fakeG* currentThen;
  static bool onG0;
  mcall([](fakeG* gp) {
    seen = gp;
    currentThen = current();
    onG0 = onStack(gp->m->g0, HERE());
    gogo(gp);
  });
  EXPECT_EQ(seen, self);
  EXPECT_EQ(currentThen, m.g0);
  EXPECT_TRUE(onG0);
  EXPECT_EQ(current(), self);
}

// Calls f with known values in all callee-saved registers; reports whether they come back.
bool keepsRegisters(void (*f)()) {
  uint64 bad = 0;
  asm volatile(
      "movq %%rsp, %%rax\n\t"
      "subq $320, %%rsp\n\t"  // the red zone, and room
      "andq $-16, %%rsp\n\t"
      "movq %%rax, 0(%%rsp)\n\t"
      "movq %%rbp, 8(%%rsp)\n\t"
      "movq %%rsp, 16(%%rsp)\n\t"
      "movq $0x1111, %%rbx\n\t"
      "movq $0x2222, %%rbp\n\t"
      "movq $0x3333, %%r12\n\t"
      "movq $0x4444, %%r13\n\t"
      "movq $0x5555, %%r14\n\t"
      "movq $0x6666, %%r15\n\t"
      "call *%%rdx\n\t"
      "xorl %%eax, %%eax\n\t"
      "cmpq $0x1111, %%rbx\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq $0x2222, %%rbp\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq $0x3333, %%r12\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq $0x4444, %%r13\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq $0x5555, %%r14\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq $0x6666, %%r15\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "cmpq 16(%%rsp), %%rsp\n\t setne %%cl\n\t orb %%cl, %%al\n\t"
      "movq 8(%%rsp), %%rbp\n\t"
      "movq 0(%%rsp), %%rsp\n\t"
      : "=&a"(bad), "+d"(f)
      :
      : "rbx", "rcx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0",
        "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
        "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory");
  return bad == 0;
}

// Fills the callee-saved registers with other values.
void clobber() {
  asm volatile(
      "movq $-1, %%rbx; movq $-1, %%r12; movq $-1, %%r13; movq $-1, %%r14; movq $-1, %%r15" ::
          : "rbx", "r12", "r13", "r14", "r15");
}

goroutine* partner;

// switchBack returns to the test's own goroutine, for ever.
void switchBack(fakeG* gp) {
  for (;;) {
    clobber();
    switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
  }
}

TEST_F(Asm, McallAndGogoKeepCalleeSavedRegisters) {
  EXPECT_TRUE(keepsRegisters([] {
    mcall([](fakeG* gp) {
      clobber();
      gogo(gp);
    });
  }));
}

TEST_F(Asm, SwitchtoKeepsCalleeSavedRegisters) {
  goroutine other(switchBack);
  partner = &other;
  EXPECT_TRUE(keepsRegisters([] { switchto(partner, noCommit); }));
  EXPECT_TRUE(keepsRegisters([] { switchto(partner, noCommit); }));
}

TEST_F(Asm, SystemstackKeepsCalleeSavedRegisters) {
  EXPECT_TRUE(keepsRegisters([] { systemstack([] { clobber(); }); }));
}

TEST_F(Asm, GosaveReturnsAgainWhenResumed) {
  static gobuf buf;
  static int times;
  times = 0;
  buf.g = real(self);
  int32 r = gort_gosave(&buf);
  times++;
  if (times < 3) {
    EXPECT_EQ(r, times == 1 ? 0 : 1);
    gort_gogo(&buf);
  }
  EXPECT_EQ(r, 1);
  EXPECT_EQ(times, 3);
}

// --- starting and switching goroutines

TEST_F(Asm, AGoroutineStartsOnItsOwnStackAndReturnsToWhoeverItSwitchesTo) {
  std::vector<std::string> log;
  goroutine other(
      [](fakeG* gp) {
        gp->log->push_back(current() == gp && onStack(gp, HERE()) ? "started" : "lost");
        switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
        gp->log->push_back("again");
        switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
      },
      &log);
  switchto(&other, noCommit);
  log.push_back("between");
  switchto(&other, noCommit);
  EXPECT_EQ(current(), self);
  EXPECT_THAT(log, ::testing::ElementsAre("started", "between", "again"));
}

TEST_F(Asm, AGoroutineStartsWithTheStackAlignmentOfTheAbi) {
  static uintptr misaligned;
  goroutine other([](fakeG* gp) {
    alignas(16) volatile char probe[16] = {};
    misaligned = reinterpret_cast<uintptr>(&probe[0]) % 16;
    switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
  });
  misaligned = 1;
  switchto(&other, noCommit);
  EXPECT_EQ(misaligned, 0u);
}

TEST_F(Asm, CommitRunsAsTheNextGoroutineWithTheLastOneParked) {
  static fakeG* parked;
  static fakeG* currentThen;
  static bool onNextStack, saved;
  goroutine other(switchBack);
  switchto(&other, [](g* from) {
    parked = reinterpret_cast<fakeG*>(from);
    currentThen = current();
    onNextStack = onStack(current(), HERE());
    saved = onStack(parked, reinterpret_cast<void*>(parked->sched.sp)) && parked->sched.pc != 0;
  });
  EXPECT_EQ(parked, self);
  EXPECT_EQ(currentThen, &other);
  EXPECT_TRUE(onNextStack);
  EXPECT_TRUE(saved);
}

TEST_F(Asm, AGoroutineContinuesOnAnotherThread) {
  // The goroutine parks on this thread through mcall and is resumed on another one, where its
  // thread-local g and its exceptions are as it left them.
  static fakeM* seen[2];
  static std::string caught;
  static bool parked;
  parked = false;
  goroutine other([](fakeG* gp) {
    seen[0] = current()->m;
    try {
      throw std::runtime_error("mine");
    } catch (std::exception&) {
      mcall([](fakeG* gp) {
        parked = true;
        gogo(&static_cast<machine*>(gp->m)->self_);
      });
      seen[1] = current()->m;
      try {
        throw;
      } catch (std::exception& e) {
        caught = e.what();
      }
    }
    switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
  });
  switchto(&other, [](g*) {});
  ASSERT_TRUE(parked);
  m.curg = self;

  fakeM* second = nullptr;
  std::thread([&] {
    machine m2;
    second = &m2;
    switchto(&other, noCommit);
  }).join();
  EXPECT_EQ(seen[0], &m);
  EXPECT_EQ(seen[1], second);
  EXPECT_EQ(caught, "mine");
}

// --- systemstack and morestack_call

TEST_F(Asm, SystemstackRunsOnG0AndComesBack) {
  fakeG* currentThen = nullptr;
  fakeG* curgThen = nullptr;
  bool onG0 = false;
  systemstack([&] {
    currentThen = current();
    curgThen = m.curg;
    onG0 = onStack(m.g0, HERE());
  });
  EXPECT_TRUE(onG0);
  EXPECT_EQ(currentThen, m.g0);
  EXPECT_EQ(curgThen, self);
  EXPECT_EQ(current(), self);
}

// Whether gort_systemstack, with gp current, stays on this stack.
bool callsInPlace(fakeG* gp) {
  setCurrent(gp);
  struct where {
    void* here;
    fakeG* g;
  } inner = {};
  gort_systemstack(
      [](void* p) {
        static_cast<where*>(p)->here = HERE();
        static_cast<where*>(p)->g = current();
      },
      &inner);
  const uintptr distance =
      reinterpret_cast<uintptr>(HERE()) - reinterpret_cast<uintptr>(inner.here);
  return distance < 4096 && inner.g == gp;
}

TEST_F(Asm, SystemstackOnG0OrGsignalOrWithoutAGJustCalls) {
  EXPECT_TRUE(callsInPlace(m.g0));
  EXPECT_TRUE(callsInPlace(m.gsignal));
  EXPECT_TRUE(callsInPlace(nullptr));
  setCurrent(self);
}

using AsmDeathTest = Asm;

TEST_F(AsmDeathTest, SystemstackFromAGoroutineThatIsNotCurgAborts) {
  fakeG stranger = {};
  stranger.m = &m;
  setCurrent(&stranger);
  EXPECT_EXIT(gort_systemstack([](void*) {}, nullptr), ::testing::KilledBySignal(SIGTRAP),
              "fatal: systemstack called from unexpected goroutine");
  setCurrent(self);
}

TEST_F(Asm, MorestackCallRunsOnTheGivenStackAsTheSameGoroutine) {
  fakeG region = {};
  allocStack(&region);
  fakeG* currentThen = nullptr;
  bool there = false;
  onBigStack(&region, [&] {
    currentThen = current();
    there = onStack(&region, HERE());
  });
  EXPECT_TRUE(there);
  EXPECT_EQ(currentThen, self);
  EXPECT_EQ(current(), self);
  freeStack(&region);
}

TEST_F(Asm, AGoroutineMayParkInsideMorestackCall) {
  goroutine other(switchBack);
  fakeG region = {};
  allocStack(&region);
  bool there = false;
  onBigStack(&region, [&] {
    // The sanitizers know a goroutine by one stack; for the moment that is this one.
    const uintptr lo = self->fiber.lo, hi = self->fiber.hi;
    self->fiber.lo = region.lo;
    self->fiber.hi = region.hi;
    switchto(&other, noCommit);
    self->fiber.lo = lo;
    self->fiber.hi = hi;
    there = onStack(&region, HERE());
  });
  EXPECT_TRUE(there);
  EXPECT_EQ(current(), self);
  freeStack(&region);
}

// --- exceptions

TEST_F(Asm, AnExceptionCrossesSystemstack) {
  std::vector<std::string> log;
  struct noted {
    std::vector<std::string>& log;
    const char* what;
    ~noted() { log.push_back(std::string(what) + (current()->m->g0 == current() ? " g0" : " g")); }
  };
  std::string caught;
  bool inOrder = false;
  try {
    noted outside{log, "outside"};
    systemstack([&] {
      noted inside{log, "inside"};
      throw std::runtime_error("through");
    });
  } catch (std::exception& e) {
    caught = e.what();
    inOrder = current() == self && onStack(self, HERE());
  }
  EXPECT_EQ(caught, "through");
  EXPECT_TRUE(inOrder);
  EXPECT_THAT(log, ::testing::ElementsAre("inside g0", "outside g"));
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

TEST_F(Asm, AnExceptionCrossesMorestackCall) {
  fakeG region = {};
  allocStack(&region);
  std::string caught;
  try {
    onBigStack(&region, [&] { throw std::runtime_error("through"); });
  } catch (std::exception& e) {
    caught = e.what();
  }
  EXPECT_EQ(caught, "through");
  EXPECT_EQ(current(), self);
  freeStack(&region);
}

TEST_F(Asm, AnExceptionIsCaughtOnTheGoroutineThatThrowsIt) {
  std::vector<std::string> log;
  goroutine other(
      [](fakeG* gp) {
        try {
          systemstack([] { throw std::runtime_error("caught"); });
        } catch (std::exception& e) {
          gp->log->push_back(e.what());
        }
        switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
      },
      &log);
  switchto(&other, noCommit);
  EXPECT_THAT(log, ::testing::ElementsAre("caught"));
}

TEST_F(Asm, AGoroutineParkedInACatchBlockRethrowsItsOwnException) {
  std::vector<std::string> log;
  goroutine other(
      [](fakeG* gp) {
        gp->log->push_back(std::current_exception() ? "foreign" : "none");
        try {
          throw std::runtime_error("other's");
        } catch (std::exception&) {
          switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
          try {
            throw;
          } catch (std::exception& e) {
            gp->log->push_back(e.what());
          }
        }
        switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
      },
      &log);
  try {
    throw std::runtime_error("mine");
  } catch (std::exception&) {
    switchto(&other, noCommit);  // it throws, and parks in its catch block
    try {
      throw;
    } catch (std::exception& e) {
      log.push_back(e.what());
    }
    switchto(&other, noCommit);
  }
  EXPECT_THAT(log, ::testing::ElementsAre("none", "mine", "other's"));
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(Asm, ADestructorThatParksDuringUnwindingSeesItsOwnCount) {
  static int counts[3];
  goroutine other([](fakeG* gp) {
    counts[0] = std::uncaught_exceptions();
    switchto(&static_cast<machine*>(gp->m)->self_, noCommit);
  });
  struct parks {
    fakeG* to;
    ~parks() {
      counts[1] = std::uncaught_exceptions();
      switchto(to, noCommit);
      counts[2] = std::uncaught_exceptions();
    }
  };
  try {
    parks p{&other};
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(counts[0], 0);
  EXPECT_EQ(counts[1], 1);
  EXPECT_EQ(counts[2], 1);
}

TEST_F(AsmDeathTest, AnExceptionThatLeavesAGoroutineTerminatesBeforeUnwinding) {
  static bool unwound;
  goroutine other([](fakeG*) {
    struct noted {
      ~noted() { unwound = true; }
    } n;
    std::set_terminate([] {
      std::fprintf(stderr, "terminated, unwound=%d\n", unwound);
      std::_Exit(3);
    });
    throw std::runtime_error("uncaught");
  });
  EXPECT_EXIT(switchto(&other, noCommit), ::testing::ExitedWithCode(3), "terminated, unwound=0");
}

// --- backtraces

struct trace {
  std::vector<void*> functions;  // innermost first
  _Unwind_Reason_Code end;

  bool has(void (*f)()) const {
    for (void* p : functions) {
      if (p == reinterpret_cast<void*>(f)) return true;
    }
    return false;
  }
};

trace backtrace() {
  trace t;
  t.end = _Unwind_Backtrace(
      [](_Unwind_Context* ctx, void* p) {
        auto* t = static_cast<trace*>(p);
        t->functions.push_back(reinterpret_cast<void*>(_Unwind_GetRegionStart(ctx)));
        return t->functions.size() < 100 ? _URC_NO_REASON : _URC_NORMAL_STOP;
      },
      &t);
  return t;
}

trace traced;

[[gnu::noinline]] void innermost() {
  traced = backtrace();
  asm volatile("");
}
[[gnu::noinline]] void callsSystemstack() {
  systemstack([] { innermost(); });
  asm volatile("");
}
fakeG* bigRegion;
[[gnu::noinline]] void callsMorestack() {
  onBigStack(bigRegion, [] { callsSystemstack(); });
  asm volatile("");
}
[[gnu::noinline]] void callsMcall() {
  mcall([](fakeG* gp) {
    innermost();
    gogo(gp);
  });
  asm volatile("");
}
[[gnu::noinline]] void callsSwitchto() {
  switchto(&static_cast<machine*>(current()->m)->self_, noCommit);
  asm volatile("");
}

// The frame description of gort_gostart begins one byte before it.
void (*const bottom)() = reinterpret_cast<void (*)()>(reinterpret_cast<uintptr>(&gort_gostart) - 1);

// Runs body, which comes back to the test, on a new goroutine.
void onGoroutine(void (*body)(fakeG*)) {
  goroutine other(body);
  switchto(&other, noCommit);
}

TEST_F(Asm, ABacktraceWalksThroughSystemstackToTheGoroutinesBottom) {
  onGoroutine([](fakeG*) {
    callsSystemstack();
    callsSwitchto();
  });
  EXPECT_TRUE(traced.has(innermost));
  EXPECT_TRUE(traced.has(callsSystemstack));
  EXPECT_EQ(traced.functions.back(), reinterpret_cast<void*>(bottom));
  EXPECT_EQ(traced.end, _URC_END_OF_STACK);
}

TEST_F(Asm, ABacktraceWalksThroughMorestackCall) {
  fakeG region = {};
  allocStack(&region);
  bigRegion = &region;
  onGoroutine([](fakeG*) {
    callsMorestack();
    callsSwitchto();
  });
  EXPECT_TRUE(traced.has(innermost));
  EXPECT_TRUE(traced.has(callsSystemstack));
  EXPECT_TRUE(traced.has(callsMorestack));
  EXPECT_EQ(traced.functions.back(), reinterpret_cast<void*>(bottom));
  EXPECT_EQ(traced.end, _URC_END_OF_STACK);
  freeStack(&region);
}

TEST_F(Asm, ABacktraceOnG0EndsAtMcall) {
  callsMcall();
  EXPECT_TRUE(traced.has(innermost));
  EXPECT_FALSE(traced.has(callsMcall));
  EXPECT_EQ(traced.functions.back(), reinterpret_cast<void*>(&gort_mcall));
  EXPECT_EQ(traced.end, _URC_END_OF_STACK);
}

TEST_F(Asm, ABacktraceInCommitShowsTheGoroutineThatIsResumed) {
  goroutine other([](fakeG*) {
    for (;;) callsSwitchto();
  });
  switchto(&other, [](g*) { innermost(); });  // not started yet: its bottom at once
  EXPECT_TRUE(traced.has(innermost));
  EXPECT_FALSE(traced.has(callsSwitchto));
  EXPECT_EQ(traced.functions.back(), reinterpret_cast<void*>(bottom));

  switchto(&other, [](g*) { innermost(); });
  EXPECT_TRUE(traced.has(innermost));
  EXPECT_TRUE(traced.has(callsSwitchto));
  EXPECT_EQ(traced.functions.back(), reinterpret_cast<void*>(bottom));
  EXPECT_EQ(traced.end, _URC_END_OF_STACK);
}

// --- gdb

}  // namespace

// Where the next test's debugger stops.
extern "C" void gort_test_breakpoint();
extern "C" [[gnu::noinline]] void gort_test_breakpoint() { asm volatile(""); }

namespace {

[[gnu::noinline]] void stopsOnG0() {
  systemstack([] { gort_test_breakpoint(); });
  asm volatile("");
}

TEST_F(Asm, StopsForADebugger) {
  // One stack is above the other one way or the other way round: both orders.
  goroutine first([](fakeG*) {
    stopsOnG0();
    callsSwitchto();
  });
  fakeG* g0 = m.g0;
  fakeG low = {}, high = {};
  allocStack(&low);
  allocStack(&high);
  if (low.lo > high.lo) std::swap(low, high);
  for (fakeG* region : {&low, &high}) {
    const fakeG old = *g0;
    g0->lo = region->lo;
    g0->hi = region->hi;
    g0->sched.sp = region->hi;
    stopsOnG0();
    g0->lo = old.lo;
    g0->hi = old.hi;
    g0->sched.sp = old.sched.sp;
  }
  switchto(&first, noCommit);
  freeStack(&low);
  freeStack(&high);
}

std::string output(const std::string& command) {
  std::string out;
  FILE* f = popen(command.c_str(), "r");
  if (f == nullptr) return out;
  char buf[4096];
  while (size_t n = fread(buf, 1, sizeof buf, f)) out.append(buf, n);
  pclose(f);
  return out;
}

TEST(AsmGdb, WalksThroughASwitchToTheBottom) {
  if (asanenabled || raceenabled) GTEST_SKIP() << "a sanitizer's start-up is no place for gdb";
  char self[4096] = {};
  ASSERT_GT(::readlink("/proc/self/exe", self, sizeof self - 1), 0);
  const std::string gdb = "gdb -nx -batch -ex 'set debuginfod enabled off' ";
  const std::string program =
      std::string(" --args '") + self + "' --gtest_filter=Asm.StopsForADebugger 2>&1";
  std::string out = output(gdb + "-ex 'break gort_test_breakpoint' -ex run" + program);
  if (out.find("Breakpoint 1, ") == std::string::npos) {
    GTEST_SKIP() << "no gdb that works here: " << out;
  }
  out = output(gdb +
               "-ex 'break gort_test_breakpoint' -ex run -ex bt -ex continue -ex bt -ex continue "
               "-ex bt" +
               program);
  // Three backtraces, all through the switch, the first two to main, the last to the bottom.
  int through = 0;
  for (size_t at = 0; (at = out.find("stopsOnG0", at)) != std::string::npos; at++) through++;
  EXPECT_GE(through, 3) << out;
  EXPECT_THAT(out, ::testing::HasSubstr(" main "));
  EXPECT_THAT(out, ::testing::HasSubstr("gort_gostart"));
  EXPECT_THAT(out, ::testing::Not(::testing::HasSubstr("Backtrace stopped")));
}

}  // namespace
