// Types as Go prints them.
//
// Go: cmd/compile/internal/types2/typestring.go
#include <vector>

#include "tools/minigo/object.h"
#include "tools/minigo/types.h"

namespace gort::minigo {

namespace {

constexpr size_t maxDepth = 100;

class TypeWriter {
 public:
  explicit TypeWriter(const Package* self, bool paramNames)
      : self_(self), paramNames_(paramNames) {}

  std::string out;

  void type(const Type* t) {
    if (t == nullptr) {
      out += "<nil>";
      return;
    }
    if (depth_ >= maxDepth) {
      out += "…";
      return;
    }
    depth_++;
    node(t);
    depth_--;
  }

  void signature(const Signature* s) {
    tuple(s->params, s->variadic);
    if (s->results.empty()) return;
    out += " ";
    if (s->results.size() == 1 && (!paramNames_ || s->results[0]->name.empty())) {
      type(s->results[0]->type);
    } else {
      tuple(s->results, false);
    }
  }

 private:
  void name(const TypeName* o) {
    if (o->pkg != nullptr && o->pkg != self_) out += o->pkg->name + ".";
    out += o->name;
  }

  void tuple(const std::vector<Var*>& vars, bool variadic) {
    out += "(";
    for (size_t i = 0; i < vars.size(); i++) {
      if (i > 0) out += ", ";
      const Var* v = vars[i];
      if (paramNames_ && !v->name.empty()) out += v->name + " ";
      auto* s = as<Slice>(v->type);
      if (variadic && i + 1 == vars.size()) {
        if (s != nullptr) {
          out += "...";
          type(s->elem);
        } else {  // append([]byte, string...)
          type(v->type);
          out += "...";
        }
      } else {
        type(v->type);
      }
    }
    out += ")";
  }

  void node(const Type* t) {
    switch (t->kind) {
      case TypeKind::Basic: {
        auto* b = static_cast<const Basic*>(t);
        if (b->basic == BasicKind::UnsafePointer) out += "unsafe.";
        out += b->name;
        break;
      }
      case TypeKind::Named: name(static_cast<const Named*>(t)->obj); break;
      case TypeKind::Alias: name(static_cast<const Alias*>(t)->obj); break;
      case TypeKind::Array: {
        auto* a = static_cast<const Array*>(t);
        out += "[" + std::to_string(a->len) + "]";
        type(a->elem);
        break;
      }
      case TypeKind::Slice:
        out += "[]";
        type(static_cast<const Slice*>(t)->elem);
        break;
      case TypeKind::Pointer:
        out += "*";
        type(static_cast<const Pointer*>(t)->elem);
        break;
      case TypeKind::Struct: {
        auto* s = static_cast<const Struct*>(t);
        out += "struct{";
        for (size_t i = 0; i < s->fields.size(); i++) {
          if (i > 0) out += "; ";
          const Var* f = s->fields[i];
          if (!f->embedded) out += f->name + " ";
          type(f->type);
          if (!s->tag(i).empty()) out += " " + quoteString(s->tag(i));
        }
        out += "}";
        break;
      }
      case TypeKind::Tuple: tuple(static_cast<const Tuple*>(t)->vars, false); break;
      case TypeKind::Signature:
        out += "func";
        signature(static_cast<const Signature*>(t));
        break;
      case TypeKind::Map: {
        auto* m = static_cast<const Map*>(t);
        out += "map[";
        type(m->key);
        out += "]";
        type(m->elem);
        break;
      }
      case TypeKind::Chan: {
        auto* c = static_cast<const Chan*>(t);
        bool parens = false;
        if (c->dir == ChanDir::SendOnly) {
          out += "chan<- ";
        } else if (c->dir == ChanDir::RecvOnly) {
          out += "<-chan ";
        } else {
          out += "chan ";
          auto* e = as<Chan>(c->elem);  // chan (<-chan T)
          parens = e != nullptr && e->dir == ChanDir::RecvOnly;
        }
        if (parens) out += "(";
        type(c->elem);
        if (parens) out += ")";
        break;
      }
      case TypeKind::Interface: {
        auto* it = static_cast<const Interface*>(t);
        out += "interface{";
        bool first = true;
        for (const Func* m : it->methods) {
          if (!first) out += "; ";
          first = false;
          out += m->name;
          if (m->signature() != nullptr) signature(m->signature());
        }
        for (const Type* e : it->embeddeds) {
          if (!first) out += "; ";
          first = false;
          type(e);
        }
        out += "}";
        break;
      }
    }
  }

  const Package* self_;
  bool paramNames_;
  size_t depth_ = 0;
};

}  // namespace

std::string typeString(const Type* t, const Package* self) {
  TypeWriter w(self, true);
  w.type(t);
  return w.out;
}

std::string signatureString(const Signature* s, const Package* self, bool paramNames) {
  TypeWriter w(self, paramNames);
  w.signature(s);
  return w.out;
}

std::string compositeKind(Type* t) {
  switch (under(t)->kind) {
    case TypeKind::Array: return "array";
    case TypeKind::Slice: return "slice";
    case TypeKind::Struct: return "struct";
    case TypeKind::Pointer: return "pointer";
    case TypeKind::Signature: return "func";
    case TypeKind::Interface: return "interface";
    case TypeKind::Map: return "map";
    case TypeKind::Chan: return "chan";
    case TypeKind::Tuple: return "tuple";
    default: return "";
  }
}

}  // namespace gort::minigo
