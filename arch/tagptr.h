// tagptr.h: a pointer and a tag in one word, for compare-and-swap.
//
// A tag that is counted up whenever the pointer is reused is what tells an old
// value from a new one with the same pointer (the ABA problem).
//
// Layout: the pointer's bits 9..48 in the top 39 bits of the word, sign kept; the
// lower 25 bits are the tag. So pointers are 512-aligned, and tags wrap at 2^25.
//
// Go: runtime/tagptr.go, runtime/tagptr_64bit.go
//
// Differs from Go: the alignment is the same 512 bytes, but who allocates aligned
// nodes is the allocator above.
#ifndef GORT_ARCH_TAGPTR_H_
#define GORT_ARCH_TAGPTR_H_

#include "arch/print.h"

namespace gort {

inline constexpr intgo tagAlignBits = 9;
inline constexpr uintptr tagAlign = uintptr{1} << tagAlignBits;

// Bits of an address that count; one more than amd64's 48, so that the lower
// half of the address space may reach 2^48 as on arm64.
inline constexpr intgo addrBits = 48 + 1;
inline constexpr intgo tagBits = 64 - addrBits + tagAlignBits;
inline constexpr intgo minTagBits = 16;
inline constexpr uintptr tagMask = (uintptr{1} << tagBits) - 1;
static_assert(tagBits >= minTagBits);

struct taggedPointer {
  uint64 v;

  // Sign-extends, as addresses above the hole of the address space need.
  void* pointer() const {
    return reinterpret_cast<void*>(static_cast<uint64>(static_cast<int64>(v) >> tagBits)
                                   << tagAlignBits);
  }
  uintptr tag() const { return v & tagMask; }
};

// taggedPointerPack makes one of ptr, which is tagAlign-aligned, and a tag of
// tagBits. Throws if either does not fit.
inline taggedPointer taggedPointerPack(void* ptr, uintptr tag) {
  taggedPointer t = {reinterpret_cast<uintptr>(ptr) << (tagBits - tagAlignBits) | (tag & tagMask)};
  if (t.pointer() != ptr || t.tag() != tag) [[unlikely]] {
    print("runtime: taggedPointerPack invalid packing: ptr=", ptr, " tag=", hex(tag),
          " packed=", hex(t.v), " -> ptr=", t.pointer(), " tag=", hex(t.tag()), "\n");
    throw_("taggedPointerPack");
  }
  return t;
}

}  // namespace gort

#endif  // GORT_ARCH_TAGPTR_H_
