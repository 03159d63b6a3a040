// alg.h: equality of values by type.
//
// Go: runtime/alg.go
//
// Differs from Go: hashing is not here yet; it comes with maps, its only users.
// A type's equality function takes no closure pointer, because descriptors have
// gccgo's layout and calling rule (<gort/types.h>, _type::equal).
#ifndef GORT_RUNTIME_ALG_H_
#define GORT_RUNTIME_ALG_H_

#include <gort/types.h>

namespace gort {

// What descriptors of common types use as their equality function. p and q
// point at the values.
bool memequal0(const void* p, const void* q);
bool memequal8(const void* p, const void* q);
bool memequal16(const void* p, const void* q);
bool memequal32(const void* p, const void* q);
bool memequal64(const void* p, const void* q);
bool memequal128(const void* p, const void* q);
bool f32equal(const void* p, const void* q);
bool f64equal(const void* p, const void* q);
bool c64equal(const void* p, const void* q);
bool c128equal(const void* p, const void* q);
bool strequal(const void* p, const void* q);
bool interequal(const void* p, const void* q);     // of iface
bool nilinterequal(const void* p, const void* q);  // of eface

// ifaceeq compares the data words of two interfaces that have the table tab. It
// panics if the dynamic type cannot be compared. efaceeq: <gort/abi.h>.
bool ifaceeq(const void* const* tab, const void* x, const void* y);

}  // namespace gort

#endif  // GORT_RUNTIME_ALG_H_
