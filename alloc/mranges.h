// mranges.h: sets of addresses, kept as sorted ranges.
//
// The heap's address space comes in large pieces that mostly touch, so the set of what is in use
// has one range, or a few. addrRanges keeps such a set in one sorted array: looking up is a binary
// search in a line or two of cache, adding a neighbour only moves a border. A tree would win when
// there are thousands of ranges, which no heap has.
//
// An address is compared as an offAddr: on a machine whose addresses have a sign, those with the
// top bit set come before the others. Everything that is indexed by an address (summaries, chunks,
// arenas) counts from arenaBaseOffset in the same way, and so agrees on what the lowest one is.
//
// Go: runtime/mranges.go
//
// Differs from Go: functions that return a value and whether there is one return an addrFound.
// findAddrGreaterEqual of an empty set finds nothing, where Go's fails.
#ifndef GORT_ALLOC_MRANGES_H_
#define GORT_ALLOC_MRANGES_H_

#include "alloc/malloc.h"
#include "arch/atomic.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

struct sysMemStat;

// offAddr is an address in the order that arenaBaseOffset makes. The members do what the
// operators would do for numbers.
struct offAddr {
  uintptr a;  // the address itself; read it through addr()

  constexpr offAddr add(uintptr bytes) const { return {a + bytes}; }
  constexpr offAddr sub(uintptr bytes) const { return {a - bytes}; }
  constexpr uintptr diff(offAddr l2) const { return a - l2.a; }
  constexpr bool lessThan(offAddr l2) const { return a - arenaBaseOffset < l2.a - arenaBaseOffset; }
  constexpr bool lessEqual(offAddr l2) const {
    return a - arenaBaseOffset <= l2.a - arenaBaseOffset;
  }
  constexpr bool equal(offAddr l2) const { return a == l2.a; }
  constexpr uintptr addr() const { return a; }
};

// The lowest and the highest address.
inline constexpr offAddr minOffAddr = {arenaBaseOffset};
inline constexpr offAddr maxOffAddr = {(uintptr{1} << heapAddrBits) - 1 + arenaBaseOffset};

// An address, if ok.
struct addrFound {
  uintptr addr;
  bool ok;
};

// addrRange is the addresses base <= a < limit. The zero value is empty. It does not reach over
// a hole of the address space.
struct addrRange {
  offAddr base, limit;

  // size returns the bytes in the range, 0 if limit is not behind base.
  constexpr uintptr size() const { return base.lessThan(limit) ? limit.diff(base) : 0; }

  constexpr bool contains(uintptr addr) const {
    return base.lessEqual({addr}) && offAddr{addr}.lessThan(limit);
  }

  // subtract returns the range without what it has in common with b. Throws if b lies
  // strictly inside, as two pieces would be left.
  addrRange subtract(addrRange b) const;

  // takeFromFront and takeFromBack cut off len bytes, at an address that is a multiple of align,
  // a power of two, and return it. Too few bytes: not ok, and nothing changes. len must not reach
  // past the other end of the address space.
  addrFound takeFromFront(uintptr len, uint8 align);
  addrFound takeFromBack(uintptr len, uint8 align);

  // removeGreaterEqual returns the part below addr.
  addrRange removeGreaterEqual(uintptr addr) const;
};

// makeAddrRange returns the range from base to limit. Throws if the two are on different sides
// of the hole.
addrRange makeAddrRange(uintptr base, uintptr limit);

// atomicOffAddr is a cursor that searchers move down and one writer, under a lock of its own,
// moves up. A value that the writer put there is marked until a searcher has seen it: one that
// comes from elsewhere, with an older idea of where to go on, cannot overwrite it.
//
// It holds the address less arenaBaseOffset, negated if marked; so the lowest address cannot be
// marked, and as a value it means that there is nothing left to search.
//
// Memory orders: StoreMarked is a release, Load an acquire, so a searcher knows all that the
// writer did before. The searchers' own changes are read-modify-writes and relaxed: they publish
// nothing of theirs, and they continue the release sequence of the StoreMarked before them.
struct atomicOffAddr {
  atomic<int64> a;

  struct value {
    uintptr addr;
    bool marked;
  };

  // Load returns the address, and whether it is marked.
  value Load() const {
    int64 v = a.load(acquire);  // pairs with StoreMarked
    bool marked = v < 0;
    return {uintptr(marked ? -v : v) + arenaBaseOffset, marked};
  }

  // StoreMarked sets the cursor to addr, marked. One caller at a time.
  void StoreMarked(uintptr addr) { a.store(-int64(addr - arenaBaseOffset), release); }

  // StoreUnmark sets the cursor to newAddr if it still is markedAddr and marked.
  void StoreUnmark(uintptr markedAddr, uintptr newAddr);

  // StoreMin sets the cursor to addr if that is lower, unless the cursor is marked.
  void StoreMin(uintptr addr);

  // Clear sets the cursor to minOffAddr, unless it is marked.
  void Clear();
};

// addrRanges is a set of addresses. Not safe for several threads.
//
// INV1: ranges[0..len) are sorted, not empty, and no two of them overlap or touch.
// INV2: totalBytes is the sum of their sizes.
//
// The array is never given back: it doubles when it is full, so what is lost with the smaller ones
// is less than the last.
struct addrRanges {
  addrRange* ranges;
  intgo len;
  intgo cap;
  uintptr totalBytes;
  sysMemStat* sysStat;  // where the array counts

  // init makes an empty set.
  void init(sysMemStat* stat);

  // findSucc returns the index of the first range that begins above addr; len if none does.
  intgo findSucc(uintptr addr) const;

  // findAddrGreaterEqual returns the lowest address of the set that is not below addr.
  addrFound findAddrGreaterEqual(uintptr addr) const;

  bool contains(uintptr addr) const;

  // add puts r in, which must not be empty (it throws) and not overlap the set.
  void add(addrRange r);

  // removeLast takes nBytes out at the upper end of the highest range, or the whole of that, and
  // returns what it took.
  addrRange removeLast(uintptr nBytes);

  // removeGreaterEqual takes everything from addr on out.
  void removeGreaterEqual(uintptr addr);

  // cloneInto makes b, whose sysStat is set, a copy of this set.
  void cloneInto(addrRanges* b) const;
};

}  // namespace gort

#endif  // GORT_ALLOC_MRANGES_H_
