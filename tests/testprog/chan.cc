// chan CASE: does with channels or package sync what CASE names: something that
// panics, or waiting for ever while nobody else is there.
//
// Go: runtime/testdata/testprog/deadlock.go, sync/mutex_test.go (misuse)

#include <gort/gort.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

using namespace gort;

namespace {

struct Big {
  char bytes[65535];
};

Chan<int> closed(int cap) {
  auto c = Chan<int>::make(cap);
  c.close();
  return c;
}

// Closes a channel on which a goroutine waits in send(c).
template <class F>
void closeUnder(F send) {
  runtime::GOMAXPROCS(1);  // the goroutine waits once we run again
  auto c = Chan<int>::make();
  go([c, send] { send(c); });
  runtime::Gosched();
  c.close();
  block();
}

void waitGroupNegative() {
  sync::WaitGroup wg;
  wg.Add(1);
  wg.Done();
  wg.Done();
}

struct {
  const char* name;
  void (*f)();
} cases[] = {
    // Panics.
    {"make -1", [] { Chan<int>::make(-1); }},
    {"make -1 of no size", [] { Chan<void>::make(-1); }},
    {"make huge", [] { Chan<int64>::make(intgo{1} << 45); }},
    {"make overflow", [] { Chan<Big>::make(intgo{1} << 48); }},
    {"make max", [] { Chan<int>::make(INT64_MAX); }},
    {"make64 -1", [] { makechan64(chanTypeOf<int>(), -1); }},
    {"send", [] { closed(0).send(1); }},
    {"send buffered", [] { closed(1).send(1); }},
    {"try_send", [] { closed(0).try_send(1); }},
    {"try_send buffered", [] { closed(1).try_send(1); }},
    {"select of one", [] { Select().send(closed(0), 1).run(); }},
    {"select", [] { Select().send(closed(0), 1).recv(Chan<int>()).run(); }},
    {"select default", [] { Select().send(closed(1), 1).recv(Chan<int>()).default_().run(); }},
    {"close twice", [] { closed(0).close(); }},
    {"close nil", [] { Chan<int>().close(); }},
    {"send closed under", [] { closeUnder([](Chan<int> c) { c.send(1); }); }},
    {"select closed under",
     [] { closeUnder([](Chan<int> c) { Select().send(c, 1).recv(Chan<int>::make()).run(); }); }},
    {"waitgroup negative", waitGroupNegative},
    {"waitgroup go panic",
     [] {
       sync::WaitGroup wg;
       wg.Go([] { closed(0).close(); });
       wg.Wait();
       puts("Wait returned");
     }},

    // Fatal errors.
    {"elem too large",
     [] {
       _type large = *typeOf<int64>();
       large.size = 1 << 16;
       chantype t = *chanTypeOf<int64>();
       t.elem = &large;
       makechan(&t, 0);
     }},
    {"elem alignment",
     [] {
       _type odd = *typeOf<int64>();
       odd.align = 16;
       chantype t = *chanTypeOf<int64>();
       t.elem = &odd;
       makechan(&t, 0);
     }},
    {"unlock",
     [] {
       sync::Mutex m;
       m.Unlock();
     }},
    {"unlock twice",
     [] {
       sync::Mutex m;
       m.Lock();
       m.Unlock();
       m.Unlock();
     }},

    // Waits.
    {"wait recv", [] { Chan<int>::make().recv(); }},
    {"wait recv2",
     [] {
       int v;
       Chan<int>::make(3).recv(v);
     }},
    {"wait send", [] { Chan<int>::make().send(1); }},
    {"wait send full",
     [] {
       auto c = Chan<int>::make(1);
       c.send(1);
       c.send(2);
     }},
    {"wait recv nil", [] { Chan<int>().recv(); }},
    {"wait send nil", [] { Chan<int>().send(1); }},
    {"wait select", [] { Select().recv(Chan<int>::make()).send(Chan<int>::make(), 1).run(); }},
    {"wait select nil", [] { Select().recv(Chan<int>()).send(Chan<int>(), 1).run(); }},
    {"wait select none", [] { Select().run(); }},
    {"wait block", [] { block(); }},
    {"wait mutex",
     [] {
       sync::Mutex m;
       m.Lock();
       m.Lock();
     }},
    {"wait waitgroup",
     [] {
       sync::WaitGroup wg;
       wg.Add(1);
       wg.Wait();
     }},
    {"wait once",
     [] {
       sync::Once once;
       once.Do([&] { once.Do([] {}); });
     }},
    {"wait range",
     [] {
       auto c = Chan<int>::make(1);
       c.send(1);
       for (int v : c) printf("%d\n", v);
     }},
};

}  // namespace

int main(int argc, char** argv) {
  return gort::Main(argc, argv, [argc, argv] {
    for (auto& c : cases) {
      if (argc > 1 && strcmp(argv[1], c.name) == 0) {
        c.f();
        printf("%s: done\n", c.name);
        return 0;
      }
    }
    fprintf(stderr, "chan: no such case\n");
    return 1;
  });
}
