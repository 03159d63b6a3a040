// Calls, built-in functions and conversions.
//
// Go: cmd/compile/internal/walk/builtin.go, convert.go, expr.go (walkCall)
#include <string>
#include <vector>

#include "tools/minigo/generator.h"

namespace gort::minigo {

// --- Calls ---

Generator::Callee Generator::callee(CallExpr* c) {
  Callee to;
  Expr* fun = unparen(c->fun);
  to.sig = underAs<Signature>(fun->type);
  if (auto* n = as<Name>(fun)) {
    if (auto* f = as<Func>(n->obj)) {
      to.name = funcName(f);
      return to;
    }
  }
  if (auto* s = as<SelectorExpr>(fun)) {
    const Selection* sel = s->selection;
    if (sel == nullptr) {
      if (auto* f = as<Func>(s->sel->obj)) {
        to.kind = Callee::Package;
        to.member = f;
        return to;
      }
    } else if (sel->kind == SelectionKind::MethodVal) {
      auto* m = as<Func>(sel->obj);
      to.leading.push_back(
          {m->signature()->recv->type, [this, s, sel] { return genReceiver(s->x, sel); }, s->x});
      if (m->decl != nullptr) {
        to.name = funcName(m);
      } else {
        to.kind = Callee::Package;
        to.member = m;
      }
      return to;
    }
  }
  if (auto* lit = as<FuncLit>(fun)) {
    LitCode code = literalCode(lit);
    to.name = code.name;
    to.closure = "nullptr";
    if (!code.structName.empty()) {
      // The closure dies with the call, so it can live here.
      std::string t = temp();
      emit(cat(code.structName, " ", t, " = ", code.value, ";"));
      to.closure = cat("(go::func)&", t);
    }
    return to;
  }
  to.kind = Callee::Value;
  to.leading.push_back({fun->type, [this, fun] { return gen(fun); }, fun});
  return to;
}

// callArgs evaluates the operands of a call: the leading ones, then one for each parameter.
std::vector<Cx> Generator::callArgs(CallExpr* c, const Callee& to) {
  std::vector<Operand> ops = to.leading;
  size_t lead = ops.size();
  Signature* sig = to.sig;
  std::vector<Cx> values;  // arguments one by one
  if (c->spread) {
    Expr* call = c->args[0];
    ops.push_back({call->type, [this, call] { return gen(call); }, call});
    std::vector<Cx> p = sequenceOf(ops);
    Cx tuple =
        p[lead].prec == precPostfix && !p[lead].effect ? p[lead] : spill(p[lead], call->type);
    values.assign(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(lead));
    for (size_t i = 0; i < as<Tuple>(call->type)->vars.size(); i++) {
      values.push_back({cat(tuple.text, ".r", i)});
    }
  } else {
    for (size_t i = 0; i < c->args.size(); i++) {
      Expr* a = c->args[i];
      bool rest = sig->variadic && !c->hasDots && i + 1 >= sig->params.size();
      Type* pt = rest ? underAs<Slice>(sig->params.back()->type)->elem : sig->params[i]->type;
      ops.push_back({pt, [this, a, pt] { return convert(gen(a), a->type, pt); }, a});
    }
    values = sequenceOf(ops);
  }
  if (!sig->variadic || c->hasDots) return values;
  // The arguments for ...T become a slice.
  size_t fixed = lead + sig->params.size() - 1;
  Type* sliceType = sig->params.back()->type;
  Type* elem = underAs<Slice>(sliceType)->elem;
  std::vector<Cx> out(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(fixed));
  Cx rest;
  size_t n = values.size() - fixed;
  if (n == 0) {
    rest.text = zero(sliceType);
  } else {
    std::string box0 = unboxed(elem).empty() ? "" : "{", box1 = box0.empty() ? "" : "}";
    rest.text = cat("go::slice_lit(", desc(arena_.make<Array>(elem, static_cast<int64_t>(n))),
                    ", go::array<", elemType(elem), ", ", n, ">{{");
    for (size_t i = fixed; i < values.size(); i++) {
      rest.text += cat(i == fixed ? "" : ", ", box0, values[i].text, box1);
      merge(&rest, {values[i]});
    }
    rest.text += "}})";
  }
  out.push_back(rest);
  return out;
}

Cx Generator::callText(const Callee& to, const std::vector<Cx>& args) {
  if (to.kind == Callee::Package) return packageCall(to.member, args);
  Cx c;
  c.effect = c.unstable = true;
  fn_->callsCode = true;
  if (to.sig->recv != nullptr) onStack(to.sig->recv->type);
  for (Var* v : to.sig->params) onStack(v->type);
  for (Var* v : to.sig->results) onStack(v->type);
  std::string list = to.closure;
  for (const Cx& a : args) list += (list.empty() ? "" : ", ") + a.text;
  if (to.kind == Callee::Value)
    c.text = cat("go::call<", cppSignature(to.sig), ">(", list, ")");
  else
    c.text = cat(to.name, "(", list, ")");
  return c;
}

Cx Generator::genCall(CallExpr* c) {
  if (c->callKind == CallKind::Conversion) return genConversion(c);
  if (c->callKind == CallKind::Builtin) return genBuiltin(c);
  Callee to = callee(c);
  std::vector<Cx> args = callArgs(c, to);
  Cx out = callText(to, args);
  return to.sig->results.size() == 1 ? inPlace(out, c->type) : out;
}

// --- Interfaces ---

Cx Generator::boxed(const Cx& x, Type* t) {
  Cx c = x;
  c.prec = precPostfix;
  if (isBasic(t, IsUntyped)) t = defaultType(t);
  switch (under(t)->kind) {
    case TypeKind::Interface: return x;
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Chan:
      c.text = cat("go::box_pointer(", desc(t), ", (void*)", paren(x, precPostfix), ")");
      return c;
    default: break;
  }
  if (isUnsafePointer(t)) {
    c.text = cat("go::box_pointer(", desc(t), ", ", x.text, ")");
    return c;
  }
  c.text = cat("go::box<", cpp(t), ">(", desc(t), ", ", x.text, ")");
  return c;
}

// convert is the implicit conversion of an assignment.
Cx Generator::convert(const Cx& x, Type* from, Type* to) {
  if (!isInterface(to) || isInterface(from)) return x;
  if (auto* b = as<Basic>(unalias(from)); b != nullptr && b->basic == BasicKind::UntypedNil)
    return {"go::eface{}"};
  return boxed(x, from);
}

// --- Built-in functions ---

Cx Generator::genAppend(CallExpr* c) {
  Type* t = c->type;
  Type* elem = underAs<Slice>(t)->elem;
  std::vector<Cx> p = sequence(c->args);
  Cx out;
  merge(&out, p);
  if (isNil(c->args[0])) p[0].text = zero(t);
  if (c->hasDots) {
    if (isNil(c->args[1])) return p[0];
    out.text = cat("go::append_slice(", desc(elem), ", ", p[0].text, ", ", p[1].text, ")");
  } else {
    bool box = !unboxed(elem).empty();
    out.text = cat("go::append(", desc(elem), ", ", p[0].text);
    for (size_t i = 1; i < p.size(); i++) {
      std::string v = p[i].text;
      if (c->args[i]->mode == Mode::NilValue) v = zero(elem);
      if (box) v = cat(elemType(elem), "{", v, "}");
      out.text += ", " + v;
    }
    out.text += ")";
  }
  out.effect = out.unstable = true;
  return inPlace(out, t);
}

Cx Generator::genMake(CallExpr* c) {
  Type* t = c->type;
  std::vector<Expr*> sizes(c->args.begin() + 1, c->args.end());
  std::vector<Cx> p = sequence(sizes);
  Cx out;
  merge(&out, p);
  auto size = [&](size_t i) {
    // A size that does not fit an int is out of range, as a negative one is.
    return isBasic(sizes[i]->type, IsUnsigned) ? cat("go::size(", p[i].text, ")") : p[i].text;
  };
  if (auto* s = underAs<Slice>(t)) {
    out.text = cat("go::make_slice<", elemType(s->elem), ">(", desc(s->elem), ", ", size(0),
                   p.size() > 1 ? ", " + size(1) : "", ")");
    return inPlace(out, t);
  }
  if (underAs<Chan>(t) != nullptr) {
    out.text = cat("gort::makechan(", desc(under(t)), ", ", p.empty() ? "0" : size(0), ")");
    return inPlace(out, t);
  }
  unsupported(c, exprString(c));
}

Cx Generator::genMinMax(CallExpr* c) {
  std::vector<Cx> p = sequence(c->args);
  Cx out = p[0];
  std::string f = cat(c->builtin == BuiltinId::Min ? "go::min<" : "go::max<", cpp(c->type), ">(");
  for (size_t i = 1; i < p.size(); i++) out.text = cat(f, out.text, ", ", p[i].text, ")");
  merge(&out, p);
  out.prec = precPostfix;
  return inPlace(out, c->type);
}

void Generator::genPrint(CallExpr* c) {
  std::vector<Cx> p = sequence(c->args);
  bool ln = c->builtin == BuiltinId::Println;
  // What may panic or print itself is evaluated before the lock is taken.
  for (size_t i = 0; i < p.size(); i++) {
    if (c->args[i]->mode == Mode::Constant || p[i].text.find('(') == std::string::npos) continue;
    Type* t = c->args[i]->type;
    p[i] = spill(p[i], isBasic(t, IsUntyped) ? defaultType(t) : t);
  }
  std::string calls = "gort::printlock();";
  for (size_t i = 0; i < p.size(); i++) {
    if (ln && i > 0) calls += " gort::printsp();";
    Type* t = c->args[i]->type;
    if (isBasic(t, IsUntyped)) t = defaultType(t);
    Type* u = under(t);
    std::string f;
    std::string arg = p[i].text;
    if (auto* b = as<Basic>(u)) {
      if (b->info & IsBoolean)
        f = "printbool";
      else if (b->info & IsString)
        f = "printstring";
      else if (b->info & IsUnsigned)
        f = "printuint";
      else if (b->info & IsInteger)
        f = "printint";
      else if (b->basic == BasicKind::Float32)
        f = "printfloat32";
      else if (b->info & IsFloat)
        f = "printfloat64";
      else
        f = "printpointer";
    } else if (u->kind == TypeKind::Slice) {
      f = "printslice";
      arg = cat("go::untyped(", arg, ")");
    } else if (u->kind == TypeKind::Interface) {
      f = "printeface";
    } else {
      f = "printpointer";
    }
    calls += cat(" gort::", f, "(", arg, ");");
  }
  if (ln) calls += " gort::printnl();";
  emit(calls + " gort::printunlock();");
}

Cx Generator::genUnsafe(CallExpr* c) {
  std::vector<Cx> p = sequence(c->args);
  Cx out;
  merge(&out, p);
  out.unstable = true;
  switch (c->builtin) {
    case BuiltinId::UnsafeAdd:
      out.text = cat("(void*)(uintptr(", p[0].text, ") + uintptr(", p[1].text, "))");
      out.prec = precUnary;
      return out;
    case BuiltinId::UnsafeSlice: {
      Type* elem = underAs<Slice>(c->type)->elem;
      out.text = cat("go::unsafe_slice<", elemType(elem), ">(", desc(elem), ", ", p[0].text, ", ",
                     p[1].text, ")");
      return out;
    }
    case BuiltinId::UnsafeSliceData: out.text = paren(p[0], precPostfix) + ".array"; return out;
    case BuiltinId::UnsafeString:
      out.text = cat("go::unsafe_string(", p[0].text, ", ", p[1].text, ")");
      return out;
    case BuiltinId::UnsafeStringData:
      out.text = cat("(uint8*)", paren(p[0], precPostfix), ".ptr");
      out.prec = precUnary;
      return out;
    default: break;
  }
  unsupported(c, exprString(c));
}

// nameFor is an expression that stands for a C++ text.
Expr* Generator::nameFor(const std::string& text, Type* t) {
  auto* n = arena_.make<Name>();
  n->value = text;
  n->type = t;
  n->mode = Mode::Value;
  Var* v = makeVar(text, t);
  fn_->access[v] = text;
  n->obj = v;
  return n;
}

Cx Generator::genBuiltin(CallExpr* c) {
  if (c->spread) {  // append(f()), println(f())
    Expr* call = c->args[0];
    std::string t = spill(gen(call), call->type).text;
    c = arena_.make<CallExpr>(*c);
    c->spread = false;
    c->args.clear();
    for (size_t i = 0; i < as<Tuple>(call->type)->vars.size(); i++) {
      c->args.push_back(nameFor(cat(t, ".r", i), as<Tuple>(call->type)->vars[i]->type));
    }
  }
  switch (c->builtin) {
    case BuiltinId::Append: return genAppend(c);
    case BuiltinId::Make: return genMake(c);
    case BuiltinId::Max:
    case BuiltinId::Min: return genMinMax(c);
    case BuiltinId::Len:
    case BuiltinId::Cap: {
      bool len = c->builtin == BuiltinId::Len;
      Expr* x = c->args[0];
      Type* u = under(x->type);
      Cx v = gen(x);
      Cx out;
      merge(&out, {v});
      Type* a = u;
      if (auto* p = as<Pointer>(u)) a = under(p->elem);
      if (auto* arr = as<Array>(a)) {
        // Not a constant because x has an effect, which has to happen.
        out.text = cat("(", v.text, ", intgo(", arr->len, "))");
        return out;
      }
      if (u->kind == TypeKind::Chan) {
        out.text = cat("gort::", len ? "chanlen(" : "chancap(", v.text, ")");
        out.effect = out.unstable = true;  // a call, in its place among the others
      } else {
        out.text = paren(v, precPostfix) + (len ? ".len" : ".cap");
      }
      return inPlace(out, c->type);
    }
    case BuiltinId::New: {
      Expr* x = c->args[0];
      Type* t = underAs<Pointer>(c->type)->elem;
      Cx out;
      std::string value;
      if (x->mode != Mode::TypeExpr) {
        Cx v = gen(x);
        merge(&out, {v});
        value = cat(", ", unboxed(t).empty() ? "" : "{", v.text, unboxed(t).empty() ? "" : "}");
      }
      out.text = cat("go::make_new<", elemType(t), ">(", desc(t), value, ")");
      return inPlace(out, c->type);
    }
    case BuiltinId::Copy: {
      std::vector<Cx> p = sequence(c->args);
      Cx out;
      merge(&out, p);
      Type* elem = underAs<Slice>(c->args[0]->type)->elem;
      if (hasPointers(elem))
        out.text = cat("go::copy_typed(", desc(elem), ", ", p[0].text, ", ", p[1].text, ")");
      else
        out.text = cat("go::copy(", p[0].text, ", ", p[1].text, ")");
      out.effect = out.unstable = true;
      return inPlace(out, c->type);
    }
    case BuiltinId::Clear: {
      Cx v = gen(c->args[0]);
      v.text = cat("go::clear(", v.text, ")");
      v.effect = true;
      v.prec = precPostfix;
      return v;
    }
    case BuiltinId::Close: {
      Cx v = gen(c->args[0]);
      v.text = cat("gort::closechan(", v.text, ")");
      v.effect = true;
      v.prec = precPostfix;
      return v;
    }
    case BuiltinId::Panic: {
      Expr* x = c->args[0];
      Cx v = isNil(x) ? Cx{"go::eface{}"} : convert(gen(x), x->type, emptyInterface());
      v.text = cat("gort::gopanic(", v.text, ")");
      v.effect = true;
      v.prec = precPostfix;
      return v;
    }
    case BuiltinId::Print:
    case BuiltinId::Println: genPrint(c); return {""};
    case BuiltinId::UnsafeAdd:
    case BuiltinId::UnsafeSlice:
    case BuiltinId::UnsafeSliceData:
    case BuiltinId::UnsafeString:
    case BuiltinId::UnsafeStringData: return genUnsafe(c);
    default: unsupported(c, exprString(c));
  }
}

// --- Conversions ---

Cx Generator::genConversion(CallExpr* c) {
  Expr* x = c->args[0];
  Type* to = c->type;
  Type* from = x->type;
  if (isNil(x)) return {zero(to)};
  if (isInterface(to)) return convert(gen(x), from, to);
  Cx v = gen(x);
  Cx out;
  merge(&out, {v});
  Type* tu = under(to);
  if (isBasic(from, IsUntyped)) from = defaultType(from);
  Type* fu = under(from);
  auto cast = [&](const std::string& type) {
    out.text = cat(type, "(", v.text, ")");
    return out;
  };
  if (isBasic(tu, IsString)) {
    if (isBasic(fu, IsString)) return v;
    if (isBasic(fu, IsInteger)) {
      out.text = cat("go::fromrune(", isBasic(fu, IsUnsigned) ? "uint64(" : "int64(", v.text, "))");
      return out;
    }
    auto* s = as<Slice>(fu);
    bool bytes = s != nullptr && sizeofType(s->elem) == 1;
    out.text = cat(bytes ? "go::frombytes(" : "go::fromrunes(", v.text, ")");
    out.unstable = true;
    return out;
  }
  if (auto* s = as<Slice>(tu); s != nullptr && isBasic(fu, IsString)) {
    bool bytes = sizeofType(s->elem) == 1;
    out.text =
        cat("go::typed<", elemType(s->elem),
            bytes ? ">(gort::stringtoslicebyte(" : ">(gort::stringtoslicerune(", v.text, "))");
    return inPlace(out, to);
  }
  if (isBasic(tu, IsNumeric) && isBasic(fu, IsNumeric)) {
    if (isBasic(tu, IsInteger) && isBasic(fu, IsFloat)) {
      out.text = cat("go::toint<", cpp(to), ">(", v.text, ")");
      return out;
    }
    if (cpp(tu) == cpp(fu) && x->mode != Mode::Constant) return v;
    return cast(cpp(to));
  }
  if (isUnsafePointer(to)) {
    if (isBasic(fu, IsInteger))
      out.text = cat("(void*)", paren(v, precPostfix));
    else
      out.text = cat("(void*)", paren(v, precPostfix));
    out.prec = precUnary;
    return out;
  }
  if (isUnsafePointer(from)) {
    out.text = cat("(", cpp(to), ")", paren(v, precPostfix));
    out.prec = precUnary;
    return out;
  }
  if (auto* s = as<Slice>(fu)) {
    if (auto* p = as<Pointer>(tu)) {
      auto* a = underAs<Array>(p->elem);
      out.text = cat("go::toarray<", elemType(p->elem), ">(", v.text, ", ", a->len, ")");
      return out;
    }
    if (auto* a = as<Array>(tu)) {
      out.text = a->len == 0 ? cat("(", v.text, ", ", cpp(to), "{})")
                             : cat("*go::toarray<", cpp(to), ">(", v.text, ", ", a->len, ")");
      out.prec = a->len == 0 ? precPostfix : precUnary;
      out.unstable = true;
      return out;
    }
    (void)s;
  }
  if (cpp(tu) == cpp(fu)) return v;  // the same representation
  if (tu->kind == TypeKind::Pointer && fu->kind == TypeKind::Pointer) {
    out.text = cat("(", cpp(to), ")", paren(v, precPostfix));
    out.prec = precUnary;
    return out;
  }
  if (tu->kind == fu->kind) {
    out.text = cat("go::as<", cpp(to), ">(", v.text, ")");
    return out;
  }
  unsupported(c, exprString(c));
}

}  // namespace gort::minigo
