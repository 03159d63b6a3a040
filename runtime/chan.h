// chan.h: channels.
//
// A channel is a lock, a ring of values and two queues of goroutines: those that
// wait to receive and those that wait to send. What it does, and the entry
// points that compiled code calls: chan.cc and <gort/abi.h>.
//
// Go: runtime/chan.go
#ifndef RUNTIME_CHAN_H_
#define RUNTIME_CHAN_H_

#include <gort/abi.h>
#include <gort/types.h>

#include "arch/atomic.h"
#include "sched/lock_state.h"

namespace gort {

struct g;
struct sudog;

// A waitq is a queue of goroutines that wait on a channel, oldest first. It is
// guarded by the channel's lock; first is also read without it (full, empty).
struct waitq {
  atomic<sudog*> first;
  sudog* last;

  void enqueue(sudog* sgp);
  // dequeue takes out the oldest waiter that nobody else has woken, and claims
  // the right to wake it; null if there is none.
  sudog* dequeue();
  // dequeueSudoG takes out sgp if it is still there.
  void dequeueSudoG(sudog* sgp);
};

// INV1: at least one of recvq and sendq is empty, except that a select of one
//       goroutine may wait on both sides of an unbuffered channel.
// INV2: with a buffer, qcount > 0 implies recvq empty, and qcount < dataqsiz
//       implies sendq empty.
// INV3: qcount values stand in slots recvx, recvx+1, ... (modulo dataqsiz), and
//       sendx is the slot behind them. Slots without a value are zero.
struct hchan {
  // lock guards what is not constant, and the fields of sudogs queued here that
  // runtime2.h says so of. While it is held, no goroutine's status may be changed
  // (none may be readied), because a stack scan in progress may wait for it.
  atomic<uint64> qcount;  // values in the ring; read without lock: full, empty, len
  uint64 dataqsiz;        // slots of the ring; constant
  uint8* buf;             // the ring, dataqsiz*elemsize bytes; constant
  uint16 elemsize;        // constant
  atomic<uint32> closed;  // 0 or 1, never back; read without lock
  const _type* elemtype;  // constant
  uint64 sendx;           // slot of the next send
  uint64 recvx;           // slot of the next receive
  waitq recvq;            // receivers
  waitq sendq;            // senders
  mutex lock;             // rank hchan
};

inline constexpr uintptr maxAlign = 8;  // of an element
inline constexpr uintptr hchanSize = (sizeof(hchan) + maxAlign - 1) & ~(maxAlign - 1);

// chanbuf returns the i-th slot of the ring.
void* chanbuf(hchan* c, uint64 i);

// full reports whether a send would block, empty whether a receive would. Both
// take no lock: true at the moment, maybe not a moment later.
bool full(const hchan* c);
bool empty(const hchan* c);

// chanparkcommit is the unlockf of gopark for send and receive: chanLock is the
// channel's lock.
bool chanparkcommit(g* gp, void* chanLock);

}  // namespace gort

#endif  // RUNTIME_CHAN_H_
