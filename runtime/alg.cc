// alg.cc: equality of values by type.
//
// Go: runtime/alg.go
#include "runtime/alg.h"

#include <gort/abi.h>

#include <cstring>

#include "alloc/type.h"
#include "runtime/error.h"
#include "runtime/string.h"

namespace gort {

namespace {

// load reads a T from p, which need not be aligned for T: interfaces and fields
// of packed foreign structs end up here.
template <typename T>
T load(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <typename T>
bool equal(const void* p, const void* q) {
  return load<T>(p) == load<T>(q);
}

}  // namespace

bool memequal0(const void*, const void*) { return true; }
bool memequal8(const void* p, const void* q) { return equal<uint8>(p, q); }
bool memequal16(const void* p, const void* q) { return equal<uint16>(p, q); }
bool memequal32(const void* p, const void* q) { return equal<uint32>(p, q); }
bool memequal64(const void* p, const void* q) { return equal<uint64>(p, q); }

bool memequal128(const void* p, const void* q) {
  struct pair {
    uint64 lo, hi;
    bool operator==(const pair&) const = default;
  };
  return equal<pair>(p, q);
}

// Floats are equal as numbers: +0 and -0 are, a NaN and itself are not.
bool f32equal(const void* p, const void* q) { return equal<float32>(p, q); }
bool f64equal(const void* p, const void* q) { return equal<float64>(p, q); }

bool c64equal(const void* p, const void* q) {
  return f32equal(p, q) &&
         f32equal(static_cast<const char*>(p) + 4, static_cast<const char*>(q) + 4);
}

bool c128equal(const void* p, const void* q) {
  return f64equal(p, q) &&
         f64equal(static_cast<const char*>(p) + 8, static_cast<const char*>(q) + 8);
}

bool strequal(const void* p, const void* q) { return eqstring(load<string>(p), load<string>(q)); }

bool interequal(const void* p, const void* q) {
  auto x = load<iface>(p);
  auto y = load<iface>(q);
  return x.tab == y.tab && ifaceeq(x.tab, x.data, y.data);
}

bool nilinterequal(const void* p, const void* q) {
  auto x = load<eface>(p);
  auto y = load<eface>(q);
  return x.typ == y.typ && efaceeq(x.typ, x.data, y.data);
}

bool efaceeq(const _type* t, const void* x, const void* y) {
  if (t == nullptr) return true;
  if (t->equal == nullptr) {
    panicerror(concat({literal<"comparing uncomparable type ">, toString(t)}));
  }
  // A direct value is one pointer; those of its kinds that cannot be compared,
  // maps and funcs, have no equality function.
  if (isDirectIface(t)) return x == y;
  return typesEqual(t, x, y);
}

bool ifaceeq(const void* const* tab, const void* x, const void* y) {
  if (tab == nullptr) return true;
  return efaceeq(static_cast<const _type*>(tab[0]), x, y);
}

}  // namespace gort
