// panic.cc: panics, fatal errors, Goexit, and how the process dies of them.
//
// Go: runtime/panic.go
//
// Goexit. Go runs deferred calls; C++ has destructors, and what runs them
// without a handler is a forced unwind, which pthread_exit uses too: the
// unwinder walks the frames, runs each one's cleanups, and asks a function of
// ours at every frame whether to stop. We stop at the goroutine's first frame.
// Frames of compiled Go pass by without cleanups. A `catch (...)` sees a forced
// unwind and has to rethrow it; if it does not, we notice when the exception
// object is dropped, and the process ends with a message. The object must
// outlive the frame of Goexit, whose place the cleanups' own calls take, so it
// is malloc'ed and freed at the end.
#include "runtime/panic.h"

#include <cxxabi.h>
#include <gort/abi.h>
#include <unwind.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

#include "alloc/malloc.h"
#include "alloc/type.h"
#include "arch/atomic.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "runtime/debug_state.h"
#include "runtime/error.h"
#include "runtime/runtime1.h"
#include "runtime/string.h"
#include "runtime/traceback.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc.h"
#include "sched/proc_inl.h"
#include "sched/signal_unix.h"
#include "sched/upcalls.h"

namespace gort {

// ---- Who dies, and who prints ------------------------------------------------------
//
// m.dying says how far this M is: 0 alive, 1 it is printing, 2 it failed while
// printing and tries a traceback, 3 that failed too. Changed by the M itself.

// > 0: deferred calls of a panic are running; main waits a little before it exits.
constinit atomic<uint32> runningPanicDefers;
// > 0: some M is dying. main must not exit, and checkdead not report.
constinit atomic<uint32> panicking;
// Held while a panic and its tracebacks are printed.
constinit mutex paniclk;
// Locked twice by an M that has to wait for another one's death.
constinit mutex deadlock;

namespace {
// The other goroutines have been printed. Guarded by paniclk.
constinit bool didothers = false;
}  // namespace

bool ispanicking() {
  return panicking.load(relaxed) > 0;  // a hint: who prints must not wait for who dies
}

// ---- Panics of the runtime -----------------------------------------------------------

void panicCheck2(string msg) {
  g* gp = getg();
  if (gp != nullptr && gp->m->mallocing != 0) throwstring(msg);
}

#define GORT_PANIC_BOUNDS(name, type, isSigned, code) \
  void name(type x, intgo y) { panicbounds({static_cast<int64>(x), y, isSigned, code}); }
GORT_PANIC_BOUNDS(goPanicIndex, intgo, true, boundsIndex)
GORT_PANIC_BOUNDS(goPanicIndexU, uintgo, false, boundsIndex)
GORT_PANIC_BOUNDS(goPanicSliceAlen, intgo, true, boundsSliceAlen)
GORT_PANIC_BOUNDS(goPanicSliceAlenU, uintgo, false, boundsSliceAlen)
GORT_PANIC_BOUNDS(goPanicSliceAcap, intgo, true, boundsSliceAcap)
GORT_PANIC_BOUNDS(goPanicSliceAcapU, uintgo, false, boundsSliceAcap)
GORT_PANIC_BOUNDS(goPanicSliceB, intgo, true, boundsSliceB)
GORT_PANIC_BOUNDS(goPanicSliceBU, uintgo, false, boundsSliceB)
GORT_PANIC_BOUNDS(goPanicSlice3Alen, intgo, true, boundsSlice3Alen)
GORT_PANIC_BOUNDS(goPanicSlice3AlenU, uintgo, false, boundsSlice3Alen)
GORT_PANIC_BOUNDS(goPanicSlice3Acap, intgo, true, boundsSlice3Acap)
GORT_PANIC_BOUNDS(goPanicSlice3AcapU, uintgo, false, boundsSlice3Acap)
GORT_PANIC_BOUNDS(goPanicSlice3B, intgo, true, boundsSlice3B)
GORT_PANIC_BOUNDS(goPanicSlice3BU, uintgo, false, boundsSlice3B)
GORT_PANIC_BOUNDS(goPanicSlice3C, intgo, true, boundsSlice3C)
GORT_PANIC_BOUNDS(goPanicSlice3CU, uintgo, false, boundsSlice3C)
GORT_PANIC_BOUNDS(goPanicSliceConvert, intgo, true, boundsConvert)
#undef GORT_PANIC_BOUNDS

namespace {

// panicstatic panics with an errorString that is a constant: no allocation.
template <const string* text>
[[noreturn]] void panicstatic() {
  panicCheck2(*text);
  gopanic(eface{&errorStringType, const_cast<string*>(text)});
}

constexpr const string* memoryError = &literal<"invalid memory address or nil pointer dereference">;

}  // namespace

void panicshift() { panicstatic<&literal<"negative shift amount">>(); }
void panicdivide() { panicstatic<&literal<"integer divide by zero">>(); }
void panicoverflow() { panicstatic<&literal<"integer overflow">>(); }
void panicfloat() { panicstatic<&literal<"floating point error">>(); }

// Compiled code tests for nil where Go's takes a fault. The report is the same:
// a read of address 0 at the place that called us.
void panicmem() {
  g* gp = getg();
  if (gp != nullptr && gp->sig == 0) {
    gp->sig = SIGSEGV;
    gp->sigcode0 = SEGV_MAPERR;
    gp->sigcode1 = 0;
    gp->sigpc = GORT_CALLERPC();
  }
  panicstatic<memoryError>();
}

void panicmemAddr(uintptr addr) {
  panicCheck2(*memoryError);
  auto* e = static_cast<errorAddressString*>(
      mallocgc(sizeof(errorAddressString), &errorAddressStringType, true));
  e->msg = *memoryError;
  e->addr = addr;
  gopanic(eface{&errorAddressStringType, e});
}

// ---- panic ------------------------------------------------------------------------------

namespace {

bool sameValue(const eface& a, const eface& b) { return a.typ == b.typ && a.data == b.data; }

// textMethod returns v's Error method or, if it has none, String; null: neither.
const method* textMethod(const _type* t) {
  if (t == nullptr) return nullptr;
  const method* m = findMethod(t, "Error", kindString);
  return m != nullptr ? m : findMethod(t, "String", kindString);
}

// preprintpanics calls the Error and String methods of the values, before the
// world is frozen: they are the user's code, and may do anything. What panics in
// there ends in gopanic, which sees p->preprint.
void preprintpanics(_panic* p) {
  for (; p != nullptr; p = p->link) {
    if (p->link != nullptr && sameValue(p->link->arg, p->arg)) {
      p->link->repanicked = true;
      continue;
    }
    const method* m = textMethod(p->arg.typ);
    if (m == nullptr) continue;
    p->preprint = true;
    p->text = reinterpret_cast<string (*)(void*)>(const_cast<void*>(m->code))(p->arg.data);
    p->preprint = false;
    p->arg = eface{&basicTypes[kindString], &p->text};
  }
}

// printpanics prints the panics from p on, outermost first.
void printpanics(_panic* p) {
  if (p->link != nullptr) {
    printpanics(p->link);
    if (p->link->repanicked) return;
    if (!p->link->goexit) print("\t");
  }
  if (p->goexit) return;
  print("panic: ");
  printpanicval(p->arg);
  print("\n");
}

// panicWhilePrinting reports a panic with e in the Error or String method of the
// value that was about to be printed.
[[noreturn]] void panicWhilePrinting(eface e) {
  const string text = literal<"panic while printing panic value">;
  string msg =
      e.typ != nullptr && e.typ->str != nullptr && isBasic(e.typ) && kindOf(e.typ) == kindString
          ? concat({text, literal<": ">, *static_cast<string*>(e.data)})
          : concat({text, literal<": type ">, toString(e.typ)});
  throwstring(msg);
}

// panicBad reports a panic with e where nobody may panic.
[[noreturn]] void panicBad(eface e, const char* why) {
  print("panic: ");
  printpanicval(e);
  print("\n");
  throw_(why);
}

}  // namespace

void gopanic(eface e) {
  if (e.typ == nullptr && debug.panicnil.load(relaxed) != 1) {
    // *PanicNilError points at nothing in particular; &zerobase is as good.
    e = eface{&panicNilErrorType, &zerobase};
  }

  g* gp = getg();
  if (gp == nullptr) panicBad(e, "panic on a thread that is not a goroutine's");
  if (gp->m->curg.load(relaxed) != gp) panicBad(e, "panic on system stack");
  if (gp->m->mallocing != 0) panicBad(e, "panic during malloc");
  if (gp->m->preemptoff != nullptr) {
    print("panic: ");
    printpanicval(e);
    print("\npreempt off reason: ", gp->m->preemptoff, "\n");
    throw_("panic during preemptoff");
  }
  if (gp->m->locks != 0) panicBad(e, "panic holding locks");
  if (gp->panic_ != nullptr && gp->panic_->preprint) panicWhilePrinting(e);

  _panic p = {};
  p.arg = e;
  p.link = gp->panic_;
  gp->panic_ = &p;
  runningPanicDefers.add(1, relaxed);  // main looks at it without a lock, and only to be kind

  preprintpanics(&p);
  fatalpanic(&p);
}

// ---- Goexit -------------------------------------------------------------------------------

namespace {

// A Goexit that is unwinding. If a noexcept function is in the way, libstdc++
// takes the exception for one of its own and reads its header, which would lie
// in front of it: let it read zeros.
struct goexiting {
  alignas(16) uint8 header[128];
  _Unwind_Exception exc;
  _panic p;
};

// "GORTEXIT": not "GNUCC++\0", so nobody takes it for a C++ exception.
constexpr uint64 goexitClass = 0x474f525445584954;

_Unwind_Reason_Code goexitStop(int, _Unwind_Action actions, _Unwind_Exception_Class,
                               _Unwind_Exception*, _Unwind_Context*, void* arg) {
  if ((actions & _UA_END_OF_STACK) == 0) return _URC_NO_REASON;
  getg()->panic_ = static_cast<goexiting*>(arg)->p.link;
  std::free(arg);
  goexit1();
}

void goexitDropped(_Unwind_Reason_Code, _Unwind_Exception*) {
  fatal("Goexit stopped by a catch (...) that did not rethrow");
}

}  // namespace

void Goexit() {
  g* gp = getg();
  if (gp == nullptr) throw_("runtime.Goexit called in a thread that is not a goroutine's");
  if (gp->m->curg.load(relaxed) != gp) throw_("Goexit on system stack");

  auto* x = static_cast<goexiting*>(std::calloc(1, sizeof(goexiting)));
  if (x == nullptr) throw_("out of memory in Goexit");
  x->exc.exception_class = goexitClass;
  x->exc.exception_cleanup = goexitDropped;
  x->p.goexit = true;
  x->p.link = gp->panic_;
  gp->panic_ = &x->p;

  _Unwind_ForcedUnwind(&x->exc, goexitStop, x);
  throw_("Goexit: the stack cannot be unwound");
}

// ---- C++ exceptions --------------------------------------------------------------------------

namespace {

constinit std::terminate_handler oldTerminate = nullptr;

// exceptionText says what the current exception is: "TYPE: what()". The text is
// malloc'ed.
char* exceptionText(const std::type_info* t) {
  int status;
  char* name = abi::__cxa_demangle(t->name(), nullptr, nullptr, &status);
  const char* type = status == 0 ? name : t->name();
  const char* what = nullptr;
  char* copy = nullptr;
  try {
    throw;
  } catch (const std::exception& e) {
    what = e.what();
    copy = what != nullptr ? strdup(what) : nullptr;
  } catch (...) {
  }
  constexpr const char prefix[] = "C++ exception: ";
  uintptr n = sizeof prefix + std::strlen(type) + (copy != nullptr ? std::strlen(copy) + 2 : 0);
  auto* text = static_cast<char*>(std::malloc(n));
  std::strcpy(text, prefix);
  std::strcat(text, type);
  if (copy != nullptr) {
    std::strcat(text, ": ");
    std::strcat(text, copy);
  }
  std::free(copy);
  std::free(name);
  return text;
}

// onTerminate is the terminate handler. The unwinder calls it before it has
// touched the stack, so everything is still there for a debugger.
[[noreturn]] void onTerminate() {
  g* gp = getg();
  if (gp == nullptr) {  // not our thread
    if (oldTerminate != nullptr) oldTerminate();
    std::abort();
  }
  const std::type_info* t = abi::__cxa_current_exception_type();
  if (t == nullptr) {
    fatal(gp->panic_ != nullptr && gp->panic_->goexit
              ? "C++ std::terminate during Goexit: a noexcept function is on the stack, or a "
                "destructor threw"
              : "C++ std::terminate");
  }
  _panic p = {};
  p.text = gostringnocopy(exceptionText(t));
  p.arg = eface{&basicTypes[kindString], &p.text};
  p.link = gp->panic_;
  runningPanicDefers.add(1, relaxed);
  fatalpanic(&p);
}

}  // namespace

void terminateinit() { oldTerminate = std::set_terminate(onTerminate); }

// ---- Dying -------------------------------------------------------------------------------------

// startpanic_m prepares for death: no more allocation, no other M in the way.
// It returns false if we are dying already, and nothing but a traceback should
// be tried. It runs on g0.
bool startpanic_m() {
  m* mp = getg()->m;
  // A panic may come from a signal handler or out of the allocator; an
  // allocation from here on is a bug that the allocator will report.
  mp->mallocing++;
  // Of a bad lock count we may be dying: with a good one we can at least print.
  if (mp->locks < 0) mp->locks = 1;

  switch (mp->dying) {
    case 0:
      mp->dying = 1;
      panicking.add(1, seq_cst);  // before freezetheworld; checkdead must see it then
      lock(&paniclk);
      if (debug.schedtrace > 0 || debug.scheddetail > 0) schedtrace(true);
      freezetheworld();
      return true;
    case 1:
      mp->dying = 2;
      print("panic during panic\n");
      return false;
    case 2:
      mp->dying = 3;
      print("stack trace unavailable\n");
      exit(4);
    default: exit(5);
  }
}

namespace {

// dopanic_m prints the tracebacks and reports whether to crash. gp is the g that
// failed; getg() is g0.
bool dopanic_m(g* gp, uintptr pc, uintptr sp) {
  if (gp->sig != 0) {
    const char* signame = gort::signame(gp->sig);
    if (signame != nullptr) {
      print("[signal ", signame);
    } else {
      print("[signal ", hex(gp->sig));
    }
    print(" code=", hex(gp->sigcode0), " addr=", hex(gp->sigcode1), " pc=", hex(gp->sigpc), "]\n");
  }

  auto [level, all, docrash] = gotraceback();
  if (level > 0) {
    if (gp != gp->m->curg.load(relaxed)) all = true;
    if (gp != gp->m->g0) {
      print("\n");
      goroutineheader(gp);
      traceback(pc, sp, 0, gp);
    } else if (level >= 2 || gp->m->throwing >= throwTypeRuntime) {
      print("\nruntime stack:\n");
      traceback(pc, sp, 0, gp);
    }
    if (!didothers && all) {
      didothers = true;
      tracebackothers(gp);
    }
  }
  unlock(&paniclk);

  if (panicking.add(static_cast<uint32>(-1), seq_cst) != 0) {
    // Another M is printing and will exit. Wait for that, using no processor.
    lock(&deadlock);
    lock(&deadlock);
  }
  return docrash;
}

}  // namespace

[[gnu::noinline]] void fatalthrow(throwType t) {
  uintptr pc = GORT_CALLERPC();
  auto sp = reinterpret_cast<uintptr>(__builtin_frame_address(0));
  g* gp = getg();
  if (gp == nullptr) exit(2);  // a thread of the program's own: there is no goroutine to show
  if (gp->m->throwing == throwTypeNone) gp->m->throwing = t;
  systemstack([&] {
    startpanic_m();
    if (dopanic_m(gp, pc, sp)) crash();
    exit(2);
  });
  abort();
}

[[gnu::noinline]] void fatalpanic(_panic* msgs) {
  uintptr pc = GORT_CALLERPC();
  auto sp = reinterpret_cast<uintptr>(__builtin_frame_address(0));
  g* gp = getg();
  bool docrash = false;
  systemstack([&] {
    if (startpanic_m() && msgs != nullptr) {
      // panicking is set now and keeps main from exiting.
      runningPanicDefers.add(static_cast<uint32>(-1), relaxed);
      printpanics(msgs);
    }
    docrash = dopanic_m(gp, pc, sp);
  });
  // On the goroutine's own stack, so that a debugger shows how it got here.
  if (docrash) crash();
  exit(2);
}

void throw_(const char* s) { throwstring(gostringnocopy(s)); }

void throwstring(string s) {
  systemstack([&] {
    print("fatal error: ");
    printindented(s);
    print("\n");
  });
  fatalthrow(throwTypeRuntime);
}

namespace {

// printPreFatalDeferPanic prints the panics during which fatal was called. Their
// values are printed as they are: no more of the user's code runs now.
//
// Differs from Go: a Goexit that is under way leaves no mark. Go indents the message
// then, although there is nothing above it.
void printPreFatalDeferPanic(_panic* p) {
  for (_panic* x = p; x != nullptr; x = x->link) {
    if (x->link != nullptr && sameValue(x->link->arg, x->arg)) x->link->repanicked = true;
  }
  if (p == nullptr || p->goexit) return;
  printpanics(p);
  print("\t");
}

}  // namespace

void fatal(const char* s) {
  g* gp = getg();
  printlock();  // two fatal errors at once must not mix their reports
  systemstack([&] {
    if (gp != nullptr) printPreFatalDeferPanic(gp->panic_);
    print("fatal error: ");
    printindented(gostringnocopy(s));
    print("\n");
  });
  fatalthrow(throwTypeUser);
}

bool canpanic() {
  g* gp = getg();
  m* mp = gp->m;
  if (gp != mp->curg.load(relaxed)) return false;
  if (mp->locks != 0 || mp->mallocing != 0 || mp->throwing != throwTypeNone ||
      mp->preemptoff != nullptr || mp->dying != 0) {
    return false;
  }
  return (readgstatus(gp) & ~uint32{Gscan}) == Grunning && gp->syscallsp == 0;
}

}  // namespace gort
