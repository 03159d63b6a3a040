// goarch.h: what is constant about the machine and the system.
//
// Go: internal/goarch, internal/goos, internal/goexperiment
//
// Differs from Go: one header instead of generated files per architecture; a
// port adds its column here. Only what the runtime asks for is kept.
#ifndef GORT_ARCH_GOARCH_H_
#define GORT_ARCH_GOARCH_H_

#include <gort/types.h>

namespace gort {

namespace goarch {

enum ArchFamilyType { AMD64, ARM64 };

inline constexpr const char* GOARCH = "amd64";
inline constexpr ArchFamilyType ArchFamily = AMD64;
inline constexpr bool IsAmd64 = true;
inline constexpr bool IsArm64 = false;

inline constexpr uintptr PtrSize = sizeof(void*);
inline constexpr bool BigEndian = false;

// What the kernel uses unless it says otherwise; physPageSize is the truth.
inline constexpr uintptr DefaultPhysPageSize = 4096;

// Distance at which two writers do not disturb one another.
inline constexpr uintptr CacheLineSize = 64;

// Smallest step of a program counter.
inline constexpr uintptr PCQuantum = 1;
inline constexpr uintptr Int64Align = PtrSize;
inline constexpr uintptr MinFrameSize = 0;

// Differs from Go: the System V ABI wants 16 at every call, Go's own wants 8.
inline constexpr uintptr StackAlign = 16;

static_assert(PtrSize == 8, "the runtime is written for 64 bits");

}  // namespace goarch

namespace goos {

inline constexpr const char* GOOS = "linux";
inline constexpr bool IsLinux = true;

}  // namespace goos

}  // namespace gort

#endif  // GORT_ARCH_GOARCH_H_
