// stack.cc: where goroutines have their stacks.
//
// C++ frames hold addresses of themselves, so a stack cannot be moved to a
// larger place as Go's are. Instead each has plenty of address space and pays
// for the pages that it touches.
//
// Slots. A stack is a slot, 64 KiB by default, of a slab of 64 MiB:
//
//   slab    | slot | slot | slot | ...            one order (slot size) each
//   slot    | guard page | ...... free ...... | frames | colour |
//                        lo                            sp       hi
//
// A slab is reserved in one piece without reserving memory for it, one after the
// other at an address hint, so that the kernel keeps all of them as a single
// mapping. The guard is made by MADV_GUARD_INSTALL, a mark in the page table that
// does not split the mapping: mprotect would, and a process may have 65,530
// mappings, hence half as many stacks. Slots are prepared some at a time, before
// anything touches them: the guards are installed, and the pages where frames
// begin are faulted in, so that a goroutine takes no fault of its own. Once there
// are many of them, they are prepared by the page table (2 MiB): a change of a
// table that is in use costs a flush, and on a virtual machine without nested
// paging each page that it maps is faulted in again. No large pages: one would
// make an idle goroutine cost 2 MiB. An address finds its slab through a table
// with an entry for each 64 MiB of address space, read by the signal handler.
//
// Every hi of one order would be congruent modulo the slot size, and the hot
// ends of all stacks would compete for the same few cache sets. So hi is lowered
// by a multiple of a cache line that differs from slot to slot: the colour.
//
// Reuse. The first touch of a page costs more than everything else here, so a
// freed stack is the next one handed out: caches of each P, newest last, over one
// pool an order (Go: stackcache, stackpool). The links of free stacks are in the
// slab's own table and not in the stacks.
//
// Growth. Code with a prologue check calls gort_morestack when its slot gets
// short. That runs the callee on a second, large region, maxstacksize in size, of
// which there is one for each goroutine that needs it at that moment. It is
// entered once and not again from within, so a loop around the boundary costs
// only the change of stacks. At first g.stack is the top bigSoft bytes of it;
// the check that fails there extends it to all of it, and so tells that the
// region was used in depth and has pages to give back. Frames stay where they
// are, in both parts.
//
// Code without a check runs into a guard page: signal_unix.cc reports it.
//
// Go: runtime/stack.go
//
// Differs from Go: all of it but the caches and the texts. copystack, shrinkstack
// and the adjust functions are impossible. There is no stackLarge list of spans:
// larger slots have a pool like the smaller ones, and stackLarge holds regions.
#include "sched/stack.h"

#include "alloc/malloc.h"
#include "alloc/mem.h"
#include "alloc/mstats.h"
#include "arch/gobuf.h"
#include "arch/mem_linux.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/sanitizer.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "sched/proc.h"
#include "sched/proc_inl.h"

namespace gort {

// Numbers by themselves: relaxed wherever several threads are about.
constinit uintptr maxstacksize = 1 << 20;  // enough until main sets it for real
constinit uintptr maxstackceiling = 1 << 20;

namespace {

constexpr uintptr slabShift = 26;
constexpr uintptr slabBytes = uintptr{1} << slabShift;
static_assert(slabBytes == maxSlot);

constexpr int numSlotOrders = 12;  // 32 KiB .. 64 MiB
static_assert(minStack << (numSlotOrders - 1) == maxSlot);
static_assert(minStack << (numStackOrders - 1) >= fixedStack);

// A thread's own stack. Foreign functions run on it, and the C library keeps
// static thread-local storage at its upper end, which sanitizers make large.
constexpr uintptr g0Slot = (asanenabled || raceenabled) ? 8 << 20 : 1 << 20;

// Where the kernel is asked to put things. Regions and g0 stacks lie below the
// slabs, because gdb takes a caller at a lower address for a corrupt stack. Bits
// 32 to 47 are no text and no small number, for the sake of conservative scans.
// ThreadSanitizer leaves only part of the address space to the program, and
// finds it better than we could.
constexpr uintptr g0Hint = raceenabled ? 0 : 0x2cc000000000;
constexpr uintptr bigHint = raceenabled ? 0 : 0x2dc000000000;
constexpr uintptr slabHint = raceenabled ? 0 : 0x3cc000000000;

// This many slots are prepared at a time, twice as many each time, up to as many
// as share a page table.
constexpr uint32 minGuardBatch = 4;
constexpr uintptr pageTableSpan = 2 << 20;
constexpr uint32 maxGuardBatch = pageTableSpan / minStack;

constexpr uintptr stackColours = 16;  // in steps of a cache line

// A large stack that is freed keeps this much of its upper end in memory.
constexpr uintptr keepWarm = 64 << 10;

// The part of a large region that is used before it counts as deep.
constexpr uintptr bigSoft = 128 << 10;
// Of a region that was used in depth this much stays in memory, so that a loop of
// such calls does not fault it in each time ...
constexpr uintptr bigWarm = 4 << 20;
// ... but only bigSoft after the first such call in this time (ns).
constexpr int64 bigGiveBackEvery = 100 * 1000 * 1000;

struct stackSlab {
  // Constant.
  uintptr base;
  uintptr slotsize;
  uint32 slotshift;  // log2(slotsize); 63 for a region, which is a slab of one slot
  uint32 nslots;
  stackKind kind;

  // Under the lock of the pool that it belongs to.
  uint32 nguarded;  // slots [0, nguarded) have a guard
  uint32 ncarved;   // slots [0, ncarved) were handed out at least once
  uintptr* next;    // next[slot]: lo of the free stack behind this one
};

// One pool for each slot size.
// INV1: cur is the only slab with slots that nobody had yet.
// INV2: a slot below ncarved is in use, in one P's cache, or on the list.
struct slotPool {
  mutex mu;                  // all of the below
  uintptr list = 0;          // lo of the stack that was freed last, 0: none
  stackSlab* cur = nullptr;  // slab that fresh slots come from, null at first
};

constinit slotPool stackpool[numSlotOrders];
constinit slotPool g0pool;

// Large regions that no goroutine is on and no P keeps.
struct largePool {
  mutex lock;
  stackRegion* free = nullptr;
};
constinit largePool stackLarge;

// slabs[a >> slabShift] is the slab that address a lies in. Stores are made under
// the lock of a pool, release; loads are acquire and see what the slab was made of.
constexpr uintptr numSlabs = (uintptr{1} << 47) >> slabShift;
constinit atomic<atomic<stackSlab*>*> slabs;

// Addresses to ask for next; relaxed, they are hints.
constinit atomic<uintptr> nextG0(g0Hint);
constinit atomic<uintptr> nextBig(bigHint);
constinit atomic<uintptr> nextSlab(slabHint);

// How guards are made; it only ever goes down the list, when the kernel refuses.
enum guardMode : uint32 {
  guardBatch,     // MADV_GUARD_INSTALL, many at a time (Linux 6.14)
  guardMadvise,   // MADV_GUARD_INSTALL (Linux 6.13)
  guardMprotect,  // a mapping each
};
constinit atomic<uint32> guardHow(guardBatch);
constinit atomic<uint64> nguards;  // for the report

stackSlab* slabOf(uintptr addr) {
  atomic<stackSlab*>* table = slabs.load(acquire);  // pairs with stackinit
  if (table == nullptr || addr >> slabShift >= numSlabs) return nullptr;
  return table[addr >> slabShift].load(acquire);  // pairs with registerSlab
}

uint32 slotOf(const stackSlab* s, uintptr addr) { return uint32((addr - s->base) >> s->slotshift); }

stack slotStack(const stackSlab* s, uint32 slot) {
  uintptr lo = s->base + slot * s->slotsize;
  uintptr colour = slot * 5 % stackColours * goarch::CacheLineSize;
  return {lo + physPageSize, lo + s->slotsize - colour};
}

// orderOf returns log2(n / minStack) for a slot size n.
int orderOf(uintptr n) { return __builtin_ctzl(n) - __builtin_ctzl(minStack); }

[[noreturn, gnu::noinline, gnu::cold]] void cannotReserve(uintptr n) {
  print("runtime: cannot reserve ", n, " bytes of address space for stacks (have ",
        memstats.stacks_sys.load(), " bytes already)\n");
  print("runtime: may need to increase max memory size (ulimit -v)\n");
  throw_("out of memory (stackalloc)");
}

[[noreturn, gnu::noinline, gnu::cold]] void cannotGuard(int32 err) {
  print("runtime: failed to protect the guard page of a stack (have ", nguards.load(relaxed),
        " already; errno=", err, ")\n");
  print("runtime: each guard is a mapping of its own before Linux 6.13 and in locked memory\n");
  if (err == ENOMEM)
    print("runtime: may need to increase max mappings (sysctl vm.max_map_count)\n");
  throw_("out of memory (stackalloc)");
}

void registerSlab(stackSlab* s, uintptr bytes) {
  atomic<stackSlab*>* table = slabs.load(relaxed);  // set before the first slab
  for (uintptr off = 0; off < bytes; off += slabBytes) {
    table[(s->base + off) >> slabShift].store(s, release);  // pairs with slabOf
  }
}

// reserveSlab returns bytes of address space, aligned to a slab, readable and
// writable, without memory behind; 0 if there is none.
uintptr reserveSlab(uintptr bytes, atomic<uintptr>* hint) {
  constexpr int32 prot = PROT_READ | PROT_WRITE;
  constexpr int32 flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  uintptr want = hint->load(relaxed);
  if (want != 0) want = hint->add(bytes, relaxed) - bytes;
  auto p =
      reinterpret_cast<uintptr>(mmap(reinterpret_cast<void*>(want), bytes, prot, flags, -1, 0).p);
  if (p == 0) return 0;
  if ((p & (slabBytes - 1)) != 0) {
    // Somebody else is where we wanted to be. Take more, and trim.
    munmap(reinterpret_cast<void*>(p), bytes);
    p = reinterpret_cast<uintptr>(mmap(nullptr, bytes + slabBytes, prot, flags, -1, 0).p);
    if (p == 0) return 0;
    uintptr base = alignUp(p, slabBytes);
    if (base != p) munmap(reinterpret_cast<void*>(p), base - p);
    uintptr rest = p + slabBytes - base;
    if (rest != 0) munmap(reinterpret_cast<void*>(base + bytes), rest);
    p = base;
  }
  memstats.stacks_sys.add(int64(bytes));
  memstats.mappedReady.add(int64(bytes), relaxed);
  return p;
}

// madvisePages applies advice to the pages at base, base+step, ... (n of them) and
// returns the number of pages it was applied to.
uint32 madvisePages(uintptr base, uintptr step, uint32 n, int32 advice) {
  iovec_ iov[maxGuardBatch];
  for (uint32 i = 0; i < n; i++) iov[i] = {reinterpret_cast<void*>(base + i * step), physPageSize};
  intgo r = process_madvise(PIDFD_SELF_, iov, n, advice);
  return r > 0 ? uint32(uintptr(r) / physPageSize) : 0;
}

// guard makes the pages at base, base+step, ... (n of them) fault. All of them
// are untouched as yet.
void guard(uintptr base, uintptr step, uint32 n) {
  uint32 done = 0;
  uint32 mode = guardHow.load(relaxed);
  if (mode == guardBatch) {
    done = madvisePages(base, step, n, MADV_GUARD_INSTALL_);
    if (done < n) guardHow.store(mode = guardMadvise, relaxed);
  }
  if (mode == guardMadvise) {
    for (; done < n; done++) {
      void* page = reinterpret_cast<void*>(base + done * step);
      int32 r;
      do {
        r = madvise(page, physPageSize, MADV_GUARD_INSTALL_);
      } while (r == -EINTR || r == -EAGAIN);
      if (r != 0) {
        // Too old a kernel, or locked memory (mlockall(MCL_FUTURE)).
        guardHow.store(mode = guardMprotect, relaxed);
        break;
      }
    }
  }
  for (; done < n; done++) {
    int32 r = mprotect(reinterpret_cast<void*>(base + done * step), physPageSize, PROT_NONE);
    if (r != 0) cannotGuard(-r);
  }
  nguards.add(n, relaxed);
}

// prepare makes slots [nguarded, nguarded+n) ready to be handed out. The lock of
// the pool must be held.
void prepare(stackSlab* s, uint32 n) {
  uintptr first = s->base + s->nguarded * s->slotsize;
  guard(first, s->slotsize, n);
  s->nguarded += n;
  // If it is not to be, the first touch does it.
  if (s->slotsize <= fixedStack && guardHow.load(relaxed) == guardBatch) {
    madvisePages(first + s->slotsize - physPageSize, s->slotsize, n, MADV_POPULATE_WRITE_);
  }
}

// newSlab returns a slab of untouched slots. The lock of its pool must be held.
stackSlab* newSlab(uintptr slotsize, stackKind kind, atomic<uintptr>* hint) {
  uintptr base = reserveSlab(slabBytes, hint);
  if (base == 0) cannotReserve(slabBytes);
  sysNoHugePage(reinterpret_cast<void*>(base), slabBytes);
  auto* s = static_cast<stackSlab*>(
      persistentalloc(sizeof(stackSlab), alignof(stackSlab), &memstats.stacks_sys));
  s->base = base;
  s->slotsize = slotsize;
  s->slotshift = uint32(__builtin_ctzl(slotsize));
  s->nslots = uint32(slabBytes / slotsize);
  s->kind = kind;
  s->next = static_cast<uintptr*>(
      persistentalloc(s->nslots * sizeof(uintptr), alignof(uintptr), &memstats.stacks_sys));
  registerSlab(s, slabBytes);
  return s;
}

// stackpoolfresh reports whether the pool has a stack at hand without asking the
// kernel. pool->mu must be held.
bool stackpoolfresh(const slotPool* pool) {
  return pool->list != 0 || (pool->cur != nullptr && pool->cur->ncarved < pool->cur->nguarded);
}

// stackpoolalloc takes a stack from the pool. pool->mu must be held.
stack stackpoolalloc(slotPool* pool, uintptr slotsize, stackKind kind, atomic<uintptr>* hint) {
  assertLockHeld(&pool->mu);
  if (pool->list != 0) {
    uintptr lo = pool->list;
    stackSlab* s = slabOf(lo);
    uint32 slot = slotOf(s, lo);
    pool->list = s->next[slot];
    return slotStack(s, slot);
  }
  stackSlab* s = pool->cur;
  if (s == nullptr || s->ncarved == s->nslots) {
    pool->cur = s = newSlab(slotsize, kind, hint);
  }
  if (s->ncarved == s->nguarded) {
    uint32 most = slotsize < pageTableSpan ? uint32(pageTableSpan / slotsize) : 1;
    uint32 n = s->nguarded < minGuardBatch ? minGuardBatch : s->nguarded;
    if (n > most) n = most;  // nslots is a multiple of it
    prepare(s, n);
  }
  return slotStack(s, s->ncarved++);
}

// stackpoolfree puts the stack at lo back. pool->mu must be held.
void stackpoolfree(slotPool* pool, uintptr lo) {
  assertLockHeld(&pool->mu);
  stackSlab* s = slabOf(lo);
  s->next[slotOf(s, lo)] = pool->list;
  pool->list = lo;
}

// stackcacherefill gets half a cache of stacks from the pool, to prevent
// thrashing, but no more than the pool has at hand: guards cost time.
[[gnu::noinline, gnu::cold]] void stackcacherefill(stackfreelist* c, int order) {
  slotPool* pool = &stackpool[order];
  lock(&pool->mu);
  do {
    c->list[c->n++] = stackpoolalloc(pool, minStack << order, stackKind::goroutine, &nextSlab).lo;
  } while (c->n < stackCacheSize / 2 && stackpoolfresh(pool));
  unlock(&pool->mu);
}

// stackcacherelease gives the older half of a full cache to the pool.
[[gnu::noinline, gnu::cold]] void stackcacherelease(stackfreelist* c, int order) {
  slotPool* pool = &stackpool[order];
  uint32 n = stackCacheSize / 2;
  lock(&pool->mu);
  for (uint32 i = 0; i < n; i++) stackpoolfree(pool, c->list[i]);
  unlock(&pool->mu);
  c->n -= n;
  for (uint32 i = 0; i < c->n; i++) c->list[i] = c->list[i + n];
}

}  // namespace

void stackinit() {
  if (physPageSize > minStack / 4) throw_("page size is too large for the smallest stack");
  for (slotPool& pool : stackpool) lockInit(&pool.mu, lockRankStackpool);
  lockInit(&g0pool.mu, lockRankStackpool);
  lockInit(&stackLarge.lock, lockRankStackLarge);
  // Untouched pages of the table cost nothing.
  void* table = sysReserve(nullptr, numSlabs * sizeof(slabs), "stack table");
  if (table == nullptr) cannotReserve(numSlabs * sizeof(slabs));
  sysMap(table, numSlabs * sizeof(slabs), &memstats.stacks_sys, "stack table");
  slabs.store(static_cast<atomic<stackSlab*>*>(table), release);  // pairs with slabOf
}

uintptr round2stack(uintptr n) {
  if (n == 0) return fixedStack;
  if (n <= minStack) return minStack;
  if (n >= maxSlot) return maxSlot;
  return uintptr{1} << (64 - __builtin_clzl(n - 1));
}

stack stackalloc(uintptr n) {
  if (n == 0) n = fixedStack;
  if ((n & (n - 1)) != 0) throw_("stack size not a power of 2");
  if (n < minStack || n > maxSlot) throw_("bad stack size");
  int order = orderOf(n);
  p* pp = nullptr;
  if (order < numStackOrders) pp = getg()->m->p.load(relaxed);  // ours while it is set
  if (pp != nullptr) {
    stackfreelist* c = &pp->stackcache[order];
    if (c->n == 0) [[unlikely]]
      stackcacherefill(c, order);
    uintptr lo = c->list[--c->n];
    const stackSlab* s = slabOf(lo);
    return slotStack(s, slotOf(s, lo));
  }
  slotPool* pool = &stackpool[order];
  lock(&pool->mu);
  stack stk = stackpoolalloc(pool, n, stackKind::goroutine, &nextSlab);
  unlock(&pool->mu);
  return stk;
}

void stackfree(stack stk) {
  const stackSlab* s = slabOf(stk.lo);
  if (s == nullptr || s->kind != stackKind::goroutine ||
      slotStack(s, slotOf(s, stk.lo)).lo != stk.lo) {
    print("runtime: stackfree [", hex(stk.lo), ", ", hex(stk.hi), "]\n");
    throw_("freeing stack not in a stack slot");
  }
  // What a dead goroutine's frames left poisoned.
  asanunpoison(reinterpret_cast<void*>(stk.lo), s->slotsize - physPageSize);
  int order = orderOf(s->slotsize);
  p* pp = nullptr;
  if (order < numStackOrders) pp = getg()->m->p.load(relaxed);  // ours while it is set
  if (pp != nullptr) {
    stackfreelist* c = &pp->stackcache[order];
    if (c->n == stackCacheSize) [[unlikely]]
      stackcacherelease(c, order);
    c->list[c->n++] = stk.lo;
    return;
  }
  if (s->slotsize > fixedStack) {
    // Too much memory to keep for somebody who may never come.
    madvise(reinterpret_cast<void*>(stk.lo), s->slotsize - physPageSize - keepWarm, MADV_DONTNEED);
  }
  slotPool* pool = &stackpool[order];
  lock(&pool->mu);
  stackpoolfree(pool, stk.lo);
  unlock(&pool->mu);
}

void stackcache_clear(p* pp) {
  for (int order = 0; order < numStackOrders; order++) {
    stackfreelist* c = &pp->stackcache[order];
    if (c->n == 0) continue;
    slotPool* pool = &stackpool[order];
    lock(&pool->mu);
    while (c->n > 0) stackpoolfree(pool, c->list[--c->n]);
    unlock(&pool->mu);
  }
  stackRegion* b = pp->stackregion;
  pp->stackregion = nullptr;
  if (b != nullptr) {
    lock(&stackLarge.lock);
    b->next = stackLarge.free;
    stackLarge.free = b;
    unlock(&stackLarge.lock);
  }
}

stack g0stackalloc() {
  lock(&g0pool.mu);
  stack stk = stackpoolalloc(&g0pool, g0Slot, stackKind::system, &nextG0);
  unlock(&g0pool.mu);
  return stk;
}

void g0stackfree(stack stk) {
  const stackSlab* s = slabOf(stk.lo);
  if (s == nullptr || s->kind != stackKind::system) throw_("freeing stack that is no g0's");
  asanunpoison(reinterpret_cast<void*>(stk.lo), s->slotsize - physPageSize);
  // A thread may have run foreign code on it, to any depth.
  madvise(reinterpret_cast<void*>(stk.lo), s->slotsize - physPageSize - keepWarm, MADV_DONTNEED);
  lock(&g0pool.mu);
  stackpoolfree(&g0pool, stk.lo);
  unlock(&g0pool.mu);
}

stackKind stackguardhit(uintptr addr, stack* stk) {
  const stackSlab* s = slabOf(addr);
  if (s == nullptr) return stackKind::none;
  *stk = slotStack(s, slotOf(s, addr));
  return addr < stk->lo ? s->kind : stackKind::none;
}

// ---- The large region -----------------------------------------------------------

intgo setMaxStack(intgo in) { return intgo(atomicexchange(&maxstacksize, uintptr(in), relaxed)); }

uintptr stacklimit() {
  uintptr size = atomicload(&maxstacksize, relaxed);
  uintptr ceiling = atomicload(&maxstackceiling, relaxed);
  return size < ceiling ? size : ceiling;
}

void stackoverflow(uintptr sp, stack stk, uintptr limit) {
  systemstack([&] {
    print("runtime: goroutine stack exceeds ", limit, "-byte limit\n");
    print("runtime: sp=", hex(sp), " stack=[", hex(stk.lo), ", ", hex(stk.hi), "]\n");
    throw_("stack overflow");
  });
  __builtin_unreachable();
}

namespace {

// stackregionnew reserves a region with room for `usable` bytes, or for as many as
// the system has address space for.
[[gnu::noinline, gnu::cold]] stackRegion* stackregionnew(uintptr usable) {
  uintptr bytes = alignUp(usable + physPageSize, slabBytes);
  uintptr base = reserveSlab(bytes, &nextBig);
  while (base == 0 && bytes > slabBytes) {
    bytes = alignUp(bytes / 2, slabBytes);
    base = reserveSlab(bytes, &nextBig);
  }
  if (base == 0) cannotReserve(bytes);
  // Deep recursion profits from large pages, a few frames do not.
  constexpr uintptr shallow = 2 << 20;
  sysNoHugePage(reinterpret_cast<void*>(base + bytes - shallow), shallow);
  sysHugePage(reinterpret_cast<void*>(base), bytes - shallow);
  auto* s = static_cast<stackSlab*>(
      persistentalloc(sizeof(stackSlab), alignof(stackSlab), &memstats.stacks_sys));
  s->base = base;
  s->slotsize = bytes;
  s->slotshift = 63;
  s->nslots = s->nguarded = s->ncarved = 1;
  s->kind = stackKind::region;
  guard(base, bytes, 1);
  registerSlab(s, bytes);
  auto* b = static_cast<stackRegion*>(
      persistentalloc(sizeof(stackRegion), alignof(stackRegion), &memstats.stacks_sys));
  b->stk = slotStack(s, 0);
  b->wish = usable;
  return b;
}

// fits reports whether b is as good as a new region for `usable` bytes: large
// enough, or as large as there was address space for when it was asked to be.
bool fits(const stackRegion* b, uintptr usable) {
  return b->wish >= usable || b->stk.hi - b->stk.lo >= usable;
}

// stackregionalloc returns a region with room for `usable` bytes, or for as many
// as the system has address space for.
stackRegion* stackregionalloc(uintptr usable) {
  p* pp = getg()->m->p.load(relaxed);  // ours while it is set
  if (pp != nullptr && pp->stackregion != nullptr) {
    stackRegion* b = pp->stackregion;
    if (fits(b, usable)) [[likely]] {
      pp->stackregion = nullptr;
      return b;
    }
  }
  // First fit; all are of one size but around a change of maxstacksize.
  lock(&stackLarge.lock);
  for (stackRegion** link = &stackLarge.free; *link != nullptr; link = &(*link)->next) {
    stackRegion* b = *link;
    if (fits(b, usable)) {
      *link = b->next;
      unlock(&stackLarge.lock);
      return b;
    }
  }
  unlock(&stackLarge.lock);
  return stackregionnew(usable);
}

// giveBack frees the pages of a region that was used in depth, but for its upper
// end.
[[gnu::noinline, gnu::cold]] void giveBack(stackRegion* b) {
  int64 now = nanotime();
  uintptr keep = bigWarm;
  if (now >= b->giveBackAt) {
    b->giveBackAt = now + bigGiveBackEvery;
    keep = bigSoft;
  }
  uintptr end = alignDown(b->stk.hi - keep, physPageSize);
  if (end > b->stk.lo) madvise(reinterpret_cast<void*>(b->stk.lo), end - b->stk.lo, MADV_DONTNEED);
}

// stackregionput keeps b, which nobody is on, for the next one.
void stackregionput(stackRegion* b, bool deep) {
  if (deep) giveBack(b);
  p* pp = getg()->m->p.load(relaxed);  // ours while it is set
  if (pp != nullptr && pp->stackregion == nullptr) {
    pp->stackregion = b;
    return;
  }
  lock(&stackLarge.lock);
  b->next = stackLarge.free;
  stackLarge.free = b;
  unlock(&stackLarge.lock);
}

// setstack makes stk the part of its stack that gp runs on.
void setstack(g* gp, stack stk) {
  gp->stack = stk;
  gp->stackguard1 = stk.lo + stackGuardReserve;
  gp->stackguard0.store(stk.lo + stackGuardReserve, relaxed);  // read by gp alone
  // This may have overwritten a request to yield. preemptone sets preempt first;
  // what slips through here, it repeats.
  if (gp->preempt.load(relaxed)) gp->stackguard0.store(stackPreempt, relaxed);
  gp->fiber.lo = stk.lo;
  gp->fiber.hi = stk.hi;
}

// leaveregion puts gp back on its slot.
void leaveregion(g* gp) {
  stackRegion* b = gp->region;
  bool deep = gp->stack.lo == b->limit;
  setstack(gp, b->slot);
  gp->region = nullptr;
  stackregionput(b, deep);
}

// What runs on the region.
struct bigCall {
  void (*fn)(void*);
  void* arg;
  fiberFrame frame;
};

void runBigCall(void* p) {
  auto* c = static_cast<bigCall*>(p);
  fiberEntered(&c->frame);
  c->fn(c->arg);
}

// bigScope brackets a call on the region. Its destructor also runs when an
// exception or a Goexit passes.
struct bigScope {
  g* gp;
  bool returned = false;
  bigCall call;

  bigScope(g* gp_, uintptr usable, bool deep, void (*fn)(void*), void* arg)
      : gp(gp_), call{fn, arg, {}} {
    stackRegion* b = stackregionalloc(usable);
    uintptr room = b->stk.hi - b->stk.lo;
    b->limit = b->stk.hi - (room < usable ? room : usable);
    b->slot = gp->stack;
    uintptr soft = b->stk.hi - bigSoft;
    gp->region = b;
    setstack(gp, {deep || soft < b->limit ? b->limit : soft, b->stk.hi});
    fiberEnter(&call.frame, b->stk.lo, b->stk.hi);
  }
  ~bigScope() {
    fiberLeave(&call.frame);
    if (returned) {
      leaveregion(gp);
    } else {
      stackregionfree(gp);
    }
  }
  bigScope(const bigScope&) = delete;
  bigScope& operator=(const bigScope&) = delete;

  void run() {
    gort_morestack_call(alignDown(gp->stack.hi, 64), runBigCall, &call);
    returned = true;
  }
};

[[gnu::noinline]] void callOnBig(g* gp, uintptr usable, bool deep, void (*fn)(void*), void* arg) {
  bigScope scope(gp, usable, deep, fn, arg);
  scope.run();
}

// usableBig returns how many bytes gp may use beyond its slot; 0: none.
uintptr usableBig(const g* gp) {
  uintptr slot = gp->stack.hi - gp->stack.lo;
  uintptr limit = stacklimit();
  return limit > slot ? limit - slot : 0;
}

// preempted does what a request to yield asks for. Afterwards stackguard0 is a
// real bound, or the next request. Go: runtime/stack.go, newstack
[[gnu::noinline, gnu::cold]] void preempted(g* gp) {
  m* mp = gp->m;
  if (!canPreemptM(mp)) {
    // Keep running for now; gp->preempt is set, so releasem poses it again.
    gp->stackguard0.store(gp->stack.lo + stackGuardReserve, relaxed);
    return;
  }
  mcall([](g* self) {
    if (self->preemptStop) preemptPark(self);
    gopreempt_m(self);  // acts as if the goroutine had called Gosched
  });
}

}  // namespace

bool instackregion(const g* gp) { return gp->region != nullptr; }

bool onstack(const g* gp, uintptr addr) {
  if (addr >= gp->stack.lo && addr < gp->stack.hi) return true;
  const stackRegion* b = gp->region;
  return b != nullptr &&
         ((addr >= b->slot.lo && addr < b->slot.hi) || (addr >= b->stk.lo && addr < b->stk.hi));
}

void stackregionfree(g* gp) {
  // Frames that did not return left their marks.
  stackRegion* b = gp->region;
  if constexpr (asanenabled) {
    asanunpoison(reinterpret_cast<void*>(b->limit), b->stk.hi - b->limit);
  }
  leaveregion(gp);
}

void withstack(uintptr bytes, void (*fn)(void*), void* arg) {
  g* gp = getg();
  if (gp == nullptr || gp->m->curg.load(relaxed) != gp) {
    // A thread's own stack, which does not grow.
    fn(arg);
    return;
  }
  uintptr sp = getsp();
  bytes += stackGuardReserve;
  if (gp->region != nullptr) {
    if (sp - gp->region->limit < bytes) stackoverflow(sp, gp->stack, stacklimit());
    setstack(gp, {gp->region->limit, gp->stack.hi});
    fn(arg);
    return;
  }
  if (sp - gp->stack.lo >= bytes) {
    fn(arg);
    return;
  }
  uintptr usable = usableBig(gp);
  if (usable < bytes) stackoverflow(sp, gp->stack, stacklimit());
  callOnBig(gp, usable, true, fn, arg);
}

// gort_morestack: see <gort/abi.h>. It comes here with little stack left, but
// with stackGuardReserve at least.
// Go: runtime/stack.go (newstack), runtime/asm_amd64.s (morestack)
void gort_morestack(void (*fn)(void*), void* arg) {
  g* gp = getg();
  if (gp != gp->m->curg.load(relaxed)) [[unlikely]] {
    // g0 and gsignal are as large as they are.
    if (gp->m->g0 == gp) throw_("morestack on g0");
    throw_("morestack on gsignal");
  }
  bool wanted = false;
  while (gp->stackguard0.load(relaxed) == stackPreempt) {
    wanted = true;
    preempted(gp);
  }
  uintptr sp = getsp();
  if (wanted && sp - gp->stack.lo >= stackGuardReserve + stackCheckFrame && sp >= gp->stack.lo) {
    // It was about preemption only.
    fn(arg);
    return;
  }
  if (gp->throwsplit) throw_("runtime: stack split at bad time");
  stackRegion* b = gp->region;
  if (b != nullptr) {
    if (gp->stack.lo == b->limit) {
      if (wanted && sp >= b->limit + stackGuardReserve + stackCheckFrame) {
        fn(arg);
        return;
      }
      stackoverflow(sp, gp->stack, stacklimit());
    }
    setstack(gp, {b->limit, b->stk.hi});
    fn(arg);
    return;
  }
  uintptr usable = usableBig(gp);
  if (usable < 2 * stackGuardReserve) stackoverflow(sp, gp->stack, stacklimit());
  callOnBig(gp, usable, false, fn, arg);
}

}  // namespace gort
