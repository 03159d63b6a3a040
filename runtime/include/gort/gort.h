// gort.h: everything a C++ program uses of gort.
//
//   #include <gort/gort.h>
//
//   int main() {
//     return gort::Main([] {
//       auto c = gort::Chan<int>::make();
//       gort::go([c] {
//         for (int i = 0; i < 10; i++) c.send(i * i);
//         c.close();
//       });
//       for (int square : c) printf("%d\n", square);
//     });
//   }
//
// Go: the go statement, channels and select; packages runtime and sync
#ifndef GORT_GORT_H_
#define GORT_GORT_H_

#include <gort/chan.h>
#include <gort/go.h>
#include <gort/runtime.h>
#include <gort/select.h>
#include <gort/sync.h>

#endif  // GORT_GORT_H_
