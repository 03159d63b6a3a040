// mem_linux.h: memory from the kernel.
//
// The lowest layer: mmap and madvise, no accounting and no state. alloc/mem.h
// puts the states None, Reserved, Prepared and Ready and the statistics on top,
// and says which transition each function is.
//
// Sizes and addresses are multiples of physPageSize where the kernel asks for it
// (munmap, madvise, fixed mappings).
//
// Go: runtime/mem_linux.go, runtime/set_vma_name_linux.go
#ifndef GORT_ARCH_MEM_LINUX_H_
#define GORT_ARCH_MEM_LINUX_H_

#include "arch/goarch.h"

namespace gort {

// sysAllocOS returns n zeroed bytes, readable and writable, or null if there are
// none. A limit that no retry cures (permission, locked memory) ends the process
// with a message and code 2. May run without a g.
void* sysAllocOS(uintptr n, const char* vmaName);

// sysUnusedOS gives the pages of [v, v+n) back; the address space stays ours,
// and they may be used again after sysUsedOS, with any content.
void sysUnusedOS(void* v, uintptr n);

// sysUsedOS takes pages into use again after sysUnusedOS.
void sysUsedOS(void* v, uintptr n);

// sysHugePageOS and sysNoHugePageOS say whether huge pages are wanted for
// [v, v+n); sysHugePageCollapseOS asks for them at once. All are hints.
void sysHugePageOS(void* v, uintptr n);
void sysNoHugePageOS(void* v, uintptr n);
void sysHugePageCollapseOS(void* v, uintptr n);

// sysFreeOS returns memory and address space. May run without a g.
void sysFreeOS(void* v, uintptr n);

// sysFaultOS makes every access to [v, v+n) fault. For debugging.
void sysFaultOS(void* v, uintptr n);

// sysReserveOS reserves n bytes of address space, at v if that is free and not
// null, elsewhere otherwise; null if there is none. Not usable before sysMapOS.
void* sysReserveOS(void* v, uintptr n, const char* vmaName);

// sysMapOS makes reserved address space usable; its pages read as zero.
void sysMapOS(void* v, uintptr n, const char* vmaName);

// needZeroAfterSysUnusedOS reports whether pages may keep their old content over
// sysUnusedOS and sysUsedOS.
bool needZeroAfterSysUnusedOS();

// setVMAName names a mapping in /proc/self/maps: "[anon: Go: name]", as Go does.
// Nothing happens with GODEBUG=decoratemappings=0 or on kernels without it.
void setVMAName(void* start, uintptr length, const char* name);

}  // namespace gort

#endif  // GORT_ARCH_MEM_LINUX_H_
