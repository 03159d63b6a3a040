// A program that knows gort only as it is installed: goroutines that square numbers.

#include <gort/gort.h>

#include <cstdio>

int main(int argc, char** argv) {
  return gort::Main(argc, argv, [] {
    auto numbers = gort::Chan<int>::make(), squares = gort::Chan<int>::make(4);
    gort::sync::WaitGroup workers;
    for (int i = 0; i < 4; i++) {
      workers.Go([=] {
        for (int n : numbers) squares.send(n * n);
      });
    }
    gort::go([numbers] {
      for (int n = 1; n <= 100; n++) numbers.send(n);
      numbers.close();
    });
    gort::go([&] {
      workers.Wait();
      squares.close();
    });
    int sum = 0;
    for (int square : squares) sum += square;
    std::printf("%d\n", sum);
    std::fflush(stdout);
    return sum == 338350 ? 0 : 1;
  });
}
