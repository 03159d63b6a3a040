// Expressions.
//
// Go: cmd/compile/internal/walk/expr.go, compare.go, order.go
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "tools/minigo/generator.h"

namespace gort::minigo {
namespace {

// Width of an integer type in bits.
int bitsOf(Type* t) { return static_cast<int>(sizeofType(under(t)) * 8); }

}  // namespace

// --- Order of evaluation ---

std::string Generator::paren(const Cx& c, Prec atLeast) {
  return c.prec < atLeast ? "(" + c.text + ")" : c.text;
}

std::string Generator::text(Expr* e, Prec atLeast) { return paren(gen(e), atLeast); }

Cx Generator::spill(const Cx& c, Type* t) {
  std::string name = temp();
  fn_->frame += sizeofType(t);
  emit(cat(cpp(t), " ", name, " = ", c.text, ";"));
  return {name};
}

Cx Generator::inPlace(const Cx& c, Type* t) {
  return inPlace_ && (c.effect || c.unstable) ? spill(c, t) : c;
}

bool Generator::calls(Expr* e) {
  bool found = false;
  inspect(e, [&](Node* n) {
    if (auto* c = as<CallExpr>(n)) {
      found |= c->callKind == CallKind::Call ||
               (c->callKind == CallKind::Builtin &&
                (c->builtin == BuiltinId::Append || c->builtin == BuiltinId::Copy));
    } else if (auto* o = as<Operation>(n)) {
      found |= o->op == Operator::Recv;
    }
    return !found && n->kind != NodeKind::FuncLit;
  });
  return found;
}

std::vector<Cx> Generator::sequenceOf(const std::vector<Operand>& list) {
  std::vector<Cx> out(list.size());
  std::vector<Lines> pre(list.size());
  size_t effects = 0;  // 1 + index of the last operand with an effect or pre-statements
  size_t unstable = 0, effectCount = 0;
  bool saved = inPlace_;
  size_t lastCall = list.size() - 1;  // the last operand that calls; 0: none but the first may
  while (!saved && lastCall > 0 && lastCall < list.size() &&
         (list[lastCall].expr == nullptr || !calls(list[lastCall].expr))) {
    lastCall--;
  }
  for (size_t i = 0; i < list.size(); i++) {
    inPlace_ = saved || i < lastCall;
    pre[i] = collect([&] { out[i] = list[i].make(); });
    if (out[i].effect) effectCount++;
    if (out[i].effect || !pre[i].empty()) effects = i + 1;
    if (out[i].unstable && !out[i].effect) unstable++;
  }
  inPlace_ = saved;
  for (size_t i = 0; i < list.size(); i++) {
    append(std::move(pre[i]));
    if (!out[i].effect) continue;
    if (i + 1 < effects || unstable > 0 || effectCount > 1) out[i] = spill(out[i], list[i].type);
  }
  return out;
}

std::vector<Cx> Generator::sequence(const std::vector<Expr*>& list) {
  std::vector<Operand> ops;
  for (Expr* e : list) ops.push_back({e->type, [this, e] { return gen(e); }, e});
  return sequenceOf(ops);
}

void Generator::merge(Cx* into, const std::vector<Cx>& parts) {
  for (const Cx& p : parts) {
    into->effect |= p.effect;
    into->unstable |= p.unstable;
  }
}

bool Generator::isNil(Expr* e) { return unparen(e)->mode == Mode::NilValue; }

// --- Dispatch ---

Cx Generator::gen(Expr* e) {
  if (e->mode == Mode::Constant && e->val.present()) return genConst(e->val, e->type);
  if (e->mode == Mode::NilValue) return {zero(e->type)};
  switch (e->kind) {
    case NodeKind::Name: return genName(as<Name>(e));
    case NodeKind::BasicLit: return genConst(e->val, e->type);
    case NodeKind::CompositeLit: return genComposite(as<CompositeLit>(e));
    case NodeKind::FuncLit: return genFuncLit(as<FuncLit>(e));
    case NodeKind::ParenExpr: return gen(as<ParenExpr>(e)->x);
    case NodeKind::SelectorExpr: return genSelector(as<SelectorExpr>(e));
    case NodeKind::IndexExpr: return genIndex(as<IndexExpr>(e));
    case NodeKind::SliceExpr: return genSlice(as<SliceExpr>(e));
    case NodeKind::Operation: {
      auto* o = as<Operation>(e);
      return o->y == nullptr ? genUnary(o) : genBinary(o);
    }
    case NodeKind::CallExpr: return genCall(as<CallExpr>(e));
    default: unsupported(e, exprString(e));
  }
}

// --- Constants ---

Cx Generator::genConst(const Value& v, Type* t) {
  Type* u = under(t);
  if (auto* b = as<Basic>(u); b != nullptr) {
    if (v.kind() == Value::Kind::Bool) return {boolVal(v) ? "true" : "false"};
    if (v.kind() == Value::Kind::String) {
      const std::string& s = stringVal(v);
      if (s.empty()) return {"go::string{}"};
      return {cat("go::str(", stringLiteral(s), ")")};
    }
    bool isFloatType = (b->info & IsFloat) != 0;
    if (isFloatType) {
      bool single = b->basic == BasicKind::Float32;
      double d = single ? static_cast<double>(float32Val(v)) : float64Val(v);
      char buf[64];
      std::snprintf(buf, sizeof buf, "%.6g", d);
      if (std::strtod(buf, nullptr) != d) std::snprintf(buf, sizeof buf, "%a", d);
      std::string s = buf;
      if (s.find_first_of(".epxn") == std::string::npos) s += ".0";
      if (single) s += "f";
      return {s, s[0] == '-' ? precUnary : precPostfix};
    }
    Value i = toInt(v);
    if (i.kind() == Value::Kind::Int) {
      if (auto n = int64Val(i)) {
        // These two are no literals in C++: the sign is an operator on a number of a wider type.
        if (*n == INT32_MIN && bitsOf(u) == 32) return {"(-2147483647 - 1)"};
        if (*n == INT64_MIN) return {"(-9223372036854775807 - 1)"};
        std::string s = std::to_string(*n);
        if ((b->info & IsUnsigned) != 0 && *n > INT32_MAX) s += "u";
        return {s, *n < 0 ? precUnary : precPostfix};
      }
      if (auto n = uint64Val(i)) return {std::to_string(*n) + "u"};
    }
  }
  throw GenError({}, cat("constant ", valueString(v), " of type ", typeString(t, &pkg_)));
}

// --- Names ---

Cx Generator::genVar(const Var* v) {
  Cx c;
  auto it = fn_->access.find(v);
  if (it != fn_->access.end()) {
    c.text = it->second;
  } else {
    auto g = globalNames_.find(v);
    if (g == globalNames_.end()) throw GenError(v->pos, cat("variable ", v->name, " has no place"));
    c.text = g->second;
  }
  if (c.text[0] == '*') c.prec = precUnary;
  c.unstable = v->varKind == VarKind::Package || v->addressTaken || (v->captured && v->reassigned);
  return c;
}

Cx Generator::addressOf(const Var* v) {
  auto it = fn_->address.find(v);
  if (it != fn_->address.end()) return {it->second};
  return {"&" + genVar(v).text, precUnary};
}

Cx Generator::genName(Name* n) {
  if (auto* v = as<Var>(n->obj)) return genVar(v);
  if (auto* f = as<Func>(n->obj)) return {funcValue(f)};
  if (auto* c = as<Const>(n->obj)) return genConst(c->val, n->type);
  if (as<Nil>(n->obj) != nullptr) return {zero(n->type)};
  unsupported(n, n->value);
}

// --- Composite literals ---

Cx Generator::genComposite(CompositeLit* c) {
  if (c->elidedPointer) {
    Type* t = underAs<Pointer>(c->type)->elem;
    Cx v = genCompositeValue(c, t);
    v.text = cat("go::make_new<", elemType(t), ">(", desc(t), ", ", unboxed(t).empty() ? "" : "{",
                 v.text, unboxed(t).empty() ? "" : "}", ")");
    v.prec = precPostfix;
    return v;
  }
  return genCompositeValue(c, c->type);
}

// keyedStruct is the value of type t with the given fields, whose paths begin at depth. A promoted
// field makes a literal of the embedded struct that it is a field of.
std::string Generator::keyedStruct(Type* t, const std::vector<FieldValue>& fields, size_t depth) {
  auto* s = underAs<Struct>(t);
  std::vector<std::vector<FieldValue>> at(s->fields.size());
  for (const FieldValue& f : fields) at[static_cast<size_t>(f.path[depth])].push_back(f);
  std::string out = cpp(t) + "{";
  for (size_t i = 0; i < at.size(); i++) {  // C++ wants them in the order of declaration
    if (at[i].empty()) continue;
    const FieldValue& first = at[i].front();
    out += cat(out.back() == '{' ? "." : ", .", fieldName(s, i), " = ",
               first.path.size() == depth + 1 ? first.value
                                              : keyedStruct(s->fields[i]->type, at[i], depth + 1));
  }
  return out + "}";
}

Cx Generator::genCompositeValue(CompositeLit* c, Type* t) {
  Type* u = under(t);
  std::vector<Expr*> values;
  for (Expr* e : c->elems) {
    auto* kv = as<KeyValueExpr>(e);
    values.push_back(kv != nullptr ? kv->value : e);
  }
  Cx out;
  if (u->kind == TypeKind::Struct) {
    onStack(t);
    std::vector<Cx> parts = sequence(values);
    merge(&out, parts);
    if (c->nkeys > 0) {
      std::vector<FieldValue> fields;
      for (size_t i = 0; i < parts.size(); i++) fields.push_back({c->path[i], parts[i].text});
      out.text = keyedStruct(t, fields, 0);
      return out;
    }
    out.text = cpp(t) + "{";
    for (size_t i = 0; i < parts.size(); i++) out.text += cat(i == 0 ? "" : ", ", parts[i].text);
    out.text += "}";
    return out;
  }
  Type* elem = nullptr;
  int64_t len = c->arrayLen;
  bool isSlice = false;
  if (auto* a = as<Array>(u)) {
    elem = a->elem;
    len = a->len;
  } else if (auto* s = as<Slice>(u)) {
    elem = s->elem;
    isSlice = true;
  } else {
    unsupported(c, cat("literal of type ", typeString(t, &pkg_)));
  }
  std::string elemText = elemType(elem);
  std::string wrap0 = !unboxed(elem).empty() ? "{" : "", wrap1 = wrap0.empty() ? "" : "}";
  std::string arrayText = cat("go::array<", elemText, ", ", len, ">");
  std::vector<Cx> parts = sequence(values);
  merge(&out, parts);
  onStack(arena_.make<Array>(elem, len));
  std::string value;
  bool inOrder = true;
  for (size_t i = 0; i < values.size(); i++) {
    if (!c->index.empty() && c->index[i] != static_cast<int64_t>(i)) inOrder = false;
  }
  if (values.empty()) {
    value = arrayText + "{}";
  } else if (inOrder) {
    value = arrayText + "{{";
    for (size_t i = 0; i < parts.size(); i++) {
      value += cat(i == 0 ? "" : ", ", wrap0, parts[i].text, wrap1);
      if (i % 16 == 15 && i + 1 < parts.size()) value += "\n     ";
    }
    value += "}}";
  } else if (len <= 64) {
    std::vector<std::string> slots(static_cast<size_t>(len));
    for (size_t i = 0; i < parts.size(); i++)
      slots[static_cast<size_t>(c->index[i])] = parts[i].text;
    value = arrayText + "{{";
    for (size_t i = 0; i < slots.size(); i++) {
      value += cat(i == 0 ? "" : ", ", wrap0, slots[i].empty() ? zero(elem) : slots[i], wrap1);
    }
    value += "}}";
  } else {
    // Mostly zeroes: set the elements one by one.
    value = temp();
    emit(cat(arrayText, " ", value, "{};"));
    for (size_t i = 0; i < parts.size(); i++) {
      emit(cat(value, ".v[", c->index[i], "] = ", wrap0, parts[i].text, wrap1, ";"));
    }
    out.effect = false;
  }
  if (!isSlice) {
    out.text = value;
    return out;
  }
  out.text = cat("go::slice_lit(", desc(arena_.make<Array>(elem, len)), ", ", value, ")");
  return out;
}

// --- Selectors ---

Cx Generator::deref(const Cx& p) {
  Cx c = p;
  if (p.prec == precUnary && p.text[0] == '&') {
    c.text = p.text.substr(1);
    c.prec = precPostfix;
    return c;
  }
  c.text = cat("*go::nn(", p.text, ")");
  c.prec = precUnary;
  c.unstable = true;
  return c;
}

Cx Generator::genField(Cx base, Type** t, int index) {
  Type* u = under(*t);
  Cx c = base;
  Struct* s;
  if (auto* p = as<Pointer>(u)) {
    s = underAs<Struct>(p->elem);
    std::string f = fieldName(s, static_cast<size_t>(index));
    if (base.prec == precUnary && base.text[0] == '&') {
      c.text = cat(base.text.substr(1), ".", f);
    } else {
      c.text = cat("go::nn(", base.text, ")->", unboxed(p->elem).empty() ? "" : "v.", f);
      c.unstable = true;
    }
  } else {
    s = as<Struct>(u);
    c.text = cat(paren(base, precPostfix), ".", fieldName(s, static_cast<size_t>(index)));
  }
  c.prec = precPostfix;
  *t = s->fields[static_cast<size_t>(index)]->type;
  return c;
}

Cx Generator::walk(Cx base, Type* t, const std::vector<int>& index, size_t n, Type** result) {
  for (size_t i = 0; i < n; i++) base = genField(base, &t, index[i]);
  *result = t;
  return base;
}

Cx Generator::genSelector(SelectorExpr* s) {
  const Selection* sel = s->selection;
  if (sel == nullptr) {
    if (auto* f = as<Func>(s->sel->obj)) return {packageFunc(f)};
    if (auto* c = as<Const>(s->sel->obj)) return genConst(c->val, s->type);
    if (auto* v = as<Var>(s->sel->obj)) return packageVar(v);
    unsupported(s, exprString(s));
  }
  switch (sel->kind) {
    case SelectionKind::FieldVal: {
      Type* t;
      return walk(gen(s->x), s->x->type, sel->index, sel->index.size(), &t);
    }
    case SelectionKind::MethodVal: return genMethodValue(s);
    case SelectionKind::MethodExpr: return genMethodExpr(s);
  }
  unsupported(s, exprString(s));
}

// genReceiver is the receiver argument of the method that sel selects from x.
Cx Generator::genReceiver(Expr* x, const Selection* sel) {
  Type* t;
  Cx c = walk(gen(x), x->type, sel->index, sel->index.size() - 1, &t);
  if (sel->addrRecv) {
    if (auto* n = as<Name>(unparen(x)); n != nullptr && sel->index.size() == 1) {
      if (auto* v = as<Var>(n->obj)) return addressOf(v);
    }
    c.text = "&" + paren(c, precUnary);
    c.prec = precUnary;
    return c;
  }
  if (sel->derefRecv) return deref(c);
  return c;
}

// --- Index and slice ---

Cx Generator::indexed(const Cx& x, Type* xType, const Cx& i, Expr* iExpr) {
  Type* u = under(xType);
  Cx c;
  merge(&c, {x, i});
  std::string base = paren(x, precPostfix);
  auto* a = as<Array>(u);
  std::string box;
  if (auto* p = as<Pointer>(u)) {
    a = underAs<Array>(p->elem);
    Cx d = deref(x);
    base = d.text;
    if (!unboxed(p->elem).empty()) base = cat("(", base, ").v");
    c.unstable = true;
    if (iExpr->mode == Mode::Constant) {
      c.text = cat(d.prec == precUnary && unboxed(p->elem).empty() ? cat("(", base, ")") : base,
                   ".v[", i.text, "]", unboxed(a->elem));
      return c;
    }
    box = unboxed(a->elem);
  } else if (a != nullptr) {
    box = unboxed(a->elem);
    if (iExpr->mode == Mode::Constant) {
      c.text = cat(base, ".v[", i.text, "]", box);
      return c;
    }
  } else if (auto* s = as<Slice>(u)) {
    box = unboxed(s->elem);
    c.unstable = true;
  }
  c.text = cat("go::at(", base, ", ", i.text, ")", box);
  return c;
}

Cx Generator::genIndex(IndexExpr* x) {
  std::vector<Cx> p = sequence({x->x, x->index});
  return indexed(p[0], x->x->type, p[1], x->index);
}

Cx Generator::genSlice(SliceExpr* x) {
  std::vector<Expr*> list = {x->x};
  for (Expr* e : x->index) {
    if (e != nullptr) list.push_back(e);
  }
  std::vector<Cx> p = sequence(list);
  Cx c;
  merge(&c, p);
  Type* u = under(x->x->type);
  std::string base = p[0].text;
  if (auto* ptr = as<Pointer>(u)) {
    base = deref(p[0]).text;
    if (!unboxed(ptr->elem).empty()) base = cat("(", base, ").v");
  }
  std::string bounds[3];
  size_t k = 1;
  for (size_t i = 0; i < 3; i++) {
    if (x->index[i] == nullptr) {
      bounds[i] = "go::omitted{}";
      continue;
    }
    bounds[i] = p[k++].text;
    if (i == 0 && bounds[i] == "0") bounds[i] = "go::omitted{}";
  }
  c.text =
      cat("go::sub(", base, ", ", bounds[0], ", ", bounds[1], x->full ? ", " + bounds[2] : "", ")");
  c.unstable = true;
  return inPlace(c, x->type);
}

// --- Operations ---

// narrow cuts the result of C++ arithmetic, which is at least an int, to t.
Cx Generator::narrow(Cx c, Type* t) {
  if (isBasic(t, IsInteger) && bitsOf(t) < 32) {
    c.text = cat(cpp(t), "(", c.text, ")");
    c.prec = precPostfix;
  }
  return c;
}

Cx Generator::genUnary(Operation* o) {
  switch (o->op) {
    case Operator::And: {
      Expr* x = unparen(o->x);
      if (auto* lit = as<CompositeLit>(x)) {
        Cx v = genCompositeValue(lit, lit->type);
        Type* t = lit->type;
        bool box = !unboxed(t).empty();
        v.text = cat("go::make_new<", elemType(t), ">(", desc(t), ", ", box ? "{" : "", v.text,
                     box ? "}" : "", ")");
        v.prec = precPostfix;
        return v;
      }
      if (auto* n = as<Name>(x)) {
        if (auto* v = as<Var>(n->obj)) {
          Cx a = addressOf(v);
          if (!unboxed(v->type).empty()) a.text = cat("(", elemType(v->type), "*)(", a.text, ")");
          return a;
        }
      }
      Cx v = gen(x);
      if (v.text.compare(0, 8, "*go::nn(") == 0 && v.prec == precUnary) {
        v.text = v.text.substr(1);
        v.prec = precPostfix;
        return v;
      }
      v.text = "&" + paren(v, precUnary);
      v.prec = precUnary;
      v.unstable = v.unstable || v.effect;
      if (!unboxed(x->type).empty()) v.text = cat("(", elemType(x->type), "*)(", v.text, ")");
      return v;
    }
    case Operator::Mul: {
      Cx c = deref(gen(o->x));
      if (!unboxed(o->type).empty()) {
        c.text = paren(c, precPostfix) + ".v";
        c.prec = precPostfix;
      }
      return c;
    }
    case Operator::Recv: {
      Cx c = gen(o->x);
      Type* elem = underAs<Chan>(o->x->type)->elem;
      onStack(elem);
      c.text = cat(o->commaOk ? "go::recv2<" : "go::recv<", cpp(elem), ">(", c.text, ")");
      c.prec = precPostfix;
      c.effect = c.unstable = true;
      return o->commaOk ? c : inPlace(c, o->type);
    }
    default: break;
  }
  Cx c = gen(o->x);
  if (o->op == Operator::Add) return c;
  const char* op = o->op == Operator::Sub ? "-" : o->op == Operator::Not ? "!" : "~";
  std::string operand = paren(c, precUnary);
  if (operand[0] == '-' || operand[0] == '&') operand = "(" + operand + ")";
  c.text = op + operand;
  c.prec = precUnary;
  return o->op == Operator::Not ? c : narrow(c, o->type);
}

// genLogical: the right side of && and || runs only if the left one asks for it.
Cx Generator::genLogical(Operation* o) {
  bool isAnd = o->op == Operator::AndAnd;
  Prec prec = isAnd ? precAnd : precOr;
  Cx x = gen(o->x), y;
  Lines pre = collect([&] {
    indent_++;
    y = gen(o->y);
    indent_--;
  });
  if (pre.empty()) {
    Cx c{cat(paren(x, prec), isAnd ? " && " : " || ", paren(y, prec)), prec};
    merge(&c, {x, y});
    return inPlace(c, basicType(BasicKind::Bool));
  }
  std::string t = temp();
  emit(cat("bool ", t, " = ", x.text, ";"));
  emit(cat("if (", isAnd ? "" : "!", t, ") {"));
  append(std::move(pre));
  indent_++;
  emit(cat(t, " = ", y.text, ";"));
  indent_--;
  emitAny("}");
  return {t};
}

Cx Generator::genConcat(Operation* o) {
  std::vector<Expr*> parts;
  std::function<void(Expr*)> flatten = [&](Expr* e) {
    auto* b = as<Operation>(unparen(e));
    if (b != nullptr && b->op == Operator::Add && b->y != nullptr && e->mode != Mode::Constant) {
      flatten(b->x);
      flatten(b->y);
    } else {
      parts.push_back(e);
    }
  };
  flatten(o);
  std::vector<Cx> p = sequence(parts);
  Cx c;
  merge(&c, p);
  c.text = "go::concat(";
  for (size_t i = 0; i < p.size(); i++) c.text += (i == 0 ? "" : ", ") + p[i].text;
  c.text += ")";
  return c;
}

Cx Generator::compareOp(Operator op, const Cx& x, const Cx& y, Type* t, bool xNil, bool yNil) {
  Cx c;
  merge(&c, {x, y});
  Type* u = under(t);
  std::string sym(operatorString(op));
  bool equality = op == Operator::Eql || op == Operator::Neq;
  c.prec = equality ? precEqual : precRelation;
  if (xNil || yNil) {
    const Cx& v = xNil ? y : x;
    bool isSlice = u->kind == TypeKind::Slice;
    c.text = cat(paren(v, isSlice ? precPostfix : precRelation), isSlice ? ".array " : " ", sym,
                 " nullptr");
    if (u->kind == TypeKind::Interface)
      c.text = cat(paren(v, precPostfix), ".typ ", sym, " nullptr");
    return c;
  }
  if (isString(t) && !equality) {
    c.text = cat("gort::cmpstring(", x.text, ", ", y.text, ") ", sym, " 0");
    return c;
  }
  if (isString(t) && (x.text == "go::string{}" || y.text == "go::string{}")) {
    c.text = cat(paren(x.text == "go::string{}" ? y : x, precPostfix), ".len ", sym, " 0");
    return c;
  }
  if (isString(t) || u->kind == TypeKind::Struct || u->kind == TypeKind::Array) {
    c.text = cat(op == Operator::Neq ? "!" : "", "go::eq(", x.text, ", ", y.text, ")");
    c.prec = op == Operator::Neq ? precUnary : precPostfix;
    return c;
  }
  if (u->kind == TypeKind::Interface) {
    throw GenError({}, "comparison of interface values");
  }
  Prec side = static_cast<Prec>(c.prec + 1);
  c.text = cat(paren(x, side), " ", sym, " ", paren(y, side));
  return c;
}

Cx Generator::arith(Operator op, const Cx& x, const Cx& y, Type* t, Expr* yExpr, Type* yType) {
  Cx c;
  merge(&c, {x, y});
  bool integer = isBasic(t, IsInteger);
  auto infix = [&](const char* sym, Prec prec) {
    // Bit operators are parenthesised for the reader, who rarely knows C's precedences.
    std::string r = paren(y, static_cast<Prec>(prec + 1));
    if (r[0] == '-') r = "(" + r + ")";
    c.text = cat(paren(x, prec), " ", sym, " ", r);
    c.prec = prec;
    return narrow(c, t);
  };
  auto helper = [&](const char* name) {
    c.text = cat("go::", name, "<", cpp(t), ">(", x.text, ", ", y.text, ")");
    c.prec = precPostfix;
    return c;
  };
  auto constant = [&]() -> const Value* {
    return yExpr != nullptr && yExpr->mode == Mode::Constant ? &yExpr->val : nullptr;
  };
  switch (op) {
    case Operator::Add: return infix("+", precSum);
    case Operator::Sub: return infix("-", precSum);
    case Operator::Mul: return infix("*", precProduct);
    case Operator::Or: return infix("|", precBitOr);
    case Operator::Xor: return infix("^", precBitXor);
    case Operator::And: return infix("&", precBitAnd);
    case Operator::AndNot:
      c.text = cat(paren(x, precBitAnd), " & ~", paren(y, precPostfix));
      // A constant is an int in C++, whatever its type in Go.
      if (constant() != nullptr)
        c.text = cat(paren(x, precBitAnd), " & ~", cpp(t), "(", y.text, ")");
      c.prec = precBitAnd;
      return narrow(c, t);
    case Operator::Div:
    case Operator::Rem: {
      bool isDiv = op == Operator::Div;
      if (!integer) return infix("/", precProduct);
      const Value* v = constant();
      if (v == nullptr || sign(*v) == 0 || y.text == "-1") return helper(isDiv ? "div" : "rem");
      return infix(isDiv ? "/" : "%", precProduct);
    }
    case Operator::Shl:
    case Operator::Shr: {
      const Value* v = constant();
      std::optional<uint64_t> n;
      if (v != nullptr) n = uint64Val(toInt(*v));
      bool xConst =
          x.prec >= precUnary && !x.text.empty() && (isdigit(x.text[0]) || x.text[0] == '-');
      if (n && *n < static_cast<uint64_t>(bitsOf(t)) && !xConst) {
        return infix(op == Operator::Shl ? "<<" : ">>", precShift);
      }
      if (v != nullptr) {
        c.text = cat("go::", op == Operator::Shl ? "shl<" : "shr<", cpp(t), ">(", x.text,
                     ", uint64(", y.text, "))");
        c.prec = precPostfix;
        return c;
      }
      (void)yType;
      return helper(op == Operator::Shl ? "shl" : "shr");
    }
    default: break;
  }
  throw GenError({}, cat("operator ", operatorString(op)));
}

Cx Generator::genBinary(Operation* o) {
  if (o->op == Operator::AndAnd || o->op == Operator::OrOr) return genLogical(o);
  if (o->op == Operator::Add && isString(o->type)) return genConcat(o);
  std::vector<Cx> p = sequence({o->x, o->y});
  if (isComparison(o->op)) {
    Type* t =
        isNil(o->x) || (isUntyped(o->x->type) && !isUntyped(o->y->type)) ? o->y->type : o->x->type;
    return compareOp(o->op, p[0], p[1], t, isNil(o->x), isNil(o->y));
  }
  return arith(o->op, p[0], p[1], o->type, o->y, o->y->type);
}

}  // namespace gort::minigo
