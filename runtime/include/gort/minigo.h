// minigo.h: what the C++ that tools/minigo writes is made of.
//
// A generated program reads like the Go it came from because the rules in
// which the two languages differ stand here once, as inline functions: checked
// indexing and slicing, integer division, shifts, conversion of floats,
// comparison, append, and the shapes of slices, arrays and closures. Generated
// code calls this namespace `go`, a word that no Go program can use as a name.
//
// Like <gort/abi.h> it is free of the C++ library and small, because every run
// of a Go program pays for compiling it.
//
// Nil pointers are tested (nn) and not left to fault: a C++ compiler may drop,
// merge or move a load that it believes cannot trap, and then the panic comes
// late or never. The test costs less than a cycle, is dropped where the pointer
// was tested before, and holds for any offset.
//
// Go: cmd/compile/internal/walk (what becomes of each construct), the
//     bounds checks of cmd/compile/internal/ssagen/ssa.go
//
// Differs from Go: slices and arrays are templates over the C++ element type,
// so an element type's identity is C++'s; func and chan values are untyped
// pointers, which lets Go's recursive types through.
#ifndef GORT_MINIGO_H_
#define GORT_MINIGO_H_

#include <gort/abi.h>

namespace gort {
extern uintptr zerobase;  // the address of everything that has no size; alloc/malloc.cc
}

namespace gort::compiled {

using gort::eface;
using gort::funcval;
using gort::string;
using chan = gort::hchan*;
using func = gort::funcval*;

template <class T>
struct slice {
  T* array;
  intgo len;
  intgo cap;
};

// A Go array: a value, copied by assignment. N may be 0 and then it has no size.
template <class T, intgo N>
struct array {
  T v[N];
};

// The value of a receive, or of another operation, in its two-valued form.
template <class T>
struct received {
  T r0;
  bool r1;
};

#define GORT_INLINE [[gnu::always_inline]] inline

// ---- Stack check -----------------------------------------------------------

// Byte offset of stackguard0 in g; arch/go_asm.h has the same number.
inline constexpr int stackguard0Offset = 16;

#if defined(__x86_64__)
// stacklow tells whether a function whose frame has Frame bytes should ask for
// a larger stack, or look at a preemption request. r11 is free in a prologue.
template <int Frame = 0>
GORT_INLINE bool stacklow() {
  if constexpr (Frame == 0) {
    asm goto(
        "movq %%fs:gort_tls_g@tpoff, %%r11\n\t"
        "cmpq %c0(%%r11), %%rsp\n\t"
        "jb %l[low]"
        :
        : "i"(stackguard0Offset)
        : "r11", "cc"
        : low);
  } else {
    asm goto(
        "movq %%fs:gort_tls_g@tpoff, %%r11\n\t"
        "movq %c0(%%r11), %%r11\n\t"
        "addq %1, %%r11\n\t"
        "jc %l[low]\n\t"
        "cmpq %%r11, %%rsp\n\t"
        "jb %l[low]"
        :
        : "i"(stackguard0Offset), "i"(Frame)
        : "r11", "cc"
        : low);
  }
  return false;
low:
  return true;
}
#else
template <int Frame = 0>
GORT_INLINE bool stacklow() {
  return false;
}
#endif

// callchecked<Frame>(p) calls *p, which needs Frame bytes of stack: at once if they are there,
// else on a stack with room. Without Frame what is called makes a check itself.
template <int Frame, class C>
void callchecked(void* p) {
  if constexpr (Frame != 0) {
    if (stacklow<Frame>()) [[unlikely]] {
      gort_morestack(callchecked<Frame, C>, p);
      return;
    }
  }
  (*static_cast<C*>(p))();
}

// morestack<F>(args) is F(args) on a stack with room. It takes the arguments as F does
// and is never inlined, so that F's fast path keeps them in registers.
//
// The test comes after the compiler has made room for the frame. So a function whose
// frame is large, perhaps larger than what is left, is two: the one with the test has a small
// frame, and F, never inlined, gets its parameters by reference.
template <auto F, int Frame, class R, class... A>
[[gnu::noinline, gnu::cold]] R morestackcall(A... a) {
  if constexpr (__is_same(R, void)) {
    auto call = [&] { F(static_cast<A&&>(a)...); };
    gort_morestack(callchecked<Frame, decltype(call)>, &call);
  } else {
    R r{};  // where the caller wants it: there is no room for another large one
    auto call = [&] { r = F(static_cast<A&&>(a)...); };
    gort_morestack(callchecked<Frame, decltype(call)>, &call);
    return r;
  }
}
template <auto F, int Frame>
struct morestackof;
template <class R, class... A, R (*F)(A...), int Frame>
struct morestackof<F, Frame> {
  static R call(A... a) { return morestackcall<F, Frame, R, A...>(a...); }
};
template <auto F, class... A>
GORT_INLINE auto morestack(A... a) {
  return morestackof<F, 0>::call(a...);
}

// ---- Nil -------------------------------------------------------------------

// nn returns p, which the caller is about to dereference.
template <class T>
GORT_INLINE T* nn(T* p) {
  if (p == nullptr) [[unlikely]]
    panicmem();
  return p;
}

// ---- Index and slice -------------------------------------------------------

template <class I>
inline constexpr bool isSigned = I(-1) < I(0);

template <class I>
[[noreturn, gnu::noinline, gnu::cold]] void badindex(I i, intgo len) {
  if constexpr (isSigned<I>)
    goPanicIndex(i, len);
  else
    goPanicIndexU(i, len);
}

// checked returns i, an index below len.
template <class I>
GORT_INLINE uintgo checked(I i, intgo len) {
  if (uintgo(i) >= uintgo(len)) [[unlikely]]
    badindex<I>(i, len);
  return uintgo(i);
}

template <class T, class I>
GORT_INLINE T& at(const slice<T>& s, I i) {
  return s.array[checked(i, s.len)];
}
template <class T, intgo N, class I>
GORT_INLINE T& at(array<T, N>& a, I i) {
  return a.v[checked(i, N)];
}
template <class T, intgo N, class I>
GORT_INLINE const T& at(const array<T, N>& a, I i) {
  return a.v[checked(i, N)];
}
template <class I>
GORT_INLINE uint8 at(const string& s, I i) {
  return s.ptr[checked(i, s.len)];
}

// An omitted bound.
struct omitted {};

#define GORT_BOUND_PANIC(name)                                          \
  template <class I>                                                    \
  [[noreturn, gnu::noinline, gnu::cold]] void bad##name(I x, intgo y) { \
    if constexpr (isSigned<I>)                                          \
      goPanic##name(x, y);                                              \
    else                                                                \
      goPanic##name##U(x, y);                                           \
  }
GORT_BOUND_PANIC(SliceAlen)
GORT_BOUND_PANIC(SliceAcap)
GORT_BOUND_PANIC(SliceB)
GORT_BOUND_PANIC(Slice3Alen)
GORT_BOUND_PANIC(Slice3Acap)
GORT_BOUND_PANIC(Slice3B)
GORT_BOUND_PANIC(Slice3C)
#undef GORT_BOUND_PANIC

// lower checks lo against hi, which is right already.
template <class L>
GORT_INLINE intgo lower(L lo, intgo hi) {
  if (uintgo(lo) > uintgo(hi)) [[unlikely]]
    badSliceB<L>(lo, hi);
  return intgo(lo);
}
GORT_INLINE intgo lower(omitted, intgo) { return 0; }

template <class T>
GORT_INLINE slice<T> cut(T* p, intgo lo, intgo hi, intgo cap) {
  // A pointer behind the last element would keep the next object alive.
  return {cap == lo ? p : p + lo, hi - lo, cap - lo};
}

template <class T, class L, class H>
GORT_INLINE slice<T> sub(const slice<T>& s, L lo, H hi) {
  intgo h = s.len;
  if constexpr (!__is_same(H, omitted)) {
    if (uintgo(hi) > uintgo(s.cap)) [[unlikely]]
      badSliceAcap<H>(hi, s.cap);
    h = intgo(hi);
  }
  return cut(s.array, lower(lo, h), h, s.cap);
}
template <class T, intgo N, class L, class H>
GORT_INLINE slice<T> sub(array<T, N>& a, L lo, H hi) {
  intgo h = N;
  if constexpr (!__is_same(H, omitted)) {
    if (uintgo(hi) > uintgo(N)) [[unlikely]]
      badSliceAlen<H>(hi, N);
    h = intgo(hi);
  }
  return cut(static_cast<T*>(a.v), lower(lo, h), h, N);
}
template <class L, class H>
GORT_INLINE string sub(const string& s, L lo, H hi) {
  intgo h = s.len;
  if constexpr (!__is_same(H, omitted)) {
    if (uintgo(hi) > uintgo(s.len)) [[unlikely]]
      badSliceAlen<H>(hi, s.len);
    h = intgo(hi);
  }
  intgo l = lower(lo, h);
  return {l == s.len ? s.ptr : s.ptr + l, h - l};
}

template <class L, class H, class M>
GORT_INLINE intgo lower3(L lo, H hi, M max) {
  if (uintgo(hi) > uintgo(max)) [[unlikely]]
    badSlice3B<H>(hi, intgo(max));
  if constexpr (__is_same(L, omitted)) {
    return 0;
  } else {
    if (uintgo(lo) > uintgo(hi)) [[unlikely]]
      badSlice3C<L>(lo, intgo(hi));
    return intgo(lo);
  }
}
template <class T, class L, class H, class M>
GORT_INLINE slice<T> sub(const slice<T>& s, L lo, H hi, M max) {
  if (uintgo(max) > uintgo(s.cap)) [[unlikely]]
    badSlice3Acap<M>(max, s.cap);
  intgo l = lower3(lo, hi, max);
  return cut(s.array, l, intgo(hi), intgo(max));
}
template <class T, intgo N, class L, class H, class M>
GORT_INLINE slice<T> sub(array<T, N>& a, L lo, H hi, M max) {
  if (uintgo(max) > uintgo(N)) [[unlikely]]
    badSlice3Alen<M>(max, N);
  intgo l = lower3(lo, hi, max);
  return cut(static_cast<T*>(a.v), l, intgo(hi), intgo(max));
}

// ---- Arithmetic ------------------------------------------------------------

template <class T>
GORT_INLINE T div(T x, T y) {
  if (y == 0) [[unlikely]]
    panicdivide();
  if constexpr (isSigned<T>) {
    if (y == -1) [[unlikely]]
      return T(-x);  // the machine traps on the smallest number
  }
  return T(x / y);
}
template <class T>
GORT_INLINE T rem(T x, T y) {
  if (y == 0) [[unlikely]]
    panicdivide();
  if constexpr (isSigned<T>) {
    if (y == -1) [[unlikely]]
      return 0;
  }
  return T(x % y);
}

template <class T, class S>
GORT_INLINE T shl(T x, S s) {
  if constexpr (isSigned<S>) {
    if (s < 0) [[unlikely]]
      panicshift();
  }
  return uint64(s) >= sizeof(T) * 8 ? T(0) : T(uint64(x) << s);
}
template <class T, class S>
GORT_INLINE T shr(T x, S s) {
  if constexpr (isSigned<S>) {
    if (s < 0) [[unlikely]]
      panicshift();
  }
  if constexpr (isSigned<T>)
    return T(x >> (uint64(s) >= sizeof(T) * 8 ? sizeof(T) * 8 - 1 : s));
  else
    return uint64(s) >= sizeof(T) * 8 ? T(0) : T(x >> s);
}

#if defined(__x86_64__)
// The machine's conversion: what does not fit gives the smallest number. Assembly, because
// compilers fold constants that do not fit differently.
GORT_INLINE int64 truncate64(float64 x) {
  int64 r;
  asm("cvttsd2siq %1, %0" : "=r"(r) : "x"(x));
  return r;
}
GORT_INLINE int32 truncate32(float64 x) {
  int32 r;
  asm("cvttsd2sil %1, %0" : "=r"(r) : "x"(x));
  return r;
}
#else
GORT_INLINE int64 truncate64(float64 x) {
  return x >= -0x1p63 && x < 0x1p63 ? int64(x) : intgo(uint64(1) << 63);
}
GORT_INLINE int32 truncate32(float64 x) {
  return x > -0x1p31 - 1 && x < 0x1p31 ? int32(x) : int32(uint32(1) << 31);
}
#endif

// toint<T>(x) is T(x) for a float x as Go does it on amd64, out of range too.
template <class T>
GORT_INLINE T toint(float64 x) {
  if constexpr (sizeof(T) == 8 && !isSigned<T>) {
    int64 t = truncate64(x);
    return T(t | (truncate64(x - 0x1p63) & (t >> 63)));
  } else if constexpr (sizeof(T) == 8 || (sizeof(T) == 4 && !isSigned<T>)) {
    return T(truncate64(x));
  } else {
    return T(truncate32(x));
  }
}

// ---- Comparison ------------------------------------------------------------

template <class T>
GORT_INLINE bool eq(const T& a, const T& b) {
  if constexpr (requires { a.go_eq(b); })
    return a.go_eq(b);
  else
    return a == b;
}
GORT_INLINE bool eq(const string& a, const string& b) {
  // memcmp takes no null, not even for no bytes.
  return a.len == b.len && (a.len == 0 || __builtin_memcmp(a.ptr, b.ptr, uintptr(a.len)) == 0);
}
template <class T, intgo N>
inline bool eq(const array<T, N>& a, const array<T, N>& b) {
  for (intgo i = 0; i < N; i++) {
    if (!eq(a.v[i], b.v[i])) return false;
  }
  return true;
}

// The equality function of a type descriptor.
struct equalfn {
  bool (*fn)(const void*, const void*);
};
template <class T>
inline constexpr equalfn equalof = {[](const void* a, const void* b) {
  return eq(*static_cast<const T*>(a), *static_cast<const T*>(b));
}};

template <class T>
GORT_INLINE T min(T a, T b) {
  if constexpr (__is_same(T, string)) {
    return cmpstring(b, a) < 0 ? b : a;
  } else if constexpr (__is_same(T, float64) || __is_same(T, float32)) {
    if (a != a) return a;
    if (a == 0 && b == 0) return __builtin_signbit(a) ? a : b;
    return a < b ? a : b;  // b when b is not a number
  } else {
    return b < a ? b : a;
  }
}
template <class T>
GORT_INLINE T max(T a, T b) {
  if constexpr (__is_same(T, string)) {
    return cmpstring(b, a) > 0 ? b : a;
  } else if constexpr (__is_same(T, float64) || __is_same(T, float32)) {
    if (a != a) return a;
    if (a == 0 && b == 0) return __builtin_signbit(a) ? b : a;
    return a > b ? a : b;
  } else {
    return b > a ? b : a;
  }
}

// ---- Strings ---------------------------------------------------------------

// str is a string constant.
template <uintptr N>
GORT_INLINE string str(const char (&s)[N]) {
  return {reinterpret_cast<const uint8*>(s), intgo(N - 1)};
}

template <class... S>
inline string concat(S... s) {
  string a[] = {s...};
  return concatstrings(a, intgo(sizeof...(s)));
}

// runeat returns the rune at s[i] and sets *next to the index behind it.
GORT_INLINE rune runeat(const string& s, intgo i, intgo* next) {
  if (s.ptr[i] < 0x80) {
    *next = i + 1;
    return s.ptr[i];
  }
  runeResult d = decoderune(s, i);
  *next = d.next;
  return d.r;
}

inline string fromrune(int64 v) { return intstring(v); }
inline string fromrune(uint64 v) { return intstring(v > 0x7fffffff ? -1 : int64(v)); }

template <class T>
inline string frombytes(slice<T> b) {
  return slicebytetostring(reinterpret_cast<const uint8*>(b.array), b.len);
}
template <class T>
inline string fromrunes(slice<T> r) {
  return slicerunetostring(reinterpret_cast<const rune*>(r.array), r.len);
}
template <class T>
GORT_INLINE slice<T> typed(gort::slice s) {
  return {static_cast<T*>(s.array), s.len, s.cap};
}

// ---- Memory ----------------------------------------------------------------

// make_new allocates a T with the value v.
template <class T>
inline T* make_new(const _type* typ, const T& v) {
  T* p = static_cast<T*>(newobject(typ));
  *p = v;
  return p;
}
template <class T>
inline T* make_new(const _type* typ) {
  return static_cast<T*>(newobject(typ));
}

template <class T, intgo N>
inline slice<T> slice_lit(const _type* arraytyp, const array<T, N>& v) {
  auto* p = static_cast<array<T, N>*>(newobject(arraytyp));
  *p = v;
  return {static_cast<T*>(p->v), N, N};
}

template <class T>
inline slice<T> make_slice(const _type* et, intgo len, intgo cap) {
  return {static_cast<T*>(makeslice(et, len, cap)), len, cap};
}

template <class T>
inline slice<T> make_slice(const _type* et, intgo len) {
  return make_slice<T>(et, len, len);
}
// size is an unsigned size for make; what does not fit an int becomes one that cannot be.
inline intgo size(uint64 n) { return n > uint64(1) << 62 ? -1 : intgo(n); }

// A length of an unsigned type that does not fit an int becomes a negative one, as in Go.
template <class T, class I>
inline slice<T> unsafe_slice(const _type* et, T* p, I len) {
  unsafeslice(et, p, intgo(len));
  return {p, intgo(len), intgo(len)};
}
template <class I>
inline string unsafe_string(const uint8* p, I len) {
  unsafestring(p, intgo(len));
  return {p, intgo(len)};
}

template <class T>
[[gnu::noinline]] slice<T> grow(const _type* et, slice<T> s, intgo newlen) {
  return typed<T>(growslice(s.array, newlen, s.cap, newlen - s.len, et));
}

template <class T, class... E>
inline slice<T> append(const _type* et, slice<T> s, const E&... e) {
  T values[] = {T(e)...};  // before the slice grows: they may lie in it
  intgo n = s.len + intgo(sizeof...(e));
  if (uintgo(n) > uintgo(s.cap)) [[unlikely]]
    s = grow(et, s, n);
  else
    s.len = n;
  T* p = s.array + (n - intgo(sizeof...(e)));
  for (const T& v : values) *p++ = v;
  return s;
}
template <class T>
inline slice<T> append(const _type*, slice<T> s) {
  return s;
}

template <class T, class U>
inline slice<T> append_slice(const _type* et, slice<T> s, const slice<U>& t) {
  intgo n = s.len + t.len;
  if (uintgo(n) > uintgo(s.cap)) [[unlikely]]
    s = grow(et, s, n);
  else
    s.len = n;
  if (t.len != 0) {
    __builtin_memmove(static_cast<void*>(s.array + (n - t.len)), t.array,
                      sizeof(T) * uintptr(t.len));
  }
  return s;
}
template <class T>
inline slice<T> append_slice(const _type* et, slice<T> s, const string& t) {
  return append_slice(et, s, slice<const uint8>{t.ptr, t.len, t.len});
}

template <class T>
inline gort::slice untyped(const slice<T>& s) {
  return {s.array, s.len, s.cap};
}

// as<T>(v) is v, which has the same fields, as a T.
template <class T, class U>
inline T as(const U& v) {
  static_assert(sizeof(T) == sizeof(U));
  T t;
  __builtin_memcpy(static_cast<void*>(&t), &v, sizeof(T));
  return t;
}

template <class T, class U>
inline intgo copy(const slice<T>& to, const slice<U>& from) {
  return slicecopy(to.array, to.len, from.array, from.len, sizeof(T));
}
template <class T>
inline intgo copy(const slice<T>& to, const string& from) {
  return slicecopy(to.array, to.len, from.ptr, from.len, 1);
}
template <class T>
inline intgo copy_typed(const _type* et, const slice<T>& to, const slice<T>& from) {
  return typedslicecopy(et, to.array, to.len, from.array, from.len);
}

template <class T>
inline void clear(const slice<T>& s) {
  for (intgo i = 0; i < s.len; i++) s.array[i] = T{};
}

// toarray is a conversion of a slice to a pointer to an array.
template <class A, class T>
inline A* toarray(const slice<T>& s, intgo n) {
  if (s.len < n) [[unlikely]]
    goPanicSliceConvert(n, s.len);
  return reinterpret_cast<A*>(s.array);
}

// ---- Functions -------------------------------------------------------------

// call<R(A...)>(f, args) calls a func value.
template <class S>
struct signature;
template <class R, class... A>
struct signature<R(A...)> {
  GORT_INLINE static R call(func f, A... a) {
    return reinterpret_cast<R (*)(func, A...)>(nn(f)->fn)(f, a...);
  }
};
template <class S, class... A>
GORT_INLINE auto call(func f, A... a) {
  return signature<S>::call(f, a...);
}

// A func value without captured variables: static, its code typed.
template <class R, class... A>
struct funcconst {
  R (*fn)(func, A...);
  operator func() const { return reinterpret_cast<func>(const_cast<funcconst*>(this)); }
};
template <class R, class... A>
funcconst(R (*)(func, A...)) -> funcconst<R, A...>;

// closure allocates a func value with captured variables.
template <class C>
inline func closure(const _type* typ, const C& c) {
  return reinterpret_cast<func>(make_new<C>(typ, c));
}

// spawn starts a goroutine that runs f, a lambda that captures by value.
template <class F>
inline void spawn(F f) {
  newprocframe([](void* frame) { (*static_cast<F*>(frame))(); }, sizeof(F), alignof(F),
               [](void* frame, void* src) { __builtin_memcpy(frame, src, sizeof(F)); }, &f, 0);
}
// spawn starts a goroutine that calls a func value with arguments.
template <class F>
inline void spawn(func callee, F f) {
  if (callee == nullptr) newproc(nullptr);  // reports it
  spawn(f);
}

// ---- Channels --------------------------------------------------------------

template <class T>
inline void send(chan c, T v) {
  chansend1(c, &v);
}
template <class T>
inline T recv(chan c) {
  T v;
  chanrecv1(c, &v);
  return v;
}
template <class T>
inline received<T> recv2(chan c) {
  received<T> r;
  r.r1 = chanrecv2(c, &r.r0);
  return r;
}

// ---- Packages --------------------------------------------------------------

// runtime.GC: memory is handed out and never reclaimed, so nothing is left to do. But a collection
// lets other goroutines run, and there are programs that wait for one by collecting in a loop.
inline void gc() { Gosched(); }

// runtime.KeepAlive: the argument was evaluated, and that is all.
inline void keepalive(eface) {}

// os.Getenv and os.LookupEnv: the value of a variable, as it was when the program started, and
// whether there is one; runtime/std/os/compiled.cc.
received<string> lookupenv(string key);

// results makes the result struct R of a call from the runtime's.
template <class R, class T>
GORT_INLINE R results(const received<T>& r) {
  return {r.r0, r.r1};
}

// Methods of sync.Mutex, sync.WaitGroup and sync.Once; runtime/std/sync/compiled.cc.
void lock(void* m);
bool trylock(void* m);
void unlock(void* m);
void wgadd(void* wg, intgo delta);
void wgdone(void* wg);
void wgwait(void* wg);
void wggo(void* wg, func f);
void once(void* o, func f);

// ---- Interfaces ------------------------------------------------------------

// box puts a value into an interface.
template <class T>
inline eface box(const _type* typ, const T& v) {
  return {typ, make_new<T>(typ, v)};
}
inline eface box_pointer(const _type* typ, void* p) { return {typ, p}; }

#undef GORT_INLINE

}  // namespace gort::compiled

#endif  // GORT_MINIGO_H_
