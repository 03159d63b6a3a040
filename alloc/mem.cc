// mem.cc: the transitions between the states of memory.
//
// Go: runtime/mem.go
#include "alloc/mem.h"

#include "alloc/mstats.h"
#include "arch/mem_linux.h"
#include "arch/stubs.h"

namespace gort {

// mappedReady changes with relaxed order throughout: a statistic.

void* sysAlloc(uintptr n, sysMemStat* sysStat, const char* vmaName) {
  void* p = sysAllocOS(n, vmaName);
  if (p == nullptr) return nullptr;
  sysStat->add(int64(n));
  memstats.mappedReady.add(int64(n), relaxed);
  return p;
}

void sysUnused(void* v, uintptr n) {
  memstats.mappedReady.add(-int64(n), relaxed);
  sysUnusedOS(v, n);
}

void sysUsed(void* v, uintptr n, uintptr prepared) {
  memstats.mappedReady.add(int64(prepared), relaxed);
  sysUsedOS(v, n);
}

void sysHugePage(void* v, uintptr n) { sysHugePageOS(v, n); }

void sysNoHugePage(void* v, uintptr n) { sysNoHugePageOS(v, n); }

void sysFree(void* v, uintptr n, sysMemStat* sysStat) {
  sysStat->add(-int64(n));
  memstats.mappedReady.add(-int64(n), relaxed);
  sysFreeOS(v, n);
}

void sysFault(void* v, uintptr n) {
  memstats.mappedReady.add(-int64(n), relaxed);
  sysFaultOS(v, n);
}

void* sysReserve(void* v, uintptr n, const char* vmaName) { return sysReserveOS(v, n, vmaName); }

void* sysReserveAligned(void* v, uintptr size, uintptr align, const char* vmaName) {
  // The hint is usually free, and then there is nothing to trim.
  uintptr want = reinterpret_cast<uintptr>(v);
  if (want != 0 && (want & (align - 1)) == 0) {
    void* p = sysReserve(v, size, vmaName);
    if (p == v || p == nullptr) return p;
    if ((reinterpret_cast<uintptr>(p) & (align - 1)) == 0) return p;
    sysUnreserve(p, size);
  }
  uintptr p = reinterpret_cast<uintptr>(sysReserve(v, size + align, vmaName));
  if (p == 0) return nullptr;
  uintptr pAligned = alignUp(p, align);
  uintptr end = pAligned + size;
  if (pAligned > p) sysUnreserve(reinterpret_cast<void*>(p), pAligned - p);
  if (p + size + align > end) sysUnreserve(reinterpret_cast<void*>(end), p + size + align - end);
  return reinterpret_cast<void*>(pAligned);
}

void sysUnreserve(void* v, uintptr n) { sysFreeOS(v, n); }

void sysMap(void* v, uintptr n, sysMemStat* sysStat, const char* vmaName) {
  sysStat->add(int64(n));
  sysMapOS(v, n, vmaName);
}

}  // namespace gort
