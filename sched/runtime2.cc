// Layout checks for assembly, and the texts of the wait reasons.
//
// Go: runtime/runtime2.go
#include "sched/runtime2.h"

#include <cstddef>
#include <type_traits>

#include "arch/go_asm.h"

namespace gort {

// arch/asm_amd64.S reaches into g, m and gobuf by number.
static_assert(std::is_standard_layout_v<g> && std::is_standard_layout_v<m>);
static_assert(offsetof(g, stack) == G_STACK_LO && offsetof(g, stack) + 8 == G_STACK_HI);
static_assert(offsetof(g, stackguard0) == G_STACKGUARD0);
static_assert(offsetof(g, stackguard1) == G_STACKGUARD1);
static_assert(offsetof(g, m) == G_M);
static_assert(offsetof(g, sched) == G_SCHED && sizeof(gobuf) == 72);
static_assert(offsetof(g, eh) == G_EH);
static_assert(offsetof(m, g0) == M_G0);
static_assert(offsetof(m, gsignal) == M_GSIGNAL);
static_assert(offsetof(m, ehglobals) == M_EHGLOBALS);
static_assert(offsetof(m, curg) == M_CURG);
static_assert(alignof(m) % mutexMAlign == 0);

static constexpr const char* waitReasonStrings[waitReasonCount] = {
    "",                               // waitReasonZero
    "GC assist marking",              // waitReasonGCAssistMarking
    "IO wait",                        // waitReasonIOWait
    "dumping heap",                   // waitReasonDumpingHeap
    "garbage collection",             // waitReasonGarbageCollection
    "garbage collection scan",        // waitReasonGarbageCollectionScan
    "panicwait",                      // waitReasonPanicWait
    "GC assist wait",                 // waitReasonGCAssistWait
    "GC sweep wait",                  // waitReasonGCSweepWait
    "GC scavenge wait",               // waitReasonGCScavengeWait
    "finalizer wait",                 // waitReasonFinalizerWait
    "force gc (idle)",                // waitReasonForceGCIdle
    "GOMAXPROCS updater (idle)",      // waitReasonUpdateGOMAXPROCSIdle
    "semacquire",                     // waitReasonSemacquire
    "sleep",                          // waitReasonSleep
    "chan receive (nil chan)",        // waitReasonChanReceiveNilChan
    "chan send (nil chan)",           // waitReasonChanSendNilChan
    "select (no cases)",              // waitReasonSelectNoCases
    "select",                         // waitReasonSelect
    "chan receive",                   // waitReasonChanReceive
    "chan send",                      // waitReasonChanSend
    "sync.Cond.Wait",                 // waitReasonSyncCondWait
    "sync.Mutex.Lock",                // waitReasonSyncMutexLock
    "sync.RWMutex.RLock",             // waitReasonSyncRWMutexRLock
    "sync.RWMutex.Lock",              // waitReasonSyncRWMutexLock
    "sync.WaitGroup.Wait",            // waitReasonSyncWaitGroupWait
    "trace reader (blocked)",         // waitReasonTraceReaderBlocked
    "wait for GC cycle",              // waitReasonWaitForGCCycle
    "GC worker (idle)",               // waitReasonGCWorkerIdle
    "GC worker (active)",             // waitReasonGCWorkerActive
    "preempted",                      // waitReasonPreempted
    "debug call",                     // waitReasonDebugCall
    "GC mark termination",            // waitReasonGCMarkTermination
    "stopping the world",             // waitReasonStoppingTheWorld
    "flushing proc caches",           // waitReasonFlushProcCaches
    "trace goroutine status",         // waitReasonTraceGoroutineStatus
    "trace proc status",              // waitReasonTraceProcStatus
    "page trace flush",               // waitReasonPageTraceFlush
    "coroutine",                      // waitReasonCoroutine
    "GC weak to strong wait",         // waitReasonGCWeakToStrongWait
    "synctest.Run",                   // waitReasonSynctestRun
    "synctest.Wait",                  // waitReasonSynctestWait
    "chan receive (durable)",         // waitReasonSynctestChanReceive
    "chan send (durable)",            // waitReasonSynctestChanSend
    "select (durable)",               // waitReasonSynctestSelect
    "sync.WaitGroup.Wait (durable)",  // waitReasonSynctestWaitGroupWait
    "cleanup wait",                   // waitReasonCleanupWait
};

const char* waitReasonString(waitReason r) {
  if (r >= waitReasonCount) return "unknown wait reason";
  return waitReasonStrings[r];
}

bool isMutexWait(waitReason r) {
  return r == waitReasonSyncMutexLock || r == waitReasonSyncRWMutexRLock ||
         r == waitReasonSyncRWMutexLock;
}

}  // namespace gort
