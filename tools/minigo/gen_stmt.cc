// Statements.
//
// Go: cmd/compile/internal/walk/stmt.go, assign.go, range.go, switch.go, select.go, order.go
//
// Most statements become their C++ namesakes. Where C++ has no equal (labelled break, fallthrough out
// of a chain, conditions that need statements) labels and gotos are used, with the bodies in
// braces of their own, because C++ does not allow a jump over an initialisation.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tools/minigo/generator.h"

namespace gort::minigo {
namespace {

bool blank(Expr* e) {
  auto* n = as<Name>(unparen(e));
  return n != nullptr && n->value == "_";
}

Var* defined(Expr* e) {
  auto* n = as<Name>(e);
  return n != nullptr && n->defines ? as<Var>(n->obj) : nullptr;
}

Var* localVar(Expr* e) {
  auto* n = as<Name>(unparen(e));
  Var* v = n != nullptr ? as<Var>(n->obj) : nullptr;
  return v != nullptr && v->varKind != VarKind::Package ? v : nullptr;
}

// The type of what is assigned to; a name that is declared here has none of its own.
Type* lhsType(Expr* e) {
  auto* n = as<Name>(e);
  Var* v = n != nullptr ? as<Var>(n->obj) : nullptr;
  return v != nullptr ? v->type : e->type;
}

// Whether fallthrough ends the clause.
bool fallsThrough(const CaseClause* c) {
  for (size_t i = c->body.size(); i-- > 0;) {
    if (c->body[i]->kind == NodeKind::EmptyStmt) continue;
    auto* b = as<BranchStmt>(c->body[i]);
    return b != nullptr && b->tok == Token::Fallthrough;
  }
  return false;
}

bool isSimpleLine(const Lines& l) {
  return l.size() == 1 && !l[0].text.empty() && l[0].text.back() == ';' && l[0].text[0] != '{' &&
         l[0].text.find("; ") == std::string::npos && l[0].text.find('\n') == std::string::npos;
}

}  // namespace

bool Generator::hasEffect(Expr* e) {
  if (e == nullptr || e->mode == Mode::Constant || e->mode == Mode::TypeExpr) return false;
  switch (e->kind) {
    case NodeKind::Name:
    case NodeKind::BasicLit: return false;
    case NodeKind::ParenExpr: return hasEffect(as<ParenExpr>(e)->x);
    case NodeKind::SelectorExpr: {
      auto* s = as<SelectorExpr>(e);
      return s->selection != nullptr && hasEffect(s->x);
    }
    case NodeKind::IndexExpr:
      return hasEffect(as<IndexExpr>(e)->x) || hasEffect(as<IndexExpr>(e)->index);
    case NodeKind::SliceExpr: {
      auto* s = as<SliceExpr>(e);
      return hasEffect(s->x) || hasEffect(s->index[0]) || hasEffect(s->index[1]) ||
             hasEffect(s->index[2]);
    }
    case NodeKind::Operation: {
      auto* o = as<Operation>(e);
      if (o->op == Operator::Recv && o->y == nullptr) return true;
      return hasEffect(o->x) || hasEffect(o->y);
    }
    case NodeKind::CallExpr: {
      auto* c = as<CallExpr>(e);
      if (c->callKind == CallKind::Call) return true;
      if (c->callKind == CallKind::Builtin && c->builtin != BuiltinId::Len &&
          c->builtin != BuiltinId::Cap && c->builtin != BuiltinId::Min &&
          c->builtin != BuiltinId::Max) {
        return true;
      }
      for (Expr* a : c->args) {
        if (hasEffect(a)) return true;
      }
      return false;
    }
    default: return true;
  }
}

// --- Blocks ---

void Generator::block(const std::vector<Stmt*>& list) { stmts(list); }

void Generator::stmts(const std::vector<Stmt*>& list) {
  for (Stmt* s : list) stmt(s);
}

void Generator::stmt(Stmt* s) {
  // The typical position of a selector or call is inside it; a statement starts at its first token.
  at(startPos(s));
  bool declares = s->kind == NodeKind::DeclStmt || s->kind == NodeKind::LabeledStmt ||
                  s->kind == NodeKind::BlockStmt || s->kind == NodeKind::BranchStmt;
  if (auto* a = as<AssignStmt>(s); a != nullptr && a->op == Operator::Def) declares = true;
  if (declares) {
    stmtBody(s);
    return;
  }
  // Temporaries of a statement stand in braces, so that no goto jumps over one.
  int temps = fn_->temps;
  Lines lines = collect([&] { stmtBody(s); });
  bool braces = fn_->gotos && fn_->temps != temps && lines.size() > 1 && lines[0].text != "{";
  if (!braces) {
    append(std::move(lines));
    return;
  }
  emitAny("{");
  for (Line& l : lines) l.indent++;
  append(std::move(lines));
  emitAny("}");
}

void Generator::stmtBody(Stmt* s) {
  switch (s->kind) {
    case NodeKind::EmptyStmt: return;
    case NodeKind::DeclStmt: declStmt(as<DeclStmt>(s)); return;
    case NodeKind::AssignStmt: assignStmt(as<AssignStmt>(s)); return;
    case NodeKind::BranchStmt: branchStmt(as<BranchStmt>(s)); return;
    case NodeKind::CallStmt: goStmt(as<CallStmt>(s)); return;
    case NodeKind::ReturnStmt: returnStmt(as<ReturnStmt>(s)); return;
    case NodeKind::IfStmt: ifStmt(as<IfStmt>(s), {}, "", false); return;
    case NodeKind::ForStmt: forStmt(as<ForStmt>(s)); return;
    case NodeKind::SwitchStmt: switchStmt(as<SwitchStmt>(s)); return;
    case NodeKind::SelectStmt: selectStmt(as<SelectStmt>(s)); return;
    case NodeKind::BlockStmt:
      emitAny("{");
      indent_++;
      block(as<BlockStmt>(s)->list);
      indent_--;
      emitAny("}");
      return;
    case NodeKind::LabeledStmt: {
      auto* l = as<LabeledStmt>(s);
      if (l->gotoTarget) emitAny(cat("L_", identifier(l->label->value), ":;"));
      stmt(l->stmt);
      return;
    }
    case NodeKind::ExprStmt: {
      Expr* x = as<ExprStmt>(s)->x;
      Cx c = gen(x);
      if (c.text.empty()) return;
      auto* call = as<CallExpr>(unparen(x));
      bool plain = call != nullptr && call->callKind != CallKind::Conversion;
      emit(plain ? c.text + ";" : cat("(void)(", c.text, ");"));
      return;
    }
    case NodeKind::SendStmt: {
      auto* x = as<SendStmt>(s);
      Type* elem = underAs<Chan>(x->chan->type)->elem;
      std::vector<Operand> ops = {
          {x->chan->type, [&] { return gen(x->chan); }, x->chan},
          {elem, [&] { return convert(gen(x->value), x->value->type, elem); }, x->value}};
      std::vector<Cx> p = sequenceOf(ops);
      emit(cat("go::send<", cpp(elem), ">(", p[0].text, ", ", p[1].text, ");"));
      return;
    }
    default: unsupported(s, "this statement");
  }
}

// --- Declarations and assignments ---

void Generator::declare(const Var* v, const std::string& init) {
  std::string t = cpp(v->type);
  std::string name = local(v->name);
  if (heapAllocated(v)) {
    std::string value = init.empty() ? "" : ", " + init;
    emit(cat(t, "& ", name, " = *go::make_new<", t, ">(", desc(v->type), value, ");"));
  } else {
    fn_->frame += sizeofType(v->type);
    std::string z = init.empty() ? zero(v->type) : init;
    if (init.empty() && z == t + "{}")
      emit(cat(t, " ", name, "{};"));
    else
      emit(cat(t, " ", name, " = ", z, ";"));
  }
  fn_->access[v] = name;
}

void Generator::declStmt(DeclStmt* d) {
  for (Decl* decl : d->decls) {
    auto* v = as<VarDecl>(decl);
    if (v == nullptr) continue;  // constants stand where they are used, types at the top
    at(startPos(v));
    std::vector<Expr*> lhs(v->names.begin(), v->names.end());
    std::vector<Expr*> rhs = unpackList(v->values);
    if (rhs.empty()) {
      for (Name* n : v->names) {
        if (auto* x = as<Var>(n->obj); x != nullptr && n->value != "_") declare(x, "");
      }
    } else if (rhs.size() < lhs.size()) {
      assignTuple(lhs, rhs[0], true);
    } else {
      define(lhs, rhs);
    }
  }
}

Cx Generator::tupleOf(Expr* rhs) { return gen(unparen(rhs)); }

// define declares the new variables on the left; the others are assigned to.
void Generator::define(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs) {
  bool allNew = true;
  for (Expr* e : lhs) {
    if (!blank(e) && defined(e) == nullptr) allNew = false;
  }
  std::vector<Operand> ops;
  for (size_t i = 0; i < rhs.size(); i++) {
    Expr* r = rhs[i];
    Type* t = blank(lhs[i]) ? r->type : lhsType(lhs[i]);
    if (isBasic(t, IsUntyped)) t = defaultType(t);
    ops.push_back({t, [this, r, t] { return convert(gen(r), r->type, t); }, r});
  }
  std::vector<Cx> p = sequenceOf(ops);
  if (!allNew) {
    for (size_t i = 0; i < p.size(); i++) p[i] = spill(p[i], ops[i].type);
  }
  for (size_t i = 0; i < lhs.size(); i++) {
    if (blank(lhs[i]))
      emit(cat("(void)(", p[i].text, ");"));
    else if (Var* v = defined(lhs[i]))
      declare(v, p[i].text);
    else
      emit(cat(gen(lhs[i]).text, " = ", p[i].text, ";"));
  }
}

std::string Generator::operand(Expr* e, SpillPolicy policy, const std::set<const Var*>& assigned,
                               Prec prec) {
  Cx c = gen(e);
  if (e->mode == Mode::Constant) return paren(c, prec);
  if (policy == SpillPolicy::Effects) {
    if (!c.effect) return paren(c, prec);
  } else if (Var* v = localVar(e)) {
    if (!c.unstable && assigned.count(v) == 0) return paren(c, prec);
  }
  if (c.effect || policy == SpillPolicy::Effects) return spill(c, e->type).text;
  std::string name;
  for (Line& l : collect([&] { name = spill(c, e->type).text; }))
    lateReads_.push_back(std::move(l));
  return name;
}

// lvalue is a C++ expression for e whose operands have been evaluated as the policy says.
std::string Generator::lvalue(Expr* e, SpillPolicy policy, const std::set<const Var*>& assigned) {
  e = unparen(e);
  switch (e->kind) {
    case NodeKind::SelectorExpr: {
      auto* s = as<SelectorExpr>(e);
      if (s->selection == nullptr) return gen(e).text;
      Cx base;
      if (underAs<Pointer>(s->x->type) != nullptr)
        base = {operand(s->x, policy, assigned, precPostfix)};
      else
        base = {lvalue(s->x, policy, assigned)};
      if (base.text[0] == '*') base.prec = precUnary;
      Type* t;
      return walk(base, s->x->type, s->selection->index, s->selection->index.size(), &t).text;
    }
    case NodeKind::IndexExpr: {
      auto* x = as<IndexExpr>(e);
      Cx base;
      if (underAs<Array>(x->x->type) != nullptr)
        base = {lvalue(x->x, policy, assigned)};
      else
        base = {operand(x->x, policy, assigned, precPostfix)};
      if (base.text[0] == '*') base.prec = precUnary;
      Cx index = {operand(x->index, policy, assigned, precLowest)};
      return indexed(base, x->x->type, index, x->index).text;
    }
    case NodeKind::Operation: {
      auto* o = as<Operation>(e);
      if (o->op == Operator::Mul && o->y == nullptr) {
        Cx c = deref({operand(o->x, policy, assigned, precLowest)});
        return unboxed(o->type).empty() ? c.text : cat("(", c.text, ").v");
      }
      return gen(e).text;
    }
    default: return gen(e).text;
  }
}

// lvalues is lvalue for the left sides of an assignment of several values, "" where f is false.
// The lines that they read are in *late.
std::vector<std::string> Generator::lvalues(const std::vector<Expr*>& list,
                                            const std::function<bool(Expr*)>& f, Lines* late) {
  std::set<const Var*> assigned;
  for (Expr* e : list) {
    if (Var* v = localVar(e)) assigned.insert(v);
  }
  Lines savedReads = std::exchange(lateReads_, {});
  bool saved = std::exchange(inPlace_, true);
  std::vector<std::string> out;
  for (Expr* e : list) out.push_back(f(e) ? lvalue(e, SpillPolicy::All, assigned) : "");
  inPlace_ = saved;
  *late = std::exchange(lateReads_, std::move(savedReads));
  return out;
}

// lvalueBefore is lvalue for the left side of an assignment of one value, if it has to be looked at
// before the right side, else "".
std::string Generator::lvalueBefore(Expr* lhs, Expr* rhs) {
  bool call = calls(rhs);
  if (!call && !hasEffect(lhs)) return "";
  bool saved = std::exchange(inPlace_, call);
  std::string l = lvalue(lhs, SpillPolicy::Effects, {});
  inPlace_ = saved;
  return l;
}

void Generator::assignOne(Expr* lhs, Expr* rhs) {
  if (blank(lhs)) {
    Cx c = gen(rhs);
    if (rhs->mode == Mode::Constant || rhs->mode == Mode::NilValue) return;
    emit(cat("(void)(", c.text, ");"));
    return;
  }
  std::string l = lvalueBefore(lhs, rhs);
  Cx r = convert(gen(rhs), rhs->type, lhs->type);
  if (l.empty()) l = gen(lhs).text;
  // C++ evaluates the right side of = first, then the left one.
  emit(cat(l, " = ", r.text, ";"));
}

// assignList is a, b = x, y: first all operands, calls among them in source order, then the
// assignments from left to right.
void Generator::assignList(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs) {
  std::set<const Var*> assigned;
  for (Expr* e : lhs) {
    if (Var* v = localVar(e)) assigned.insert(v);
  }
  Lines late;
  std::vector<std::string> left = lvalues(
      lhs, [](Expr* e) { return !blank(e); }, &late);
  std::vector<Operand> ops;
  for (size_t i = 0; i < rhs.size(); i++) {
    Expr* r = rhs[i];
    Type* t = blank(lhs[i]) ? r->type : lhsType(lhs[i]);
    if (isBasic(t, IsUntyped)) t = defaultType(t);
    ops.push_back({t, [this, r, t] { return convert(gen(r), r->type, t); }, r});
  }
  std::vector<Cx> p = sequenceOf(ops);
  for (size_t i = 0; i < p.size(); i++) {
    if (p[i].effect && !left[i].empty()) p[i] = spill(p[i], ops[i].type);
  }
  append(std::move(late));
  for (size_t i = 0; i < p.size(); i++) {
    if (rhs[i]->mode == Mode::Constant || rhs[i]->mode == Mode::NilValue) continue;
    if (Var* v = localVar(rhs[i]); v != nullptr && !p[i].unstable && assigned.count(v) == 0)
      continue;
    if (left[i].empty()) {
      emit(cat("(void)(", p[i].text, ");"));
      continue;
    }
    p[i] = spill(p[i], ops[i].type);
  }
  for (size_t i = 0; i < p.size(); i++) {
    if (!left[i].empty()) emit(cat(left[i], " = ", p[i].text, ";"));
  }
}

void Generator::assignTuple(const std::vector<Expr*>& lhs, Expr* rhs, bool def) {
  auto* tuple = as<Tuple>(rhs->type);
  bool plain = def, any = false;
  for (Expr* e : lhs) {
    if (blank(e)) continue;
    any = true;
    Var* v = defined(e);
    if (v == nullptr || heapAllocated(v)) plain = false;
  }
  if (!any) {
    emit(cat("(void)(", tupleOf(rhs).text, ");"));
    return;
  }
  if (plain) {
    Cx c = tupleOf(rhs);
    std::string names;
    for (Expr* e : lhs) {
      std::string name = blank(e) ? local("unused") : local(as<Name>(e)->value);
      names += (names.empty() ? "" : ", ") + name;
      if (Var* v = defined(e)) {
        fn_->access[v] = name;
        fn_->frame += sizeofType(v->type);
      }
    }
    emit(cat("auto [", names, "] = ", c.text, ";"));
    return;
  }
  Lines late;
  std::vector<std::string> left = lvalues(
      lhs, [](Expr* e) { return !blank(e) && defined(e) == nullptr; }, &late);
  std::string t = temp();
  Cx c = tupleOf(rhs);
  emit(cat("auto ", t, " = ", c.text, ";"));
  append(std::move(late));
  for (size_t i = 0; i < lhs.size(); i++) {
    if (blank(lhs[i])) continue;
    Cx part = {cat(t, ".r", i)};
    if (Var* v = defined(lhs[i]))
      declare(v, convert(part, tuple->vars[i]->type, v->type).text);
    else
      emit(cat(left[i], " = ", convert(part, tuple->vars[i]->type, lhs[i]->type).text, ";"));
  }
}

void Generator::assignStmt(AssignStmt* a) {
  if (a->rhs == nullptr) {
    std::string l = hasEffect(a->lhs) ? lvalue(a->lhs, SpillPolicy::Effects, {}) : gen(a->lhs).text;
    if (l[0] == '*') l = "(" + l + ")";
    emit(cat(l, a->op == Operator::Add ? "++;" : "--;"));
    return;
  }
  if (a->op != Operator::None && a->op != Operator::Def) {
    assignOp(a);
    return;
  }
  std::vector<Expr*> lhs = unpackList(a->lhs), rhs = unpackList(a->rhs);
  bool def = a->op == Operator::Def;
  if (lhs.size() != rhs.size())
    assignTuple(lhs, rhs[0], def);
  else if (def)
    define(lhs, rhs);
  else if (lhs.size() == 1)
    assignOne(lhs[0], rhs[0]);
  else
    assignList(lhs, rhs);
}

// x op= y
void Generator::assignOp(AssignStmt* a) {
  Type* t = a->lhs->type;
  std::string l = lvalueBefore(a->lhs, a->rhs);
  Cx y = gen(a->rhs);
  Cx lcx;
  if (l.empty()) {
    lcx = gen(a->lhs);
    l = lcx.text;
  } else {
    lcx = {l};
    lcx.unstable = true;
  }
  bool constant = a->rhs->mode == Mode::Constant;
  const char* sym = nullptr;
  switch (a->op) {
    case Operator::Add: sym = isBasic(t, IsString) ? nullptr : "+="; break;
    case Operator::Sub: sym = "-="; break;
    case Operator::Mul: sym = "*="; break;
    case Operator::Or: sym = "|="; break;
    case Operator::Xor: sym = "^="; break;
    case Operator::And: sym = "&="; break;
    case Operator::Div: sym = isBasic(t, IsFloat) ? "/=" : nullptr; break;
    default: break;
  }
  if (sym != nullptr) {
    emit(cat(l, " ", sym, " ", y.text, ";"));
    return;
  }
  if (y.effect && lcx.unstable) y = spill(y, a->rhs->type);
  std::string target = l;
  if (localVar(a->lhs) == nullptr) {
    target = temp();
    emit(cat(cpp(t), "& ", target, " = ", l, ";"));
  }
  Cx x = {target};
  if (a->op == Operator::Add) {
    emit(cat(target, " = go::concat(", target, ", ", y.text, ");"));
    return;
  }
  (void)constant;
  emit(cat(target, " = ", arith(a->op, x, y, t, a->rhs, a->rhs->type).text, ";"));
}

// --- Control ---

void Generator::branchStmt(BranchStmt* b) {
  if (b->tok == Token::Goto) {
    emit(cat("goto L_", identifier(b->label->value), ";"));
    return;
  }
  if (b->tok == Token::Fallthrough) return;  // the switch sees to it
  bool isBreak = b->tok == Token::Break;
  std::vector<Target>& ts = fn_->targets;
  Target* t = nullptr;
  bool innermost = true;  // no C++ construct between here and the target takes the word
  for (size_t i = ts.size(); i-- > 0;) {
    if (ts[i].stmt == b->target) {
      t = &ts[i];
      break;
    }
    if (isBreak ? ts[i].cppBreak || ts[i].loop : ts[i].loop) innermost = false;
  }
  if (t == nullptr) throw GenError(b->pos, "branch without target");
  if (isBreak) {
    if (innermost && t->cppBreak) {
      emit("break;");
      return;
    }
    t->breakUsed = true;
    emit(cat("goto ", t->breakLabel, ";"));
    return;
  }
  if (innermost && t->cppContinue) {
    emit("continue;");
    return;
  }
  t->continueUsed = true;
  emit(cat("goto ", t->continueLabel, ";"));
}

void Generator::endBreak(const Target& t) {
  if (t.breakUsed) emitAny(t.breakLabel + ":;");
}

void Generator::goStmt(CallStmt* c) {
  auto* call = as<CallExpr>(unparen(c->call));
  if (c->tok == Token::Defer) unsupported(c, "defer");
  if (call->callKind != CallKind::Call) {
    // A conversion or a built-in function: evaluate the operands now, run the rest there. The
    // useful ones are few.
    std::vector<Cx> p = sequence(call->args);
    std::string captures;
    for (size_t i = 0; i < p.size(); i++)
      captures += cat(i == 0 ? "" : ", ", "a", i, " = ", p[i].text);
    std::string body;
    switch (call->builtin) {
      case BuiltinId::Close: body = "gort::closechan(a0);"; break;
      case BuiltinId::Print:
      case BuiltinId::Println: {
        std::vector<Expr*> args;
        for (size_t i = 0; i < p.size(); i++)
          args.push_back(nameFor(cat("a", i), call->args[i]->type));
        auto* copy = arena_.make<CallExpr>(*call);
        copy->args = args;
        Lines l = collect([&] { genPrint(copy); });
        body = l[0].text;
        break;
      }
      case BuiltinId::Panic:
        captures = cat("a0 = ", convert(p[0], call->args[0]->type, emptyInterface()).text);
        body = "gort::gopanic(a0);";
        break;
      default: unsupported(call, cat("go with ", exprString(call->fun)));
    }
    emit(cat("go::spawn([", captures, "] { ", body, " });"));
    return;
  }
  Expr* fun = unparen(call->fun);
  Callee to;
  if (auto* lit = as<FuncLit>(fun)) {
    LitCode code = literalCode(lit);
    to.sig = underAs<Signature>(fun->type);
    if (code.structName.empty()) {
      to.name = code.name;
      to.closure = "nullptr";
    } else {
      to.kind = Callee::Value;
      std::string value = cat("go::closure(", code.desc, ", ", code.value, ")");
      to.leading.push_back({fun->type, [value] { return Cx{value}; }});
    }
  } else {
    to = callee(call);
  }
  std::vector<Cx> args = callArgs(call, to);
  if (to.kind == Callee::Value && args.size() == 1 && to.sig->results.empty()) {
    emit(cat("gort::newproc(", args[0].text, ");"));
    return;
  }
  std::string captures;
  std::string first;
  std::vector<Cx> inside;
  for (size_t i = 0; i < args.size(); i++) {
    std::string text = args[i].text;
    if (i == 0 && to.kind == Callee::Value) {
      if (args[i].effect || text.find('(') != std::string::npos)
        text = spill(args[i], fun->type).text;
      first = text + ", ";
    }
    // A literal may need its Go type, because C++ would capture an int.
    Type* t =
        i < to.leading.size()
            ? to.leading[i].type
            : to.sig->params[std::min(i - to.leading.size(), to.sig->params.size() - 1)]->type;
    captures += cat(i == 0 ? "" : ", ", "a", i, " = (", cpp(t), ")(", text, ")");
    inside.push_back({cat("a", i)});
  }
  Cx run = callText(to, inside);
  if (to.kind == Callee::Direct && to.closure == "nullptr") first.clear();
  emit(cat("go::spawn(", first, "[", captures, "] { ", run.text, "; });"));
}

void Generator::returnStmt(ReturnStmt* r) {
  Signature* sig = fn_->sig;
  std::vector<Expr*> list = unpackList(r->results);
  if (sig->results.empty()) {
    emit("return;");
    return;
  }
  if (list.empty()) {
    std::string s;
    for (const Var* v : fn_->results) s += (s.empty() ? "" : ", ") + fn_->access[v];
    emit(fn_->results.size() == 1 ? cat("return ", s, ";") : cat("return {", s, "};"));
    return;
  }
  // A named result on the heap outlives the call and has to get its value.
  auto store = [&](size_t i, const std::string& value) {
    if (fn_->results.empty() || !heapAllocated(fn_->results[i])) return;
    emit(cat(fn_->access[fn_->results[i]], " = ", value, ";"));
  };
  bool stores = std::any_of(fn_->results.begin(), fn_->results.end(), heapAllocated);
  if (list.size() == 1 && sig->results.size() > 1) {
    Cx c = tupleOf(list[0]);
    if (!stores && cpp(list[0]->type) == cppResult(sig)) {
      emit(cat("return ", c.text, ";"));
      return;
    }
    std::string t = spill(c, list[0]->type).text, s;
    for (size_t i = 0; i < sig->results.size(); i++) {
      std::string value =
          convert({cat(t, ".r", i)}, as<Tuple>(list[0]->type)->vars[i]->type, sig->results[i]->type)
              .text;
      s += cat(i == 0 ? "" : ", ", value);
      store(i, value);
    }
    emit(cat("return {", s, "};"));
    return;
  }
  std::vector<Operand> ops;
  for (size_t i = 0; i < list.size(); i++) {
    Expr* e = list[i];
    Type* t = sig->results[i]->type;
    ops.push_back({t, [this, e, t] { return convert(gen(e), e->type, t); }, e});
  }
  std::vector<Cx> p = sequenceOf(ops);
  if (stores) {
    for (size_t i = 0; i < p.size(); i++) p[i] = spill(p[i], ops[i].type);
    for (size_t i = 0; i < p.size(); i++) store(i, p[i].text);
  }
  if (p.size() == 1) {
    emit(cat("return ", p[0].text, ";"));
    return;
  }
  std::string s;
  for (size_t i = 0; i < p.size(); i++) s += (i == 0 ? "" : ", ") + p[i].text;
  emit(cat("return {", s, "};"));
}

// ifStmt: if haveCond, the condition has been generated already (condPre is empty then).
void Generator::ifStmt(IfStmt* s, Lines condPre, const std::string& given, bool haveCond) {
  bool braces = s->init != nullptr;
  if (braces) {
    emitAny("{");
    indent_++;
    stmt(s->init);
    at(startPos(s->cond));
  }
  std::string cond = given;
  if (!haveCond) {
    cond = gen(s->cond).text;
  }
  append(std::move(condPre));
  emit(cat("if (", cond, ") {"));
  indent_++;
  block(s->then->list);
  indent_--;
  for (Stmt* els = s->els; els != nullptr;) {
    auto* next = as<IfStmt>(els);
    if (next == nullptr) {
      emitAny("} else {");
      indent_++;
      block(as<BlockStmt>(els)->list);
      indent_--;
      break;
    }
    at(next->pos);
    if (next->init != nullptr) {
      emitAny("} else {");
      indent_++;
      ifStmt(next, {}, "", false);
      indent_--;
      break;
    }
    std::string c;
    Lines pre = collect([&] {
      indent_++;
      c = gen(next->cond).text;
      indent_--;
    });
    if (!pre.empty()) {
      emitAny("} else {");
      indent_++;
      ifStmt(next, std::move(pre), c, true);
      indent_--;
      break;
    }
    cur_->push_back({line_, indent_, cat("} else if (", c, ") {")});
    indent_++;
    block(next->then->list);
    indent_--;
    els = next->els;
  }
  emitAny("}");
  if (braces) {
    indent_--;
    emitAny("}");
  }
}

// loopBody emits a loop's body; where continue needs a label, it stands behind the body.
void Generator::loopBody(const std::vector<Stmt*>& body, Target* t) {
  fn_->targets.push_back(*t);
  Lines lines = collect([&] {
    indent_++;
    block(body);
    indent_--;
  });
  *t = fn_->targets.back();
  fn_->targets.pop_back();
  if (!t->continueUsed) {
    append(std::move(lines));
    return;
  }
  indent_++;
  emitAny("{");
  for (Line& l : lines) l.indent++;
  append(std::move(lines));
  emitAny("}");
  emitAny(t->continueLabel + ":;");
  indent_--;
}

void Generator::forStmt(ForStmt* s) {
  if (auto* r = as<RangeClause>(s->init)) {
    rangeStmt(s, r);
    return;
  }
  Target t{s, true, true, true, label("break"), label("continue")};

  // Variables of the header that escape get a new instance each round: they are pointers.
  std::vector<Var*> fresh;
  if (auto* a = as<AssignStmt>(s->init); a != nullptr && a->op == Operator::Def) {
    for (Expr* e : unpackList(a->lhs)) {
      if (Var* v = defined(e); v != nullptr && heapAllocated(v)) fresh.push_back(v);
    }
  }
  Lines init, condPre, post;
  std::string cond;
  indent_++;
  if (s->init != nullptr) init = collect([&] { stmt(s->init); });
  for (Var* v : fresh) {
    // `T& v = *...` became its declaration; the pointer follows it.
    std::string p = local(v->name + "_p");
    std::string ref = fn_->access[v];
    init.push_back({0, indent_, cat(cpp(v->type), "* ", p, " = &", ref, ";")});
    fn_->access[v] = cat("(*", p, ")");
    fn_->address[v] = p;
  }
  indent_++;
  if (s->cond != nullptr) {
    at(startPos(s->cond));
    condPre = collect([&] { cond = gen(s->cond).text; });
  }
  if (s->post != nullptr) post = collect([&] { stmt(s->post); });
  indent_ -= 2;
  at(s->pos);

  bool headerInit = init.empty() || (isSimpleLine(init) && fresh.empty());
  bool simple = condPre.empty() && fresh.empty() && (post.empty() || isSimpleLine(post));
  bool outer = !headerInit || (!simple && !init.empty());
  if (outer) {
    emitAny("{");
    append(std::move(init));
    indent_++;
  }
  if (simple) {
    std::string head = outer || init.empty() ? ";" : init[0].text;
    std::string postText =
        post.empty() ? "" : " " + post[0].text.substr(0, post[0].text.size() - 1);
    if (head == ";" && postText.empty()) {
      emit(cond.empty() ? "for (;;) {" : cat("while (", cond, ") {"));
    } else {
      emit(cat("for (", head, cond.empty() ? "" : " ", cond, ";", postText, ") {"));
    }
    loopBody(s->body->list, &t);
    emitAny("}");
  } else {
    t.cppContinue = false;
    emit("for (;;) {");
    append(std::move(condPre));
    indent_++;
    if (!cond.empty()) emit(cat("if (!(", cond, ")) break;"));
    indent_--;
    loopBody(s->body->list, &t);
    indent_++;
    for (Var* v : fresh) {
      const std::string& p = fn_->address[v];
      emit(cat(p, " = go::make_new<", cpp(v->type), ">(", desc(v->type), ", *", p, ");"));
    }
    append(std::move(post));
    indent_--;
    emitAny("}");
  }
  if (outer) {
    indent_--;
    emitAny("}");
  }
  endBreak(t);
}

void Generator::rangeStmt(ForStmt* s, RangeClause* r) {
  Target t{s, true, true, true, label("break"), label("continue")};
  std::vector<Expr*> lhs = unpackList(r->lhs);
  Expr* key = !lhs.empty() && !blank(lhs[0]) ? lhs[0] : nullptr;
  Expr* value = lhs.size() > 1 && !blank(lhs[1]) ? lhs[1] : nullptr;
  emitAny("{");
  indent_++;
  // assign gives the loop's variable its value for this round.
  auto assign = [&](Expr* e, const std::string& v, Type* vt) {
    if (e == nullptr) return;
    std::string text = v;
    if (Var* d = r->def ? defined(e) : nullptr) {
      declare(d, convert({text}, vt, d->type).text);
    } else {
      std::string l = hasEffect(e) ? lvalue(e, SpillPolicy::Effects, {}) : gen(e).text;
      emit(cat(l, " = ", convert({text}, vt, e->type).text, ";"));
    }
  };
  // assignBoth does k, v = ... with variables declared elsewhere.
  auto assignBoth = [&](const std::string& k, const std::string& v) {
    Lines late;
    std::vector<std::string> left = lvalues(
        {key, value}, [](Expr*) { return true; }, &late);
    append(std::move(late));
    emit(cat(left[0], " = ", k, ";"));
    emit(cat(left[1], " = ", v, ";"));
  };
  // The loop variable itself may count if the body leaves it alone.
  auto counter = [&](const std::string& type, bool* isKey) {
    Var* v = key != nullptr && r->def ? defined(key) : nullptr;
    *isKey =
        v != nullptr && !v->reassigned && !heapAllocated(v) && !v->addressTaken && !v->captured;
    if (!*isKey) return temp();
    (void)type;
    std::string name = local(v->name);
    fn_->access[v] = name;
    return name;
  };
  bool isKey = false;
  Cx x;
  auto body = [&](const std::function<void()>& head) {
    indent_++;
    head();
    indent_--;
    loopBody(s->body->list, &t);
    emitAny("}");
  };
  at(startPos(r->x));
  switch (r->rangeKind) {
    case RangeKind::Int: {
      Type* kt = r->keyType != nullptr ? r->keyType : r->x->type;
      if (isBasic(kt, IsUntyped)) kt = defaultType(kt);
      x = gen(r->x);
      std::string n = x.text;
      if (r->x->mode != Mode::Constant) n = spill(x, kt).text;
      std::string i = counter(cpp(kt), &isKey);
      emit(cat("for (", cpp(kt), " ", i, " = 0; ", i, " < ", n, "; ", i, "++) {"));
      body([&] {
        if (!isKey) assign(key, i, kt);
      });
      break;
    }
    case RangeKind::Slice:
    case RangeKind::Array:
    case RangeKind::PointerToArray: {
      Type* u = under(r->x->type);
      Type* elem;
      std::string len, at0;
      Type* intType = basicType(BasicKind::Int);
      if (auto* sl = as<Slice>(u)) {
        elem = sl->elem;
        std::string v = spill(gen(r->x), r->x->type).text;
        // The length is fixed at the start, and so is the array.
        len = v + ".len";
        at0 = v + ".array[";
      } else {
        auto* p = as<Pointer>(u);
        auto* a = p != nullptr ? underAs<Array>(p->elem) : as<Array>(u);
        elem = a->elem;
        len = std::to_string(a->len);
        if (value == nullptr) {
          if (hasEffect(r->x)) emit(cat("(void)(", gen(r->x).text, ");"));
        } else if (p != nullptr) {
          std::string v = spill(gen(r->x), r->x->type).text;
          at0 = cat("go::nn(", v, ")->v[");
        } else {
          at0 = spill(gen(r->x), r->x->type).text + ".v[";  // a range over a copy
        }
      }
      std::string i = counter("intgo", &isKey);
      emit(cat("for (intgo ", i, " = 0; ", i, " < ", len, "; ", i, "++) {"));
      body([&] {
        std::string boxed = unboxed(elem);
        std::string v = cat(at0, i, "]", boxed);
        if (!r->def && key != nullptr && value != nullptr)
          assignBoth(i, spill({v}, elem).text);
        else {
          if (!isKey) assign(key, i, intType);
          assign(value, v, elem);
        }
      });
      break;
    }
    case RangeKind::String: {
      std::string v = spill(gen(r->x), r->x->type).text;
      std::string i = counter("intgo", &isKey);
      std::string next = temp(), c = temp();
      emit(cat("for (intgo ", i, " = 0, ", next, "; ", i, " < ", v, ".len; ", i, " = ", next,
               ") {"));
      body([&] {
        emit(cat("gort::rune ", c, " = go::runeat(", v, ", ", i, ", &", next, ");"));
        if (!r->def && key != nullptr && value != nullptr) return assignBoth(i, c);
        if (!isKey) assign(key, i, basicType(BasicKind::Int));
        assign(value, c, runeType());
      });
      break;
    }
    case RangeKind::Chan: {
      Type* elem = underAs<Chan>(r->x->type)->elem;
      std::string ch = spill(gen(r->x), r->x->type).text;
      std::string v = temp();
      emit("for (;;) {");
      body([&] {
        emit(cat("auto ", v, " = go::recv2<", cpp(elem), ">(", ch, ");"));
        emit(cat("if (!", v, ".r1) break;"));
        assign(key, v + ".r0", elem);
      });
      break;
    }
    default: unsupported(r, cat("range over ", typeString(r->x->type, &pkg_)));
  }
  indent_--;
  emitAny("}");
  endBreak(t);
}

// --- Switch ---

void Generator::switchStmt(SwitchStmt* s) {
  if (as<TypeSwitchGuard>(s->tag) != nullptr) unsupported(s, "a type switch");
  Target t{s, false, true, false, label("break"), ""};
  emitAny("{");
  indent_++;
  if (s->init != nullptr) stmt(s->init);
  Type* tagType = s->tag != nullptr ? s->tag->type : nullptr;
  if (tagType != nullptr && isBasic(tagType, IsUntyped)) tagType = defaultType(tagType);

  bool integers =
      s->tag != nullptr && isBasic(tagType, IsInteger) && s->tag->mode != Mode::Constant;
  bool through = false;
  for (CaseClause* c : s->body) {
    through |= fallsThrough(c);
    for (Expr* e : unpackList(c->cases)) integers &= e->mode == Mode::Constant;
  }
  auto clauseBody = [&](CaseClause* c) {
    indent_++;
    block(c->body);
    indent_--;
  };

  if (integers) {
    // A C++ switch.
    Cx tag = gen(s->tag);
    emit(cat("switch (", tag.text, ") {"));
    fn_->targets.push_back(t);
    for (CaseClause* c : s->body) {
      std::vector<Expr*> cases = unpackList(c->cases);
      at(c->pos);
      indent_++;
      for (size_t i = 0; i < cases.size(); i++) {
        emit(cat("case ", genConst(cases[i]->val, tagType).text,
                 i + 1 == cases.size() ? ": {" : ":"));
      }
      if (c->cases == nullptr) emit("default: {");
      clauseBody(c);
      emitAny(fallsThrough(c) ? "} [[fallthrough]];" : "} break;");
      indent_--;
    }
    emitAny("}");
    t = fn_->targets.back();
    fn_->targets.pop_back();
    indent_--;
    emitAny("}");
    endBreak(t);
    return;
  }

  t.cppBreak = false;
  Cx tag;
  if (s->tag != nullptr) {
    tag = gen(s->tag);
    if (s->tag->mode != Mode::Constant) {
      Var* v = localVar(s->tag);
      if (v == nullptr || tag.unstable || v->reassigned) tag = spill(tag, tagType);
    } else if (isNil(s->tag)) {
      tag = {zero(tagType)};
    }
  }
  // One condition for each expression.
  struct Cond {
    Lines pre;
    Cx text;
    Pos pos;
  };
  std::vector<std::vector<Cond>> conds(s->body.size());
  bool chain = !through;
  bool first = true;
  for (size_t i = 0; i < s->body.size(); i++) {
    for (Expr* e : unpackList(s->body[i]->cases)) {
      Cond c;
      c.pos = startPos(e);
      at(c.pos);
      c.pre = collect([&] {
        indent_++;
        Cx v = gen(e);
        if (s->tag == nullptr)
          c.text = v;
        else if (isBoolean(tagType) && s->tag->mode == Mode::Constant && tag.text == "true")
          c.text = v;
        else
          c.text = compareOp(Operator::Eql, tag, v, tagType, isNil(s->tag), isNil(e));
        indent_--;
      });
      if (!c.pre.empty() && !first) chain = false;
      first = false;
      conds[i].push_back(std::move(c));
    }
  }
  fn_->targets.push_back(t);
  CaseClause* def = nullptr;
  for (CaseClause* c : s->body) {
    if (c->cases == nullptr) def = c;
  }
  if (chain) {
    bool open = false;
    for (size_t i = 0; i < s->body.size(); i++) {
      if (conds[i].empty()) continue;
      std::string all;
      for (Cond& c : conds[i]) {
        for (Line& l : c.pre) l.indent--;
        append(std::move(c.pre));
        all +=
            (all.empty() ? "" : " || ") + paren(c.text, conds[i].size() > 1 ? precOr : precLowest);
      }
      at(conds[i][0].pos);
      emit(cat(open ? "} else if (" : "if (", all, ") {"));
      open = true;
      clauseBody(s->body[i]);
    }
    if (def != nullptr) {
      if (open) {
        emitAny("} else {");
        clauseBody(def);
        emitAny("}");
      } else {
        emitAny("{");
        clauseBody(def);
        emitAny("}");
      }
    } else if (open) {
      emitAny("}");
    }
  } else {
    // Tests first, then the bodies: a test may need statements, a body may fall into the next.
    std::vector<std::string> labels;
    for (size_t i = 0; i < s->body.size(); i++) labels.push_back(label("case"));
    std::string end = label("end_switch"), other = end;
    for (size_t i = 0; i < s->body.size(); i++) {
      if (s->body[i] == def) other = labels[i];
      for (Cond& c : conds[i]) {
        at(c.pos);
        if (c.pre.empty()) {
          emit(cat("if (", c.text.text, ") goto ", labels[i], ";"));
          continue;
        }
        emitAny("{");
        append(std::move(c.pre));
        indent_++;
        emit(cat("if (", c.text.text, ") goto ", labels[i], ";"));
        indent_--;
        emitAny("}");
      }
    }
    emit(cat("goto ", other, ";"));
    for (size_t i = 0; i < s->body.size(); i++) {
      emitAny(labels[i] + ": {");
      clauseBody(s->body[i]);
      emitAny("}");
      if (!fallsThrough(s->body[i])) emit(cat("goto ", end, ";"));
    }
    emitAny(end + ":;");
  }
  t = fn_->targets.back();
  fn_->targets.pop_back();
  indent_--;
  emitAny("}");
  endBreak(t);
}

// --- Select ---

namespace {

// The receive operation of a communication clause.
Operation* receiveOf(SimpleStmt* comm) {
  Expr* x = nullptr;
  if (auto* e = as<ExprStmt>(comm)) x = e->x;
  if (auto* a = as<AssignStmt>(comm)) x = a->rhs;
  return as<Operation>(unparen(x));
}

}  // namespace

void Generator::selectStmt(SelectStmt* s) {
  if (s->body.empty()) {
    emit("gort::block();");
    return;
  }
  Target t{s, false, true, false, label("break"), ""};
  CommClause* def = nullptr;
  std::vector<CommClause*> sends, recvs;
  std::unordered_map<const CommClause*, std::string> chans, values;
  emitAny("{");
  indent_++;
  // Channels and values to send are evaluated in source order, once.
  for (CommClause* c : s->body) {
    if (c->comm == nullptr) {
      def = c;
      continue;
    }
    at(startPos(c->comm));
    if (auto* send = as<SendStmt>(c->comm)) {
      Type* elem = underAs<Chan>(send->chan->type)->elem;
      std::vector<Operand> ops = {
          {send->chan->type, [&] { return gen(send->chan); }, send->chan},
          {elem, [&] { return convert(gen(send->value), send->value->type, elem); }, send->value}};
      std::vector<Cx> p = sequenceOf(ops);
      chans[c] = spill(p[0], send->chan->type).text;
      values[c] = spill(p[1], elem).text;
      sends.push_back(c);
      continue;
    }
    Operation* op = receiveOf(c->comm);
    chans[c] = spill(gen(op->x), op->x->type).text;
    recvs.push_back(c);
  }
  for (CommClause* c : recvs) {
    if (as<AssignStmt>(c->comm) == nullptr) continue;
    Operation* op = receiveOf(c->comm);
    Type* elem = underAs<Chan>(op->x->type)->elem;
    values[c] = temp();
    fn_->frame += sizeofType(elem);
    emit(cat(cpp(elem), " ", values[c], "{};"));
  }
  std::vector<CommClause*> order = sends;
  order.insert(order.end(), recvs.begin(), recvs.end());
  std::string sel = temp();
  at(s->pos);
  if (order.empty()) {
    emit(cat("gort::selectgoResult ", sel, " = {-1, false};"));
  } else {
    std::string cases = temp(), room = temp(), list;
    for (CommClause* c : order) {
      list += cat(list.empty() ? "" : ", ", "{", chans[c], ", ",
                  values.count(c) != 0 ? "&" + values[c] : "nullptr", "}");
    }
    emit(cat("gort::scase ", cases, "[] = {", list, "};"));
    emit(cat("uint16 ", room, "[", 2 * order.size(), "];"));
    fn_->frame += static_cast<int64_t>(20 * order.size());
    emit(cat("gort::selectgoResult ", sel, " = gort::selectgo(", cases, ", ", room, ", ",
             sends.size(), ", ", recvs.size(), ", ", def == nullptr ? "true" : "false", ");"));
  }
  emit(cat("switch (", sel, ".index) {"));
  fn_->targets.push_back(t);
  for (CommClause* c : s->body) {
    at(c->pos);
    int index = -1;
    for (size_t i = 0; i < order.size(); i++) {
      if (order[i] == c) index = static_cast<int>(i);
    }
    indent_++;
    emit(cat("case ", index, ": {"));
    indent_++;
    if (auto* a = as<AssignStmt>(c->comm)) {
      Operation* op = receiveOf(c->comm);
      Type* elem = underAs<Chan>(op->x->type)->elem;
      std::vector<Expr*> lhs = unpackList(a->lhs);
      std::string got[2] = {values[c], sel + ".received"};
      Type* types[2] = {elem, basicType(BasicKind::Bool)};
      Lines late;
      std::vector<std::string> left = lvalues(
          lhs, [](Expr* e) { return !blank(e) && defined(e) == nullptr; }, &late);
      append(std::move(late));
      for (size_t i = 0; i < lhs.size(); i++) {
        if (blank(lhs[i])) continue;
        if (Var* v = defined(lhs[i]))
          declare(v, convert({got[i]}, types[i], v->type).text);
        else
          emit(cat(left[i], " = ", convert({got[i]}, types[i], lhs[i]->type).text, ";"));
      }
    }
    block(c->body);
    indent_--;
    emitAny("} break;");
    indent_--;
  }
  t = fn_->targets.back();
  fn_->targets.pop_back();
  emitAny("}");
  indent_--;
  emitAny("}");
  endBreak(t);
}

}  // namespace gort::minigo
