// cpu.cc: CPUID, and the GODEBUG options that switch features off.
//
// Go: internal/cpu/cpu.go, internal/cpu/cpu_x86.go, runtime/cpuflags_amd64.go
//
// Differs from Go: the table of options is a local array; the level that the
// code was compiled for (GOAMD64 there) follows from the compiler's macros.
#include "arch/cpu.h"

#include <cpuid.h>

#include "arch/print.h"

extern "C" {
constinit gort::uint8 gort_memmoveBits = 0;
}

namespace gort {

constinit bool isIntel = false;

namespace cpu {

constinit X86Features X86 = {};

namespace {

// Features of these levels are taken for granted by compiled code, so they
// cannot be switched off.
#if defined(__AVX512F__) && defined(__AVX512CD__) && defined(__AVX512BW__) && \
    defined(__AVX512DQ__) && defined(__AVX512VL__)
constexpr int32 amd64Level = 4;
#elif defined(__AVX2__) && defined(__BMI2__) && defined(__FMA__)
constexpr int32 amd64Level = 3;
#elif defined(__SSE4_2__) && defined(__POPCNT__)
constexpr int32 amd64Level = 2;
#else
constexpr int32 amd64Level = 1;
#endif

struct registers {
  uint32 eax, ebx, ecx, edx;
};

registers cpuid(uint32 leaf, uint32 subleaf) {
  registers r;
  __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
  return r;
}

// The low half of extended control register 0: what the system saves.
uint32 xgetbv() {
  uint32 eax, edx;
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return eax;
}

constexpr bool bit(uint32 reg, int32 n) { return (reg >> n & 1) != 0; }

void doinit() {
  const registers leaf0 = cpuid(0, 0);
  isIntel = leaf0.ebx == 0x756e6547 && leaf0.edx == 0x49656e69 && leaf0.ecx == 0x6c65746e;
  const uint32 maxID = leaf0.eax;
  if (maxID < 1) return;

  const registers leaf1 = cpuid(1, 0);
  X86.HasSSE3 = bit(leaf1.ecx, 0);
  X86.HasPCLMULQDQ = bit(leaf1.ecx, 1);
  X86.HasSSSE3 = bit(leaf1.ecx, 9);
  X86.HasSSE41 = bit(leaf1.ecx, 19);
  X86.HasSSE42 = bit(leaf1.ecx, 20);
  X86.HasPOPCNT = bit(leaf1.ecx, 23);
  X86.HasAES = bit(leaf1.ecx, 25);
  X86.HasOSXSAVE = bit(leaf1.ecx, 27);

  bool osSupportsAVX = false;
  bool osSupportsAVX512 = false;
  if (X86.HasOSXSAVE) {
    const uint32 xcr0 = xgetbv();
    osSupportsAVX = bit(xcr0, 1) && bit(xcr0, 2);  // xmm, ymm
    // Mask registers, upper halves of zmm0-15, zmm16-31.
    osSupportsAVX512 = osSupportsAVX && bit(xcr0, 5) && bit(xcr0, 6) && bit(xcr0, 7);
  }
  X86.HasAVX = bit(leaf1.ecx, 28) && osSupportsAVX;
  X86.HasFMA = bit(leaf1.ecx, 12) && X86.HasAVX;

  if (maxID < 7) return;
  const registers leaf7 = cpuid(7, 0);
  X86.HasBMI1 = bit(leaf7.ebx, 3);
  X86.HasAVX2 = bit(leaf7.ebx, 5) && osSupportsAVX;
  X86.HasBMI2 = bit(leaf7.ebx, 8);
  X86.HasERMS = bit(leaf7.ebx, 9);
  X86.HasADX = bit(leaf7.ebx, 19);
  X86.HasSHA = bit(leaf7.ebx, 29);
  X86.HasVAES = bit(leaf7.ecx, 9) && X86.HasAVX;
  X86.HasVPCLMULQDQ = bit(leaf7.ecx, 10);
  X86.HasFSRM = bit(leaf7.edx, 4);

  X86.HasAVX512F = bit(leaf7.ebx, 16) && osSupportsAVX512;
  if (X86.HasAVX512F) {
    X86.HasAVX512DQ = bit(leaf7.ebx, 17);
    X86.HasAVX512CD = bit(leaf7.ebx, 28);
    X86.HasAVX512BW = bit(leaf7.ebx, 30);
    X86.HasAVX512VL = bit(leaf7.ebx, 31);
    X86.HasAVX512VBMI = bit(leaf7.ecx, 1);
    X86.HasAVX512VBMI2 = bit(leaf7.ecx, 6);
    X86.HasAVX512GFNI = bit(leaf7.ecx, 8);
    X86.HasGFNI = bit(leaf7.ecx, 8);
    X86.HasAVX512VAES = bit(leaf7.ecx, 9) && X86.HasAES && X86.HasAVX512VL;
    X86.HasAVX512VPCLMULQDQ = bit(leaf7.ecx, 10);
    X86.HasAVX512VNNI = bit(leaf7.ecx, 11);
    X86.HasAVX512BITALG = bit(leaf7.ecx, 12);
    X86.HasAVX512VPOPCNTDQ = bit(leaf7.ecx, 14);
  }
  if (leaf7.eax >= 1 && X86.HasAVX) X86.HasAVXVNNI = bit(cpuid(7, 1).eax, 4);

  if (cpuid(0x80000000, 0).eax >= 0x80000001) {
    X86.HasRDTSCP = bit(cpuid(0x80000001, 0).edx, 27);
  }
}

// Features that follow from others, after the options were obeyed.
void doDerived() {
  X86.HasAVX512 =
      X86.HasAVX512F && X86.HasAVX512CD && X86.HasAVX512BW && X86.HasAVX512DQ && X86.HasAVX512VL;

  // `rep movs` of 2 KiB and more beats the vector loop where both of its feature
  // bits are set; known of Intel only, so others use the loop.
  uint8 bits = 0;
  if (X86.HasAVX) bits |= MEMMOVE_AVX;
  if (isIntel && X86.HasERMS && X86.HasFSRM) bits |= MEMMOVE_REPMOVS;
  gort_memmoveBits = bits;
}

struct option {
  const char* Name;  // lower case
  bool* Feature;
  bool Specified;  // whether GODEBUG has it
  bool Enable;
};

// A piece of the environment string.
struct field {
  const char* ptr;
  uintptr len;

  bool is(const char* s) const {
    return __builtin_strlen(s) == len && __builtin_memcmp(ptr, s, len) == 0;
  }
  string str() const { return {reinterpret_cast<const uint8*>(ptr), static_cast<intgo>(len)}; }
};

// cut splits s at the first c; the second part is empty and found false without.
struct cutResult {
  field before, after;
  bool found;
};
cutResult cut(field s, char c) {
  for (uintptr i = 0; i < s.len; i++) {
    if (s.ptr[i] == c) return {{s.ptr, i}, {s.ptr + i + 1, s.len - i - 1}, true};
  }
  return {s, {s.ptr + s.len, 0}, false};
}

void processOption(field f, option* options, uintptr n) {
  if (f.len < 4 || __builtin_memcmp(f.ptr, "cpu.", 4) != 0) return;
  auto [name, value, found] = cut(f, '=');
  if (!found) {
    print("GODEBUG: no value specified for \"", f.str(), "\"\n");
    return;
  }
  const field key = {name.ptr + 4, name.len - 4};
  if (!value.is("on") && !value.is("off")) {
    print("GODEBUG: value \"", value.str(), "\" not supported for cpu option \"", key.str(),
          "\"\n");
    return;
  }
  const bool all = key.is("all");
  bool known = all;
  for (uintptr i = 0; i < n; i++) {
    if (!all && !key.is(options[i].Name)) continue;
    options[i].Specified = true;
    options[i].Enable = value.is("on");
    known = true;
  }
  if (!known) print("GODEBUG: unknown cpu feature \"", key.str(), "\"\n");
}

void processOptions(const char* env) {
  // Those that compiled code takes for granted stand last and are left off.
  option options[] = {
      {"adx", &X86.HasADX, false, false},
      {"aes", &X86.HasAES, false, false},
      {"erms", &X86.HasERMS, false, false},
      {"fsrm", &X86.HasFSRM, false, false},
      {"pclmulqdq", &X86.HasPCLMULQDQ, false, false},
      {"rdtscp", &X86.HasRDTSCP, false, false},
      {"sha", &X86.HasSHA, false, false},
      {"vpclmulqdq", &X86.HasAVX512VPCLMULQDQ, false, false},
      // level 4
      {"avx512f", &X86.HasAVX512F, false, false},
      {"avx512cd", &X86.HasAVX512CD, false, false},
      {"avx512bw", &X86.HasAVX512BW, false, false},
      {"avx512dq", &X86.HasAVX512DQ, false, false},
      {"avx512vl", &X86.HasAVX512VL, false, false},
      // level 3
      {"avx", &X86.HasAVX, false, false},
      {"avx2", &X86.HasAVX2, false, false},
      {"bmi1", &X86.HasBMI1, false, false},
      {"bmi2", &X86.HasBMI2, false, false},
      {"fma", &X86.HasFMA, false, false},
      // level 2
      {"popcnt", &X86.HasPOPCNT, false, false},
      {"sse3", &X86.HasSSE3, false, false},
      {"sse41", &X86.HasSSE41, false, false},
      {"sse42", &X86.HasSSE42, false, false},
      {"ssse3", &X86.HasSSSE3, false, false},
  };
  constexpr uintptr always = 8, level4 = 5, level3 = 5, level2 = 5;
  constexpr uintptr n = amd64Level == 4   ? always
                        : amd64Level == 3 ? always + level4
                        : amd64Level == 2 ? always + level4 + level3
                                          : always + level4 + level3 + level2;
  static_assert(sizeof options / sizeof options[0] == always + level4 + level3 + level2);

  field rest = {env, __builtin_strlen(env)};
  while (rest.len > 0) {
    auto [f, after, found] = cut(rest, ',');
    processOption(f, options, n);
    rest = after;
  }

  for (uintptr i = 0; i < n; i++) {
    const option& o = options[i];
    if (!o.Specified) continue;
    if (o.Enable && !*o.Feature) {
      print("GODEBUG: can not enable \"", o.Name, "\", missing CPU support\n");
      continue;
    }
    *o.Feature = o.Enable;
  }
}

}  // namespace

void Initialize(const char* env) {
  doinit();
  if (env != nullptr) processOptions(env);
  doDerived();
}

intgo Name(uint8 (&buf)[NameSize]) {
  if (cpuid(0x80000000, 0).eax < 0x80000004) return 0;
  uint8 raw[NameSize];
  for (uint32 i = 0; i < 3; i++) {
    const registers r = cpuid(0x80000002 + i, 0);
    __builtin_memcpy(raw + 16 * i, &r, 16);
  }
  intgo begin = 0;
  while (begin < NameSize && raw[begin] == ' ') begin++;
  intgo n = 0;
  while (begin + n < NameSize && raw[begin + n] != 0) n++;
  __builtin_memcpy(buf, raw + begin, static_cast<uintptr>(n));
  return n;
}

}  // namespace cpu

}  // namespace gort
