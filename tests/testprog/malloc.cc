// malloc CASE: asks the allocator for what CASE names.
#include <gort/gort.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstring>

#include "alloc/malloc.h"
#include "alloc/mstats.h"
#include "alloc/type.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

_type arrayOf(uintptr size) {
  _type t = {};
  t.size = size;
  t.align = 8;
  t.kind = kindArray | kindNoPointers;
  return t;
}

void run() {
  _type big = arrayOf(uintptr{1} << 40);
  if (is("negative")) newarray(&basicTypes[kindInt], -1);
  if (is("overflow")) newarray(&big, intgo{1} << 30);
  if (is("too large")) newarray(&big, 1000);
  if (is("no memory")) {
    rlimit lim = {uintptr{2} << 30, uintptr{2} << 30};
    setrlimit(RLIMIT_AS, &lim);
    mallocgc(uintptr{3} << 30, nullptr, true);
  }
  if (is("huge")) mallocgc(~uintptr{0}, nullptr, true);
  if (is("small chunks")) {
    rlimit lim = {uintptr{600} << 20, uintptr{600} << 20};
    setrlimit(RLIMIT_AS, &lim);
    for (;;) mallocgc(4096, nullptr, true);
  }
  if (is("dirty pointers")) {
    _type p = arrayOf(8);
    p.ptrdata = 8;
    mallocgc(8, &p, false);
  }
  if (is("persistent nothing")) persistentalloc(0, 0, &memstats.other_sys);
  if (is("persistent align")) persistentalloc(8, 24, &memstats.other_sys);
  if (is("persistent page")) persistentalloc(8, 1 << 20, &memstats.other_sys);
  if (is("statistic")) memstats.other_sys.add(-(int64{1} << 40));
  std::puts("alive");
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  return Main(argc, argv, run);
}
