// sema.h: semaphores on which goroutines sleep, and the list behind sync.Cond.
//
// Go: runtime/sema.go
//
// A semaphore is any uint32 in memory. These are not semaphores in the textbook's
// sense but the slow half of something else (sync.Mutex, WaitGroup, ...): a sleep
// and a wake-up that always pair, in whichever order they come. (Mullender and Cox,
// "Semaphores in Plan 9".)
//
// Who waits is found by address: a table of semTabSize roots, each a balanced tree
// (treap) of addresses, each address with a queue of sudogs. So finding an address
// is O(log n) in the number of addresses of one root, however many goroutines wait
// for one of them, and everything else is O(1).
//
// Differs from Go:
//  - blockprofilerate and mutexprofilerate come with profiles: acquiretime and
//    releasetime of the sudog are carried through the queues and stay 0.
//  - synctest bubbles come with synctest.
#ifndef SCHED_SEMA_H_
#define SCHED_SEMA_H_

#include <gort/types.h>

#include "arch/atomic.h"
#include "sched/lock_state.h"

namespace gort {

struct g;
struct sudog;
enum waitReason : uint8;

// What to record of a wait.
enum semaProfileFlags : int32 {
  semaNoProfile = 0,
  semaBlockProfile = 1 << 0,
  semaMutexProfile = 1 << 1,
};

// Where semacquire1 puts the caller among those who wait for the same address.
enum semaOrder : bool {
  semaFIFO = false,  // behind all
  semaLIFO = true,   // before all; for a sync.Mutex waiter that waited before
};

// Who runs after semrelease1.
enum semaHandoff : bool {
  semaNoHandoff = false,
  semaHandoffToWaiter = true,  // the waiter gets the unit and the rest of our time slice
};

// semacquire waits until *addr > 0 and takes one. On a goroutine only.
void semacquire(uint32* addr);

// semacquire1 is semacquire with a place in the queue and the reason that
// tracebacks show.
void semacquire1(uint32* addr, semaOrder order, semaProfileFlags profile, intgo skipframes,
                 waitReason reason);

// semrelease adds one to *addr and wakes one goroutine that waits for it.
void semrelease(uint32* addr);

// semrelease1 is semrelease; with semaHandoffToWaiter the waiter runs at once in our
// place, if we are on a goroutine without locks.
void semrelease1(uint32* addr, semaHandoff handoff, intgo skipframes);

// cansemacquire takes one from *addr if there is one, and reports whether it did.
bool cansemacquire(uint32* addr);

// What package sync and package internal/poll call. The texts in tracebacks differ.
void sync_runtime_Semacquire(uint32* addr);
void poll_runtime_Semacquire(uint32* addr);
void sync_runtime_Semrelease(uint32* addr, semaHandoff handoff, intgo skipframes);
void internal_sync_runtime_SemacquireMutex(uint32* addr, semaOrder order, intgo skipframes);
void sync_runtime_SemacquireRWMutexR(uint32* addr, semaOrder order, intgo skipframes);
void sync_runtime_SemacquireRWMutex(uint32* addr, semaOrder order, intgo skipframes);
void sync_runtime_SemacquireWaitGroup(uint32* addr);
void poll_runtime_Semrelease(uint32* addr);
void internal_sync_runtime_Semrelease(uint32* addr, semaHandoff handoff, intgo skipframes);

// A semaRoot holds those who wait for the addresses that hash to it.
//
// The tree is ordered by elem (the address); among the trees that this allows, tickets
// (random, one for each address) choose: a parent's is at most its children's.
//
// INV1: left subtree < elem < right subtree; prev is left, next is right.
// INV2: s.parent.ticket <= s.ticket; tickets in the tree are odd, never 0.
// INV3: only the first sudog of an address is in the tree; the others hang on its
//       waitlink in order; its waittail is the last of them, nil if there is none.
// INV4: waiters of the first is the number of the others; stops at 65535, and is then
//       an estimate.
// INV5: nwait is the number of sudogs below, plus semacquires about to add one.
struct semaRoot {
  // lock (rank root) guards all but nwait.
  mutex lock;
  sudog* treap;
  atomic<uint32> nwait;  // written under lock; semrelease looks without it

  // queue adds s, for the calling goroutine, to those who wait for addr.
  void queue(uint32* addr, sudog* s, semaOrder order);

  struct dequeued {
    sudog* found;    // nil if nobody waits
    int64 now;       // cputicks at which it was taken out; 0 if it is not profiled
    int64 tailtime;  // acquiretime of the last in the queue
  };
  // dequeue takes out the first who waits for addr.
  dequeued dequeue(uint32* addr);

  void rotateLeft(sudog* x);   // (x a (y b c)) becomes (y (x a b) c)
  void rotateRight(sudog* y);  // (y (x a b) c) becomes (x a (y b c))
};

inline constexpr uintptr semTabSize = 251;  // a prime: no pattern of addresses fits it

struct alignas(64) semTableEntry {  // one cache line each
  semaRoot root;
};

struct semTable {
  semTableEntry entries[semTabSize];

  semaRoot* rootFor(uint32* addr);
};

extern semTable semtable;

// A notifyList is the queue of a sync.Cond: waiters take a ticket, and notifications
// go by ticket, so that who takes one before a notification gets it even if it comes
// to sleep late. Numbers wrap; less() is right while fewer than 2^31 wait.
//
// INV: a waiter whose ticket is less than notify is not on the list, or is about to
//      be readied by who took it out.
struct notifyList {
  atomic<uint32> wait;    // next ticket; no lock
  atomic<uint32> notify;  // next ticket to be notified; written under lock
  mutex lock;             // rank notifyList; guards the list
  sudog* head;
  sudog* tail;
};

// notifyListAdd takes a ticket; notifyListWait must follow with it.
uint32 notifyListAdd(notifyList* l);

// notifyListWait waits until ticket t is notified; at once if it was.
void notifyListWait(notifyList* l, uint32 t);

// notifyListNotifyAll notifies all who hold a ticket.
void notifyListNotifyAll(notifyList* l);

// notifyListNotifyOne notifies the oldest ticket that is not notified.
void notifyListNotifyOne(notifyList* l);

// notifyListCheck throws unless sz, the size of the notifyList that the public sync
// header declares, is the size of ours.
void notifyListCheck(uintptr sz);

}  // namespace gort

#endif  // SCHED_SEMA_H_
