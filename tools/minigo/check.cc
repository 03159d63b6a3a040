// Entry points of the front end, and what all parts of the checker share: errors, scopes, delayed
// actions, recording of results.
//
// Go: cmd/compile/internal/noder/noder.go, irgen.go, types2/check.go, errors.go, recording.go
#include "tools/minigo/check.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "tools/minigo/checker.h"
#include "tools/minigo/parser.h"

namespace gort::minigo {

// --- Entry points ---

void runOnLargeStack(const std::function<void()>& f) {
  // A level of nesting takes a dozen frames of the checker, larger ones with sanitizers. Pages that
  // are not touched cost nothing.
  constexpr size_t stackSize = size_t{1} << 30;
  struct Call {
    const std::function<void()>* f;
    std::exception_ptr error;
  } call{&f, nullptr};
  auto run = [](void* arg) -> void* {
    auto* c = static_cast<Call*>(arg);
    try {
      (*c->f)();
    } catch (...) {
      c->error = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, stackSize);
  pthread_t thread;
  int err = pthread_create(&thread, &attr, run, &call);
  pthread_attr_destroy(&attr);
  if (err != 0) {
    f();  // no address space for it: most programs need no more than the stack we have
    return;
  }
  pthread_join(thread, nullptr);
  if (call.error != nullptr) std::rethrow_exception(call.error);
}

namespace {

Result process(const std::string& name, std::string_view source, bool check) {
  auto pkg = std::make_unique<Package>();
  pkg->path = "main";
  pkg->files.push_back(name);
  Diagnostics diags(&pkg->files);
  Result r;
  runOnLargeStack([&] {
    try {
      Parser parser(source, 0, &pkg->arena, &diags);
      File* file = parser.parseFile();
      if (file == nullptr || parser.fatal()) return;
      pkg->syntax.push_back(file);
      if (check) Checker(pkg.get(), &diags).checkFiles();
    } catch (const Diagnostics::TooMany&) {
      // ten errors are enough
    }
  });
  r.diagnostics = diags.sorted();
  for (const Diagnostic& d : r.diagnostics) {
    r.errors.push_back(diags.posString(d.pos) + ": " + d.msg);
  }
  if (diags.empty() && !pkg->syntax.empty()) r.package = std::move(pkg);
  return r;
}

}  // namespace

Result checkSource(const std::string& name, std::string_view source) {
  return process(name, source, true);
}

Result parseSource(const std::string& name, std::string_view source) {
  return process(name, source, false);
}

void Checker::checkFiles() {
  File* file = pkg_->syntax[0];
  pkg_->name = file->pkgName->value;
  pkg_->scope = make<Scope>(universe());
  if (pkg_->name == "_") errorf(file->pkgName, "invalid package name _");

  collectObjects();
  directCycles();
  packageObjects();
  processDelayed(0);
  initOrder();
  unusedImports();
  recordUntyped();
  if (hadError_ || !diags_->empty()) return;
  finishPackage();
  if (hadError_) return;
  refuseUncovered();
  if (hadError_) return;
  placeVariables();
}

// --- Errors ---

void Checker::Error::report() {
  const std::string& first = parts_[0].msg;
  // What mentions an invalid operand or type follows from an error that was reported already.
  auto follows = [&first](const char* what) {
    size_t i = first.find(what);
    return i != std::string::npos && i > 0;
  };
  if (c_->hadError_ && (follows("invalid operand") || follows("invalid type"))) return;

  std::string msg = first;
  for (size_t i = 1; i < parts_.size(); i++) {
    msg += "\n\t";
    if (parts_[i].pos.known()) msg += c_->diags_->posString(parts_[i].pos) + ": ";
    msg += parts_[i].msg;
  }
  c_->hadError_ = true;
  // An inherited initialiser stands on another line than the constant it is evaluated for.
  Pos pos = c_->env_.errpos.known() ? c_->env_.errpos : parts_[0].pos;
  c_->diags_->add(pos, std::move(msg));
}

std::string Checker::expand(std::string_view format, std::initializer_list<std::string> args) {
  std::string out;
  auto arg = args.begin();
  for (size_t i = 0; i < format.size(); i++) {
    if (format[i] == '%' && i + 1 < format.size() && format[i + 1] == 's' && arg != args.end()) {
      out += *arg++;
      i++;
    } else {
      out += format[i];
    }
  }
  return out;
}

void Checker::tooDeep(At at) {
  hadError_ = true;
  diags_->add(at.pos(),
              "program is nested too deeply (more than " + std::to_string(maxNesting) + " levels)");
  throw Diagnostics::TooMany{};
}

Checker::Nest::Nest(Checker* c, const Node* n) : c_(c) {
  if (++c_->depth_ > maxNesting) {
    c_->depth_--;
    c_->tooDeep(n);
  }
}

namespace {

const char* modeString(Mode m) {
  switch (m) {
    case Mode::Invalid: return "invalid operand";
    case Mode::NoValue: return "no value";
    case Mode::Builtin: return "built-in";
    case Mode::TypeExpr: return "type";
    case Mode::Constant: return "constant";
    case Mode::Variable: return "variable";
    case Mode::MapIndex: return "map index expression";
    case Mode::Value: return "value";
    case Mode::NilValue: return "nil";
    case Mode::CommaOk: return "comma, ok expression";
  }
  return "";
}

}  // namespace

// operandString describes x as in "x (variable of type int)" or "1 << 3 (untyped int constant 8)".
std::string Checker::operandString(const Operand* x) const {
  if (x->mode == Mode::NilValue) {
    if (x->type == nullptr || !isValid(x->type)) return "nil (with invalid type)";
    if (x->type == basicType(BasicKind::UntypedNil)) return "nil";
    return "nil (of type " + typeString(x->type, pkg_) + ")";
  }

  std::string e;
  if (x->expr != nullptr) {
    e = exprString(x->expr);
  } else if (x->mode == Mode::Builtin) {
    e = predeclaredFunc(x->id).name;
  } else if (x->mode == Mode::TypeExpr) {
    e = typeString(x->type, pkg_);
  } else if (x->mode == Mode::Constant) {
    e = valueString(x->val);
  }

  std::string out;
  if (!e.empty()) out = e + " (";
  bool hasType = false;
  if (x->mode != Mode::Invalid && x->mode != Mode::NoValue && x->mode != Mode::Builtin &&
      x->mode != Mode::TypeExpr && x->type != nullptr) {
    if (isUntyped(x->type)) {
      out += std::string(as<Basic>(x->type)->name) + " ";
    } else {
      hasType = true;
    }
  }
  out += modeString(x->mode);
  if (x->mode == Mode::Constant) {
    std::string v = valueString(x->val);
    if (v != e) out += " " + v;
  }
  if (hasType) {
    if (isValid(x->type)) {
      std::string desc;
      if (x->type->kind == TypeKind::Named || x->type->kind == TypeKind::Alias) {
        desc = compositeKind(x->type);
        if (desc.empty()) {
          auto* b = underAs<Basic>(x->type);
          if (b != nullptr) desc = b->basic == BasicKind::UnsafePointer ? "Pointer" : b->name;
        }
        desc += " ";
      }
      out += " of " + desc + "type " + typeString(x->type, pkg_);
    } else {
      out += " with invalid type";
    }
  }
  if (!e.empty()) out += ")";
  return out;
}

std::string Checker::varString(const Var* v) const {
  return "var " + v->name + " " + typeString(v->type, pkg_);
}

// --- Scopes, delayed actions, the object path ---

Name* Checker::dummyName(Pos p, const std::string& value) {
  Name* n = make<Name>();
  n->pos = p;
  n->value = value;
  return n;
}

void Checker::processDelayed(size_t top) {
  for (size_t i = top; i < delayed_.size(); i++) {
    std::function<void()> f = std::move(delayed_[i]);
    f();  // may append to delayed_
  }
  delayed_.resize(top);
}

void Checker::push(Object* o) {
  o->pathIdx = static_cast<int>(objPath_.size());
  objPath_.push_back(o);
}

void Checker::pop() {
  objPath_.back()->pathIdx = -1;
  objPath_.pop_back();
}

void Checker::addDeclDep(Object* to) {
  if (env_.decl != nullptr && objMap_.count(to) != 0) env_.decl->deps.insert(to);
}

void Checker::openScope(const Node* n) { env_.scope = make<Scope>(env_.scope, n->pos, endPos(n)); }

Object* Checker::lookup(const std::string& name, Scope** where) const {
  return env_.scope->lookupParent(name, Pos{}, where);
}

// --- Recording ---

void Checker::recordTypeAndValue(Expr* e, Mode mode, Type* t, const Value& v) {
  if (mode == Mode::Invalid) return;
  e->mode = mode;
  e->type = t;
  e->val = mode == Mode::Constant ? v : Value();
}

void Checker::record(Operand* x) {
  if (x->mode == Mode::NoValue) {
    recordTypeAndValue(x->expr, x->mode, make<Tuple>(), Value());
    return;
  }
  Type* t = x->mode == Mode::Invalid ? basicType(BasicKind::Invalid) : x->type;
  if (isUntyped(t)) {
    // its final type comes from its context, or at the end
    auto [it, isNew] = untyped_.insert_or_assign(
        x->expr,
        ExprInfo{false, x->mode, as<Basic>(t), x->mode == Mode::Constant ? x->val : Value()});
    if (isNew) untypedOrder_.push_back(x->expr);
  } else {
    recordTypeAndValue(x->expr, x->mode, t, x->val);
  }
}

// recordUntyped gives the expressions that are still untyped their types. Constants stay untyped:
// they are parts of constant expressions. What is computed at run time gets its default type.
void Checker::recordUntyped() {
  for (Expr* e : untypedOrder_) {
    auto it = untyped_.find(e);
    if (it == untyped_.end()) continue;
    const ExprInfo& info = it->second;
    Type* t = info.type;
    if (info.mode != Mode::Constant) t = defaultType(t);
    recordTypeAndValue(e, info.mode, t, info.val);
  }
  untyped_.clear();
  untypedOrder_.clear();
}

void Checker::recordBuiltinType(Expr* f, Signature* sig) {
  for (;;) {
    recordTypeAndValue(f, Mode::Builtin, sig, Value());
    auto* p = as<ParenExpr>(f);
    if (p == nullptr) return;
    f = p->x;
  }
}

void Checker::recordCommaOkTypes(Expr* e, Type* t0, Type* t1) {
  auto* pair = make<Tuple>();
  pair->vars = {make<Var>(VarKind::Local, e->pos, pkg_, "", t0),
                make<Var>(VarKind::Local, e->pos, pkg_, "", t1)};
  for (;;) {
    e->type = pair;
    e->commaOk = true;
    auto* p = as<ParenExpr>(e);
    if (p == nullptr) return;
    e = p->x;
  }
}

void Checker::recordDef(Name* n, Object* o) {
  n->obj = o;
  n->defines = o != nullptr;
}

void Checker::recordUse(Name* n, Object* o) {
  n->obj = o;
  n->defines = false;
}

void Checker::recordSelection(SelectorExpr* e, SelectionKind kind, Type* recv,
                              const LookupResult& r) {
  recordUse(e->sel, r.obj);
  auto* s = make<Selection>();
  s->kind = kind;
  s->recv = recv;
  s->obj = r.obj;
  s->index = r.index;
  s->indirect = r.indirect;
  e->selection = s;
  if (kind != SelectionKind::MethodVal) return;

  // Walk the embedded fields; what the method is called on may need & or *.
  Type* t = recv;
  for (size_t i = 0; i + 1 < r.index.size(); i++) {
    auto* st = underAs<Struct>(deref(under(t)));
    if (st == nullptr) return;
    t = st->fields[static_cast<size_t>(r.index[i])]->type;
  }
  if (isInterface(t)) return;
  auto* sig = as<Func>(r.obj)->signature();
  bool isPtr, wantsPtr = false;
  deref(t, &isPtr);
  if (sig != nullptr && sig->recv != nullptr) deref(sig->recv->type, &wantsPtr);
  s->addrRecv = wantsPtr && !isPtr;
  s->derefRecv = !wantsPtr && isPtr;
  if (s->addrRecv && !r.indirect) noteAddressTaken(e->x);
}

// --- Facts about variables ---

void Checker::noteUse(Var* v) {
  if (v->func == nullptr || env_.fn == nullptr || v->func == env_.fn->node) return;
  v->captured = true;
  for (FuncContext* f = env_.fn; f != nullptr && f->node != v->func; f = f->outer) {
    if (f->lit == nullptr) return;
    std::vector<Var*>& list = f->lit->captures;
    if (std::find(list.begin(), list.end(), v) == list.end()) list.push_back(v);
  }
}

Var* Checker::rootVar(Expr* e) {
  for (;;) {
    switch (e->kind) {
      case NodeKind::ParenExpr: e = static_cast<ParenExpr*>(e)->x; break;
      case NodeKind::SelectorExpr: {
        auto* s = static_cast<SelectorExpr*>(e);
        if (s->selection == nullptr || s->selection->kind != SelectionKind::FieldVal ||
            s->selection->indirect) {
          return nullptr;
        }
        e = s->x;
        break;
      }
      case NodeKind::IndexExpr: {
        auto* i = static_cast<IndexExpr*>(e);
        if (i->x->type == nullptr || underAs<Array>(i->x->type) == nullptr) return nullptr;
        e = i->x;
        break;
      }
      case NodeKind::Name: {
        auto* v = as<Var>(static_cast<Name*>(e)->obj);
        return v != nullptr && v->func != nullptr ? v : nullptr;
      }
      default: return nullptr;
    }
  }
}

void Checker::noteAddressTaken(Expr* e) {
  if (Var* v = rootVar(e)) v->addressTaken = true;
}

void Checker::noteReassigned(Expr* e) {
  if (Var* v = rootVar(e)) {
    v->reassigned = true;
    noteUse(v);
  }
}

}  // namespace gort::minigo
