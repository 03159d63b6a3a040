// signal_unix.cc: faults (see signal_unix.h).
//
// What runs here runs on the alternate stack, at any point of the program, with
// any lock held. It takes no lock (but for the print lock, which knows its
// owner), allocates nothing and does not return from what it cannot repair.
//
// Go: runtime/signal_unix.go, runtime/signal_amd64.go,
//     runtime/sigtab_linux_generic.go
#include "sched/signal_unix.h"

#include <gort/abi.h>

#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "sched/proc.h"
#include "sched/signal_amd64.h"
#include "sched/stack.h"
#include "sched/upcalls.h"

namespace gort {

namespace {

struct sigTabT {
  int32 flags;
  const char* name;
};

constexpr sigTabT sigtable[] = {
    {0, "SIGNONE: no trap"},
    {SigNotify | SigKill, "SIGHUP: terminal line hangup"},
    {SigNotify | SigKill, "SIGINT: interrupt"},
    {SigNotify | SigThrow, "SIGQUIT: quit"},
    {SigThrow | SigUnblock, "SIGILL: illegal instruction"},
    {SigThrow | SigUnblock, "SIGTRAP: trace trap"},
    {SigNotify | SigThrow, "SIGABRT: abort"},
    {SigPanic | SigUnblock, "SIGBUS: bus error"},
    {SigPanic | SigUnblock, "SIGFPE: floating-point exception"},
    {0, "SIGKILL: kill"},
    {SigNotify, "SIGUSR1: user-defined signal 1"},
    {SigPanic | SigUnblock, "SIGSEGV: segmentation violation"},
    {SigNotify, "SIGUSR2: user-defined signal 2"},
    {SigNotify, "SIGPIPE: write to broken pipe"},
    {SigNotify, "SIGALRM: alarm clock"},
    {SigNotify | SigKill, "SIGTERM: termination"},
    {SigThrow | SigUnblock, "SIGSTKFLT: stack fault"},
    {SigNotify | SigUnblock | SigIgn, "SIGCHLD: child status has changed"},
    {SigNotify | SigDefault | SigIgn, "SIGCONT: continue"},
    {0, "SIGSTOP: stop, unblockable"},
    {SigNotify | SigDefault | SigIgn, "SIGTSTP: keyboard stop"},
    {SigNotify | SigDefault | SigIgn, "SIGTTIN: background read from tty"},
    {SigNotify | SigDefault | SigIgn, "SIGTTOU: background write to tty"},
    {SigNotify | SigIgn, "SIGURG: urgent condition on socket"},
    {SigNotify, "SIGXCPU: cpu limit exceeded"},
    {SigNotify, "SIGXFSZ: file size limit exceeded"},
    {SigNotify, "SIGVTALRM: virtual alarm clock"},
    {SigNotify | SigUnblock, "SIGPROF: profiling alarm clock"},
    {SigNotify | SigIgn, "SIGWINCH: window size change"},
    {SigNotify, "SIGIO: i/o now possible"},
    {SigNotify, "SIGPWR: power failure restart"},
    {SigThrow, "SIGSYS: bad system call"},
    {SigSetStack | SigUnblock, "signal 32"},  // SIGCANCEL of glibc
    {SigSetStack | SigUnblock, "signal 33"},  // SIGSETXID of glibc
    {SigSetStack | SigUnblock, "signal 34"},  // SIGSYNCCALL of musl
    {SigNotify, "signal 35"},
    {SigNotify, "signal 36"},
    {SigNotify, "signal 37"},
    {SigNotify, "signal 38"},
    {SigNotify, "signal 39"},
    {SigNotify, "signal 40"},
    {SigNotify, "signal 41"},
    {SigNotify, "signal 42"},
    {SigNotify, "signal 43"},
    {SigNotify, "signal 44"},
    {SigNotify, "signal 45"},
    {SigNotify, "signal 46"},
    {SigNotify, "signal 47"},
    {SigNotify, "signal 48"},
    {SigNotify, "signal 49"},
    {SigNotify, "signal 50"},
    {SigNotify, "signal 51"},
    {SigNotify, "signal 52"},
    {SigNotify, "signal 53"},
    {SigNotify, "signal 54"},
    {SigNotify, "signal 55"},
    {SigNotify, "signal 56"},
    {SigNotify, "signal 57"},
    {SigNotify, "signal 58"},
    {SigNotify, "signal 59"},
    {SigNotify, "signal 60"},
    {SigNotify, "signal 61"},
    {SigNotify, "signal 62"},
    {SigNotify, "signal 63"},
    {SigNotify, "signal 64"},
};
constexpr uint32 numSignals = NSIG_;
static_assert(sizeof(sigtable) / sizeof(sigtable[0]) == numSignals);

using sigaction_ = struct ::sigaction;
using sigHandler = void (*)(int, siginfo*, void*);

// fwdSig[sig] is what was installed for sig before us. Written before our own
// handler is installed, constant afterwards.
sigaction_ fwdSig[numSignals];

// handlingSig[sig]: 1 while our handler is the installed one.
constinit atomic<uint32> handlingSig[numSignals];

constinit atomic<bool> signalsOK;  // set once the scheduler can take signals

bool isDefault(const sigaction_& sa) {
  return (sa.sa_flags & SA_SIGINFO) == 0 && sa.sa_handler == SIG_DFL;
}
bool isIgnore(const sigaction_& sa) {
  return (sa.sa_flags & SA_SIGINFO) == 0 && sa.sa_handler == SIG_IGN;
}

void sigtramp(int sig, siginfo* info, void* ctx);

// setsig installs our handler.
void setsig(uint32 sig) {
  sigaction_ sa = {};
  sa.sa_sigaction = sigtramp;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  ::sigfillset(&sa.sa_mask);
  if (::sigaction(int(sig), &sa, nullptr) != 0) throw_("sigaction failed");
}

void setsigdefault(uint32 sig) {
  sigaction_ sa = {};
  sa.sa_handler = SIG_DFL;
  ::sigaction(int(sig), &sa, nullptr);
}

// setsigstack makes a foreign handler run on the alternate stack: a goroutine's
// own may be too small for it.
void setsigstack(uint32 sig) {
  sigaction_ sa;
  if (::sigaction(int(sig), nullptr, &sa) != 0 || (sa.sa_flags & SA_ONSTACK) != 0) return;
  sa.sa_flags |= SA_ONSTACK;
  ::sigaction(int(sig), &sa, nullptr);
}

// sigInstallGoHandler reports whether sig is one that we handle.
bool sigInstallGoHandler(uint32 sig) {
  int32 flags = sigtable[sig].flags;
  if (isarchive || islibrary) return (flags & SigPanic) != 0;
  return (flags & (SigPanic | SigThrow)) != 0;
}

// blockableSig reports whether sig may stay blocked in a thread of ours.
bool blockableSig(uint32 sig) {
  int32 flags = sigtable[sig].flags;
  if ((flags & SigUnblock) != 0) return false;
  if (isarchive || islibrary) return true;
  return (flags & (SigKill | SigThrow)) == 0;
}

// ---- Passing on -------------------------------------------------------------------

// sigfwd calls the handler that was installed before us.
void sigfwd(uint32 sig, siginfo* info, void* ctx) {
  const sigaction_& sa = fwdSig[sig];
  if ((sa.sa_flags & SA_SIGINFO) != 0) {
    sa.sa_sigaction(int(sig), info, ctx);
  } else {
    sa.sa_handler(int(sig));
  }
}

// ongoroutine reports whether the interrupted code belongs to the runtime or to
// a goroutine, and not to a thread of the program's own.
bool ongoroutine(const g* gp) {
  return gp != nullptr && gp->m != nullptr && gp->m->curg.load(relaxed) != nullptr &&
         !gp->m->isExtraInC.load(relaxed);
}

// sigfwdgo passes sig on if it is not for us, and reports whether it did.
bool sigfwdgo(uint32 sig, siginfo* info, void* ctx) {
  if (sig >= numSignals) return false;
  const sigaction_& fwd = fwdSig[sig];
  int32 flags = sigtable[sig].flags;
  // Acquire: pairs with initsig, fwdSig is complete.
  if (handlingSig[sig].load(acquire) == 0 || !signalsOK.load(acquire)) {
    if (isIgnore(fwd) || (isDefault(fwd) && (flags & SigIgn) != 0)) return true;
    if (isDefault(fwd)) {
      setsigdefault(sig);
      dieFromSignal(sig);
    }
    sigfwd(sig, info, ctx);
    return true;
  }
  if (isDefault(fwd)) return false;
  // Only what the code itself caused is passed on, and only if it is not ours.
  sigctxt c{info, static_cast<ucontext*>(ctx)};
  if (c.sigFromUser() || (flags & SigPanic) == 0) return false;
  if (ongoroutine(getg())) return false;
  if (!isIgnore(fwd)) sigfwd(sig, info, ctx);
  return true;
}

// badsignal handles a signal on a thread that the runtime does not know: as if
// we had not installed a handler.
void badsignal(uint32 sig, const sigctxt& c) {
  setsigdefault(sig);
  // A fault happens again when the handler returns, and then with the registers
  // that it had. What was sent, we send again.
  if (!c.sigFromUser()) return;
  unblocksig(sig);
  raise(sig);
}

[[noreturn]] void noSignalStack(uint32 sig) {
  println("signal", sig, "received on thread with no signal stack");
  throw_("non-Go code disabled sigaltstack");
}

[[noreturn]] void sigNotOnStack(uint32 sig, uintptr sp, m* mp) {
  println("signal", sig, "received but handler not on signal stack");
  print("mp.gsignal stack [", hex(mp->gsignal->stack.lo), " ", hex(mp->gsignal->stack.hi), "], ");
  print("mp.g0 stack [", hex(mp->g0->stack.lo), " ", hex(mp->g0->stack.hi), "], sp=", hex(sp),
        "\n");
  throw_("non-Go code set up signal handler without SA_ONSTACK flag");
}

// checkSignalStack throws if the handler does not run on the M's signal stack,
// because foreign code changed it. On g0 is all right: sanitizers call delayed
// handlers there.
void checkSignalStack(uint32 sig, m* mp) {
  uintptr sp = getsp();
  const stack& s = mp->gsignal->stack;
  if (sp >= s.lo && sp < s.hi) return;
  stackt st = {};
  sigaltstack(nullptr, &st);
  uintptr lo = reinterpret_cast<uintptr>(st.ss_sp);
  if ((st.ss_flags & SS_DISABLE) == 0 && sp >= lo && sp < lo + st.ss_size) return;
  if (sp >= mp->g0->stack.lo && sp < mp->g0->stack.hi) return;
  if ((st.ss_flags & SS_DISABLE) != 0) noSignalStack(sig);
  sigNotOnStack(sig, sp, mp);
}

// ---- Reports -----------------------------------------------------------------------

// Faults while we print a report come back here, and dying counts them.
void unblockfaults() {
  unblocksig(SIGSEGV);
  unblocksig(SIGBUS);
}

// printGuardHit prints what of the report depends on which stack overflowed.
void printGuardHit(const sigctxt& c, stackKind kind, stack stk) {
  if (kind == stackKind::system) {
    print("runtime: system stack overflow\n");
  } else {
    uintptr limit = kind == stackKind::region ? stacklimit() : stackslotsize(stk);
    print("runtime: goroutine stack exceeds ", limit, "-byte limit\n");
  }
  print("runtime: sp=", hex(c.sigsp()), " stack=[", hex(stk.lo), ", ", hex(stk.hi), "]\n");
  print("fatal error: stack overflow\n");
}

// guardHit reports whether the fault is in the guard of the stack that gp runs
// on; of which kind, in *stk which.
stackKind guardHit(uint32 sig, const sigctxt& c, const g* gp, stack* stk) {
  if ((sig != SIGSEGV && sig != SIGBUS) || c.sigFromUser()) return stackKind::none;
  stackKind kind = stackguardhit(c.fault(), stk);
  if (kind == stackKind::none || gp == nullptr) return stackKind::none;
  bool own = stk->lo == gp->stack.lo;
  if (gp->region != nullptr && stk->lo == gp->region->stk.lo) own = true;
  return own ? kind : stackKind::none;
}

// fatalsignal prints the head of the report.
void fatalsignal(uint32 sig, const sigctxt& c, const g* gp, m* mp) {
  if (sig < numSignals) {
    print(sigtable[sig].name, "\n");
  } else {
    print("Signal ", sig, "\n");
  }
  if (secureMode) exit(2);

  print("PC=", hex(c.sigpc()), " m=", mp->id, " sigcode=", c.sigcode());
  if (sig == SIGSEGV || sig == SIGBUS) print(" addr=", hex(c.fault()));
  print("\n");
  // Foreign code, in a goroutine that has said it will block.
  if (gp == mp->curg.load(relaxed) && gp->syscallsp != 0) {
    print("signal arrived during cgo execution\n");
  }
  if (sig == SIGILL || sig == SIGFPE) {
    // As many bytes of the instruction as surely can be read: the rest of its page.
    uintptr pc = c.sigpc();
    uintptr n = physPageSize - pc % physPageSize;
    if (n > 16) n = 16;
    print("instruction bytes:");
    for (uintptr i = 0; i < n; i++) print(" ", hex(reinterpret_cast<const uint8*>(pc)[i]));
    println();
  }
  print("\n");
}

// sighandler handles sig; gp ran when it came. It runs as gsignal.
void sighandler(uint32 sig, siginfo* info, void* ctx, g* gp) {
  m* mp = getg()->m;
  sigctxt c{info, static_cast<ucontext*>(ctx)};

  stack stk;
  stackKind hit = guardHit(sig, c, gp, &stk);

  int32 flags = sig < numSignals ? sigtable[sig].flags : SigThrow;
  if (hit != stackKind::none) flags = SigThrow;
  if (!c.sigFromUser() && (flags & SigPanic) != 0) {
    bool usercode = !gp->throwsplit && gp == mp->curg.load(relaxed) && onstack(gp, c.sigsp());
    if (usercode) {
      // Arguments go beside the stack, which must look as the unwinder expects.
      gp->sig = sig;
      gp->sigcode0 = uintptr(intgo(c.sigcode()));
      gp->sigcode1 = c.fault();
      gp->sigpc = c.sigpc();
      if (preparePanic(c, gp)) return;
    }
    flags = SigThrow;
  }
  if ((flags & SigKill) != 0) dieFromSignal(sig);
  if ((flags & (SigThrow | SigPanic)) == 0) return;

  mp->throwing = throwTypeRuntime;
  mp->caughtsig = gp;
  unblockfaults();
  startpanic_m();

  if (hit != stackKind::none) {
    printGuardHit(c, hit, stk);
    print("\n");
  } else {
    fatalsignal(sig, c, gp, mp);
  }
  tracebackSetting level = gotraceback();
  if (level.level > 0) {
    goroutineheader(gp);
    tracebacktrap(c.sigpc(), c.sigsp(), c.sigbp(), gp);
    tracebackothers(gp);
    print("\n");
    if (hit == stackKind::none) dumpregs(c);
  }
  if (level.crash) crash();
  exit(2);
}

// sigtramp is what the kernel calls.
void sigtramp(int sig, siginfo* info, void* ctx) {
  int32 err = getErrno();
  uint32 s = uint32(sig);
  if (!sigfwdgo(s, info, ctx)) {
    g* gp = getg();
    if (gp == nullptr || gp->m == nullptr || gp->m->gsignal == nullptr ||
        gp->m->isExtraInC.load(relaxed)) {
      badsignal(s, sigctxt{info, static_cast<ucontext*>(ctx)});
    } else {
      checkSignalStack(s, gp->m);
      setg(gp->m->gsignal);
      sighandler(s, info, ctx, gp);
      setg(gp);
    }
  }
  setErrno(err);
}

}  // namespace

const char* signame(uint32 sig) { return sig < numSignals ? sigtable[sig].name : nullptr; }

void initsig(bool preinit) {
  // Release: pairs with sigfwdgo. From here on handlers may look at g and m.
  if (!preinit) signalsOK.store(true, release);
  for (uint32 i = 1; i < numSignals; i++) {
    int32 flags = sigtable[i].flags;
    if (flags == 0 || (flags & SigDefault) != 0) continue;
    if (handlingSig[i].load(relaxed) != 0) continue;  // by preinit
    if (::sigaction(int(i), nullptr, &fwdSig[i]) != 0) continue;
    if (!sigInstallGoHandler(i)) {
      if (!isDefault(fwdSig[i]) && !isIgnore(fwdSig[i])) setsigstack(i);
      continue;
    }
    handlingSig[i].store(1, release);  // pairs with sigfwdgo
    setsig(i);
  }
}

// gort_sigpanic: Go's sigpanic, reached through gort_sigpanic0.
void gort_sigpanic() {
  g* gp = getg();
  if (!canpanic()) throw_("unexpected signal during runtime execution");
  switch (gp->sig) {
    case SIGBUS:
      if (gp->sigcode0 == BUS_ADRERR && gp->sigcode1 < 0x1000) panicmem();
      if (gp->paniconfault) panicmemAddr(gp->sigcode1);
      print("unexpected fault address ", hex(gp->sigcode1), "\n");
      throw_("fault");
    case SIGSEGV:
      if ((gp->sigcode0 == 0 || gp->sigcode0 == SEGV_MAPERR || gp->sigcode0 == SEGV_ACCERR) &&
          gp->sigcode1 < 0x1000) {
        panicmem();
      }
      if (gp->paniconfault) panicmemAddr(gp->sigcode1);
      print("unexpected fault address ", hex(gp->sigcode1), "\n");
      throw_("fault");
    case SIGFPE:
      switch (gp->sigcode0) {
        case FPE_INTDIV: panicdivide();
        case FPE_INTOVF: panicoverflow();
      }
      panicfloat();
  }
  throw_("unexpected signal value");  // sighandler looked it up in sigtable
}

void dieFromSignal(uint32 sig) {
  unblocksig(sig);
  // Nobody handles it any more, so that it is passed on.
  handlingSig[sig].store(0, release);  // pairs with sigfwdgo
  raise(sig);
  // raise returned, or the signal is on its way to another thread.
  osyield();
  osyield();
  osyield();
  setsigdefault(sig);
  raise(sig);
  osyield();
  osyield();
  osyield();
  // Process 1 is immune to default actions. What a shell would say:
  exit(128 + int32(sig));
}

void crash() { dieFromSignal(SIGABRT); }

// ---- Masks and stacks ----------------------------------------------------------------

void sigsave(uint64* mask) {
  sigset set;
  sigprocmask(SIG_SETMASK, nullptr, &set);
  *mask = uint64{set.mask[1]} << 32 | set.mask[0];
}

void msigrestore(uint64 mask) {
  sigset set = {{uint32(mask), uint32(mask >> 32)}};
  sigprocmask(SIG_SETMASK, &set, nullptr);
}

void sigblock([[maybe_unused]] bool exiting) {
  sigset set = sigset_all;
  // The C library sends these to all threads and waits for each.
  sigdelset(&set, 32);
  sigdelset(&set, 33);
  sigdelset(&set, 34);
  sigprocmask(SIG_SETMASK, &set, nullptr);
}

void unblocksig(uint32 sig) {
  sigset set = {};
  sigaddset(&set, int32(sig));
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

// minitSignalStack installs gsignal's stack and notes what was there.
static void minitSignalStack(m* mp) {
  stackt st = {};
  st.ss_sp = reinterpret_cast<void*>(mp->gsignal->stack.lo);
  st.ss_size = mp->gsignal->stack.hi - mp->gsignal->stack.lo;
  stackt old = {};
  sigaltstack(&st, &old);
  mp->goSigStack = {reinterpret_cast<uintptr>(old.ss_sp), old.ss_size, old.ss_flags};
  mp->newSigstack = true;
}

static void minitSignalMask(m* mp) {
  sigset mask = {{uint32(mp->sigmask), uint32(mp->sigmask >> 32)}};
  for (uint32 i = 1; i < numSignals; i++) {
    if (!blockableSig(i)) sigdelset(&mask, int32(i));
  }
  sigprocmask(SIG_SETMASK, &mask, nullptr);
}

void minitSignals() {
  m* mp = getg()->m;
  minitSignalStack(mp);
  minitSignalMask(mp);
}

void unminitSignals() {
  m* mp = getg()->m;
  if (!mp->newSigstack) return;
  stackt st = {};
  st.ss_sp = reinterpret_cast<void*>(mp->goSigStack.sp);
  st.ss_size = mp->goSigStack.size;
  st.ss_flags = mp->goSigStack.flags & SS_DISABLE;
  sigaltstack(&st, nullptr);
  mp->newSigstack = false;
}

// ---- amd64 (signal_amd64.h) ------------------------------------------------------------

void dumpregs(const sigctxt& c) {
  print("rax    ", hex(c.reg(REG_RAX)), "\n");
  print("rbx    ", hex(c.reg(REG_RBX)), "\n");
  print("rcx    ", hex(c.reg(REG_RCX)), "\n");
  print("rdx    ", hex(c.reg(REG_RDX)), "\n");
  print("rdi    ", hex(c.reg(REG_RDI)), "\n");
  print("rsi    ", hex(c.reg(REG_RSI)), "\n");
  print("rbp    ", hex(c.reg(REG_RBP)), "\n");
  print("rsp    ", hex(c.reg(REG_RSP)), "\n");
  print("r8     ", hex(c.reg(REG_R8)), "\n");
  print("r9     ", hex(c.reg(REG_R9)), "\n");
  print("r10    ", hex(c.reg(REG_R10)), "\n");
  print("r11    ", hex(c.reg(REG_R11)), "\n");
  print("r12    ", hex(c.reg(REG_R12)), "\n");
  print("r13    ", hex(c.reg(REG_R13)), "\n");
  print("r14    ", hex(c.reg(REG_R14)), "\n");
  print("r15    ", hex(c.reg(REG_R15)), "\n");
  print("rip    ", hex(c.reg(REG_RIP)), "\n");
  print("rflags ", hex(c.reg(REG_EFL)), "\n");
  print("cs     ", hex(c.reg(REG_CSGSFS) & 0xffff), "\n");
  print("fs     ", hex(c.reg(REG_CSGSFS) >> 32 & 0xffff), "\n");
  print("gs     ", hex(c.reg(REG_CSGSFS) >> 16 & 0xffff), "\n");
}

bool preparePanic(const sigctxt& c, const g* gp) {
  uintptr pc = c.sigpc();
  uintptr sp = c.sigsp();
  if (pc == 0) {
    // A call of a null function: the instruction to blame is the call.
    pc = *reinterpret_cast<const uintptr*>(sp);
    sp += sizeof(uintptr);
  }
  // A leaf function may have its locals below sp, in the 128 bytes that the ABI
  // grants it; destructors and handlers of its frame still need them.
  sp -= 128 + sizeof(uintptr);
  if (!onstack(gp, sp)) return false;
  *reinterpret_cast<uintptr*>(sp) = pc;
  c.setreg(REG_RSP, sp);
  c.setreg(REG_RIP, reinterpret_cast<uintptr>(gort_sigpanic0));
  return true;
}

}  // namespace gort
