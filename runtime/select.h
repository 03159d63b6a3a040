// select.h: the select statement.
//
// selectgo, block and scase are compiled code's (<gort/abi.h>); gort::Select, the
// front for C++, is in <gort/select.h>. All of them are defined in select.cc.
//
// Go: runtime/select.go
#ifndef RUNTIME_SELECT_H_
#define RUNTIME_SELECT_H_

#include <gort/abi.h>
#include <gort/types.h>

namespace gort {

struct g;

// selparkcommit is the unlockf of gopark for select: it unlocks the channels of
// all of gp's sudogs.
bool selparkcommit(g* gp, void* unused);

}  // namespace gort

#endif  // RUNTIME_SELECT_H_
