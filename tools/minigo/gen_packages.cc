// The packages that a program may import: what their members are in C++.
//
// Go: the packages of the standard library that tools/minigo/packages.cc declares
//
// A function is a pattern: $0, $1 ... are its arguments, for a method the receiver first, and $R is
// its result type. A variable is one of the program that uses it; its pattern is the initial
// value. Types are what packages.cc says: plain structs with the layout that the C++ class has.
#include <string>
#include <string_view>
#include <unordered_map>

#include "tools/minigo/generator.h"

namespace gort::minigo {
namespace {

const std::unordered_map<std::string_view, std::string_view>& members() {
  static const std::unordered_map<std::string_view, std::string_view> m = {
      {"runtime.Gosched", "gort::Gosched()"},
      {"runtime.Goexit", "gort::Goexit()"},
      {"runtime.GOMAXPROCS", "intgo(gort::GOMAXPROCS(int32($0)))"},
      {"runtime.NumCPU", "intgo(gort::NumCPU())"},
      {"runtime.NumGoroutine", "intgo(gort::NumGoroutine())"},
      {"runtime.LockOSThread", "gort::LockOSThread()"},
      {"runtime.UnlockOSThread", "gort::UnlockOSThread()"},
      {"runtime.GC", "go::gc()"},
      {"runtime.KeepAlive", "go::keepalive($0)"},
      {"os.Args", "go::typed<go::string>(gort::runtime_args())"},
      {"os.Exit", "gort::osExit(int32($0))"},
      {"os.Getenv", "go::lookupenv($0).r0"},
      {"os.LookupEnv", "go::results<$R>(go::lookupenv($0))"},
      {"sync.Mutex.Lock", "go::lock($0)"},
      {"sync.Mutex.TryLock", "go::trylock($0)"},
      {"sync.Mutex.Unlock", "go::unlock($0)"},
      {"sync.WaitGroup.Add", "go::wgadd($0, $1)"},
      {"sync.WaitGroup.Done", "go::wgdone($0)"},
      {"sync.WaitGroup.Wait", "go::wgwait($0)"},
      {"sync.WaitGroup.Go", "go::wggo($0, $1)"},
      {"sync.Once.Do", "go::once($0, $1)"},
  };
  return m;
}

std::string memberKey(const Func* f) {
  std::string s = f->pkg->path + ".";
  if (f->recvNamed != nullptr) s += f->recvNamed->obj->name + ".";
  return s + f->name;
}

}  // namespace

Cx Generator::packageCall(Func* f, const std::vector<Cx>& args) {
  std::string key = memberKey(f);
  auto it = members().find(key);
  if (it == members().end()) throw GenError(f->pos, cat("minigo cannot compile ", key, " yet"));
  Cx c;
  c.effect = c.unstable = true;
  for (size_t i = 0; i < it->second.size(); i++) {
    if (it->second[i] != '$')
      c.text += it->second[i];
    else if (char what = it->second[++i]; what == 'R')
      c.text += cppResult(f->signature());
    else
      c.text += args[static_cast<size_t>(what - '0')].text;
  }
  return c;
}

Cx Generator::packageVar(Var* v) {
  std::string& name = globalNames_[v];
  if (name.empty()) {
    name = global(cat(v->pkg->name, "_", identifier(v->name)));
    globalDefs_ += cat(cpp(v->type), " ", name, "{};\n");
    packageInits_ += cat("  ", name, " = ", members().at(cat(v->pkg->path, ".", v->name)), ";\n");
  }
  Cx c{name};
  c.unstable = true;
  return c;
}

// packageFunc is a func value for a function of a package.
std::string Generator::packageFunc(Func* f) {
  auto it = funcValues_.find(f);
  if (it != funcValues_.end()) return it->second;
  Signature* sig = f->signature();
  std::string head = cat(cppResult(sig), " ",
                         global(cat("main_", identifier(f->pkg->name), "_", identifier(f->name))));
  std::string name = head.substr(head.rfind(' ') + 1), params = "go::func";
  std::vector<Cx> args;
  for (size_t i = 0; i < sig->params.size(); i++) {
    params += cat(", ", cpp(sig->params[i]->type), " a", i);
    args.push_back({cat("a", i)});
  }
  prototypes_ += cat(head, "(", params, ");\n");
  code_ += cat(head, "(", params, ") {\n  return ", packageCall(f, args).text, ";\n}\n\n");
  std::string value = valueConst(name);
  funcValues_[f] = value;
  return value;
}

}  // namespace gort::minigo
