// malloc.h: the allocator's entry points.
//
// mallocgc, newobject and newarray, which programs call, are in <gort/abi.h>.
//
// This allocator is Go's as it is under GODEBUG=sbrk=1: memory is handed out and
// never taken back. An object is the next bytes of a chunk that the P has for
// itself, so an allocation is a few instructions and no lock; large objects
// have mappings of their own. All memory is zero, because it is fresh.
//
// Chunks double from 256 KiB to 4 MiB. The large ones are aligned to the size of
// a large page and ask for such: a fault for each 4 KiB would otherwise cost
// several times what the allocations in it cost.
//
// Go: runtime/malloc.go
//
// Differs from Go: the first tier only. sbrk=1 is the one mode there is, so the
// setting is not asked for; persistentalloc and mallocgc share the P's chunk.
#ifndef GORT_ALLOC_MALLOC_H_
#define GORT_ALLOC_MALLOC_H_

#include <gort/abi.h>
#include <gort/types.h>

#include "alloc/gc_malloc.h"
#include "arch/goarch.h"

namespace gort {

struct sysMemStat;

// The runtime's page, which is not the kernel's: physPageSize.
inline constexpr uintptr pageSize = gc::PageSize;

// Address bits that a user address has on linux/amd64, and the size no
// allocation can reach.
inline constexpr uintptr heapAddrBits = 48;
inline constexpr uintptr maxAlloc = uintptr{1} << heapAddrBits;

// The address that comes first in every table that is indexed by address. amd64's are signed:
// the lower half is the system's, but tables have room for it and so no special case.
inline constexpr uintptr arenaBaseOffset = goarch::IsAmd64 ? 0xffff800000000000 : 0;

// Every object of size 0 is this one.
extern uintptr zerobase;

// mallocinit checks what the allocator takes for granted of the system. Before
// any allocation, after osinit.
void mallocinit();

// mallocgcCached is mallocgc on spans, from c, the mcache of the running M's P: an object of size bytes,
// zero if needzero or if typ has pointers, aligned as the size allows, to 16 without a type, or as typ
// asks. Nothing in it parks or may be preempted. It panics and throws as mallocgc does.
//
// mallocgc itself will be this once there is somebody who frees.
struct mcache;
void* mallocgcCached(mcache* c, uintptr size, const _type* typ, bool needzero);

// persistentalloc returns size zero bytes, aligned to align (a power of two up to
// a page; 0 means 8), that are never freed. The bytes count in *sysStat, null
// means memstats.other_sys.
void* persistentalloc(uintptr size, uintptr align, sysMemStat* sysStat);

// inPersistentAlloc reports whether p points into a chunk.
bool inPersistentAlloc(uintptr p);

}  // namespace gort

#endif  // GORT_ALLOC_MALLOC_H_
