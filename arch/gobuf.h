// gobuf.h: a parked context, and the functions that save and resume one.
//
// A switch is a call of a C function as far as the compiler knows, so only what
// the ABI calls callee-saved has to survive it: six registers, the stack
// pointer and the place to go on. Vector registers need no saving. The control
// words (mxcsr and that of the x87) are callee-saved too by the letter of the
// ABI, and loading them would cost half as much again as the whole switch: they
// are per thread here, and a goroutine that changes its rounding mode puts it
// back before it blocks.
//
// The functions end in a jump and not in a return: a return would be predicted
// from the stack of return addresses, which belongs to the context that was
// left, and mispredict every time.
//
// C++ exceptions: the run-time library keeps "exceptions being handled" and
// "number uncaught" in two words per thread. They belong to the goroutine, so
// every switch copies them out to g->eh and in from the next one's. Therefore
// the thread's words always belong to the g that is current on the thread, with
// one exception that is meant: systemstack leaves them alone, so that what is
// thrown inside it can be caught outside. g0->eh is only read here: it is what
// the thread had when it was attached, and g0 code holds no exception while it
// switches.
//
// Go: runtime/runtime2.go (gobuf), runtime/asm_amd64.s, runtime/sys_x86.go
//
// Differs from Go: registers are saved, because Go's own ABI has no
// callee-saved ones; no ctxt (the closure travels in a register or on the new
// stack) and no lr. gostartcall has no twin: a goroutine starts at
// gort_gostart, which finds its function in r12 and the argument in r13.
#ifndef GORT_ARCH_GOBUF_H_
#define GORT_ARCH_GOBUF_H_

#include "arch/go_asm.h"
#include "arch/goarch.h"

namespace gort {

struct g;

// Offsets are in arch/go_asm.h. `g` is constant after the g was made; the rest
// belongs to whoever owns the g's stack.
struct gobuf {
  uintptr sp;  // the stack pointer after the saving call has returned; 16-aligned
  uintptr pc;  // where to go on
  gort::g* g;  // whose context it is
  uintptr rbx;
  uintptr rbp;
  uintptr r12;  // gort_gostart: the function, void (*)(void*)
  uintptr r13;  // gort_gostart: its argument
  uintptr r14;
  uintptr r15;
};

static_assert(offsetof(gobuf, sp) == GOBUF_SP && offsetof(gobuf, pc) == GOBUF_PC &&
              offsetof(gobuf, g) == GOBUF_G && offsetof(gobuf, rbx) == GOBUF_RBX &&
              offsetof(gobuf, rbp) == GOBUF_RBP && offsetof(gobuf, r12) == GOBUF_R12 &&
              offsetof(gobuf, r13) == GOBUF_R13 && offsetof(gobuf, r14) == GOBUF_R14 &&
              offsetof(gobuf, r15) == GOBUF_R15 && sizeof(gobuf) == GOBUF_SIZE);
static_assert(G_EH == G_SCHED + GOBUF_SIZE);

}  // namespace gort

extern "C" {

// The current goroutine of this thread; null on a thread that the runtime does
// not know. Read it through getg(): a compiler may keep the address of a
// thread-local variable over a switch to another thread. Defined in
// arch/asm_amd64.S.
extern constinit thread_local gort::g* gort_tls_g __attribute__((tls_model("initial-exec")));

// Address of this thread's C++ exception globals, for m->ehglobals. It is
// __cxa_get_globals under a name of ours: <cxxabi.h> declares that one const,
// and a compiler then reuses an answer that another thread got.
void* gort_ehglobals() __asm__("__cxa_get_globals");

// gort_gogo resumes buf on this thread; buf->g becomes current. g->m must be
// set. The context sees gort_gosave return 1, or gort_mcall and gort_switchto
// return.
[[noreturn]] void gort_gogo(gort::gobuf* buf);

// gort_mcall parks the current goroutine in its g->sched and calls fn(g) on
// m->g0's stack with g0 current. fn must not return; as soon as it lets go of g,
// another thread may resume it, and gort_mcall returns there.
// Throws if called on g0, or if fn returns.
void gort_mcall(void (*fn)(gort::g*));

// gort_systemstack calls fn(arg) on m->g0's stack with g0 current, and returns.
// m->curg stays. If the current g is g0 or gsignal already, or if there is none
// (the thread is not attached to the runtime), fn is called where we are.
// Exceptions thrown by fn pass through, as do backtraces.
void gort_systemstack(void (*fn)(void*), void* arg);

// gort_gosave records the caller's context in *buf (all but buf->g) and returns
// 0. Resumed by gort_gogo it returns again, with 1, if its caller's frame is
// still there: like setjmp. g0's stack below buf->sp is what gort_mcall and
// gort_systemstack use.
[[gnu::returns_twice]] gort::int32 gort_gosave(gort::gobuf* buf);

// gort_switchto parks `from`, the current goroutine, and resumes `to`, without
// a turn through g0. commit(from) runs in between, on to's stack with `to`
// current: from then is parked for good, and may be handed to others. The
// caller has set to->m and m->curg. Returns when `from` is resumed.
// Go has no twin.
void gort_switchto(gort::g* from, gort::g* to, void (*commit)(gort::g* from));

// gort_gostart is the first pc of every goroutine: calls r12(r13), then
// gort_goexit1 (arch/upcalls.h). It is not a function to call. Backtraces end here.
void gort_gostart();

// gort_morestack_call calls fn(arg) on the stack that ends at newsp (16-aligned)
// and returns; the goroutine stays the same one. Exceptions and backtraces pass
// through. The caller has moved the stack bounds.
void gort_morestack_call(gort::uintptr newsp, void (*fn)(void*), void* arg);

}  // extern "C"

#endif  // GORT_ARCH_GOBUF_H_
