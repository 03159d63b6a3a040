// abi.h: the entry points that compiled code calls.
//
// A compiler's output includes this header and nothing else of gort. It stays
// free of the C++ library, so that a generated file compiles fast. Each
// function is defined in the file that bears its Go twin's name; the contract
// stands here, the reasons there.
//
// Go: the calls that cmd/compile emits (cmd/compile/internal/typecheck/_builtin/runtime.go)
//
// Conventions. Func values: <gort/types.h>, funcval. A panic never returns to
// its caller. Functions marked nosplit run on whatever stack the caller has.
#ifndef GORT_ABI_H_
#define GORT_ABI_H_

#include <gort/types.h>

namespace gort {

// ---- Program start ---------------------------------------------------------

// What a compiled program hands to rt0_go: all of it lives as long as the process.
struct program {
  void (*init)();  // package initialisation, may be null; runs on the main goroutine
  void (*main)();  // main.main
};

// rt0_go starts the runtime on this thread and runs p on the main goroutine.
// The process exits with status 0 when p.main returns; it does not return.
[[noreturn]] void rt0_go(int argc, char** argv, const program& p);

// ---- Goroutines ------------------------------------------------------------

// newproc starts a goroutine that runs fn. A null fn: "go of nil func value".
void newproc(funcval* fn);

// newprocframe starts a goroutine that runs entry(frame). frame is `size`
// bytes aligned to `align` (at most 64) at the top of the new stack, and
// init(frame, src) fills it before newprocframe returns; entry destroys what
// init made. size is at most 32 MiB; stacksize is what entry needs beside a large
// frame, 0 for the default.
void newprocframe(void (*entry)(void*), uintptr size, uintptr align,
                  void (*init)(void* frame, void* src), void* src, uintptr stacksize);

void Gosched();
[[noreturn]] void Goexit();
int32 GOMAXPROCS(int32 n);  // n < 1 only asks; returns the setting before
int32 NumCPU();
int32 NumGoroutine();
void LockOSThread();
void UnlockOSThread();
[[noreturn]] void osExit(int32 code);  // os.Exit
slice runtime_args();                  // os.Args: the program's name and arguments, a new []string

// The stack check of compiled code's prologues. A function whose frame is
// large or that may recurse compares its stack pointer with stackguard0 of the
// running goroutine; below it, it calls morestack(fn, arg), which runs fn(arg)
// on a stack with room, looks at preemption requests, and returns when fn does.
// stackguard0 leaves stackGuardReserve bytes below it for calls without check.
// If it was only about preemption, fn runs where it is: an fn with a frame of more
// than stackCheckFrame bytes makes its check again.
extern "C" void gort_morestack(void (*fn)(void*), void* arg);
inline constexpr uintptr stackGuardReserve = 16 << 10;
inline constexpr uintptr stackCheckFrame = 8 << 10;

// ---- Memory ----------------------------------------------------------------

// mallocgc returns size bytes, zeroed if needzero or if typ has pointers; typ
// null means no pointers. It panics on a size that cannot be.
void* mallocgc(uintptr size, const _type* typ, bool needzero);
void* newobject(const _type* typ);
void* newarray(const _type* typ, intgo n);
void typedmemmove(const _type* typ, void* dst, const void* src);
void typedmemclr(const _type* typ, void* ptr);

// ---- Slices and strings ----------------------------------------------------

void* makeslice(const _type* et, intgo len, intgo cap);  // panics: makeslice: len/cap out of range
void* makeslice64(const _type* et, int64 len, int64 cap);
// growslice makes room for num more elements behind old: returns the slice with
// len newLen (= old len + num) and at least that capacity; Go's growth rule.
slice growslice(void* oldPtr, intgo newLen, intgo oldCap, intgo num, const _type* et);
intgo slicecopy(void* toPtr, intgo toLen, const void* fromPtr, intgo fromLen, uintptr width);
intgo typedslicecopy(const _type* et, void* dstPtr, intgo dstLen, const void* srcPtr, intgo srcLen);

string concatstrings(const string* a, intgo n);
string intstring(int64 v);  // string(rune)
string slicebytetostring(const uint8* ptr, intgo n);
slice stringtoslicebyte(string s);
slice stringtoslicerune(string s);
string slicerunetostring(const rune* ptr, intgo n);
intgo cmpstring(string a, string b);  // <0, 0, >0
bool eqstring(string a, string b);
// decoderune returns the rune at s[k:] and the index behind it, 0 <= k < s.len.
struct runeResult {
  rune r;
  intgo next;
};
runeResult decoderune(string s, intgo k);

// The checks of unsafe.String(ptr, len) and unsafe.Slice(ptr, len). Panics: unsafe.String: len out
// of range, unsafe.String: ptr is nil and len is not zero; the same for unsafe.Slice.
void unsafestring(const void* ptr, intgo len);
void unsafeslice(const _type* et, const void* ptr, intgo len);

bool memequal(const void* p, const void* q, uintptr size);
// efaceeq compares two values of dynamic type t; panics where t cannot be compared.
bool efaceeq(const _type* t, const void* x, const void* y);

// ---- Channels --------------------------------------------------------------

hchan* makechan(const chantype* t, intgo size);  // panics: makechan: size out of range
hchan* makechan64(const chantype* t, int64 size);
void chansend1(hchan* c, const void* elem);  // c <- *elem
void chanrecv1(hchan* c, void* elem);        // *elem = <-c; elem may be null
bool chanrecv2(hchan* c, void* elem);        // *elem, ok = <-c
void closechan(hchan* c);
intgo chanlen(const hchan* c);
intgo chancap(const hchan* c);
bool selectnbsend(hchan* c, const void* elem);  // select with one send and a default
struct selectResult {
  bool selected;
  bool received;
};
selectResult selectnbrecv(void* elem, hchan* c);

// One case of a select. elem: what to send, or where to receive (may be null).
struct scase {
  hchan* c;
  void* elem;
};
struct selectgoResult {
  intgo index;    // the chosen case, -1 for default
  bool received;  // for a receive: a value came, the channel was not closed
};
// selectgo runs a select: cases holds nsends sends first, then nrecvs receives;
// order is room for 2*(nsends+nrecvs) uint16, not initialised. block false
// means the select has a default.
selectgoResult selectgo(scase* cases, uint16* order, intgo nsends, intgo nrecvs, bool block);
[[noreturn]] void block();  // select {}

// ---- Panics ----------------------------------------------------------------

[[noreturn]] void gopanic(eface e);
// Each names the index or bound and the length as Go's message does. x is the
// value sign-extended; the U forms take unsigned values.
[[noreturn]] void goPanicIndex(intgo x, intgo y);
[[noreturn]] void goPanicIndexU(uintgo x, intgo y);
[[noreturn]] void goPanicSliceAlen(intgo x, intgo y);
[[noreturn]] void goPanicSliceAlenU(uintgo x, intgo y);
[[noreturn]] void goPanicSliceAcap(intgo x, intgo y);
[[noreturn]] void goPanicSliceAcapU(uintgo x, intgo y);
[[noreturn]] void goPanicSliceB(intgo x, intgo y);
[[noreturn]] void goPanicSliceBU(uintgo x, intgo y);
[[noreturn]] void goPanicSlice3Alen(intgo x, intgo y);
[[noreturn]] void goPanicSlice3AlenU(uintgo x, intgo y);
[[noreturn]] void goPanicSlice3Acap(intgo x, intgo y);
[[noreturn]] void goPanicSlice3AcapU(uintgo x, intgo y);
[[noreturn]] void goPanicSlice3B(intgo x, intgo y);
[[noreturn]] void goPanicSlice3BU(uintgo x, intgo y);
[[noreturn]] void goPanicSlice3C(intgo x, intgo y);
[[noreturn]] void goPanicSlice3CU(uintgo x, intgo y);
[[noreturn]] void goPanicSliceConvert(intgo x, intgo y);
[[noreturn]] void panicdivide();
[[noreturn]] void panicshift();  // negative shift amount
[[noreturn]] void panicoverflow();
[[noreturn]] void panicmem();  // nil dereference found by a check
[[noreturn]] void panicnildottype(const _type* want);

// ---- print and println -----------------------------------------------------

void printlock();
void printunlock();
void printbool(bool v);
void printint(int64 v);
void printuint(uint64 v);
void printhex(uint64 v);
void printfloat64(float64 v);
void printfloat32(float32 v);
void printcomplex128(float64 re, float64 im);
void printstring(string s);
void printpointer(const void* p);
void printslice(slice s);
void printeface(eface e);
void printiface(iface i);
void printsp();
void printnl();

// ---- sync, as far as compiled code sees it as runtime calls ----------------

// sync.Mutex, sync.Once and sync.WaitGroup are plain structs in <gort/sync.h>.

}  // namespace gort

#endif  // GORT_ABI_H_
