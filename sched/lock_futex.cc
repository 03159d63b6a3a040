// lock_futex.cc: what an M sleeps on, made of Linux futexes.
//
// Go: runtime/lock_futex.go (and futexsleep, futexwakeup from os_linux.go)
//
// Why no wake-up is lost: a sleeper gives the kernel the value that it saw, and the
// kernel compares it with the word under a lock that the waker's FUTEX_WAKE takes too.
// The waker has changed the word before. So either the comparison fails, or the sleeper
// is queued when the waker looks.
#include "sched/lock_futex.h"

#include "arch/defs_linux_amd64.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "sched/proc.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

void futexsleep(atomic<uint32>* addr, uint32 val, int64 ns) {
  // Whatever it returns (woken, EAGAIN, EINTR, ETIMEDOUT), the caller looks again.
  if (ns < 0) {
    futex(addr->ptr(), FUTEX_WAIT_PRIVATE, val, nullptr, nullptr, 0);
    return;
  }
  timespec ts;
  setNsec(&ts, ns);
  futex(addr->ptr(), FUTEX_WAIT_PRIVATE, val, &ts, nullptr, 0);
}

void futexwakeup(atomic<uint32>* addr, uint32 cnt) {
  int32 ret = futex(addr->ptr(), FUTEX_WAKE_PRIVATE, cnt, nullptr, nullptr, 0);
  if (ret >= 0) return;
  // The word is not mapped. Go on, and a thread sleeps for ever.
  systemstack([addr, ret] {
    print("futexwakeup addr=", static_cast<void*>(addr), " returned ", ret, "\n");
    throw_("futexwakeup failed");
  });
}

// relaxed: the caller hands the note to sleeper and waker by other means afterwards.
void noteclear(note* n) { n->key.store(0, relaxed); }

void notewakeup(note* n) {
  uint32 old = n->key.exchange(1, release);  // pairs with the sleeper's load
  if (old != 0) {
    print("notewakeup - double wakeup (", old, ")\n");
    throw_("notewakeup - double wakeup");
  }
  // The sleeper may be gone already, and with it the note: only its address is used.
  futexwakeup(&n->key, 1);
}

void notesleep(note* n) {
  g* gp = getg();
  if (gp != gp->m->g0) throw_("notesleep not on g0");
  while (n->key.load(acquire) == 0) {
    gp->m->blocked = true;
    futexsleep(&n->key, 0, -1);
    gp->m->blocked = false;
  }
}

// notetsleep_internal may run without a P.
static bool notetsleep_internal(note* n, int64 ns) {
  m* mp = getg()->m;

  if (ns < 0) {
    while (n->key.load(acquire) == 0) {
      mp->blocked = true;
      futexsleep(&n->key, 0, -1);
      mp->blocked = false;
    }
    return true;
  }

  if (n->key.load(acquire) != 0) return true;

  int64 now = nanotime();
  int64 deadline = ns > INT64_MAX - now ? INT64_MAX : now + ns;
  for (;;) {
    mp->blocked = true;
    futexsleep(&n->key, 0, ns);
    mp->blocked = false;
    if (n->key.load(acquire) != 0) return true;
    now = nanotime();
    if (now >= deadline) return false;
    ns = deadline - now;
  }
}

bool notetsleep(note* n, int64 ns) {
  g* gp = getg();
  if (gp != gp->m->g0 && gp->m->preemptoff != nullptr) throw_("notetsleep not on g0");
  return notetsleep_internal(n, ns);
}

bool notetsleepg(note* n, int64 ns) {
  g* gp = getg();
  if (gp == gp->m->g0) throw_("notetsleepg on g0");
  entersyscallblock();
  bool ok = notetsleep_internal(n, ns);
  exitsyscall();
  return ok;
}

// m.waitsema is the number of units, or less than 0 while mp sleeps for one. Only mp
// takes, so it is at least -1. acquire and release pair the two adds.
void semasleep() {
  m* mp = getg()->m;
  uint32 v = mp->waitsema.add(-1u, acquire);
  while (static_cast<int32>(v) < 0) {
    futexsleep(&mp->waitsema, v, -1);
    v = mp->waitsema.load(acquire);
  }
}

void semawakeup(m* mp) {
  if (mp->waitsema.add(1, release) == 0) futexwakeup(&mp->waitsema, 1);
}

}  // namespace gort
