// Functions, closures and the frame of the program.
//
// Go: cmd/compile/internal/walk/closure.go, cmd/compile/internal/ssagen (prologues),
//     cmd/compile/internal/pkginit/init.go
//
// A function with a large frame, or that calls compiled code, begins with a test of the stack pointer
// against the goroutine's guard; the runtime keeps stackGuardReserve bytes below the guard for
// functions without the test and for itself. The same test sees requests for preemption.
#include <string>
#include <utility>
#include <vector>

#include "tools/minigo/generator.h"

namespace gort::minigo {
namespace {

// Variables above this size live on the heap, as in Go (ir.MaxStackVarSize).
constexpr int64_t maxStackVar = 128 << 10;
// Captured variables up to this size are copied into the closure if nobody assigns to them.
constexpr int64_t maxCopied = 128;
// Leaf functions with less than this many bytes of variables need no stack check.
constexpr int64_t smallFrame = 512;
// Frames above this size are added to the stack check, and the function is split in two (<gort/minigo.h>,
// morestack): the guard's reserve does not cover them. The size is a guess, with room for copies
// that the C++ compiler makes.
constexpr int64_t largeFrame = 2048;

}  // namespace

bool Generator::copyCaptured(const Var* v) {
  return v->captured && !v->reassigned && !v->addressTaken && sizeofType(v->type) <= maxCopied;
}

bool Generator::heapAllocated(const Var* v) {
  if (v->varKind == VarKind::Package) return false;
  if (v->varKind == VarKind::Local && sizeofType(v->type) > maxStackVar) return true;
  return v->escapes && !copyCaptured(v) && (v->addressTaken || v->captured);
}

// --- Names ---

std::string Generator::funcName(const Func* f) {
  auto it = globalNames_.find(f);
  if (it != globalNames_.end()) return it->second;
  std::string base = "main_";
  if (f->recvNamed != nullptr) base += identifier(f->recvNamed->obj->name) + "_";
  std::string name = global(base + identifier(f->name));
  globalNames_[f] = name;
  return name;
}

std::string Generator::funcSymbol(const Func* f) {
  if (f->recvNamed == nullptr) return "main." + f->name;
  const std::string& type = f->recvNamed->obj->name;
  return cat("main.", f->ptrRecv ? cat("(*", type, ")") : type, ".", f->name);
}

Var* Generator::makeVar(const std::string& name, Type* t) {
  return arena_.make<Var>(VarKind::Field, Pos{}, nullptr, name, t);
}

// --- Func values ---

// valueConst makes a static func value for code that takes a closure as its first argument.
std::string Generator::valueConst(const std::string& codeName) {
  std::string name = global(codeName + "_value");
  values_ += cat("constinit const go::funcconst ", name, "{", codeName, "};\n");
  return cat("go::func(", name, ")");
}

namespace {

std::string paramList(const std::vector<std::string>& types,
                      const std::vector<std::string>& names) {
  std::string s;
  for (size_t i = 0; i < types.size(); i++) s += cat(i == 0 ? "" : ", ", types[i], " ", names[i]);
  return s;
}

}  // namespace

std::string Generator::funcValue(Func* f) {
  auto it = funcValues_.find(f);
  if (it != funcValues_.end()) return it->second;
  Signature* sig = f->signature();
  std::vector<std::string> types = {"go::func"}, names = {"self"};
  std::vector<Cx> args;
  for (size_t i = 0; i < sig->params.size(); i++) {
    types.push_back(cpp(sig->params[i]->type));
    names.push_back(cat("a", i));
    args.push_back({names.back()});
  }
  std::string code = global(funcName(f) + "_code");
  Callee to;
  to.sig = sig;
  to.name = funcName(f);
  defineWrapper({cppResult(sig), code, types, names}, to, args);
  std::string value = valueConst(code);
  funcValues_[f] = value;
  return value;
}

// closureStruct defines the C++ struct of a closure and returns its descriptor.
std::string Generator::closureStruct(const std::string& name,
                                     const std::vector<std::pair<std::string, Type*>>& fields,
                                     const std::vector<std::string>& cppTypes) {
  auto* layout = arena_.make<Struct>();
  layout->fields.push_back(makeVar("fn", basicType(BasicKind::Uintptr)));
  std::string body = cat("struct ", name, " {\n  void (*fn)();\n");
  for (size_t i = 0; i < fields.size(); i++) {
    layout->fields.push_back(makeVar(fields[i].first, fields[i].second));
    body += cat("  ", cppTypes[i], " ", fields[i].first, ";\n");
  }
  closureDefs_ += body + "};\n";
  return closureDesc(name, layout);
}

Generator::LitCode Generator::literalCode(FuncLit* f) {
  LitCode out;
  Fn* outer = fn_;
  std::string symbol = outer->outer == nullptr ? cat(outer->symbol, ".func", ++outer->literals)
                                               : cat(outer->symbol, ".", ++outer->literals);
  // The names of deep nesting would be quadratic in it.
  bool deep = outer->name.size() > 300;
  if (deep) symbol = cat("main.nested.", outer->literals);
  out.name = global(cat(deep ? "main_nested" : outer->name, "_func", outer->literals));

  Fn fn;
  fn.outer = outer;
  fn.sig = f->sig;
  fn.name = out.name;
  fn.symbol = symbol;

  // The closure: field names are those that the variables have inside.
  std::vector<std::pair<std::string, Type*>> fields;
  std::vector<std::string> types, inits;
  Lines prologue;
  Lines* savedLines = cur_;
  int savedIndent = indent_;
  uint32_t savedLine = line_;
  bool savedInPlace = std::exchange(inPlace_, false);
  fn.used.insert({"fn", "self", "self_"});
  for (Var* v : f->captures) {
    bool copy = copyCaptured(v);
    inits.push_back(copy ? genVar(v).text : addressOf(v).text);
    fn_ = &fn;
    std::string name = local(v->name);
    fn_ = outer;
    std::string t = cpp(v->type);
    fields.push_back({name, copy ? v->type : arena_.make<Pointer>(v->type)});
    types.push_back(copy ? t : t + "*");
    if (copy)
      prologue.push_back({0, 1, cat(t, " ", name, " = self->", name, ";")});
    else
      prologue.push_back({0, 1, cat(t, "& ", name, " = *self->", name, ";")});
    fn.access[v] = name;
  }
  if (!fields.empty()) {
    out.structName = global(out.name + "_closure");
    out.desc = closureStruct(out.structName, fields, types);
    out.value = cat(out.structName, "{(void (*)())", out.name);
    for (const std::string& s : inits) out.value += ", " + s;
    out.value += "}";
    prologue.insert(prologue.begin(), {0, 1, cat("auto* self = (", out.structName, "*)self_;")});
  }
  fn_ = &fn;
  Lines body;
  cur_ = &body;
  indent_ = 1;
  append(std::move(prologue));
  genBody(&fn, f->sig, f->body, f->pos);
  fn_ = outer;
  cur_ = savedLines;
  indent_ = savedIndent;
  line_ = savedLine;
  inPlace_ = savedInPlace;
  return out;
}

Cx Generator::genFuncLit(FuncLit* f) {
  LitCode code = literalCode(f);
  if (code.structName.empty()) return {valueConst(code.name)};
  Cx c{cat("go::closure(", code.desc, ", ", code.value, ")")};
  return c;
}

// defineWrapper defines a function that does nothing but call another one.
void Generator::defineWrapper(const CppFunc& f, const Callee& to, const std::vector<Cx>& args) {
  Fn fn;
  Fn* outer = std::exchange(fn_, &fn);
  std::string text = callText(to, args).text;
  fn_ = outer;
  defineFunc(f, cat("  return ", text, ";\n"), fn.frame > smallFrame, fn.frame);
}

// x.m as a value: a closure with the receiver as it is now.
Cx Generator::genMethodValue(SelectorExpr* s) {
  const Selection* sel = s->selection;
  auto* m = as<Func>(sel->obj);
  Type* recvType = m->signature()->recv->type;
  Cx recv = genReceiver(s->x, sel);
  auto key = cat("bound ", reinterpret_cast<uintptr_t>(m));
  auto it = bindWrappers_.find(key);
  if (it == bindWrappers_.end()) {
    Signature* sig = m->signature();
    std::string base = m->decl != nullptr
                           ? funcName(m)
                           : "main_" + identifier(m->recvNamed->obj->name + "_" + m->name);
    std::string code = global(base + "_bound"), type = global(base + "_bound_closure");
    std::string d = closureStruct(type, {{"recv", recvType}}, {cpp(recvType)});
    Callee to;
    to.sig = sig;
    to.kind = m->decl != nullptr ? Callee::Direct : Callee::Package;
    to.member = m;
    if (m->decl != nullptr) to.name = funcName(m);
    std::vector<std::string> types = {"go::func"}, names = {"self"};
    std::vector<Cx> args = {{cat("((", type, "*)self)->recv")}};
    for (size_t i = 0; i < sig->params.size(); i++) {
      types.push_back(cpp(sig->params[i]->type));
      names.push_back(cat("a", i));
      args.push_back({cat("a", i)});
    }
    defineWrapper({cppResult(sig), code, types, names}, to, args);
    it = bindWrappers_.emplace(key, cat("go::closure(", d, ", ", type, "{(void (*)())", code, ", "))
             .first;
  }
  Cx c = recv;
  c.text = cat(it->second, recv.text, "})");
  c.prec = precPostfix;
  c.unstable = true;
  return c;
}

// T.m as a value: a function with the receiver as its first parameter.
Cx Generator::genMethodExpr(SelectorExpr* s) {
  const Selection* sel = s->selection;
  auto* m = as<Func>(sel->obj);
  auto key = cat("expr ", table_.number(sel->recv), " ", reinterpret_cast<uintptr_t>(m));
  for (int i : sel->index) key += cat(" ", i);
  auto it = bindWrappers_.find(key);
  if (it == bindWrappers_.end()) {
    Signature* sig = m->signature();
    std::string base = m->decl != nullptr
                           ? funcName(m)
                           : "main_" + identifier(m->recvNamed->obj->name + "_" + m->name);
    std::string code = global(base + "_expr");
    Type* t;
    Cx recv = walk({"recv"}, sel->recv, sel->index, sel->index.size() - 1, &t);
    bool havePtr = underAs<Pointer>(t) != nullptr;
    if (m->ptrRecv && !havePtr) recv = {"&" + paren(recv, precUnary), precUnary};
    if (!m->ptrRecv && havePtr) recv = deref(recv);
    Callee to;
    to.sig = sig;
    to.kind = m->decl != nullptr ? Callee::Direct : Callee::Package;
    to.member = m;
    if (m->decl != nullptr) to.name = funcName(m);
    std::vector<std::string> types = {"go::func", cpp(sel->recv)}, names = {"self", "recv"};
    std::vector<Cx> args = {recv};
    for (size_t i = 0; i < sig->params.size(); i++) {
      types.push_back(cpp(sig->params[i]->type));
      names.push_back(cat("a", i));
      args.push_back({cat("a", i)});
    }
    defineWrapper({cppResult(sig), code, types, names}, to, args);
    it = bindWrappers_.emplace(key, valueConst(code)).first;
  }
  return {it->second};
}

// --- Function bodies ---

// genBody generates the function fn from its signature and body into code_. cur_ holds what stands
// before the parameters are looked at.
void Generator::genBody(Fn* fn, Signature* sig, BlockStmt* body, Pos pos) {
  line_ = pos.line;
  fn->sig = sig;
  Lines lines = std::move(*cur_);
  cur_ = &lines;
  std::vector<std::string> types, names;
  std::string forward;         // the arguments, to run on a larger stack
  if (fn->outer != nullptr) {  // a literal: its closure comes first
    types.push_back("go::func");
    names.push_back("self_");
  }
  auto param = [&](Var* v) {
    std::string t = cpp(v->type);
    types.push_back(t);
    fn->frame += sizeofType(v->type);
    if (v->name.empty() || v->name == "_") {
      names.push_back(local("arg"));
      return;
    }
    std::string name = local(v->name);
    if (heapAllocated(v)) {
      std::string arg = local(v->name + "_arg");
      names.push_back(arg);
      emit(cat(t, "& ", name, " = *go::make_new<", t, ">(", desc(v->type), ", ", arg, ");"));
    } else {
      names.push_back(name);
    }
    fn->access[v] = name;
  };
  if (sig->recv != nullptr) param(sig->recv);
  for (Var* v : sig->params) param(v);
  bool named = !sig->results.empty() && !sig->results[0]->name.empty();
  if (named) {
    for (Var* v : sig->results) {
      if (v->name == "_") {
        std::string name = local("result");
        emit(cat(cpp(v->type), " ", name, "{};"));
        fn->access[v] = name;
      } else {
        declare(v, "");
      }
      fn->results.push_back(v);
    }
  }
  block(body->list);
  cur_ = nullptr;

  code_ += cat("// ", fn->symbol, "\n");
  defineFunc({cppResult(sig), fn->name, types, names}, render(lines),
             fn->callsCode || fn->frame > smallFrame, fn->frame);
}

void Generator::defineFunc(const CppFunc& f, const std::string& body, bool check, int64_t frame) {
  std::string head = cat(f.result, " ", f.name, "(", paramList(f.types, f.names), ")");
  prototypes_ += cat(head, ";\n");
  std::string arguments;
  for (const std::string& n : f.names) arguments += (arguments.empty() ? "" : ", ") + n;
  std::string test = "  if (go::stacklow<";
  if (frame > largeFrame) {
    std::string inner = global(f.name + "_body");
    std::vector<std::string> references;
    for (const std::string& t : f.types) references.push_back(t + "&");
    code_ += cat("[[gnu::noinline]] ", f.result, " ", inner, "(", paramList(references, f.names),
                 ") {\n", body, "}\n\n");
    std::string room = cat((frame * 2 + 15) / 16 * 16);
    code_ += cat(head, " {\n", test, room, ">()) [[unlikely]] return go::morestackof<", inner, ", ",
                 room, ">::call(", arguments, ");\n  return ", inner, "(", arguments, ");\n}\n\n");
    return;
  }
  code_ += cat(head, " {\n");
  if (check)
    code_ += cat(test, ">()) [[unlikely]] return go::morestack<", f.name, ">(", arguments, ");\n");
  code_ += body + "}\n\n";
}

// onStack counts a value that the C++ code has on its stack besides variables: an argument, a result,
// a literal. What fits registers does not count.
void Generator::onStack(Type* t) {
  int64_t n = sizeofType(t);
  if (n > 16) fn_->frame += n;
}

void Generator::genFunc(Func* f) {
  if (f->decl == nullptr || f->decl->body == nullptr) {
    throw GenError(f->pos, "missing function body");
  }
  Fn fn;
  fn.name = funcName(f);
  fn.symbol = funcSymbol(f);
  fn_ = &fn;
  Lines lines;
  cur_ = &lines;
  indent_ = 1;
  genBody(&fn, f->signature(), f->decl->body, f->decl->pos);
  fn_ = nullptr;
}

// genInit makes the function that initialises the package.
void Generator::genInit() {
  Fn fn;
  fn.name = "main_goinit";
  fn.symbol = "main.init";
  fn_ = &fn;
  Lines lines;
  cur_ = &lines;
  indent_ = 1;
  for (const Initializer& in : pkg_.initOrder) {
    at(startPos(in.rhs));
    if (in.lhs.size() == 1) {
      Var* v = in.lhs[0];
      if (v->name != "_" && in.rhs->mode == Mode::Constant && !isBasic(v->type, IsString) &&
          !isInterface(v->type)) {
        continue;  // stands in the definition
      }
      Lines mine = collect([&] {
        indent_++;
        Cx c = convert(gen(in.rhs), in.rhs->type, v->type);
        emit(v->name == "_" ? cat("(void)(", c.text, ");")
                            : cat(globalNames_[v], " = ", c.text, ";"));
        indent_--;
      });
      if (mine.size() == 1)
        mine[0].indent--;
      else
        emitAny("{");
      bool braces = mine.size() != 1;
      append(std::move(mine));
      if (braces) emitAny("}");
      continue;
    }
    emitAny("{");
    indent_++;
    std::string t = temp();
    Cx tuple = tupleOf(in.rhs);
    emit(cat("auto ", t, " = ", tuple.text, ";"));
    for (size_t i = 0; i < in.lhs.size(); i++) {
      if (in.lhs[i]->name != "_") emit(cat(globalNames_[in.lhs[i]], " = ", t, ".r", i, ";"));
    }
    indent_--;
    emitAny("}");
  }
  for (Func* f : pkg_.inits) emit(funcName(f) + "();");
  code_ += "// main.init\n";
  defineFunc({"void", fn.name, {}, {}}, render(lines), true, fn.frame);
  fn_ = nullptr;
}

// --- The program ---

Generator::Generator(const Package& pkg, std::string sourcePath)
    : pkg_(pkg), sourcePath_(std::move(sourcePath)) {}

void Generator::unsupported(const Node* n, const std::string& what) {
  throw GenError(startPos(n), cat("minigo cannot compile ", what, " yet"));
}

std::string Generator::render(const Lines& lines) {
  std::string out;
  uint32_t implied = 0;  // the Go line that the next line of C++ would be taken for
  for (const Line& l : lines) {
    if (l.goLine != 0 && l.goLine != implied) {
      out += cat("#line ", l.goLine, "\n");
      implied = l.goLine;
    }
    out.append(static_cast<size_t>(l.indent) * 2, ' ');
    out += l.text;
    out += '\n';
    if (implied != 0) implied += 1;
    for (char c : l.text) {
      if (c == '\n' && implied != 0) implied += 1;
    }
  }
  return out;
}

std::string Generator::run() {
  globals_ = {"goinit", "main_goinit"};
  for (Var* v : pkg_.vars) globalNames_[v] = global("main_" + identifier(v->name));
  genInit();
  for (Func* f : pkg_.inits) genFunc(f);
  for (Func* f : pkg_.funcs) genFunc(f);
  for (Func* f : pkg_.methods) genFunc(f);
  return finish();
}

std::string Generator::finish() {
  for (Var* v : pkg_.vars) {
    std::string init = "{}";
    for (const Initializer& in : pkg_.initOrder) {
      if (in.lhs.size() == 1 && in.lhs[0] == v && in.rhs->mode == Mode::Constant &&
          !isBasic(v->type, IsString) && !isInterface(v->type)) {
        init = " = " + genConst(in.rhs->val, v->type).text;
      }
    }
    if (sizeofType(v->type) == 0) {  // all of size zero have one address
      globalDefs_ +=
          cat(cpp(v->type), "& ", globalNames_[v], " = *(", cpp(v->type), "*)&gort::zerobase;\n");
    } else {
      globalDefs_ += cat(cpp(v->type), " ", globalNames_[v], init, ";\n");
    }
  }
  // Types come last because everything else asks for them.
  std::string types = typeDefinitions();
  std::string out = cat(
      "// Compiled from ", stringLiteral(sourcePath_), " by minigo.\n#include <gort/minigo.h>\n\n",
      "namespace go = gort::compiled;\nnamespace {\n\n",
      "using gort::int8;\nusing gort::int16;\nusing gort::int32;\nusing gort::int64;\n",
      "using gort::uint8;\nusing gort::uint16;\nusing gort::uint32;\nusing gort::uint64;\n",
      "using gort::uintptr;\nusing gort::intgo;\nusing gort::uintgo;\nusing gort::float32;\n",
      "using gort::float64;\n\n");
  auto section = [&](const char* title, const std::string& text) {
    if (!text.empty()) out += cat("// ---- ", title, "\n", text, "\n");
  };
  section("types", types + tupleDefs_ + closureDefs_);
  section("type descriptors", descDecls_ + descDefs_);
  section("functions", prototypes_);
  section("func values", values_);
  section("variables", globalDefs_);
  std::string init = "main_goinit";
  if (!packageInits_.empty()) {  // imported packages come first
    init = "goinit";
    code_ += cat("void goinit() {\n", packageInits_, "  main_goinit();\n}\n\n");
  }
  out += "// ---- code\n";
  out += cat("#line 1 ", stringLiteral(sourcePath_), "\n", code_);
  out += "}  // namespace\n\n";
  out += cat("int main(int argc, char** argv) {\n  static constexpr gort::program program = {",
             init, ", ", funcName(pkg_.main), "};\n  gort::rt0_go(argc, argv, program);\n}\n");
  return out;
}

std::string generate(const Package& pkg, const std::string& sourcePath) {
  Generator g(pkg, sourcePath);
  try {
    return g.run();
  } catch (const GenError& e) {
    if (e.pos.known()) throw;
    throw GenError(g.position(), e.what());
  }
}

}  // namespace gort::minigo
