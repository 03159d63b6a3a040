// Types: C++ types for Go's, and static type descriptors.
//
// Go: cmd/compile/internal/types/size.go, cmd/compile/internal/reflectdata/reflect.go
//
// Two Go types that convert into each other without code have the same C++ type, so that
// assignments need no casts. Hence a struct's C++ type depends on its fields only (not on tags or
// the name it was declared with: the second name becomes an alias), func values are go::func and channels
// go::chan whatever their types. A declared type that contains itself without a struct between, such as
// `type T []T`, cannot be a C++ alias: its elements are wrapped in a struct with one member, v.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/minigo/generator.h"

namespace gort::minigo {

// --- C++ types ---

std::string Generator::cpp(Type* t) {
  t = unalias(t);
  switch (t->kind) {
    case TypeKind::Basic:
      switch (as<Basic>(t)->basic) {
        case BasicKind::Bool:
        case BasicKind::UntypedBool: return "bool";
        case BasicKind::Int:
        case BasicKind::UntypedInt: return "intgo";
        case BasicKind::Int8: return "int8";
        case BasicKind::Int16: return "int16";
        case BasicKind::Int32:
        case BasicKind::UntypedRune: return "int32";
        case BasicKind::Int64: return "int64";
        case BasicKind::Uint: return "uintgo";
        case BasicKind::Uint8: return "uint8";
        case BasicKind::Uint16: return "uint16";
        case BasicKind::Uint32: return "uint32";
        case BasicKind::Uint64: return "uint64";
        case BasicKind::Uintptr: return "uintptr";
        case BasicKind::Float32: return "float32";
        case BasicKind::Float64:
        case BasicKind::UntypedFloat: return "float64";
        case BasicKind::String:
        case BasicKind::UntypedString: return "go::string";
        case BasicKind::UnsafePointer:
        case BasicKind::UntypedNil: return "void*";
        default: throw GenError({}, cat("cannot generate type ", typeString(t, nullptr)));
      }
    case TypeKind::Named: return namedType(as<Named>(t));
    case TypeKind::Pointer: return elemType(as<Pointer>(t)->elem) + "*";
    case TypeKind::Slice: return cat("go::slice<", elemType(as<Slice>(t)->elem), ">");
    case TypeKind::Array: {
      auto* a = as<Array>(t);
      return cat("go::array<", elemType(a->elem), ", ", a->len, ">");
    }
    case TypeKind::Struct: {
      auto it = anonymous_.find(t);
      if (it == anonymous_.end()) it = anonymous_.emplace(t, structDef(as<Struct>(t), "")).first;
      return it->second->name;
    }
    case TypeKind::Signature: return "go::func";
    case TypeKind::Chan: return "go::chan";
    case TypeKind::Interface:
      if (as<Interface>(t)->allMethods.empty()) return "go::eface";
      break;
    case TypeKind::Tuple: {
      std::vector<std::string> types;
      std::vector<Type*> goTypes;
      for (Var* v : as<Tuple>(t)->vars) {
        types.push_back(cpp(v->type));
        goTypes.push_back(v->type);
      }
      return cppTuple(types, goTypes);
    }
    default: break;
  }
  throw GenError({}, cat("cannot generate type ", typeString(t, nullptr)));
}

std::string Generator::cppTuple(const std::vector<std::string>& types, const std::vector<Type*>&) {
  std::string key;
  for (const std::string& s : types) key += s + ";";
  auto it = tuples_.find(key);
  if (it != tuples_.end()) return it->second;
  std::string name = global("main_results");
  std::string body = cat("struct ", name, " {\n");
  for (size_t i = 0; i < types.size(); i++) body += cat("  ", types[i], " r", i, ";\n");
  tupleDefs_ += body + "};\n";
  tuples_.emplace(key, name);
  return name;
}

std::string Generator::cppResult(const Signature* s) {
  if (s->results.empty()) return "void";
  if (s->results.size() == 1) return cpp(s->results[0]->type);
  std::vector<std::string> types;
  std::vector<Type*> goTypes;
  for (Var* v : s->results) {
    types.push_back(cpp(v->type));
    goTypes.push_back(v->type);
  }
  return cppTuple(types, goTypes);
}

std::string Generator::cppSignature(const Signature* s) {
  std::string out = cppResult(s) + "(";
  for (size_t i = 0; i < s->params.size(); i++) {
    if (i > 0) out += ", ";
    out += cpp(s->params[i]->type);
  }
  return out + ")";
}

// recursive tells whether n contains itself through pointers, slices and arrays only.
bool Generator::recursive(Named* n) {
  auto it = recursive_.find(n);
  if (it != recursive_.end()) return it->second;
  std::set<const Named*> seen;
  std::function<bool(Type*)> reaches = [&](Type* t) -> bool {
    t = unalias(t);
    if (auto* m = as<Named>(t)) {
      if (m == n) return true;
      if (!seen.insert(m).second) return false;
      return reaches(m->underlying);
    }
    if (auto* p = as<Pointer>(t)) return reaches(p->elem);
    if (auto* s = as<Slice>(t)) return reaches(s->elem);
    if (auto* a = as<Array>(t)) return reaches(a->elem);
    return false;
  };
  bool r = reaches(n->underlying);
  recursive_[n] = r;
  return r;
}

std::string Generator::elemType(Type* elem) {
  Type* t = unalias(elem);
  if (auto* n = as<Named>(t); n != nullptr && recursive(n)) {
    namedType(n);
    return named_[n]->box;
  }
  return cpp(t);
}

std::string Generator::unboxed(Type* elem) {
  auto* n = as<Named>(unalias(elem));
  return n != nullptr && recursive(n) ? ".v" : "";
}

std::string Generator::namedType(Named* n) {
  auto it = named_.find(n);
  if (it != named_.end()) return it->second->name;
  if (n->obj->pkg == nullptr) return cpp(n->underlying);  // error, comparable
  defs_.emplace_back();
  TypeDef* d = &defs_.back();
  named_[n] = d;
  d->name = global(n->obj->pkg->name + "_" + identifier(n->obj->name));
  if (recursive(n)) d->box = global(d->name + "_elem");
  defineNamed(n);
  return d->name;
}

void Generator::defineNamed(Named* n) {
  TypeDef* d = named_[n];
  if (auto* s = as<Struct>(n->underlying)) {
    TypeDef* def = structDef(s, d->name);
    if (def->name == d->name)
      d->state = 2;  // the definition bears the name itself
    else
      d->alias = def->name;
    d->aliasOf = s;
    return;
  }
  d->alias = cpp(n->underlying);
  d->aliasOf = n->underlying;
}

// structDef finds or makes the C++ struct for the fields of s.
Generator::TypeDef* Generator::structDef(Struct* s, const std::string& wantName) {
  std::string key;
  for (size_t i = 0; i < s->fields.size(); i++) {
    key += cat(fieldName(s, i), " ", cpp(s->fields[i]->type), ";");
  }
  auto it = structsByKey_.find(key);
  if (it != structsByKey_.end()) return it->second;
  defs_.emplace_back();
  TypeDef* d = &defs_.back();
  structsByKey_[key] = d;
  d->name = wantName.empty() ? global("main_struct") : wantName;
  d->body = s;
  return d;
}

// collectDeps adds the definitions that must stand before a use of t: aliases always, structs
// where t holds one by value.
void Generator::collectDeps(Type* t, bool byValue, std::vector<TypeDef*>* deps) {
  t = unalias(t);
  switch (t->kind) {
    case TypeKind::Named: {
      auto* n = as<Named>(t);
      cpp(n);
      auto it = named_.find(n);
      if (it == named_.end()) return;
      if (!it->second->alias.empty()) deps->push_back(it->second);
      if (byValue && it->second->aliasOf != nullptr) collectDeps(n->underlying, true, deps);
      return;
    }
    case TypeKind::Struct:
      if (byValue) deps->push_back(structDef(as<Struct>(t), ""));
      return;
    case TypeKind::Pointer:
    case TypeKind::Slice:
    case TypeKind::Array: {
      bool array = t->kind == TypeKind::Array;
      Type* elem = array                          ? as<Array>(t)->elem
                   : t->kind == TypeKind::Pointer ? as<Pointer>(t)->elem
                                                  : as<Slice>(t)->elem;
      if (auto* n = as<Named>(unalias(elem)); n != nullptr && recursive(n))
        return;  // its box is declared
      collectDeps(elem, array && byValue, deps);
      return;
    }
    default: return;
  }
}

std::string Generator::structBody(Struct* s, const std::string& name) {
  std::string out = cat("struct ", name, " {\n");
  for (size_t i = 0; i < s->fields.size(); i++) {
    out += cat("  ", cpp(s->fields[i]->type), " ", fieldName(s, i), ";\n");
  }
  int64_t size = sizeofType(s);
  if (s->fields.empty()) {
    out += "  char go_pad[0];\n";  // C++ would make it one byte
  } else if (size > 0 && sizeofType(s->fields.back()->type) == 0) {
    out += "  char go_pad[1];\n";  // a pointer to the last field stays inside
  }
  if (comparable(s)) {
    std::string cond;
    for (size_t i = 0; i < s->fields.size(); i++) {
      if (s->fields[i]->name == "_") continue;
      std::string f = fieldName(s, i);
      if (!cond.empty()) cond += " && ";
      cond += cat("go::eq(", f, ", o.", f, ")");
    }
    out += cat("  bool go_eq(const ", name, "&", cond.empty() ? "" : " o", ") const { return ",
               cond.empty() ? "true" : cond, "; }\n");
  }
  out += "};\n";
  out += cat("static_assert(sizeof(", name, ") == ", size, ");\n");
  return out;
}

void Generator::emitDef(TypeDef* d, std::string* out) {
  if (d->state != 0) return;
  d->state = 1;
  std::vector<TypeDef*> deps;
  if (d->body != nullptr) {
    for (Var* f : d->body->fields) collectDeps(f->type, true, &deps);
  } else {
    collectDeps(d->aliasOf, false, &deps);
  }
  for (TypeDef* dep : deps) emitDef(dep, out);
  if (d->body != nullptr)
    *out += structBody(d->body, d->name);
  else
    *out += cat("using ", d->name, " = ", d->alias, ";\n");
  d->state = 2;
}

std::string Generator::typeDefinitions() {
  std::string decls, out;
  // Emitting bodies may ask for further types: repeat until nothing is new.
  for (size_t i = 0; i < defs_.size(); i++) {
    if (defs_[i].body != nullptr) decls += cat("struct ", defs_[i].name, ";\n");
    if (!defs_[i].box.empty()) decls += cat("struct ", defs_[i].box, ";\n");
  }
  for (size_t i = 0; i < defs_.size(); i++) emitDef(&defs_[i], &out);
  for (TypeDef& d : defs_) {
    if (d.box.empty()) continue;
    out += cat("struct ", d.box, " {\n  ", d.name, " v;\n");
    if (comparable(d.aliasOf)) {
      out += cat("  bool go_eq(const ", d.box, "& o) const { return go::eq(v, o.v); }\n");
    }
    out += "};\n";
  }
  return decls + out;
}

std::string Generator::zero(Type* t) {
  Type* u = under(t);
  if (auto* b = as<Basic>(u)) {
    if (b->info & IsBoolean) return "false";
    if (b->info & IsString) return "go::string{}";
    if (b->info & (IsInteger | IsFloat)) return "0";
    return "nullptr";
  }
  switch (u->kind) {
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Chan: return "nullptr";
    default: return cpp(t) + "{}";
  }
}

// --- Descriptors ---

namespace {

uint32_t fnv1a(const std::string& s) {
  uint32_t h = 2166136261u;
  for (unsigned char c : s) h = (h ^ c) * 16777619u;
  return h;
}

const char* kindConstant(Type* u) {
  if (auto* b = as<Basic>(u)) {
    switch (b->basic) {
      case BasicKind::Bool:
      case BasicKind::UntypedBool: return "kindBool";
      case BasicKind::Int:
      case BasicKind::UntypedInt: return "kindInt";
      case BasicKind::Int8: return "kindInt8";
      case BasicKind::Int16: return "kindInt16";
      case BasicKind::Int32:
      case BasicKind::UntypedRune: return "kindInt32";
      case BasicKind::Int64: return "kindInt64";
      case BasicKind::Uint: return "kindUint";
      case BasicKind::Uint8: return "kindUint8";
      case BasicKind::Uint16: return "kindUint16";
      case BasicKind::Uint32: return "kindUint32";
      case BasicKind::Uint64: return "kindUint64";
      case BasicKind::Uintptr: return "kindUintptr";
      case BasicKind::Float32: return "kindFloat32";
      case BasicKind::Float64:
      case BasicKind::UntypedFloat: return "kindFloat64";
      case BasicKind::Complex64: return "kindComplex64";
      case BasicKind::Complex128: return "kindComplex128";
      case BasicKind::String:
      case BasicKind::UntypedString: return "kindString";
      default: return "kindUnsafePointer";
    }
  }
  switch (u->kind) {
    case TypeKind::Pointer: return "kindPtr";
    case TypeKind::Array: return "kindArray";
    case TypeKind::Slice: return "kindSlice";
    case TypeKind::Struct: return "kindStruct";
    case TypeKind::Signature: return "kindFunc";
    case TypeKind::Chan: return "kindChan";
    case TypeKind::Map: return "kindMap";
    default: return "kindInterface";
  }
}

bool pointerShaped(Type* t) {
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Chan:
    case TypeKind::Map: return true;
    case TypeKind::Basic: return as<Basic>(u)->basic == BasicKind::UnsafePointer;
    default: return false;
  }
}

// The words of t, at off, that hold pointers.
void pointerWords(Type* t, int64_t off, std::vector<bool>* bits) {
  Type* u = under(t);
  auto set = [&](int64_t at) {
    size_t w = static_cast<size_t>(at / 8);
    if (bits->size() <= w) bits->resize(w + 1);
    (*bits)[w] = true;
  };
  if (!hasPointers(t)) return;
  switch (u->kind) {
    case TypeKind::Interface:
      set(off);
      set(off + 8);
      return;
    case TypeKind::Array: {
      auto* a = as<Array>(u);
      int64_t size = sizeofType(a->elem);
      for (int64_t i = 0; i < a->len; i++) pointerWords(a->elem, off + i * size, bits);
      return;
    }
    case TypeKind::Struct: {
      auto* s = as<Struct>(u);
      std::vector<int64_t> offs = offsetsof(s);
      for (size_t i = 0; i < s->fields.size(); i++) {
        pointerWords(s->fields[i]->type, off + offs[i], bits);
      }
      return;
    }
    default: set(off); return;  // a pointer, or the first word of a string or slice
  }
}

// Number of words from the start of t to its last pointer.
int64_t pointerDataWords(Type* t) {
  if (!hasPointers(t)) return 0;
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Interface: return 2;
    case TypeKind::Array: {
      auto* a = as<Array>(u);
      return (a->len - 1) * (sizeofType(a->elem) / 8) + pointerDataWords(a->elem);
    }
    case TypeKind::Struct: {
      auto* s = as<Struct>(u);
      std::vector<int64_t> offs = offsetsof(s);
      for (size_t i = s->fields.size(); i-- > 0;) {
        if (hasPointers(s->fields[i]->type)) {
          return offs[i] / 8 + pointerDataWords(s->fields[i]->type);
        }
      }
      return 0;
    }
    default: return 1;
  }
}

// Above this many words a bitmap is written as a program (gccgo's limit).
constexpr int64_t maxBitmapWords = 2048;

void putVarint(std::vector<uint8_t>* p, uint64_t v) {
  for (; v >= 0x80; v >>= 7) p->push_back(static_cast<uint8_t>(v | 0x80));
  p->push_back(static_cast<uint8_t>(v));
}

// A GCProgram describes pointer words as Go's runGCProg reads them: 0x00 ends, n < 0x80 emits n
// bits that follow, 0x80|n repeats the last n bits (n 0: n follows as a varint) c times.
struct GCProgram {
  std::vector<uint8_t> bytes;
  int64_t words = 0;

  void zeros(int64_t upTo) {
    int64_t n = upTo - words;
    if (n <= 0) return;
    bytes.push_back(1);
    bytes.push_back(0);
    if (n > 1) repeat(1, n - 1);
    words = upTo;
  }
  void repeat(int64_t n, int64_t times) {
    if (n < 0x80) {
      bytes.push_back(static_cast<uint8_t>(0x80 | n));
    } else {
      bytes.push_back(0x80);
      putVarint(&bytes, static_cast<uint64_t>(n));
    }
    putVarint(&bytes, static_cast<uint64_t>(times));
  }
  void bits(const std::vector<bool>& b) {
    for (size_t i = 0; i < b.size(); i += 120) {
      size_t n = std::min<size_t>(120, b.size() - i);
      bytes.push_back(static_cast<uint8_t>(n));
      for (size_t j = 0; j < n; j += 8) {
        uint8_t byte = 0;
        for (size_t k = j; k < std::min(n, j + 8); k++) {
          byte = static_cast<uint8_t>(byte | (b[i + k] ? 1 << (k - j) : 0));
        }
        bytes.push_back(byte);
      }
    }
    words += static_cast<int64_t>(b.size());
  }
  // add appends the words of t at word offset `at`.
  void add(Type* t, int64_t at) {
    int64_t n = pointerDataWords(t);
    if (n == 0) return;
    zeros(at);
    if (n <= maxBitmapWords) {
      std::vector<bool> b;
      pointerWords(t, 0, &b);
      bits(b);
      return;
    }
    Type* u = under(t);
    if (auto* a = as<Array>(u)) {
      int64_t elem = sizeofType(a->elem) / 8;
      add(a->elem, at);
      zeros(at + elem);
      if (a->len > 1) repeat(elem, a->len - 1);
      words = at + elem * a->len;
      return;
    }
    auto* s = as<Struct>(u);
    std::vector<int64_t> offs = offsetsof(s);
    for (size_t i = 0; i < s->fields.size(); i++) add(s->fields[i]->type, at + offs[i] / 8);
  }
};

std::string byteList(const std::vector<uint8_t>& v) {
  std::string s;
  for (size_t i = 0; i < v.size(); i++) s += cat(i == 0 ? "" : ", ", static_cast<int>(v[i]));
  return s;
}

}  // namespace

// reflectString is the type as its descriptor names it: gccgo's form, with the package path
// between tabs before the package name, which keeps types of equal names apart.
std::string Generator::reflectString(Type* t) {
  t = unalias(t);
  switch (t->kind) {
    case TypeKind::Basic: return basicType(as<Basic>(t)->basic)->name;  // byte is uint8
    case TypeKind::Named: {
      auto* n = as<Named>(t);
      if (n->obj->pkg == nullptr) return n->obj->name;
      return cat("\t", n->obj->pkg->path, "\t", n->obj->pkg->name, ".", n->obj->name);
    }
    case TypeKind::Pointer: return "*" + reflectString(as<Pointer>(t)->elem);
    case TypeKind::Slice: return "[]" + reflectString(as<Slice>(t)->elem);
    case TypeKind::Array:
      return cat("[", as<Array>(t)->len, "]", reflectString(as<Array>(t)->elem));
    case TypeKind::Chan: {
      auto* c = as<Chan>(t);
      std::string e = reflectString(c->elem);
      if (c->dir == ChanDir::SendOnly) return "chan<- " + e;
      if (c->dir == ChanDir::RecvOnly) return "<-chan " + e;
      auto* inner = as<Chan>(unalias(c->elem));
      if (inner != nullptr && inner->dir == ChanDir::RecvOnly) return "chan (" + e + ")";
      return "chan " + e;
    }
    case TypeKind::Struct: {
      auto* s = as<Struct>(t);
      if (s->fields.empty()) return "struct {}";
      std::string out = "struct { ";
      for (size_t i = 0; i < s->fields.size(); i++) {
        if (i > 0) out += "; ";
        if (!s->fields[i]->embedded) out += s->fields[i]->name + " ";
        out += reflectString(s->fields[i]->type);
        if (!s->tag(i).empty()) out += " " + quoteString(s->tag(i));
      }
      return out + " }";
    }
    case TypeKind::Signature: {
      auto* s = as<Signature>(t);
      std::string out = "func(";
      for (size_t i = 0; i < s->params.size(); i++) {
        if (i > 0) out += ", ";
        if (s->variadic && i + 1 == s->params.size()) {
          out += "..." + reflectString(as<Slice>(unalias(s->params[i]->type))->elem);
        } else {
          out += reflectString(s->params[i]->type);
        }
      }
      out += ")";
      if (s->results.size() == 1) return out + " " + reflectString(s->results[0]->type);
      if (s->results.empty()) return out;
      out += " (";
      for (size_t i = 0; i < s->results.size(); i++) {
        if (i > 0) out += ", ";
        out += reflectString(s->results[i]->type);
      }
      return out + ")";
    }
    default: return typeString(t, nullptr);
  }
}

std::string Generator::descString(const std::string& text) {
  auto it = descStrings_.find(text);
  if (it != descStrings_.end()) return it->second;
  std::string name = global(cat("main_str", descStrings_.size()));
  std::string data = global(name + "_data");
  descDecls_ += cat("const uint8 ", data, "[] = ", stringLiteral(text), ";\n");
  descDecls_ += cat("const go::string ", name, " = {", data, ", ", text.size(), "};\n");
  descStrings_.emplace(text, "&" + name);
  return "&" + name;
}

std::string Generator::desc(Type* t) {
  if (auto* b = as<Basic>(unalias(t)); b != nullptr && (b->info & IsUntyped)) t = defaultType(t);
  int n = table_.number(t);
  auto it = descs_.find(n);
  if (it != descs_.end()) return it->second;
  std::string name = global(cat("main_type", n));
  descs_.emplace(n, "&" + name);
  defineDesc(table_.canonical(t), n, name);
  return "&" + name;
}

// gcData defines the pointer map of t and returns a reference to it.
std::string Generator::gcData(Type* t, std::string* kindFlags, int64_t* ptrdata) {
  int64_t words = pointerDataWords(t);
  *ptrdata = words * 8;
  if (words == 0) {
    *kindFlags += " | gort::kindNoPointers";
    return "nullptr";
  }
  std::vector<uint8_t> bytes;
  if (words > maxBitmapWords) {
    *kindFlags += " | gort::kindGCProg";
    GCProgram prog;
    prog.add(t, 0);
    prog.bytes.push_back(0);
    uint32_t n = static_cast<uint32_t>(prog.bytes.size());
    for (int i = 0; i < 4; i++) bytes.push_back(static_cast<uint8_t>(n >> (8 * i)));
    bytes.insert(bytes.end(), prog.bytes.begin(), prog.bytes.end());
  } else {
    std::vector<bool> bits;
    pointerWords(t, 0, &bits);
    bytes.resize((bits.size() + 7) / 8);
    for (size_t i = 0; i < bits.size(); i++) {
      if (bits[i]) bytes[i / 8] = static_cast<uint8_t>(bytes[i / 8] | 1 << (i % 8));
    }
  }
  std::string list = byteList(bytes);
  auto it = descStrings_.find("\1" + list);
  if (it != descStrings_.end()) return it->second;
  std::string name = global(cat("main_gc", descStrings_.size()));
  descDecls_ += cat("const uint8 ", name, "[] = {", list, "};\n");
  descStrings_.emplace("\1" + list, name);
  return name;
}

void Generator::defineDesc(Type* t, int n, const std::string& name) {
  Type* u = under(t);
  std::string str = reflectString(t);
  std::string kind = cat("gort::", kindConstant(u));
  if (pointerShaped(t)) kind += " | gort::kindDirectIface";
  int64_t ptrdata = 0;
  std::string gc = gcData(t, &kind, &ptrdata);
  std::string uncommon = "nullptr";
  if (auto* nm = as<Named>(t); nm != nullptr && nm->obj->pkg != nullptr) {
    std::string named = global(name + "_named");
    descDecls_ += cat("const gort::uncommontype ", named, " = {", descString(nm->obj->name), ", ",
                      descString(nm->obj->pkg->path), ", {nullptr, 0, 0}};\n");
    uncommon = "&" + named;
  }
  std::string equal = "nullptr";
  int tflag = 0;
  // A func is never equal to anything but nil; an interface's equality is the runtime's affair.
  if (comparable(t) && u->kind != TypeKind::Interface) {
    equal = cat("(const gort::funcval*)&go::equalof<", cpp(t), ">");
    if (auto* b = as<Basic>(u);
        pointerShaped(t) || (b != nullptr && (b->info & (IsInteger | IsBoolean)))) {
      tflag = 8;
    }
  }
  std::string head = cat("{", sizeofType(t), ", ", ptrdata, ", ", fnv1a(cat(str, n)), "u, ", tflag,
                         ", ", alignofType(t), ", ", alignofType(t), ", ", kind, ", ", equal, ", ",
                         gc, ",\n    ", descString(str), ", ", uncommon, ", nullptr}");
  const char* type = "gort::_type";
  std::string tail;
  auto list = [&](const char* suffix, const char* elem, const std::vector<std::string>& items) {
    if (items.empty()) return std::string("{nullptr, 0, 0}");
    std::string all;
    for (const std::string& s : items) all += cat(all.empty() ? "" : ", ", s);
    std::string array = global(name + suffix);
    descDefs_ += cat("const ", elem, " ", array, "[] = {", all, "};\n");
    return cat("{(void*)", array, ", ", items.size(), ", ", items.size(), "}");
  };
  switch (u->kind) {
    case TypeKind::Pointer:
      type = "gort::ptrtype";
      tail = desc(as<Pointer>(u)->elem);
      break;
    case TypeKind::Slice:
      type = "gort::slicetype";
      tail = desc(as<Slice>(u)->elem);
      break;
    case TypeKind::Array: {
      auto* a = as<Array>(u);
      type = "gort::arraytype";
      tail = cat(desc(a->elem), ", ", desc(arena_.make<Slice>(a->elem)), ", ", a->len);
      break;
    }
    case TypeKind::Chan: {
      auto* c = as<Chan>(u);
      type = "gort::chantype";
      const char* dir = c->dir == ChanDir::Both       ? "bothDir"
                        : c->dir == ChanDir::SendOnly ? "sendDir"
                                                      : "recvDir";
      tail = cat(desc(c->elem), ", gort::", dir);
      break;
    }
    case TypeKind::Signature: {
      auto* s = as<Signature>(u);
      type = "gort::functype";
      std::vector<std::string> in, out;
      for (Var* v : s->params) in.push_back(desc(v->type));
      for (Var* v : s->results) out.push_back(desc(v->type));
      std::string ins = list("_in", "gort::_type* const", in);
      std::string outs = list("_out", "gort::_type* const", out);
      tail = cat(s->variadic ? "true" : "false", ", ", ins, ", ", outs);
      break;
    }
    case TypeKind::Struct: {
      auto* s = as<Struct>(u);
      type = "gort::structtype";
      std::vector<int64_t> offs = offsetsof(s);
      std::vector<std::string> fields;
      for (size_t i = 0; i < s->fields.size(); i++) {
        Var* f = s->fields[i];
        fields.push_back(
            cat("{", descString(f->name), ", ",
                isExported(f) || f->pkg == nullptr ? "nullptr" : descString(f->pkg->path), ", ",
                desc(f->type), ", ", s->tag(i).empty() ? "nullptr" : descString(s->tag(i)), ", ",
                offs[i] * 2 + (f->embedded ? 1 : 0), "}"));
      }
      tail = list("_fields", "gort::structfield", fields);
      break;
    }
    case TypeKind::Interface:
      type = "gort::interfacetype";
      tail = "{nullptr, 0, 0}";
      break;
    default: break;
  }
  descDecls_ += cat("extern const ", type, " ", name, ";\n");
  descDefs_ +=
      cat("const ", type, " ", name, " = {", tail.empty() ? head.substr(1, head.size() - 2) : head,
          tail.empty() ? "" : ", ", tail, "};\n");
}

// closureDesc describes a closure: to the collector it is a struct, and nothing else sees it.
std::string Generator::closureDesc(const std::string& cppName, Struct* layout) {
  std::string kind = "gort::kindStruct";
  int64_t ptrdata = 0;
  std::string gc = gcData(layout, &kind, &ptrdata);
  std::string name = global(cat("main_closuretype", ++closureDescs_));
  descDecls_ += cat("extern const gort::structtype ", name, ";\n");
  descDefs_ += cat("const gort::structtype ", name, " = {{", sizeofType(layout), ", ", ptrdata,
                   ", ", fnv1a(cppName), "u, 0, 8, 8, ", kind, ", nullptr, ", gc, ",\n    ",
                   descString("struct { F uintptr }"), ", nullptr, nullptr}, {nullptr, 0, 0}};\n");
  return "&" + name;
}

}  // namespace gort::minigo
