// traceback.cc: what a dying process says about its goroutines.
//
// Go: runtime/traceback.go
#include "runtime/traceback.h"

#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "runtime/runtime1.h"
#include "sched/proc.h"
#include "sched/upcalls.h"

// The program's ELF header and the end of its code, from the linker.
extern "C" {
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[];
}

namespace gort {

namespace {

// A frame as the frame pointer register describes it.
struct frame {
  uintptr fp;  // the caller's frame
  uintptr pc;  // in the caller
};

// readframe reads the frame at fp, through the kernel: a frame pointer may be
// garbage, if code without frame pointers was on the way, and a fault in a
// traceback ends it.
bool readframe(uintptr fp, frame* f) {
  if (fp == 0 || fp % sizeof(uintptr) != 0) return false;
  iovec_ local{f, sizeof *f};
  iovec_ remote{reinterpret_cast<void*>(fp), sizeof *f};
  return linux_::Syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0) ==
         intgo{sizeof *f};
}

void printframe(const frame& f) {
  print("\t");
  auto base = reinterpret_cast<uintptr>(&__ehdr_start);
  if (f.pc >= base && f.pc < reinterpret_cast<uintptr>(&etext)) {
    print("+", hex(f.pc - base));  // what addr2line -e program wants
  } else {
    print("?");
  }
  print(" fp=", hex(f.fp), " pc=", hex(f.pc), "\n");
}

constexpr int maxFrames = 100;

// printframes prints the frames from fp outwards.
void printframes(uintptr fp) {
  frame f = {};
  for (int n = 0; n < maxFrames && readframe(fp, &f) && f.pc != 0; n++) {
    printframe(f);
    if (f.fp == fp) return;  // code without frame pointers keeps something else there
    fp = f.fp;
  }
}

// skipframes returns the first frame from fp outwards that is_ likes, or 0: what
// comes before is the runtime's own way to the traceback.
template <class Is>
uintptr skipframes(uintptr fp, Is is_) {
  frame f = {};
  uintptr at = fp;
  for (int n = 0; n < maxFrames && readframe(at, &f); n++) {
    if (is_(at, f)) return at;
    at = f.fp;
  }
  return 0;
}

}  // namespace

void traceback(uintptr pc, uintptr, uintptr, g* gp) {
  m* mp = getg()->m;
  bool machine = gotraceback().level >= 2 ||
                 (mp->throwing >= throwTypeRuntime && gp == mp->curg.load(relaxed));
  if (!machine) return;
  if (gp == mp->g0 || gp == mp->curg.load(relaxed)) {
    // Our own frames lead there, over the change of stack.
    uintptr fp = getfp();
    uintptr from = pc != ~uintptr{0}
                       ? skipframes(fp, [pc](uintptr, const frame& f) { return f.pc == pc; })
                       : skipframes(fp, [gp](uintptr at, const frame&) {
                           return gp->stack.lo <= at && at < gp->stack.hi;
                         });
    if (from == 0 && gp == mp->g0) from = fp;  // better too much than nothing
    printframes(from);
  } else if ((readgstatus(gp) & ~uint32{Gscan}) == Gsyscall) {
    printframe({gp->syscallbp, gp->syscallpc});
    printframes(gp->syscallbp);
  } else {
    printframe({gp->sched.rbp, gp->sched.pc});
    printframes(gp->sched.rbp);
  }
}

void tracebacktrap(uintptr pc, uintptr, uintptr bp, g* gp) {
  m* mp = getg()->m;
  bool machine = gotraceback().level >= 2 || mp->throwing >= throwTypeRuntime;
  if (!machine || gp == nullptr) return;
  printframe({bp, pc});
  printframes(bp);
}

namespace {

// Text of each status, without Gscan.
const char* gStatusString(uint32 status) {
  switch (status) {
    case Gidle: return "idle";
    case Grunnable: return "runnable";
    case Grunning: return "running";
    case Gsyscall: return "syscall";
    case Gwaiting: return "waiting";
    case Gdead: return "dead";
    case Gleaked: return "leaked";
    case Gpreempted: return "preempted";
    case Gdeadextra: return "waiting for cgo callback";
    default: return "???";
  }
}

}  // namespace

void goroutineheader(g* gp) {
  int32 level = gotraceback().level;
  uint32 gpstatus = readgstatus(gp);
  bool isScan = (gpstatus & Gscan) != 0;
  gpstatus &= ~uint32{Gscan};

  const char* status = gStatusString(gpstatus);
  if ((gpstatus == Gwaiting || gpstatus == Gleaked) && gp->waitreason != waitReasonZero) {
    status = waitReasonString(gp->waitreason);
  }
  // The approximate time of the wait, in minutes.
  int64 waitfor = 0;
  if ((gpstatus == Gwaiting || gpstatus == Gsyscall) && gp->waitsince != 0) {
    waitfor = (nanotime() - gp->waitsince) / int64{60'000'000'000};
  }

  print("goroutine ", gp->goid);
  m* mp = atomicload(&gp->m, relaxed);  // the goroutine may be running; a look is enough
  if (level >= 2 ||
      (mp != nullptr && mp->throwing >= throwTypeRuntime && gp == mp->curg.load(relaxed))) {
    print(" gp=", gp);
    if (mp != nullptr) {
      print(" m=", mp->id, " mp=", mp);
    } else {
      print(" m=nil");
    }
  }
  print(" [", status);
  if (gpstatus == Gleaked) print(" (leaked)");
  if (isScan) print(" (scan)");
  if (waitfor >= 1) print(", ", waitfor, " minutes");
  if (gp->lockedm.load(relaxed) != nullptr) print(", locked to thread");
  print("]:\n");
}

void tracebackothers(g* me) {
  m* mp = getg()->m;
  g* curgp = mp->curg.load(relaxed);
  if (curgp != nullptr && curgp != me) {
    print("\n");
    goroutineheader(curgp);
    traceback(~uintptr{0}, ~uintptr{0}, 0, curgp);
  }

  struct others {
    g* me;
    g* curgp;
    m* mp;
    int32 level;
  } o{me, curgp, mp, gotraceback().level};
  forEachGRace(
      [](g* gp, void* arg) {
        auto* o = static_cast<others*>(arg);
        if (gp == o->me || gp == o->curgp) return;
        uint32 status = readgstatus(gp);
        if (status == Gdead || status == Gdeadextra) return;
        if (isSystemGoroutine(gp, false) && o->level < 2) return;
        print("\n");
        goroutineheader(gp);
        if (atomicload(&gp->m, relaxed) != o->mp && (status & ~uint32{Gscan}) == Grunning) {
          print("\tgoroutine running on other thread; stack unavailable\n");
        } else {
          traceback(~uintptr{0}, ~uintptr{0}, 0, gp);
        }
      },
      &o);
}

}  // namespace gort
