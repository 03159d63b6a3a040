// Package os for compiled code, as far as it is not in <gort/abi.h>.
//
// Declared in <gort/minigo.h>.
//
// Go: os/env.go, syscall/env_unix.go
//
// Differs from Go: there is no Setenv yet, so the variables are looked up where the runtime keeps
// them and no map is made. What setenv(3) changes is not seen, as in Go.
#include <gort/minigo.h>

#include <cstring>

#include "runtime/runtime1.h"

namespace gort::compiled {

received<string> lookupenv(string key) {
  auto n = static_cast<uintptr>(key.len);
  if (n == 0 || std::memchr(key.ptr, '=', n) != nullptr) return {};
  auto* env = static_cast<const string*>(envs.array);
  for (intgo i = 0; i < envs.len; i++) {  // the first mention counts
    const string& s = env[i];
    if (s.len <= key.len || s.ptr[n] != '=' || std::memcmp(s.ptr, key.ptr, n) != 0) continue;
    return {{s.ptr + n + 1, s.len - key.len - 1}, true};
  }
  return {};
}

}  // namespace gort::compiled
