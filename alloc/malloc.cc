// malloc.cc: allocation that is never undone (see malloc.h), and which way of malloc_inl.h an object
// on a span goes.
//
// Go: runtime/malloc.go, runtime/malloc_tables_generated.go
#include "alloc/malloc.h"

#include <array>
#include <utility>

#include "alloc/malloc_inl.h"
#include "alloc/mem.h"
#include "alloc/mheap.h"
#include "alloc/msize.h"
#include "alloc/mstats.h"
#include "alloc/type.h"
#include "alloc/upcalls.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

constinit uintptr zerobase = 0;

namespace {

constexpr uintptr minChunk = 256 << 10;
constexpr uintptr maxChunk = 4 << 20;
constexpr uintptr hugePage = 2 << 20;
// An object from here on has a mapping of its own.
constexpr uintptr maxBlock = 64 << 10;

constexpr uintptr minPhysPageSize = 4096;
constexpr uintptr maxPhysPageSize = 512 << 10;
constexpr uintptr maxPhysHugePageSize = 4 << 20;

// Go asks for heap memory in these steps, and names them when there is none.
constexpr uintptr askUnit = 4 << 20;

// A chunk starts with this, so that all of them can be found.
struct chunkHeader {
  chunkHeader* next;  // constant once the chunk is in persistentChunks
  uintptr size;
};

// All chunks, newest first. Only ever grows: a CAS (release) puts a chunk in,
// walkers load (acquire).
constinit atomic<chunkHeader*> persistentChunks;

[[noreturn, gnu::noinline, gnu::cold]] void outOfMemory(uintptr n) {
  uintptr ask = n > maxAlloc ? n : alignUp(n, askUnit);
  print("runtime: out of memory: cannot allocate ", ask, "-byte block (", memstats.heap_sys.load(),
        " in use)\n");
  throw_("out of memory");
}

// allocLarge maps size bytes, rounded up to whole pages.
[[gnu::noinline, gnu::cold]] void* allocLarge(uintptr size, sysMemStat* sysStat) {
  if (size + physPageSize < size) throw_("out of memory");
  void* p = sysAlloc(alignUp(size, physPageSize), sysStat, "heap");
  if (p == nullptr) outOfMemory(size);
  return p;
}

// refill gives *pa a new chunk, larger than the last. The rest of the last one
// is given up.
[[gnu::noinline, gnu::cold]] void refill(persistentAlloc* pa) {
  uintptr size = pa->size == 0 ? minChunk : pa->size < maxChunk ? pa->size * 2 : maxChunk;
  void* p;
  if (size <= hugePage) {
    p = sysAlloc(size, &memstats.heap_sys, "heap");
  } else {
    p = sysReserveAligned(nullptr, size, hugePage, "heap");
    if (p != nullptr) {
      sysMap(p, size, &memstats.heap_sys, "heap");
      sysUsed(p, size, size);
      sysHugePage(p, size);
    }
  }
  if (p == nullptr) outOfMemory(size);

  auto* chunk = static_cast<chunkHeader*>(p);
  chunk->size = size;
  chunkHeader* head = persistentChunks.load(relaxed);
  do {
    chunk->next = head;
  } while (!persistentChunks.cas(head, chunk, release) &&  // pairs with inPersistentAlloc
           (head = persistentChunks.load(relaxed), true));
  pa->size = size;
  pa->off = reinterpret_cast<uintptr>(p) + sizeof(chunkHeader);
  pa->end = reinterpret_cast<uintptr>(p) + size;
}

// Cuts size bytes off *pa; null if there are not as many left.
[[gnu::always_inline]] inline void* cut(persistentAlloc* pa, uintptr size, uintptr align) {
  uintptr p = alignUp(pa->off, align);
  if (p > pa->end || size > pa->end - p) [[unlikely]]
    return nullptr;
  pa->off = p + size;
  return reinterpret_cast<void*>(p);
}

// allocSlow is for an object that does not fit into what is left of *pa, the
// chunk of the P, or for an M that has no P: pa is null.
[[gnu::noinline, gnu::cold]] void* allocSlow(persistentAlloc* pa, uintptr size, uintptr align) {
  if (size >= maxBlock) return allocLarge(size, &memstats.heap_sys);
  if (pa != nullptr) {
    refill(pa);  // the smallest chunk is larger than maxBlock plus a page
    return cut(pa, size, align);
  }
  pa = globalAllocLock();
  void* p = cut(pa, size, align);
  if (p == nullptr) {
    refill(pa);
    p = cut(pa, size, align);
  }
  globalAllocUnlock();
  return p;
}

// Nothing between mpalloc and the end of the cut parks or is preempted.
[[gnu::always_inline]] inline void* alloc(uintptr size, uintptr align) {
  persistentAlloc* pa = mpalloc();
  if (pa != nullptr) [[likely]] {
    void* p = cut(pa, size, align);
    if (p != nullptr) [[likely]]
      return p;
  }
  return allocSlow(pa, size, align);
}

}  // namespace

void mallocinit() {
  if (physPageSize == 0) {
    throw_("failed to get system page size");
  }
  if (physPageSize > maxPhysPageSize) {
    print("system page size (", physPageSize, ") is larger than maximum page size (",
          maxPhysPageSize, ")\n");
    throw_("bad system page size");
  }
  if (physPageSize < minPhysPageSize) {
    print("system page size (", physPageSize, ") is smaller than minimum page size (",
          minPhysPageSize, ")\n");
    throw_("bad system page size");
  }
  if ((physPageSize & (physPageSize - 1)) != 0) {
    print("system page size (", physPageSize, ") must be a power of 2\n");
    throw_("bad system page size");
  }
  if ((physHugePageSize & (physHugePageSize - 1)) != 0) {
    print("system huge page size (", physHugePageSize, ") must be a power of 2\n");
    throw_("bad system huge page size");
  }
  if (physHugePageSize > maxPhysHugePageSize) {
    // Not wrong, but nothing here is made for it.
    physHugePageSize = 0;
  }
  mheap_.init();
}

void* mallocgc(uintptr size, const _type* typ, bool needzero) {
  if (size == 0) return &zerobase;
  if (!needzero && typ != nullptr && hasPointers(typ)) [[unlikely]] {
    throw_("objects with pointers must be zeroed");
  }
  // The alignment that a size class would give: words where the size allows it.
  // Without a type, 16. A type that asks for more (a C++ one) gets it.
  uintptr align = 16;
  if (typ != nullptr) {
    align = size & (0 - size) & 7;
    if ((size & 7) == 0) align = 8;
    if (typ->align > align) align = typ->align;
  }
  return alloc(size, align);
}

// mallocTable<kind>[c] makes an object of class c. Class 0 is that of large ones.
using mallocFn = void* (*)(mcache* c, uint8 sizeclass, uintptr size, const _type* typ,
                           bool needzero);
template <spanKind kind>
static constexpr auto mallocTable = []<uint8... c>(std::integer_sequence<uint8, c...>) {
  constexpr auto one = []<uint8 k>(std::integral_constant<uint8, k>) -> mallocFn {
    if constexpr (k == 0) return nullptr;
    if constexpr (heapBitsInSpan(gc::SizeClassToSize[k])) return mallocgcSmall<kind, k>;
    return mallocgcMedium<kind>;
  };
  return std::array{one(std::integral_constant<uint8, c>{})...};
}
(std::make_integer_sequence<uint8, gc::NumSizeClasses>{});

// slotsAreAligned reports whether slots begin at multiples of align wherever the size of an object may
// be one: it is no multiple, or its class is.
static consteval bool slotsAreAligned(uintptr align) {
  for (uintptr c = 1; c < gc::NumSizeClasses; c++) {
    uintptr largest = alignDown(gc::SizeClassToSize[c], align);
    if (largest > gc::SizeClassToSize[c - 1] && gc::SizeClassToSize[c] % align != 0) return false;
  }
  return true;
}
// As far as _type::align, a byte, goes.
static_assert(slotsAreAligned(8) && slotsAreAligned(16) && slotsAreAligned(32) &&
              slotsAreAligned(64) && slotsAreAligned(128));

void* mallocgcCached(mcache* c, uintptr size, const _type* typ, bool needzero) {
  if (size == 0) return &zerobase;
  bool pointers = typ != nullptr && hasPointers(typ);
  if (!needzero && pointers) [[unlikely]] {
    throw_("objects with pointers must be zeroed");
  }
  if (size > gc::MaxSmallSize - gc::MallocHeaderSize) [[unlikely]] {
    return mallocgcLarge(c, size, typ, needzero);
  }
  if (!pointers) {
    if (size < gc::TinySize) return mallocgcTiny(c, size);
    if (typ == nullptr) size = alignUp(size, 16);
    uint8 sc = sizeToClass(size);
    return mallocTable<spanKind::noscan>[sc](c, sc, size, typ, needzero);
  }
  if (heapBitsInSpan(size)) {
    uint8 sc = sizeToClass(size);
    return mallocTable<spanKind::scan>[sc](c, sc, size, typ, needzero);
  }
  if (typ->align > gc::MallocHeaderSize) [[unlikely]] {
    // Behind a header it would not be aligned.
    return mallocgcMedium<spanKind::raw>(c, sizeToClass(size), size, typ, needzero);
  }
  return mallocgcMedium<spanKind::scan>(c, sizeToClass(size + gc::MallocHeaderSize), size, typ,
                                        needzero);
}

void* newobject(const _type* typ) { return mallocgc(typ->size, typ, true); }

void* newarray(const _type* typ, intgo n) {
  if (n == 1) return mallocgc(typ->size, typ, true);
  uintptr mem;
  bool overflow = __builtin_mul_overflow(typ->size, uintptr(n), &mem);
  if (overflow || mem > maxAlloc || n < 0) {
    panicplain("runtime: allocation size out of range");
  }
  return mallocgc(mem, typ, true);
}

void* persistentalloc(uintptr size, uintptr align, sysMemStat* sysStat) {
  if (sysStat == nullptr) sysStat = &memstats.other_sys;
  if (size == 0) throw_("persistentalloc: size == 0");
  if (align != 0) {
    if ((align & (align - 1)) != 0) throw_("persistentalloc: align is not a power of 2");
    if (align > physPageSize) throw_("persistentalloc: align is too large");
  } else {
    align = 8;
  }
  if (size >= maxBlock) return allocLarge(size, sysStat);
  void* p = alloc(size, align);
  if (sysStat != &memstats.heap_sys) {
    // The chunk was counted as heap when it was mapped.
    sysStat->add(int64(size));
    memstats.heap_sys.add(-int64(size));
  }
  return p;
}

bool inPersistentAlloc(uintptr p) {
  // Acquire, here and no later: each chunk's next was set before it was put in.
  for (chunkHeader* c = persistentChunks.load(acquire); c != nullptr; c = c->next) {
    uintptr base = reinterpret_cast<uintptr>(c);
    if (p >= base && p < base + c->size) return true;
  }
  return false;
}

}  // namespace gort
