// A libFuzzer target for the front end: any text is parsed and checked without a crash or hang, a text
// that is refused has an error message, and a program that is accepted has been understood completely.
//
// Texts are changed token by token more often than byte by byte: what is nearly a program gets deeper
// into the checker than what is no program at all. tools/minigo/fuzz/run builds and starts it.
//
// Go: cmd/compile/internal/types2 and go/parser have such targets in their tests
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tools/minigo/check.h"
#include "tools/minigo/lexer.h"

using namespace gort::minigo;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize,
                                          unsigned seed);

namespace {

[[noreturn]] void fail(const char* what, const std::string& detail) {
  fprintf(stderr, "%s: %s\n", what, detail.c_str());
  abort();
}

// Every expression of an accepted program that is computed has a valid type.
void checkTypes(Package* pkg) {
  inspect(pkg->syntax[0], [](Node* n) {
    switch (n->kind) {
      case NodeKind::CallExpr:
      case NodeKind::Operation:
      case NodeKind::CompositeLit:
      case NodeKind::IndexExpr:
      case NodeKind::SliceExpr:
      case NodeKind::FuncLit: {
        auto* e = static_cast<Expr*>(n);
        if (e->type == nullptr || !isValid(e->type)) fail("expression without type", exprString(e));
        if (e->mode == Mode::Constant && !e->val.present())
          fail("constant without value", exprString(e));
        break;
      }
      default: break;
    }
    return true;
  });
}

// tokens cuts a text into tokens, each with the blanks and comments before it.
std::vector<std::string> tokens(std::string_view src) {
  std::vector<size_t> lines = {0};
  for (size_t i = 0; i < src.size(); i++) {
    if (src[i] == '\n') lines.push_back(i + 1);
  }
  Lexer lex(src, [](uint32_t, uint32_t, const std::string&) {});
  std::vector<std::string> out;
  size_t last = 0;
  do {
    lex.next();
    size_t at = lex.tok == Token::EndOfFile
                    ? src.size()
                    : std::min(src.size(), lines[lex.line - 1] + lex.col - 1);
    if (at > last) {
      out.emplace_back(src.substr(last, at - last));
      last = at;
    }
  } while (lex.tok != Token::EndOfFile);
  return out;
}

const char* const spices[] = {
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
    "nil",
    "iota",
    "true",
    "int",
    "string",
    "uint8",
    "float64",
    "error",
    "any",
    "append",
    "len",
    "make",
    "new",
    "panic",
    "copy",
    "min",
    "clear",
    "recover",
    "unsafe.Sizeof",
    "main",
    "init",
    "x",
    "T",
    "_",
    "0",
    "1",
    "1.5",
    "1e100",
    "'a'",
    "\"s\"",
    "`r`",
    "2i",
    "0x1p-2",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    "\n",
    ",",
    ".",
    ":",
    "...",
    ":=",
    "=",
    "+=",
    "++",
    "--",
    "<-",
    "*",
    "&",
    "&^",
    "<<",
    ">>",
    "==",
    "!",
    "&&",
    "[]int",
    "chan int",
    "<-chan T",
    "func() int { return 1 }",
    "struct{ T }",
    "[...]int{1}",
    "T{x: 1}",
    "*T",
    "map[string]int{}",
    "(<-chan int)(nil)",
    "1 << 100",
    "x.(type)",
    "L:",
    "goto L",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Result r = checkSource("fuzz.go", std::string_view(reinterpret_cast<const char*>(data), size));
  if (r.ok()) {
    if (!r.errors.empty()) fail("accepted with errors", r.errors[0]);
    runOnLargeStack([&] { checkTypes(r.package.get()); });
  } else if (r.errors.empty()) {
    fail("refused without error", "");
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize,
                                          unsigned seed) {
  std::minstd_rand rng(seed);
  auto below = [&rng](size_t n) { return n == 0 ? 0 : rng() % n; };
  if (below(8) == 0) return LLVMFuzzerMutate(data, size, maxSize);

  std::vector<std::string> t = tokens(std::string_view(reinterpret_cast<const char*>(data), size));
  if (t.empty()) return LLVMFuzzerMutate(data, size, maxSize);
  for (size_t n = 1 + below(3); n > 0 && !t.empty(); n--) {
    size_t i = below(t.size()), j = below(t.size());
    auto at = [&t](size_t k) { return t.begin() + static_cast<std::ptrdiff_t>(k); };
    std::string spice = std::string(" ") + spices[below(sizeof spices / sizeof spices[0])] + " ";
    switch (below(7)) {
      case 0: t.erase(at(i)); break;
      case 1: std::swap(t[i], t[j]); break;
      case 2: t[i] = t[j]; break;
      case 3: t[i] = spice; break;
      case 4: t.insert(at(i), spice); break;
      case 5: t.erase(at(i), at(std::min(t.size(), i + 1 + below(10)))); break;
      default: t.insert(at(i), t[j]); break;
    }
  }
  if (below(50) == 0) t.resize(below(t.size() + 1));
  std::string out;
  for (const std::string& s : t) out += s;
  size_t n = std::min(out.size(), maxSize);
  memcpy(data, out.data(), n);
  return n;
}
