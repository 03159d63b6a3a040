// signal CASE [library]: gets a signal, in the way that CASE names. With "library"
// the program starts as one that gort is only a part of.
#include <gort/gort.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sched/proc.h"
#include "sched/signal_unix.h"
#include "sched/stubs.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

// Accesses as compiled code makes them: sanitizers know nothing of them.
void store(uintptr addr) { asm volatile("movl $1, (%0)" : : "r"(addr) : "memory"); }
int load(uintptr addr) {
  int v;
  asm volatile("movl (%1), %0" : "=r"(v) : "r"(addr));
  return v;
}
void call(uintptr addr) { asm volatile("call *%0" : : "r"(addr) : "memory", "rax", "rcx", "rdx"); }

void divide(int by) {
  asm volatile("xorl %%edx, %%edx; movl $1, %%eax; idivl %0" : : "r"(by) : "eax", "edx", "cc");
}

// Faults as a leaf function that keeps its locals below the stack pointer.
void inLeaf() {
  asm volatile(
      "movq $42, -64(%%rsp)\n\t"
      "xorl %%eax, %%eax\n\t"
      "movl $1, (%%rax)" ::
          : "rax", "memory");
}

// A page that may not be touched.
void* forbidden() { return ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

void onThread(void* (*f)(void*)) {
  pthread_t thread;
  pthread_create(&thread, nullptr, f, nullptr);
  pthread_join(thread, nullptr);
}

void say(const char* s) {
  if (::write(1, s, std::strlen(s)) < 0) std::abort();
}

void run() {
  if (is("nil read")) std::printf("%d\n", load(0));
  if (is("nil write")) store(0);
  if (is("nil leaf")) inLeaf();
  if (is("nil field")) store(400);
  if (is("nil call")) call(0);
  if (is("nil goroutine")) {
    go([] { store(0); });
    block();
  }
  if (is("divide")) divide(0);
  if (is("wild")) store(reinterpret_cast<uintptr>(forbidden()));
  if (is("noncanonical")) store(0x1234567812345678);
  if (is("locked")) {  // holding what only the runtime holds
    getg()->m->locks++;
    store(0);
  }
  if (is("g0")) systemstack([] { store(0); });
  if (is("blocking")) runtime::Blocking([] { store(0); });
  if (is("abort")) std::abort();
  if (is("trap")) asm volatile("ud2");
  if (is("int3")) asm volatile("int3");
  if (is("sent")) ::raise(SIGSEGV);
  if (is("quit")) ::raise(SIGQUIT);
  if (is("crash")) crash();
  if (is("thread")) {
    onThread([](void*) -> void* {
      store(0);
      return nullptr;
    });
  }
  if (is("thread abort")) onThread([](void*) -> void* { std::abort(); });

  // In a library: what the program installed itself.
  if (is("own handler thread")) {
    onThread([](void*) -> void* {
      store(0);
      return nullptr;
    });
  }
  if (is("own handler goroutine")) store(0);
  if (is("own usr1")) ::raise(SIGUSR1);
  if (is("own abort")) ::raise(SIGABRT);
}

void ownHandler(int sig) {
  say(sig == SIGSEGV ? "own SIGSEGV\n" : "own other\n");
  _exit(7);
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  if (argc > 2) {
    if (std::strncmp(which, "own", 3) == 0) {
      struct sigaction sa = {};
      sa.sa_handler = ownHandler;
      sigaction(SIGSEGV, &sa, nullptr);
      sigaction(SIGUSR1, &sa, nullptr);
      if (is("own abort")) sigaction(SIGABRT, &sa, nullptr);
    }
    auto done = Chan<void>::make();
    go([done] {
      run();
      done.close();
    });
    done.recv();
    return 0;
  }
  return Main(argc, argv, run);
}
