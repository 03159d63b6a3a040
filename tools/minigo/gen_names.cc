// Names: from Go's identifiers to C++'s, and literals as C++ spells them.
//
// Go: cmd/internal/objabi/path.go, cmd/compile/internal/types/fmt.go (symbol names)
//
// Package-level things are main_x in C++ and locals are x, so the two never meet. A local gets a
// number when its name is taken in the function already, because Go lets `x := x` refer to the outer x
// and C++ does not. Everything that generated code calls is in the namespace `go`, a keyword of Go.
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tools/minigo/generator.h"

namespace gort::minigo {
namespace {

const std::unordered_set<std::string_view>& reservedWords() {
  static const std::unordered_set<std::string_view> words = {
      // C++ keywords and alternative tokens
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
      "case", "catch", "char", "char8_t", "char16_t", "char32_t", "class", "co_await", "co_return",
      "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
      "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
      "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline",
      "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
      "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
      "requires", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast",
      "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef",
      "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
      "while", "xor", "xor_eq",
      // what the generated text uses without a qualification
      "go", "gort", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
      "uintptr", "intgo", "uintgo", "float32", "float64", "go_eq", "go_pad",
      // macros of <cstddef> and <cstdint>
      "NULL", "offsetof", "SIZE_MAX"};
  return words;
}

bool startsWith(std::string_view s, std::string_view prefix) {
  return s.substr(0, prefix.size()) == prefix;
}
bool endsWith(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}

// INT8_MAX, UINT64_C, WCHAR_MIN ...
bool isLimitMacro(std::string_view s) {
  for (const char* p : {"INT", "UINT", "PTRDIFF", "WCHAR", "WINT", "SIG_ATOMIC", "SIZE"}) {
    if (!startsWith(s, p)) continue;
    for (const char* e : {"_MIN", "_MAX", "_C", "_WIDTH"}) {
      if (endsWith(s, e)) return true;
    }
  }
  return false;
}

std::string unique(const std::string& base, std::set<std::string>* used) {
  std::string name = base;
  for (int n = 2; !used->insert(name).second; n++) name = cat(base, "_", n);
  return name;
}

}  // namespace

std::string Generator::identifier(const std::string& goName) {
  std::string s;
  for (unsigned char c : goName) {
    if (c < 0x80) {
      s += static_cast<char>(c);
    } else {
      char buf[8];
      std::snprintf(buf, sizeof buf, "_%02x", c);
      s += buf;
    }
  }
  // Names with __ or a leading _ belong to the implementation, and some of them are macros.
  for (size_t i; (i = s.find("__")) != std::string::npos;) s.replace(i, 2, "_u_");
  if (!s.empty() && s[0] == '_') s = "u" + s;
  if (reservedWords().count(s) != 0 || isLimitMacro(s)) s += "_";
  return s;
}

std::string Generator::global(const std::string& base) { return unique(base, &globals_); }

std::string Generator::local(const std::string& goName) {
  std::string s = identifier(goName);
  if (startsWith(s, "main_")) s = "v_" + s;
  return unique(s, &fn_->used);
}

std::string Generator::temp() {
  for (;;) {
    std::string s = cat("t", ++fn_->temps);
    if (fn_->used.insert(s).second) return s;
  }
}

std::string Generator::label(const char* base) { return cat(base, "_", ++fn_->labels); }

std::string Generator::fieldName(const Struct* s, size_t i) {
  auto plain = [s](size_t k) {
    const std::string& name = s->fields[k]->name;
    if (name == "_") return cat("blank_", k);
    std::string f = identifier(name);
    return startsWith(f, "main_") ? "v_" + f : f;  // a type's name may be used beside it
  };
  std::string f = plain(i);
  for (size_t k = 0; k < i; k++) {
    if (plain(k) == f) return cat(f, "__", i);  // `class` and `class_`
  }
  return f;
}

std::string Generator::stringLiteral(const std::string& s) {
  std::string out = "\"";
  for (size_t i = 0; i < s.size(); i++) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default:
        if (c >= 0x20 && c < 0x7f) {
          out += static_cast<char>(c);
        } else {
          char buf[8];
          std::snprintf(buf, sizeof buf, "\\%03o", c);
          out += buf;
        }
    }
    // A literal of many thousand characters on one line is hard on editors and on the compiler.
    if (i % 4000 == 3999) out += "\"\n    \"";
  }
  return out + "\"";
}

}  // namespace gort::minigo
