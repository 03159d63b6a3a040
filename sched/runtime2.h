// runtime2.h: the vocabulary of the scheduler: g, m, p, schedt, sudog, and the
// states of a goroutine and of a P.
//
// A g is a goroutine: a stack and what is needed to continue on it. An m is a
// thread of the operating system. A p is the right to run compiled or C++ user
// code and the caches that go with it; there are GOMAXPROCS of them. An m runs
// g's while it holds a p. proc.cc says how the three meet.
//
// Go: runtime/runtime2.go
//
// Differs from Go:
//  - Fields that several threads touch are atomic<T>, even where Go reads them
//    racily on purpose: what is benign in Go is undefined in C++. The order at
//    each access says whether it synchronises.
//  - guintptr, puintptr and muintptr hide a pointer from Go's collector. Here
//    g, m and p live outside the collected heap, so plain pointers do.
//  - A switch keeps its callee-saved registers in gobuf, and a g carries the two
//    words of C++ exception state that libstdc++ keeps a thread (g::eh).
//  - There are no deadextra M's stacks to guess: an extra M owns a goroutine
//    stack of its own (proc_thread.cc, needm).
//  - Fields of parts that do not exist yet (collector, timers, tracer, profiles)
//    arrive with those parts.
#ifndef SCHED_RUNTIME2_H_
#define SCHED_RUNTIME2_H_

#include <gort/types.h>

#include "alloc/malloc_state.h"
#include "arch/atomic.h"
#include "arch/chacha8rand.h"
#include "arch/gobuf.h"
#include "arch/list_manual.h"
#include "arch/sanitizer.h"
#include "runtime/prof_state.h"
#include "sched/lock_state.h"
#include "sched/lockrank.h"
#include "sched/stack_state.h"

namespace gort {

struct g;
struct m;
struct mcache;
struct p;

// ---- Goroutine states -------------------------------------------------------
//
// The status says who owns the goroutine's stack and may run it. Whoever makes
// a transition owns the stack before or after it; casgstatus (proc.cc) makes all
// of them but the scan ones. The legal transitions:
//
//   Gidle      -> Gdead       newproc1: the g has been initialised
//   Gidle      -> Gdeadextra  oneNewExtraM: as well, on an extra M
//   Gdead      -> Grunnable   newproc1
//   Gdead      -> Gwaiting    newproc1, of a goroutine that starts parked
//   Gdeadextra -> Gsyscall    needm: a foreign thread is about to enter
//   Gsyscall   -> Gdeadextra  dropm
//   Grunnable  -> Grunning    execute, and the direct hand-off of gopark
//   Grunning   -> Grunnable   Gosched, preemption
//   Grunning   -> Gwaiting    gopark, casGToWaitingForSuspendG
//   Grunning   -> Gpreempted  preemptPark, by way of Gscanpreempted
//   Gwaiting   -> Grunnable   ready, injectglist, and gopark if its unlockf says so
//   Gwaiting   -> Grunning    who made casGToWaitingForSuspendG, afterwards
//   Grunning  <-> Gsyscall    entersyscall, exitsyscall
//   Grunning   -> Gdead       gdestroy
//   X         <-> Gscan|X     suspendG, and whoever takes a P from a system call
enum : uint32 {
  Gidle = 0,      // just allocated, not initialised; nobody runs it
  Grunnable = 1,  // on a run queue; the queue owns the stack
  Grunning = 2,   // running user code; owned by the M in g.m, which has a P
  Gsyscall = 3,   // in a system call; owned by the M in g.m, not on a run queue
  Gwaiting = 4,   // parked; recorded by whoever will ready it; nobody runs it
  // 5 was Gmoribund
  Gdead = 6,  // finished or on a free list; may or may not have a stack
  // 7 was Genqueue, 8 is Gcopystack in Go: C++ stacks do not move
  Gpreempted = 9,   // stopped itself for suspendG; like Gwaiting, not yet owned
  Gleaked = 10,     // found unreachable while parked (collector)
  Gdeadextra = 11,  // Gdead, and belongs to an extra M

  // Or-ed in while somebody else looks at the stack or at g.m.p; the holder of
  // the bit owns the stack, and the status below cannot change meanwhile.
  Gscan = 0x1000,
  Gscanrunnable = Gscan + Grunnable,
  Gscanrunning = Gscan + Grunning,
  Gscansyscall = Gscan + Gsyscall,
  Gscanwaiting = Gscan + Gwaiting,
  Gscanpreempted = Gscan + Gpreempted,
  Gscanleaked = Gscan + Gleaked,
  Gscandeadextra = Gscan + Gdeadextra,
};

// ---- P states ---------------------------------------------------------------
enum : uint32 {
  Pidle = 0,     // on sched.pidle or in transit; owned by whoever changes it
  Prunning = 1,  // owned by an M, which alone may change it, even while its G is in a system call
  // 2 was Psyscall: a P in a system call is Prunning under a Gsyscall goroutine
  Pgcstop = 3,  // stopped for a stop-the-world; owned by who stopped the world
  Pdead = 4,    // GOMAXPROCS shrank; its resources are elsewhere
};

// Why a goroutine is parked, for tracebacks and deadlock reports. Go's list.
enum waitReason : uint8 {
  waitReasonZero,
  waitReasonGCAssistMarking,
  waitReasonIOWait,
  waitReasonDumpingHeap,
  waitReasonGarbageCollection,
  waitReasonGarbageCollectionScan,
  waitReasonPanicWait,
  waitReasonGCAssistWait,
  waitReasonGCSweepWait,
  waitReasonGCScavengeWait,
  waitReasonFinalizerWait,
  waitReasonForceGCIdle,
  waitReasonUpdateGOMAXPROCSIdle,
  waitReasonSemacquire,
  waitReasonSleep,
  waitReasonChanReceiveNilChan,
  waitReasonChanSendNilChan,
  waitReasonSelectNoCases,
  waitReasonSelect,
  waitReasonChanReceive,
  waitReasonChanSend,
  waitReasonSyncCondWait,
  waitReasonSyncMutexLock,
  waitReasonSyncRWMutexRLock,
  waitReasonSyncRWMutexLock,
  waitReasonSyncWaitGroupWait,
  waitReasonTraceReaderBlocked,
  waitReasonWaitForGCCycle,
  waitReasonGCWorkerIdle,
  waitReasonGCWorkerActive,
  waitReasonPreempted,
  waitReasonDebugCall,
  waitReasonGCMarkTermination,
  waitReasonStoppingTheWorld,
  waitReasonFlushProcCaches,
  waitReasonTraceGoroutineStatus,
  waitReasonTraceProcStatus,
  waitReasonPageTraceFlush,
  waitReasonCoroutine,
  waitReasonGCWeakToStrongWait,
  waitReasonSynctestRun,
  waitReasonSynctestWait,
  waitReasonSynctestChanReceive,
  waitReasonSynctestChanSend,
  waitReasonSynctestSelect,
  waitReasonSynctestWaitGroupWait,
  waitReasonCleanupWait,
  waitReasonCount,
};

// waitReasonString returns Go's text for r ("chan receive"); static storage.
const char* waitReasonString(waitReason r);
// isMutexWait reports whether r is a wait for a sync.Mutex or sync.RWMutex.
bool isMutexWait(waitReason r);

// What the event tracer would call the blocking; carried by gopark as in Go.
enum traceBlockReason : uint8 {
  traceBlockGeneric,
  traceBlockForever,
  traceBlockNet,
  traceBlockSelect,
  traceBlockCondWait,
  traceBlockSync,
  traceBlockChanSend,
  traceBlockChanRecv,
  traceBlockGCMarkAssist,
  traceBlockGCSweep,
  traceBlockSystemGoroutine,
  traceBlockPreempted,
  traceBlockDebugCall,
  traceBlockUntilGCEnds,
  traceBlockSleep,
  traceBlockGCWeakToStrongWait,
  traceBlockSynctest,
};

// A sudog is a g on a wait list: a g can be on many (select), and many can wait
// for one object. They come from acquireSudog and go back to releaseSudog.
//
// The first group is guarded by the lock of the channel the sudog is queued on;
// for semaphores, everything is guarded by the semaRoot's lock.
struct sudog {
  gort::g* g;
  sudog* next;
  sudog* prev;
  void* elem;  // data element; may point into g's stack

  int64 acquiretime;
  int64 releasetime;
  uint32 ticket;
  bool isSelect;   // g takes part in a select: CAS g.selectDone to win the wake-up
  bool success;    // woken by a value, and not by close
  uint16 waiters;  // semaRoot: waiters behind the head, clamped

  sudog* parent;    // semaRoot tree
  sudog* waitlink;  // g.waiting list, or semaRoot
  sudog* waittail;  // semaRoot
  hchan* c;
};

// ---- g ----------------------------------------------------------------------
struct g {
  // Known to assembly by offset (arch/go_asm.h). Owner: whoever owns the stack,
  // but stackguard0, which preemptone also sets.
  struct stack stack;           // [lo, hi)
  atomic<uintptr> stackguard0;  // compared by compiled prologues; stackPreempt asks for a yield
  uintptr stackguard1;          // the bound itself, never overwritten by a request; owner only
  gort::m* m;                   // the M that runs it; null if none
  gobuf sched;                  // where to continue
  uintptr eh[2];                // __cxa_eh_globals while not running

  struct _panic* panic_;  // innermost panic
  struct _defer* defer_;  // innermost deferred call

  uintptr syscallsp;  // status Gsyscall: sched.sp, for stack scans
  uintptr syscallpc;
  uintptr syscallbp;
  uintptr stktopsp;  // sp at the bottom frame
  void* param;       // who woke it: the sudog of the completed operation

  atomic<uint32> atomicstatus;
  uint64 goid;
  g* schedlink;           // next on a run queue, gList or idle list; owner: the list
  int64 waitsince;        // approximate start of the wait, nanotime; 0 if unknown
  waitReason waitreason;  // valid while Gwaiting

  atomic<bool> preempt;        // asked to yield; doubles stackguard0 == stackPreempt
  bool preemptStop;            // the yield is to go to Gpreempted
  bool syncSafePoint;          // stopped in a prologue check
  bool paniconfault;           // a fault at any address panics instead of crashing
  atomic<bool> parkingOnChan;  // between enqueueing on a channel and parking
  bool activeStackChans;       // unlocked channels point into this stack
  bool throwsplit;             // must not grow the stack
  bool systemg;                // a goroutine of the runtime's own; see isSystemGoroutine
  atomic<gort::m*> lockedm;    // LockOSThread: the only M that may run it

  uint32 sig;  // the signal that made sigpanic run
  uintptr sigcode0;
  uintptr sigcode1;
  uintptr sigpc;

  uint64 parentGoid;
  uintptr gopc;               // of the go statement
  uintptr startpc;            // of the function it runs
  sudog* waiting;             // sudogs it waits on, in lock order
  atomic<uint32> selectDone;  // in a select: 1 once a case has won

  void (*start)(void*);  // what goroutine entry calls, with startarg
  void* startarg;

  stackRegion* region;   // where gort_morestack continues this stack; null if never needed
  sanitizerFiber fiber;  // the sanitizers' view of this stack
};

// A gQueue is a FIFO of gs linked by schedlink; a g is on at most one queue.
struct gQueue {
  g* head = nullptr;
  g* tail = nullptr;
  int32 size = 0;

  bool empty() const { return head == nullptr; }
  void push(g* gp);  // at the front
  void pushBack(g* gp);
  void pushBackAll(gQueue q);
  g* pop();  // from the front; null if empty
};

// A gList is a LIFO of gs linked by schedlink. Its length may be looked at by
// others while the owner changes it.
struct gList {
  g* head = nullptr;
  atomic<int32> size;

  bool empty() const { return head == nullptr; }
  void push(g* gp);
  void pushAll(gQueue q);
  g* pop();
};

// m.freeWait: who may free a finished M's stack.
enum : uint32 {
  freeMStack = 0,  // M done, free stack and reference
  freeMRef = 1,    // M done, free reference
  freeMWait = 2,   // M still in use
};

// ---- m ----------------------------------------------------------------------
// Aligned, because lock_spinbit keeps flags in the low bits of an m*.
struct alignas(2048) m {
  // Known to assembly by offset (arch/go_asm.h).
  g* g0;            // scheduling stack
  g* gsignal;       // signal-handling g
  void* ehglobals;  // this thread's __cxa_get_globals()
  atomic<g*> curg;  // the user goroutine it runs; written by its owner

  // Constant after start.
  uint64 procid;    // gettid()
  uintptr pthread;  // pthread_t
  int64 id;
  void (*mstartfn)();
  uint64 sigmask;           // the thread's mask before the runtime changed it
  gsignalStack goSigStack;  // a foreign alternate stack found by minit
  bool isextra;             // made for a foreign thread
  bool newSigstack;         // minit installed the alternate stack

  // Owner: the M itself, or who hands it work while it is parked.
  atomic<gort::p*> p;  // attached P; retaken by others only under Gscan of curg
  gort::p* nextp;      // P to take before running; written before park is woken
  gort::p* oldp;       // P before the system call
  g* caughtsig;        // goroutine running during a fatal signal
  int32 mallocing;
  throwType throwing;
  const char* preemptoff;  // if not null, keep curg running here
  int32 locks;             // > 0: do not preempt
  int32 dying;
  bool blocked;           // parked on a note
  atomic<bool> spinning;  // looking for work; read by schedtrace
  int8 printlock;
  atomic<bool> isExtraInC;  // an extra M whose thread is in foreign code; a hint to others
  atomic<uint32> freeWait;
  bool needextram;
  uint8 traceback;
  uint64 ncgocall;
  int32 ncgo;
  note park;
  m* alllink;                 // on allm; under sched.lock
  m* schedlink;               // on newmHandoff and extraM lists
  listNodeManual idleNode;    // on sched.midle; under sched.lock
  atomic<g*> lockedg;         // LockOSThread: the only g this M may run
  uint32 lockedExt;           // LockOSThread nesting
  uint32 lockedInt;           // runtime's own
  gort::mWaitList mWaitList;  // lock_spinbit: waiters for runtime locks
  atomic<uint32> waitsema;    // lock_futex: what it sleeps on while it waits for one

  // Arguments of gopark on their way to park_m; the stack they would live on
  // is no longer ours there.
  bool (*waitunlockf)(g*, void*);
  void* waitlock;

  uint32 syscalltick;
  m* freelink;  // on sched.freem

  chacha8rand::State chacha8;
  uint32 cheaprand;
  uint64 cheaprand64;

  // lockrank_check: locks this M holds, oldest first.
  int64 locksHeldLen;
  heldLockInfo locksHeld[10];

  bool leaving;         // gogo(g0) is to end the thread and not to schedule
  void (*mcallfn)(g*);  // argument of mcall on its way to g0 (sanitizer builds)
};

// What sysmon saw of a P when it last looked.
struct sysmontick {
  uint32 schedtick;
  uint32 syscalltick;
  int64 schedwhen;
  int64 syscallwhen;
};

inline constexpr uint32 runqsize = 256;  // slots of a P's ring

// ---- p ----------------------------------------------------------------------
struct alignas(64) p {
  // Constant.
  int32 id;

  // Owner: the M that holds the P (status Prunning), or who took it idle under
  // sched.lock. Atomic where others look.
  atomic<uint32> status;        // P states above
  p* link;                      // on sched.pidle; under sched.lock
  atomic<uint32> schedtick;     // incremented at every scheduler call
  atomic<uint32> syscalltick;   // incremented at every system call
  gort::sysmontick sysmontick;  // sysmon only
  atomic<gort::m*> m;           // back link, null if idle
  gort::m* oldm;                // the M that ran it last; under sched.lock

  // Goroutine ids handed out in batches.
  uint64 goidcache;
  uint64 goidcacheend;

  // Local run queue; the protocol and its argument: proc_runq_inl.h.
  // INV1: runqtail - runqhead <= runqsize, in wrapping uint32 arithmetic.
  // INV2: slot i%runqsize holds a Grunnable G for runqhead <= i < runqtail.
  // INV3: a G is in at most one queue; only a successful CAS takes it out.
  alignas(64) atomic<uint32> runqhead;  // consumers CAS (release); owner loads (acquire)
  atomic<uint32> runqtail;              // owner stores (release); thieves load (acquire)
  atomic<g*> runqslots[runqsize];
  // A G made ready by the running G, to run next in the same time slice. Only
  // the owner stores a G; others may CAS it to null.
  atomic<g*> runnext;

  // Owner only.
  gList gFree;  // dead Gs for reuse
  int32 sudogcachelen;
  sudog* sudogbuf[128];
  stackfreelist stackcache[numStackOrders];  // free stacks, newest last
  stackRegion* stackregion;                  // a large region for the next that needs one, or null
  persistentAlloc palloc;
  struct mcache* mcache;          // from pinit to pdestroy
  atomic<uint32> runSafePointFn;  // 1: run sched.safePointFn at the next safe point
  atomic<bool> preempt;           // enter the scheduler soon, whatever G runs
  int64 gcStopTime;               // nanotime when it last entered Pgcstop
  uint64 goroutinesCreated;
};

// ---- schedt -----------------------------------------------------------------
// The global scheduler state. Fields below lock are guarded by it unless they
// are atomic.
struct schedt {
  atomic<uint64> goidgen;

  mutex lock;

  // Whoever increases nmidle, nmidlelocked, nmsys or nmfreed calls checkdead.
  listHeadManual midle;  // idle Ms waiting for work
  int32 nmidle;
  int32 nmidlelocked;  // locked Ms waiting for work
  // Written under lock; a report of a failure reads them without.
  atomic<int64> mnext;  // Ms created, and the next M's id
  int32 maxmcount;
  int32 nmsys;  // system Ms not counted for deadlock
  atomic<int64> nmfreed;

  atomic<int32> ngsys;         // system goroutines
  atomic<int32> nGsyscallNoP;  // goroutines in system calls without a P

  p* pidle;
  atomic<int32> npidle;
  atomic<int32> nmspinning;     // proc.cc, "Waking and parking threads"
  atomic<uint32> needspinning;  // the same; set to 1 under lock or not

  gQueue runq;             // global run queue
  atomic<int32> runqsize;  // runq.size, for a look without the lock

  struct {
    bool user;        // user goroutines are not scheduled
    gQueue runnable;  // those held back
  } disable;

  struct {
    mutex lock;
    gList stack;  // dead Gs that have a stack
    gList noStack;
  } gFree;

  mutex sudoglock;
  sudog* sudogcache;  // under sudoglock

  m* freem;  // Ms to free once their freeWait says so

  atomic<bool> gcwaiting;  // somebody wants the world stopped
  atomic<int32> stopwait;  // Ps still to stop; changed under lock
  note stopnote;
  atomic<bool> sysmonwait;
  note sysmonnote;

  void (*safePointFn)(p*);
  int32 safePointWait;
  note safePointNote;

  int64 procresizetime;   // nanotime of the last change of gomaxprocs
  int64 totaltime;        // integral of gomaxprocs up to then
  bool customGOMAXPROCS;  // set by the environment or by a call

  mutex sysmonlock;  // hold it to keep sysmon from interfering

  atomic<uint64> goroutinesCreated;
};

extern schedt sched;

// Ms ever made and not yet freed, linked by alllink; stores under sched.lock.
extern atomic<m*> allm;
extern atomic<int32> gomaxprocs;

// allp[:allplen] are the Ps in use. The array is replaced when it has to grow,
// and old arrays stay readable for those who took a snapshot. Changes: world
// stopped and allpLock held. Reads: holding a P, or allpLock, or sched.lock.
extern p** allp;
extern int32 allplen;
extern mutex allpLock;

extern bool islibrary;  // the runtime serves a program that has its own main thread
extern bool isarchive;

}  // namespace gort

#endif  // SCHED_RUNTIME2_H_
