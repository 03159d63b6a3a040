// proc.h: the scheduler's interface. What each part does is at the head of its
// .cc: proc (park, ready, schedule, create and end goroutines), proc_runq (run
// queues), proc_stw (stopping the world, GOMAXPROCS), proc_thread (Ms),
// proc_syscall (system calls), proc_sysmon (the watcher).
//
// Go: runtime/proc.go
#ifndef SCHED_PROC_H_
#define SCHED_PROC_H_

#include <gort/abi.h>
#include <gort/types.h>

#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

// ---- Start and main goroutine (proc.cc) --------------------------------------

extern m m0;
extern g g0;
extern bool mainStarted;       // newproc may start Ms
extern int64 runtimeInitTime;  // nanotime when the world started
extern atomic<bool> mainInitDone;
extern uint64 initSigmask;  // signal mask of the first thread at start

// schedinit brings the scheduler, and what it needs, into being. Order: osinit,
// schedinit, newproc(main), mstart. Runs on m0's g0.
void schedinit();

// main_ is the body of the main goroutine: starts sysmon, runs package
// initialisation and then the program's main, and ends the process with 0.
void main_(const program* prog);

// ---- Parking and waking (proc.cc) ---------------------------------------------

// gopark parks the running goroutine. Once nobody runs its stack any more,
// unlockf(gp, lock) is called (if not null); when it returns false the goroutine
// goes on at once. unlockf must not touch gp's stack frames that are in use: it
// may run on another goroutine's stack. Whoever readies gp does so after
// unlockf has released what guards the wait.
void gopark(bool (*unlockf)(g*, void*), void* lock, waitReason reason, traceBlockReason traceReason,
            int traceskip);
void goparkunlock(mutex* lock, waitReason reason, traceBlockReason traceReason, int traceskip);

// goready makes a parked goroutine runnable; it goes to this P's runnext.
void goready(g* gp, int traceskip);
// ready is goready for g0 and for callers that choose: next false puts gp at
// the end of the local queue.
void ready(g* gp, int traceskip, bool next);

sudog* acquireSudog();
void releaseSudog(sudog* s);

void goschedguarded();  // Gosched, unless the M may not be preempted
void goschedIfBusy();   // Gosched, if others could use the P
void goyield();         // Gosched to the local queue

void gosched_m(g* gp);  // on g0, through mcall
void goschedguarded_m(g* gp);
void gopreempt_m(g* gp);
void goyield_m(g* gp);
void preemptPark(g* gp);
void park_m(g* gp);

[[noreturn]] void schedule();
[[noreturn]] void execute(g* gp, bool inheritTime);

// ---- Status (proc.cc) -----------------------------------------------------------

uint32 readgstatus(const g* gp);
void casgstatus(g* gp, uint32 oldval, uint32 newval);
bool castogscanstatus(g* gp, uint32 oldval, uint32 newval);
void casfrom_Gscanstatus(g* gp, uint32 oldval, uint32 newval);
void casGToWaiting(g* gp, uint32 old, waitReason reason);
void casGToWaitingForSuspendG(g* gp, uint32 old, waitReason reason);
void dumpgstatus(g* gp);

// ---- Creating and ending goroutines (proc.cc) ------------------------------------

// What newproc1 needs to know of a new goroutine beside its function.
struct newprocOptions {
  uintptr stacksize = 0;  // bytes of the slot; 0: the default
  uintptr framesize = 0;  // bytes to set aside at the stack's top for init
  uintptr framealign = 16;
  void (*init)(void* frame, void* src) = nullptr;  // fills the frame; null: none
  void* src = nullptr;
  bool parked = false;  // start Gwaiting and not Grunnable
  waitReason waitreason = waitReasonZero;
  bool systemg = false;  // a goroutine of the runtime's own
};

// newproc1 makes a goroutine that runs start(arg), or start(frame) if
// opt.framesize is not 0. It is Grunnable (or Gwaiting) but on no queue.
g* newproc1(void (*start)(void*), void* arg, g* callergp, uintptr callerpc,
            const newprocOptions& opt);
// newprocsystem starts a goroutine of the runtime's own, not counted by NumGoroutine.
void newprocsystem(void (*start)(void*), void* arg);
// malg makes a g with a stack slot of stacksize bytes (0: no stack).
g* malg(uintptr stacksize);

[[noreturn]] void goexit1();
void goexit0(g* gp);

// isSystemGoroutine reports whether gp is the runtime's own: not in NumGoroutine,
// not in deadlock detection, not in tracebacks.
bool isSystemGoroutine(const g* gp, bool fixed);

int32 gcount(bool includeSys);
int32 mcount();

// forEachG calls fn on every g ever made, with allglock held. forEachGRace
// does so without the lock and may miss new ones.
extern mutex allglock;
void forEachG(void (*fn)(g* gp, void* arg), void* arg);
void forEachGRace(void (*fn)(g* gp, void* arg), void* arg);
void allgadd(g* gp);  // makes a new g known to forEachG
void gfpurge(p* pp);

void lockOSThread();  // the runtime's own nesting count
void unlockOSThread();
bool lockedOSThread();

void checkdead();  // sched.lock must be held
void incidlelocked(int32 v);
intgo setMaxThreads(intgo in);

void schedEnableUser(bool enable);
bool schedEnabled(g* gp);

intgo procPin();
void procUnpin();
bool sync_runtime_canSpin(intgo i);
void sync_runtime_doSpin();

// ---- Freezing, stopping the world, GOMAXPROCS (proc_stw.cc) -----------------------

enum stwReason : uint8 {
  stwUnknown,
  stwGCMarkTerm,
  stwGCSweepTerm,
  stwWriteHeapDump,
  stwGoroutineProfile,
  stwGoroutineProfileCleanup,
  stwAllGoroutinesStack,
  stwReadMemStats,
  stwAllThreadsSyscall,
  stwGOMAXPROCS,
  stwStartTrace,
  stwStopTrace,
  stwForTestCountPagesInUse,
  stwForTestReadMetricsSlow,
  stwForTestReadMemStatsSlow,
  stwForTestPageCachePagesLeaked,
  stwForTestResetDebugLog,
};
const char* stwReasonString(stwReason r);

struct worldStop {
  stwReason reason;
  int64 startedStopping;  // nanotime
  int64 finishedStopping;
  int64 stoppingCPUTime;  // ns that Ps spent stopped while others still ran
};

worldStop stopTheWorld(stwReason reason);
void startTheWorld(worldStop w);
worldStop stopTheWorldGC(stwReason reason);
void startTheWorldGC(worldStop w);
worldStop stopTheWorldWithSema(stwReason reason);
int64 startTheWorldWithSema(int64 now, worldStop w);

extern uint32 worldsema;
extern uint32 gcsema;
extern int32 newprocs;  // GOMAXPROCS to take at the next startTheWorld
extern atomic<bool> freezing;
void freezetheworld();  // best effort, while dying
inline constexpr int32 freezeStopWait = 0x7fffffff;

void forEachP(waitReason reason, void (*fn)(p*));
void forEachPInternal(void (*fn)(p*));
void runSafePointFn();
void gcstopm();

bool preemptall();
bool preemptone(p* pp);

p* procresize(int32 nprocs);  // world stopped, sched.lock held
void acquirep(p* pp);
p* releasep();

int32 defaultGOMAXPROCS(int32 ncpu);
void defaultGOMAXPROCSUpdateEnable();
void sysmonUpdateGOMAXPROCS();
extern mutex computeMaxProcsLock;

// ---- Ms (proc_thread.cc) -----------------------------------------------------------

// mstart runs mp's scheduler on this thread, whose stack is mp->g0's. Returns
// when the thread is to end; never for m0.
void mstart(m* mp);
void mPark();
void mcommoninit(m* mp, int64 id);
void minitLocks();  // ranks of the locks of proc_thread.cc
void newm(void (*fn)(), p* pp, int64 id);
void stopm();
void startm(p* pp, bool spinning, bool lockheld);
void handoffp(p* pp);
void stoplockedm();
void startlockedm(g* gp);
void startTemplateThread();
void mput(m* mp);  // sched.lock held
m* mget();
int32 foreignThreads();  // that may call in; sched.lock held

// needm gives a foreign thread an extra M, and makes its g0 current; dropm takes
// it back. sp: an address in the caller's frame; what lies below is g0's stack.
// The M's curg is Gsyscall, without a P: exitsyscall on its stack makes it run.
void needm(uintptr sp);
void dropm();
void newextram();
extern atomic<uint32> extraMInUse;
extern atomic<uint32> extraMLength;

// ---- System calls (proc_syscall.cc) --------------------------------------------------

// entersyscall says that the goroutine is about to block outside the runtime:
// its P may be taken. exitsyscall gets one again, and may switch threads. The
// code between them runs without a P: no channel operation, no allocation.
void entersyscall();
void exitsyscall();
void entersyscallblock();  // as entersyscall, and hands the P off at once
void reentersyscall(uintptr pc, uintptr sp, uintptr bp);

// A thread held in its system call by the scan bit of its goroutine.
struct syscallingThread {
  g* gp;
  m* mp;
  p* pp;
  uint32 status;

  void gcstopP();
  void takeP();
  void releaseP(uint32 state);
  void resume();
};
bool setBlockOnExitSyscall(p* pp, syscallingThread* thread);
void addGSyscallNoP(m* mp);
void decGSyscallNoP(m* mp);

// ---- sysmon (proc_sysmon.cc) -----------------------------------------------------------

void sysmon();
void schedtrace(bool detailed);
uint32 retake(int64 now);

// ---- Run queues (proc_runq.cc; fast paths in proc_runq_inl.h) -----------------------------

// A pMask is a bitmap over Ps that grows with GOMAXPROCS.
struct pMask {
  atomic<uint32>* words = nullptr;
  int32 len = 0;  // words in use

  bool read(uint32 id) const;
  void set(int32 id);
  void clear(int32 id);
  pMask resize(int32 nprocs) const;
};
extern pMask idlepMask;

void globrunqput(g* gp);  // all: sched.lock held
void globrunqputhead(g* gp);
void globrunqputbatch(gQueue* batch);
g* globrunqget();
g* globrunqgetbatch(int32 n, gQueue* q);

int64 pidleput(p* pp, int64 now);  // sched.lock held
p* pidleget(int64 now);
p* pidlegetSpinning(int64 now);

bool runqempty(p* pp);
bool runqputslow(p* pp, g* gp, uint32 h, uint32 t);
void runqputbatch(p* pp, gQueue* q);
gQueue runqdrain(p* pp);
g* runqsteal(p* pp, p* p2, bool stealRunNextG);
void injectglist(gList* glist);

// randomOrder visits all Ps, each once, in an order that differs from start to start.
struct randomEnum {
  uint32 i;
  uint32 count;
  uint32 pos;
  uint32 inc;

  bool done() const { return i == count; }
  void next() {
    i++;
    pos = (pos + inc) % count;
  }
  uint32 position() const { return pos; }
};
struct randomOrder {
  uint32 count = 0;
  uint32* coprimes = nullptr;
  uint32 ncoprimes = 0;
  uint32 capcoprimes = 0;

  void reset(uint32 count);
  randomEnum start(uint32 i) const;
};
extern randomOrder stealOrder;

}  // namespace gort

#endif  // SCHED_PROC_H_
