// mem_linux.cc: see the header.
//
// Go: runtime/mem_linux.go, runtime/set_vma_name_linux.go
//
// Differs from Go: reservations are MAP_NORESERVE, because stacks and arenas
// reserve far more than is used, and a strict overcommit policy would count it.
#include "arch/mem_linux.h"

#include "arch/atomic.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "runtime/debug_state.h"

namespace gort {

namespace {

constexpr int32 privateAnon = MAP_ANONYMOUS | MAP_PRIVATE;
constexpr uint32 madviseUnsupported = 0;

// How sysUnusedOS gives pages back: MADV_FREE, MADV_DONTNEED where that is
// missing, a fresh mapping where madvise is. Only ever steps down, and a thread
// that sees an old value finds out for itself: relaxed.
constinit atomic<uint32> adviseUnused{MADV_FREE};

// Set once by the first refusal of prctl; late readers just ask again: relaxed.
constinit atomic<bool> prSetVMAUnsupported;

bool aligned(const void* v) { return (reinterpret_cast<uintptr>(v) & (physPageSize - 1)) == 0; }

// remap puts a fresh mapping over [v, v+n).
mmapResult remap(void* v, uintptr n, int32 prot) {
  return mmap(v, n, prot, privateAnon | MAP_FIXED | MAP_NORESERVE, -1, 0);
}

}  // namespace

void* sysAllocOS(uintptr n, const char* vmaName) {
  auto [p, err] = mmap(nullptr, n, PROT_READ | PROT_WRITE, privateAnon, -1, 0);
  if (err != 0) {
    if (err == EACCES) {
      print("runtime: mmap: access denied\n");
      exit(2);
    }
    if (err == EAGAIN) {
      print("runtime: mmap: too much locked memory (check 'ulimit -l').\n");
      exit(2);
    }
    return nullptr;
  }
  setVMAName(p, n, vmaName);
  return p;
}

void sysUnusedOS(void* v, uintptr n) {
  // madvise would round to every page that the range touches, which is more than
  // was meant.
  if (!aligned(v) || (n & (physPageSize - 1)) != 0) throw_("unaligned sysUnused");

  uint32 advise = adviseUnused.load(relaxed);
  if (debug.madvdontneed != 0 && advise != madviseUnsupported) advise = MADV_DONTNEED;
  if (advise == MADV_FREE && madvise(v, n, MADV_FREE) != 0) {
    adviseUnused.store(MADV_DONTNEED, relaxed);
    advise = MADV_DONTNEED;
  }
  if (advise == MADV_DONTNEED && madvise(v, n, MADV_DONTNEED) != 0) {
    adviseUnused.store(madviseUnsupported, relaxed);
    advise = madviseUnsupported;
  }
  if (advise == madviseUnsupported) {
    auto [p, err] = remap(v, n, PROT_READ | PROT_WRITE);
    if (err == 0) setVMAName(p, n, "unused");
  }

  if (debug.harddecommit > 0) {
    auto [p, err] = remap(v, n, PROT_NONE);
    if (p != v || err != 0) throw_("runtime: cannot disable permissions in address space");
    setVMAName(p, n, "unused");
  }
}

void sysUsedOS(void* v, uintptr n) {
  if (debug.harddecommit > 0) {
    auto [p, err] = remap(v, n, PROT_READ | PROT_WRITE);
    if (err == ENOMEM) throw_("runtime: out of memory");
    if (p != v || err != 0) throw_("runtime: cannot remap pages in address space");
    setVMAName(p, n, "used");
  }
}

void sysHugePageOS(void* v, uintptr n) {
  if (physHugePageSize == 0) return;
  const uintptr beg = alignUp(reinterpret_cast<uintptr>(v), physHugePageSize);
  const uintptr end = alignDown(reinterpret_cast<uintptr>(v) + n, physHugePageSize);
  if (beg < end) madvise(reinterpret_cast<void*>(beg), end - beg, MADV_HUGEPAGE);
}

void sysNoHugePageOS(void* v, uintptr n) {
  if (!aligned(v)) throw_("unaligned sysNoHugePageOS");
  madvise(v, n, MADV_NOHUGEPAGE);
}

void sysHugePageCollapseOS(void* v, uintptr n) {
  if (!aligned(v)) throw_("unaligned sysHugePageCollapseOS");
  if (physHugePageSize == 0) return;
  // Best effort: the errors (EAGAIN, or EINVAL where no page is present or the
  // kernel does not know the advice) cannot be told apart and change nothing.
  madvise(v, n, MADV_COLLAPSE_);
}

void sysFreeOS(void* v, uintptr n) { munmap(v, n); }

void sysFaultOS(void* v, uintptr n) {
  mprotect(v, n, PROT_NONE);
  madvise(v, n, MADV_DONTNEED);
}

void* sysReserveOS(void* v, uintptr n, const char* vmaName) {
  auto [p, err] = mmap(v, n, PROT_NONE, privateAnon | MAP_NORESERVE, -1, 0);
  if (err != 0) return nullptr;
  setVMAName(p, n, vmaName);
  return p;
}

void sysMapOS(void* v, uintptr n, const char* vmaName) {
  auto [p, err] = mmap(v, n, PROT_READ | PROT_WRITE, privateAnon | MAP_FIXED, -1, 0);
  if (err == ENOMEM) throw_("runtime: out of memory");
  if (p != v || err != 0) {
    print("runtime: mmap(", v, ", ", n, ") returned ", p, ", ", err, "\n");
    throw_("runtime: cannot map pages in arena address space");
  }
  setVMAName(p, n, vmaName);

  // A later sysHugePageOS may say otherwise for the allocator's own tables.
  if (debug.disablethp != 0) sysNoHugePageOS(v, n);
}

bool needZeroAfterSysUnusedOS() { return debug.madvdontneed == 0; }

void setVMAName(void* start, uintptr length, const char* name) {
  if (debug.decoratemappings == 0 || prSetVMAUnsupported.load(relaxed)) return;

  // The kernel takes up to 80 bytes with the final zero.
  char sysName[80] = " Go: ";
  uintptr n = 5;
  for (; n < sizeof sysName - 1 && *name != 0; n++) sysName[n] = *name++;

  if (prctl(PR_SET_VMA_, PR_SET_VMA_ANON_NAME_, start, length, &sysName[0]) == -EINVAL) {
    prSetVMAUnsupported.store(true, relaxed);
  }
}

}  // namespace gort
