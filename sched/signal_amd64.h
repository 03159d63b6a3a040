// signal_amd64.h: the registers of an interrupted context.
//
// Go: runtime/signal_amd64.go, runtime/signal_linux_amd64.go
#ifndef GORT_SCHED_SIGNAL_AMD64_H_
#define GORT_SCHED_SIGNAL_AMD64_H_

#include <gort/types.h>

#include "arch/defs_linux_amd64.h"

// The first instruction of a call that the program did not make: see
// arch/asm_amd64.S.
extern "C" void gort_sigpanic0();

namespace gort {

struct g;

// A sigctxt is what the kernel tells a handler: why, and the registers, which
// are restored, as the handler leaves them, when it returns.
struct sigctxt {
  siginfo* info;
  ucontext* ctxt;

  uint64 reg(int i) const { return uint64(ctxt->uc_mcontext.gregs[i]); }
  void setreg(int i, uint64 v) const { ctxt->uc_mcontext.gregs[i] = int64(v); }

  uintptr sigpc() const { return reg(REG_RIP); }
  uintptr sigsp() const { return reg(REG_RSP); }
  uintptr sigbp() const { return reg(REG_RBP); }
  uintptr fault() const { return reinterpret_cast<uintptr>(info->si_addr); }
  int32 sigcode() const { return info->si_code; }

  // Whether another process or raise sent it, and not a fault or the kernel.
  bool sigFromUser() const { return info->si_code == SI_USER || info->si_code == SI_TKILL; }
};

// dumpregs prints all registers.
void dumpregs(const sigctxt& c);

// preparePanic makes it look as if the instruction that faulted had called
// sigpanic. False if the stack has no room for the call.
bool preparePanic(const sigctxt& c, const g* gp);

}  // namespace gort

#endif  // GORT_SCHED_SIGNAL_AMD64_H_
