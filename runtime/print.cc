// print.cc: the lock around a print statement.
//
// The print functions themselves are on the ground floor (arch/print.h), where
// there are no locks; this is their way up.
//
// Go: runtime/print.go (printlock, printunlock, gwrite)
//
// Differs from Go: no goroutine's output is diverted to a buffer yet; what does
// that in Go, runtime.Stack, needs names of functions.
#include "arch/upcalls.h"
#include "sched/lockrank_check_inl.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

namespace {
// Guards minhexdigits, and the order of what is printed.
constinit mutex debuglock{lockRankPrint};
}  // namespace

// m.printlock counts, so that a crash in the middle of a print can print. A
// thread without an m prints without the lock.
void printlock() {
  g* gp = getg();
  if (gp == nullptr) return;
  m* mp = gp->m;
  mp->locks++;  // stay on this M between counting and locking
  mp->printlock++;
  if (mp->printlock == 1) lock(&debuglock);
  mp->locks--;  // the lock counts in mp->locks itself
}

void printunlock() {
  g* gp = getg();
  if (gp == nullptr) return;
  m* mp = gp->m;
  mp->printlock--;
  if (mp->printlock == 0) unlock(&debuglock);
}

bool printdivert(const uint8*, uintptr) { return false; }

}  // namespace gort
