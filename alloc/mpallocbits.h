// mpallocbits.h: one bit for each page of a chunk, and searches in them.
//
// The page allocator cuts the address space into chunks of 512 pages, 4 MiB. A chunk has two
// bitmaps, one cache line each: which pages are allocated, and which free pages have been given
// back to the system ("scavenged": using them again costs a page fault). This header is everything
// that can be said about one chunk without its neighbours; mpagealloc puts chunks together.
//
// Bits are searched in words. The idea behind the searches: ANDing a word with itself, shifted by
// one, takes the top bit off every run of ones; with doubling shifts, n bits go in log n steps. What
// is left after n-1 of them marks the first bit of each run of at least n.
//
// Go: runtime/mpallocbits.go; of runtime/mpagealloc.go the numbers of a chunk and pallocSum
//
// Differs from Go: pallocSum and the chunk's numbers stand here, because mpagealloc.h includes this
// header and C++ allows no circle. Set, clear and count share one walk over the words of a range.
// summarize erodes gaps one page at a time once it has found a longer one; Go's jumps are longer,
// but a chunk cannot make more than 62 such steps altogether. A chunkIdx is a plain integer, so
// its methods l1 and l2 are functions in mpagealloc.h.
#ifndef GORT_ALLOC_MPALLOCBITS_H_
#define GORT_ALLOC_MPALLOCBITS_H_

#include <algorithm>

#include "alloc/malloc.h"
#include "arch/sys.h"

namespace gort {

// ---- Chunks ---------------------------------------------------------------------

inline constexpr uintgo logPallocChunkPages = 9;
inline constexpr uintgo pallocChunkPages = uintgo{1} << logPallocChunkPages;
inline constexpr uintgo logPallocChunkBytes = logPallocChunkPages + gc::PageShift;
inline constexpr uintptr pallocChunkBytes = pallocChunkPages * pageSize;

// chunkIdx numbers the chunks of the address space, from arenaBaseOffset on.
using chunkIdx = uintgo;

// chunkIndex returns the chunk that contains p, chunkBase the first address of chunk ci.
constexpr chunkIdx chunkIndex(uintptr p) { return (p - arenaBaseOffset) / pallocChunkBytes; }
constexpr uintptr chunkBase(chunkIdx ci) { return ci * pallocChunkBytes + arenaBaseOffset; }

// chunkPageIndex returns which page of its chunk p lies in.
constexpr uintgo chunkPageIndex(uintptr p) { return p % pallocChunkBytes / pageSize; }

// ---- Summaries ------------------------------------------------------------------

// The shape of the tree of summaries; see mpagealloc.h.
inline constexpr intgo summaryLevels = 5;
inline constexpr uintgo summaryLevelBits = 3;

// The pages of a summary at the root, the most that one can speak of.
inline constexpr uintgo logMaxPackedValue =
    logPallocChunkPages + (summaryLevels - 1) * summaryLevelBits;
inline constexpr uintgo maxPackedValue = uintgo{1} << logMaxPackedValue;
static_assert(3 * logMaxPackedValue < 64, "three counts and a flag in one word");

// pallocSum says of a stretch of pages how many are free at its start, in its longest free run, and
// at its end. Zero means that all are allocated.
//
//   bits 0..20  start     21..41  max     42..62  end     63  all three are maxPackedValue
//
// 2^21 itself does not fit into 21 bits, but only a stretch of 2^21 free pages has it, and has it
// in all three.
struct pallocSum {
  uint64 v;

  struct parts {
    uintgo start, max, end;
  };

  constexpr uintgo start() const { return field(0); }
  constexpr uintgo max() const { return field(logMaxPackedValue); }
  constexpr uintgo end() const { return field(2 * logMaxPackedValue); }
  constexpr parts unpack() const { return {start(), max(), end()}; }

  friend constexpr bool operator==(pallocSum, pallocSum) = default;

 private:
  static constexpr uint64 allFree = uint64{1} << 63;
  friend constexpr pallocSum packPallocSum(uintgo start, uintgo max, uintgo end);

  constexpr uintgo field(uintgo shift) const {
    return (v & allFree) != 0 ? maxPackedValue : v >> shift & (maxPackedValue - 1);
  }
};

// packPallocSum makes a summary. None of the three is more than maxPackedValue.
constexpr pallocSum packPallocSum(uintgo start, uintgo max, uintgo end) {
  if (max == maxPackedValue) return {pallocSum::allFree};
  constexpr uintgo mask = maxPackedValue - 1;
  return {(start & mask) | (max & mask) << logMaxPackedValue |
          (end & mask) << (2 * logMaxPackedValue)};
}

inline constexpr uintptr pallocSumBytes = sizeof(pallocSum);
static_assert(pallocSumBytes == 8);

// The summary of a chunk without an allocated page.
inline constexpr pallocSum freeChunkSum =
    packPallocSum(pallocChunkPages, pallocChunkPages, pallocChunkPages);

// ---- Searches in a word ---------------------------------------------------------

// erodeRuns takes n ones off the top of each run of ones in c; runs of n or fewer vanish. n < 64.
constexpr uint64 erodeRuns(uint64 c, uintgo n) {
  // k-1 ones are off already: a bit of c stands for k ones of the original.
  for (uintgo k = 1; n > 0 && c != 0;) {
    uintgo step = std::min(k, n);
    c &= c >> step;
    n -= step;
    k += step;
  }
  return c;
}

// findBitRange64 returns where the first run of n ones in c begins; 64 if there is none.
// 1 <= n <= 64.
constexpr uintgo findBitRange64(uint64 c, uintgo n) {
  return uintgo(sys::TrailingZeros64(erodeRuns(c, n - 1)));
}

// ---- pageBits -------------------------------------------------------------------

// pageBits is a bit for each page of a chunk. A range [i, i+n) has at least one page, and none
// behind the chunk's last.
struct pageBits {
  static constexpr uintgo words = pallocChunkPages / 64;
  uint64 b[words];

  uint64& operator[](uintgo w) { return b[w]; }
  uint64 operator[](uintgo w) const { return b[w]; }

  // get returns bit i, 0 or 1.
  uintgo get(uintgo i) const { return b[i / 64] >> (i % 64) & 1; }

  // block64 returns the word that contains bit i.
  uint64 block64(uintgo i) const { return b[i / 64]; }

  void set(uintgo i) { b[i / 64] |= uint64{1} << (i % 64); }
  void clear(uintgo i) { b[i / 64] &= ~(uint64{1} << (i % 64)); }

  void setRange(uintgo i, uintgo n) {
    eachWord(i, n, [this](uintgo w, uint64 mask) { b[w] |= mask; });
  }
  void clearRange(uintgo i, uintgo n) {
    eachWord(i, n, [this](uintgo w, uint64 mask) { b[w] &= ~mask; });
  }

  void setAll() { std::fill_n(b, words, ~uint64{0}); }
  void clearAll() { std::fill_n(b, words, uint64{0}); }

  // setBlock64 and clearBlock64 set and clear, in the word that contains bit i, what is set in v.
  void setBlock64(uintgo i, uint64 v) { b[i / 64] |= v; }
  void clearBlock64(uintgo i, uint64 v) { b[i / 64] &= ~v; }

  // popcntRange returns the number of ones in [i, i+n).
  uintgo popcntRange(uintgo i, uintgo n) const {
    uintgo s = 0;
    eachWord(i, n,
             [this, &s](uintgo w, uint64 mask) { s += uintgo(sys::OnesCount64(b[w] & mask)); });
    return s;
  }

 private:
  // eachWord calls f with each word that [i, i+n) touches, and the bits of it that lie inside.
  template <class F>
  [[gnu::always_inline]] static void eachWord(uintgo i, uintgo n, F f) {
    uintgo first = i / 64, last = (i + n - 1) / 64;
    uint64 head = ~uint64{0} << (i % 64);
    uint64 tail = ~uint64{0} >> (63 - (i + n - 1) % 64);
    if (first == last) return f(first, head & tail);
    f(first, head);
    for (uintgo w = first + 1; w < last; w++) f(w, ~uint64{0});
    f(last, tail);
  }
};

// ---- pallocBits -----------------------------------------------------------------

// pallocBits says which pages of a chunk are allocated: 1 is allocated, 0 is free.
struct pallocBits : pageBits {
  static constexpr uintgo notFound = ~uintgo{0};

  struct findResult {
    uintgo index;      // of the first page of the run; notFound: there is none
    uintgo searchIdx;  // of the first free page that the search met; nothing if notFound
  };

  // summarize returns the summary of the chunk.
  pallocSum summarize() const;

  // find returns the first run of npages free pages. All pages before searchIdx are known to be
  // allocated.
  findResult find(uintptr npages, uintgo searchIdx) const {
    if (npages == 1) {
      uintgo i = find1(searchIdx);
      return {i, i};
    }
    return npages <= 64 ? findSmallN(npages, searchIdx) : findLargeN(npages, searchIdx);
  }

  uintgo find1(uintgo searchIdx) const;                           // a single page
  findResult findSmallN(uintptr npages, uintgo searchIdx) const;  // npages <= 64
  findResult findLargeN(uintptr npages, uintgo searchIdx) const;  // npages > 64

  void allocRange(uintgo i, uintgo n) { setRange(i, n); }
  void allocAll() { setAll(); }
  void free1(uintgo i) { clear(i); }
  void free(uintgo i, uintgo n) { clearRange(i, n); }
  void freeAll() { clearAll(); }

  // pages64 returns the word that contains page i; allocPages64 allocates there what is set in
  // alloc.
  uint64 pages64(uintgo i) const { return block64(i); }
  void allocPages64(uintgo i, uint64 alloc) { setBlock64(i, alloc); }
};

inline pallocSum pallocBits::summarize() const {
  // First the runs that touch a border of a word: they hold start and end, and any run of 64.
  uintgo start = notFound, most = 0, cur = 0;  // cur: free pages just before this word
  for (uint64 x : b) {
    if (x == 0) {
      cur += 64;
      continue;
    }
    cur += uintgo(sys::TrailingZeros64(x));
    if (start == notFound) start = cur;
    most = std::max(most, cur);
    cur = uintgo(sys::LeadingZeros64(x));
  }
  if (start == notFound) return freeChunkSum;
  most = std::max(most, cur);

  // A run inside a word has a one on either side. If it could still matter, no word is zero.
  if (most >= 64 - 2) return packPallocSum(start, most, cur);
  for (uint64 x : b) {
    // The inner free pages, as ones: below the highest one of x, and above its lowest.
    x >>= sys::TrailingZeros64(x);
    uint64 inner = ~x & ((uint64{1} << (63 - sys::LeadingZeros64(x))) - 1);
    for (inner = erodeRuns(inner, most); inner != 0; inner &= inner >> 1) most++;
  }
  return packPallocSum(start, most, cur);
}

inline uintgo pallocBits::find1(uintgo searchIdx) const {
  for (uintgo w = searchIdx / 64; w < words; w++) {
    if (b[w] != ~uint64{0}) return w * 64 + uintgo(sys::TrailingZeros64(~b[w]));
  }
  return notFound;
}

// The run lies in one word, or in the end of one and the start of the next.
inline pallocBits::findResult pallocBits::findSmallN(uintptr npages, uintgo searchIdx) const {
  uintgo end = 0;  // free pages just before this word
  uintgo firstFree = notFound;
  for (uintgo w = searchIdx / 64; w < words; w++) {
    uint64 x = b[w];
    if (x == ~uint64{0}) {
      end = 0;
      continue;
    }
    if (firstFree == notFound) firstFree = w * 64 + uintgo(sys::TrailingZeros64(~x));
    if (end + uintgo(sys::TrailingZeros64(x)) >= npages) return {w * 64 - end, firstFree};
    uintgo j = findBitRange64(~x, npages);
    if (j < 64) return {w * 64 + j, firstFree};
    end = uintgo(sys::LeadingZeros64(x));
  }
  return {notFound, firstFree};
}

// The run crosses a border of a word, so it shows in the free pages at both sides of borders.
inline pallocBits::findResult pallocBits::findLargeN(uintptr npages, uintgo searchIdx) const {
  uintgo start = notFound, size = 0;  // the run that reaches up to this word
  uintgo firstFree = notFound;
  for (uintgo w = searchIdx / 64; w < words; w++) {
    uint64 x = b[w];
    if (x == ~uint64{0}) {
      size = 0;
      continue;
    }
    if (firstFree == notFound) firstFree = w * 64 + uintgo(sys::TrailingZeros64(~x));
    uintgo s = uintgo(sys::TrailingZeros64(x));
    if (size != 0 && size + s >= npages) return {start, firstFree};
    if (size != 0 && s == 64) {
      size += 64;
      continue;
    }
    size = uintgo(sys::LeadingZeros64(x));
    start = w * 64 + 64 - size;
  }
  if (size < npages) return {notFound, firstFree};
  return {start, firstFree};
}

// ---- pallocData -----------------------------------------------------------------

// pallocData is all that is kept of a chunk.
//
// INV: a page that is allocated is not scavenged, but for padding (markRandomPaddingPages).
struct pallocData : pallocBits {
  pageBits scavenged;

  // Allocated pages are going to be used, so they do not stay scavenged.
  void allocRange(uintgo i, uintgo n) {
    pallocBits::allocRange(i, n);
    scavenged.clearRange(i, n);
  }
  void allocAll() {
    pallocBits::allocAll();
    scavenged.clearAll();
  }
};

static_assert(sizeof(pallocData) == 2 * pallocChunkPages / 8);

}  // namespace gort

#endif  // GORT_ALLOC_MPALLOCBITS_H_
