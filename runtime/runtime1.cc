// runtime1.cc: what the environment tells the runtime.
//
// Go: runtime/runtime1.go, runtime/env_posix.go, internal/godebugs/table.go (Removed)
//
// Differs from Go: gogetenv asks libc, so it works from the first instruction
// on, and in a C++ program that changed its own environment before the runtime
// started.
#include "runtime/runtime1.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "alloc/malloc.h"
#include "alloc/type.h"
#include "arch/atomic.h"
#include "arch/upcalls.h"
#include "runtime/debug_state.h"
#include "runtime/string.h"
#include "sched/runtime2.h"
#include "sched/stack_state.h"
#include "sched/stubs.h"
#include "sched/upcalls.h"

namespace gort {

// ---- GOTRACEBACK -----------------------------------------------------------------

namespace {

// A setting in one word: the crash and all bits, above them the level.
enum : uint32 {
  tracebackCrash = 1,
  tracebackAll = 2,
  tracebackShift = 2,
};

constinit atomic<uint32> traceback_cache{2 << tracebackShift};  // until the environment is read
constinit uint32 traceback_env = 0;                             // GOTRACEBACK's; constant then

}  // namespace

tracebackSetting gotraceback() {
  m* mp = getg()->m;
  uint32 t = traceback_cache.load(relaxed);  // stands for itself
  tracebackSetting s;
  s.crash = (t & tracebackCrash) != 0;
  s.all = mp->throwing > throwTypeUser || (t & tracebackAll) != 0;
  if (mp->traceback != 0) {
    s.level = mp->traceback;
  } else if (mp->throwing >= throwTypeRuntime) {
    s.level = 2;
  } else {
    s.level = static_cast<int32>(t >> tracebackShift);
  }
  return s;
}

void setTraceback(string level) {
  auto is = [&](const char* s) {
    auto n = static_cast<intgo>(std::strlen(s));
    return level.len == n && std::memcmp(level.ptr, s, static_cast<uintptr>(n)) == 0;
  };
  uint32 t;
  if (level.len == 0 || is("single")) {
    t = 1 << tracebackShift;
  } else if (is("none")) {
    t = 0;
  } else if (is("all")) {
    t = 1 << tracebackShift | tracebackAll;
  } else if (is("system")) {
    t = 2 << tracebackShift | tracebackAll;
  } else if (is("crash")) {
    t = 2 << tracebackShift | tracebackAll | tracebackCrash;
  } else {
    t = tracebackAll;
    intgo n;
    if (atoi(level, &n) && n == static_cast<uint32>(n))
      t |= static_cast<uint32>(n) << tracebackShift;
  }
  // Where C++ owns the process (it has a main of its own), ending it quietly would
  // surprise.
  if (islibrary || isarchive) t |= tracebackCrash;
  traceback_cache.store(t | traceback_env, relaxed);
}

// ---- Arguments and environment ------------------------------------------------------

namespace {
constinit int32 argc = 0;
constinit char** argv = nullptr;

slice stringSlice(char** p, intgo n) {
  auto* a = static_cast<string*>(
      mallocgc(static_cast<uintptr>(n) * sizeof(string), &basicTypes[kindString], true));
  for (intgo i = 0; i < n; i++) a[i] = gostring(p[i]);
  return slice{a, n, n};
}
}  // namespace

constinit slice argslice = {};
constinit slice envs = {};

void args(int32 c, char** v) {
  argc = c;
  argv = v;
}

void goargs() { argslice = stringSlice(argv, argc); }

void goenvs() {
  intgo n = 0;
  if (environ != nullptr) {
    while (environ[n] != nullptr) n++;
  }
  envs = stringSlice(environ, n);
}

const char* gogetenv(const char* key) { return std::getenv(key); }

// ---- Assumptions ---------------------------------------------------------------------

void check() {
  static_assert(sizeof(void*) == 8 && sizeof(uintptr) == 8 && sizeof(intgo) == 8);
  static_assert(sizeof(float32) == 4 && sizeof(float64) == 8);
  static_assert((fixedStack & (fixedStack - 1)) == 0);

  // Compilers may be told that there are no NaNs; Go programs have them.
  uint64 bits = ~uint64{0};
  volatile float64 j;
  std::memcpy(const_cast<float64*>(&j), &bits, sizeof bits);
  if (j == j) throw_("float64nan");
  if (!(j != j)) throw_("float64nan1");
  volatile float32 i;
  std::memcpy(const_cast<float32*>(&i), &bits, sizeof i);
  if (i == i) throw_("float32nan");

  atomic<uint64> z{42};
  if (z.cas(0, 1, seq_cst)) throw_("cas64 failed");
  if (!z.cas(42, 1, seq_cst)) throw_("cas64 failed");
  z.store((uint64{1} << 40) + 1, seq_cst);
  if (z.add((uint64{1} << 40) + 1, seq_cst) != (uint64{2} << 40) + 2) throw_("xadd64 failed");
  if (z.exchange((uint64{3} << 40) + 3, seq_cst) != (uint64{2} << 40) + 2) throw_("xchg64 failed");
  if (z.load(seq_cst) != (uint64{3} << 40) + 3) throw_("xchg64 failed");
}

// ---- GODEBUG ----------------------------------------------------------------------------

constinit debugVars debug = {};

namespace {

struct dbgVar {
  const char* name;
  int32* value;           // for variables that are set at start only,
  atomic<int32>* shared;  // or this, for those that change later
  int32 def;
};

constexpr dbgVar dbgvars[] = {
    {"containermaxprocs", &debug.containermaxprocs, nullptr, 1},
    {"decoratemappings", &debug.decoratemappings, nullptr, 1},
    {"disablethp", &debug.disablethp, nullptr, 0},
    {"dontfreezetheworld", &debug.dontfreezetheworld, nullptr, 0},
    {"harddecommit", &debug.harddecommit, nullptr, 0},
    {"madvdontneed", &debug.madvdontneed, nullptr, 1},
    {"panicnil", nullptr, &debug.panicnil, 0},
    {"sbrk", &debug.sbrk, nullptr, 0},
    {"scheddetail", &debug.scheddetail, nullptr, 0},
    {"schedtrace", &debug.schedtrace, nullptr, 0},
    {"updatemaxprocs", &debug.updatemaxprocs, nullptr, 1},
};

void set(const dbgVar& v, int32 n) {
  if (v.value != nullptr) {
    *v.value = n;
  } else {
    v.shared->store(n, relaxed);
  }
}

// What Go has removed: asking for the old behaviour is an error, as it cannot be had.
struct removedVar {
  const char* name;
  int32 removed;  // minor version
  const char* old;
};

constexpr removedVar removedVars[] = {
    {"x509sha1", 24, "1"},       {"tlskyber", 24, "0"},        {"gotypesalias", 27, "0"},
    {"tlsunsafeekm", 27, "1"},   {"tlsrsakex", 27, "1"},       {"tls3des", 27, "1"},
    {"tls10server", 27, "1"},    {"x509keypairleaf", 27, "0"}, {"asynctimerchan", 27, "1"},
    {"asynctimerchan", 27, "2"},
};

// The first such setting, until there is a main goroutine to report it.
constinit const removedVar* invalidGODEBUG = nullptr;

bool equals(const char* p, intgo n, const char* s) {
  return static_cast<intgo>(std::strlen(s)) == n && std::memcmp(p, s, static_cast<uintptr>(n)) == 0;
}

// setting handles one KEY=VALUE.
void setting(const char* key, intgo keylen, const char* value, intgo valuelen) {
  for (const removedVar& r : removedVars) {
    if (invalidGODEBUG == nullptr && equals(key, keylen, r.name) &&
        equals(value, valuelen, r.old)) {
      invalidGODEBUG = &r;
    }
  }
  for (const dbgVar& v : dbgvars) {
    int32 n;
    if (!equals(key, keylen, v.name)) continue;
    if (atoi32(string{reinterpret_cast<const uint8*>(value), valuelen}, &n)) set(v, n);
  }
}

// parsegodebug obeys a comma-separated list, later settings overriding earlier.
void parsegodebug(const char* p) {
  while (*p != 0) {
    auto n = static_cast<intgo>(std::strcspn(p, ","));
    if (const void* eq = std::memchr(p, '=', static_cast<uintptr>(n)); eq != nullptr) {
      intgo keylen = static_cast<const char*>(eq) - p;
      setting(p, keylen, p + keylen + 1, n - keylen - 1);
    }
    p += n;
    if (*p == ',') p++;
  }
}

}  // namespace

void parseRuntimeDebugVars(const char* godebug) {
  for (const dbgVar& v : dbgvars) set(v, v.def);

  traceback_env = 0;
  const char* level = gogetenv("GOTRACEBACK");
  setTraceback(level != nullptr ? gostringnocopy(level) : string{nullptr, 0});
  traceback_env = traceback_cache.load(relaxed);  // we just stored it

  if (godebug != nullptr) parsegodebug(godebug);
}

void reportInvalidGODEBUG() {
  const removedVar* r = invalidGODEBUG;
  if (r == nullptr) return;
  char version[] = {static_cast<char>('0' + r->removed / 10),
                    static_cast<char>('0' + r->removed % 10), 0};
  string text = concat({literal<"removed GODEBUG \"">, gostringnocopy(r->name),
                        literal<"\" set to old value \"">, gostringnocopy(r->old),
                        literal<"\" in environment (https://go.dev/doc/godebug#go-1">,
                        gostringnocopy(version), literal<")\0">});
  fatal(reinterpret_cast<const char*>(text.ptr));
}

}  // namespace gort
