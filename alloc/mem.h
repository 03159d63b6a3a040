// mem.h: memory from the operating system, with accounting.
//
// A region of address space that the runtime manages is in one of four states:
//
//   None      not mapped; the state of everything at first
//   Reserved  ours, but touching it faults; costs no memory
//   Prepared  ours, probably without pages behind it; contents are undefined,
//             going on to Ready is cheap
//   Ready     may be used
//
//              sysAlloc ---------------------------------> Ready
//   None ----- sysReserve --> Reserved -- sysMap --> Prepared -- sysUsed --> Ready
//     ^                          ^                       ^                    |
//     |                          +------- sysFault ------|--------------------+
//     +-- sysFree (Ready), sysUnreserve (Reserved)       +---- sysUnused -----+
//
// arch/mem_linux does the system calls and knows nothing of numbers; here each
// transition is counted (alloc/mstats.h). Memory that comes from None is zero.
//
// Go: runtime/mem.go
//
// Differs from Go: sysReserveAligned has the POSIX way only.
#ifndef GORT_ALLOC_MEM_H_
#define GORT_ALLOC_MEM_H_

#include <gort/types.h>

namespace gort {

struct sysMemStat;

// sysAlloc takes n bytes, None to Ready: zero, page-aligned, anywhere. Null if
// the system has none. vmaName names the mapping in /proc/self/maps where the
// kernel can do that.
void* sysAlloc(uintptr n, sysMemStat* sysStat, const char* vmaName);

// sysUnused, Ready to Prepared: the pages may go, the contents are forfeit.
void sysUnused(void* v, uintptr n);

// sysUsed, Prepared to Ready. The range may also hold Ready memory; prepared is
// the number of bytes that were Prepared.
void sysUsed(void* v, uintptr n, uintptr prepared);

// Hints that large pages would, or would not, pay here. No transition.
void sysHugePage(void* v, uintptr n);
void sysNoHugePage(void* v, uintptr n);

// sysFree, Ready to None: exactly what one sysAlloc returned.
void sysFree(void* v, uintptr n, sysMemStat* sysStat);

// sysFault, Ready to Reserved: whoever touches it afterwards is caught.
void sysFault(void* v, uintptr n);

// sysReserve, None to Reserved. v is where the caller would like it, or null; it
// may come elsewhere. Null if there is no such stretch of address space.
void* sysReserve(void* v, uintptr n, const char* vmaName);

// sysReserveAligned is sysReserve with a start that is a multiple of align, a
// power of two. Returns null or exactly size bytes.
void* sysReserveAligned(void* v, uintptr size, uintptr align, const char* vmaName);

// sysUnreserve, Reserved to None.
void sysUnreserve(void* v, uintptr n);

// sysMap, Reserved to Prepared.
void sysMap(void* v, uintptr n, sysMemStat* sysStat, const char* vmaName);

}  // namespace gort

#endif  // GORT_ALLOC_MEM_H_
