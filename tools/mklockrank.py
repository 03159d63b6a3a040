#!/usr/bin/env python3
"""Generates sched/lockrank.h and sched/lockrank.cc from sched/lockrank.txt.

Go: runtime/mklockrank.go, internal/dag

The text says which lock may be taken while which other is held. From it come a
number for every rank, such that a lock with a lower number is never taken after
one with a higher number, and the transitive closure, which forbids more: two
ranks that no rule connects must not be held together at all.

usage: mklockrank.py [--check | --dot] [--graph FILE] [--out DIR]
       mklockrank.py --parse FILE...

  (nothing)   writes lockrank.h and lockrank.cc into DIR (default: sched/)
  --check     compares them with what is there; exit code 1 and a diff if stale
  --dot       prints the reduced graph for Graphviz
  --parse     only reads the graphs; exit code 1 and the errors if one is bad
"""

import argparse
import difflib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOKEN = re.compile(r"[ \t\r\n]+|#[^\n]*|(?P<tok>!<|[;,<]|[^!;,<#\s]+)|(?P<bad>.)")


class GraphError(Exception):
    """The text is no acyclic graph; the message has one line for each reason."""


class Graph:
    """nodes: names in order of definition; edges[b] holds a for each a < b."""

    def __init__(self):
        self.nodes = []
        self.edges = {}
        self.self_ranks = []

    def befores(self, name):
        """What may be held when name is taken, in order of definition."""
        return [n for n in self.nodes if n in self.edges[name]]


def tokens(text):
    """Yields (token, line). A directive such as @self is one token."""
    for match in TOKEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match.group("bad"):
            raise GraphError(f"line {line}: unexpected {match.group('bad')!r}")
        if match.group("tok"):
            yield match.group("tok"), line


def rules(text):
    """Yields (left names, operator, right names, line) for each < and !<, and
    ([], "@self", names, line) for the directive."""
    stream = list(tokens(text))
    last = stream[-1][1] if stream else 1
    pos = 0

    def take():
        nonlocal pos
        pos += 1
        return stream[pos - 1] if pos <= len(stream) else ("", last)

    def names():
        """One comma-separated list and the token after it."""
        out = []
        while True:
            tok, line = take()
            if tok in ("", ",", "<", "!<", ";"):
                raise GraphError(f"line {line}: expected a name, found {tok or 'the end'!r}")
            if tok.startswith("@"):
                raise GraphError(f"line {line}: {tok} inside a list")
            out.append(tok)
            tok, line = take()
            if tok != ",":
                return out, tok, line

    while pos < len(stream):
        if stream[pos][0].startswith("@"):
            tok, line = take()
            if tok != "@self":
                raise GraphError(f"line {line}: unknown directive {tok}")
            out, tok, line = names()
            if tok != ";":
                raise GraphError(f"line {line}: expected ';' after @self")
            yield [], "@self", out, line
            continue
        left, tok, line = names()
        if tok not in ("<", "!<"):
            raise GraphError(f"line {line}: missing <")
        while tok in ("<", "!<"):
            right, after, line = names()
            yield left, tok, right, line
            left, tok = right, after
        if tok != ";":
            raise GraphError(f"line {line}: expected ';', found {tok or 'the end'!r}")


def parse(text):
    """Returns the transitive closure of the graph, or raises GraphError."""
    graph = Graph()
    errors = []
    forbidden = []
    for left, op, right, line in rules(text):
        if op == "@self":
            graph.self_ranks += right
            continue
        if op == "!<":
            forbidden += [(a, b, line) for a in left for b in right]
            continue
        for name in right:
            if name == "NONE":
                errors.append(f"line {line}: NONE cannot be a successor")
                continue
            if name in graph.edges:
                errors.append(f"line {line}: multiple definitions for {name}")
            else:
                graph.nodes.append(name)
                graph.edges[name] = set()
            for before in left:
                if before == "NONE":
                    continue
                if before not in graph.edges:
                    errors.append(f"line {line}: use of {before} before its definition")
                graph.edges[name].add(before)
    errors += [f"missing definition for {a}"
               for a in sorted({a for e in graph.edges.values() for a in e} - set(graph.nodes))]

    for k in graph.nodes:
        for i in graph.nodes:
            if i != k and k in graph.edges[i]:
                graph.edges[i] |= graph.edges[k]
    errors += [f"graph cycle: {n} < {n}" for n in graph.nodes if n in graph.edges[n]]

    for a, b, line in forbidden:
        if a in graph.edges.get(b, ()):
            errors.append(f"line {line}: graph edge assertion failed: {a} !< {b}")
    errors += [f"@self names {n}, which has no definition"
               for n in graph.self_ranks if n not in graph.edges]
    if errors:
        raise GraphError("\n".join(errors))
    return graph


def topological(graph):
    """Names such that each comes after all that may be held when it is taken.

    Deterministic, and the same as Go's, so that rank numbers agree: a walk in
    order of definition that puts a node behind its predecessors.
    """
    out = []
    seen = set()

    def visit(name):
        if name in seen:
            return
        for before in graph.befores(name):
            visit(before)
        seen.add(name)
        out.append(name)

    for name in graph.nodes:
        visit(name)
    return out


def is_pseudo(name):
    return name.upper() == name


def cname(name):
    return "lockRank" + name[0].upper() + name[1:]


def commented(lines):
    """(code, comment) pairs as lines with the comments in one column."""
    width = max(len(code) for code, _ in lines)
    return "\n".join(f"{code:{width}}  // {comment}" for code, comment in lines)


def wrapped(items, indent):
    """items separated by commas, in lines of at most 100 columns."""
    lines, line = [], indent
    for item in items:
        piece = item + ","
        if len(line) + len(piece) + 1 > 100:
            lines.append(line.rstrip())
            line = indent
        line += piece + " "
    lines.append(line.rstrip())
    return "\n".join(lines)


HEADER = """\
// lockrank.h: the rank of every lock of the runtime, and the order they may be
// taken in.
//
// Go: runtime/lockrank.go
//
// Generated by tools/mklockrank.py from sched/lockrank.txt. Do not edit.
//
// A state header: includes nothing but integer types. Who checks: lockrank_check.h.
//
// Differs from Go: the table is in the program in every build, because every
// mutex has its rank in every build (see lock_state.h).

#ifndef SCHED_LOCKRANK_H_
#define SCHED_LOCKRANK_H_

#include <gort/types.h>

namespace gort {

// A lock may be taken only if the lock that was taken last has a lower rank and
// is in lockPartialOrder[rank]. Comments in capitals mark the sets of lockrank.txt.
enum lockRank : int32 {
  lockRankUnknown = 0,  // no rank was given: lockRankLeafRank

%(ranks)s

  // lockRankLeafRank is the rank of a lock without one: the last that may be taken.
  lockRankLeafRank = 1000,
};

// lockRankCount is one more than the highest rank in the graph.
inline constexpr int32 lockRankCount = %(count)d;

// lockRankList is a row of lockPartialOrder.
struct lockRankList {
  const lockRank* ranks;  // in rank order; nil if len is 0
  int32 len;
};

// lockNames[rank] is the name that lockrank.txt has for rank.
extern const char* const lockNames[lockRankCount];

// lockPartialOrder[rank] lists the ranks that may be held when a lock of this
// rank is taken: the transitive closure of lockrank.txt. A rank that lists itself
// may be held several times.
extern const lockRankList lockPartialOrder[lockRankCount];

// lockRankString returns the name of rank; "UNKNOWN" for 0, "LEAF" for the leaf
// rank, and "BAD RANK" for what is no rank at all. Go: (lockRank).String
const char* lockRankString(lockRank rank);

}  // namespace gort

#endif  // SCHED_LOCKRANK_H_
"""

SOURCE = """\
// lockrank.cc: tables of the lock ranks: names, and what may be held when each is
// taken.
//
// Go: runtime/lockrank.go
//
// Generated by tools/mklockrank.py from sched/lockrank.txt. Do not edit.

#include "sched/lockrank.h"

namespace gort {

const char* const lockNames[lockRankCount] = {
%(names)s
};

namespace {

// clang-format off
%(lists)s
// clang-format on

}  // namespace

const lockRankList lockPartialOrder[lockRankCount] = {
%(table)s
};

const char* lockRankString(lockRank rank) {
  if (rank == lockRankLeafRank) return "LEAF";
  if (rank < 0 || rank >= lockRankCount) return "BAD RANK";
  return lockNames[rank];
}

}  // namespace gort
"""


def generate(graph):
    """Returns the text of lockrank.h and of lockrank.cc."""
    topo = topological(graph)
    real = [n for n in topo if not is_pseudo(n)]
    ranks, lists = [], []
    names = [('    "UNKNOWN",', "lockRankUnknown")]
    table = [("    {nullptr, 0},", "lockRankUnknown")]
    for name in topo:
        ranks.append(f"  // {name}" if is_pseudo(name) else f"  {cname(name)},")
    for name in real:
        names.append((f'    "{name}",', cname(name)))
        befores = [cname(n) for n in graph.befores(name) if not is_pseudo(n)]
        if name in graph.self_ranks:
            befores.append(cname(name))
        befores.sort(key=[cname(n) for n in real].index)
        if not befores:
            table.append(("    {nullptr, 0},", cname(name)))
            continue
        array = "before" + name[0].upper() + name[1:]
        lists.append(f"constexpr lockRank {array}[] = {{\n{wrapped(befores, '    ')}\n}};")
        table.append((f"    {{{array}, {len(befores)}}},", cname(name)))
    header = HEADER % {"ranks": "\n".join(ranks), "count": len(real) + 1}
    source = SOURCE % {
        "names": commented(names),
        "lists": "\n".join(lists),
        "table": commented(table),
    }
    return header, source


def dot(graph):
    """The graph without the edges that follow from others, arrows in the order
    of taking."""
    reduced = {n: set(graph.edges[n]) for n in graph.nodes}
    for i in graph.nodes:
        for j in graph.edges[i]:
            reduced[i] -= graph.edges[j]
    out = ["digraph lockrank {"]
    out += [f'"{n}";' for n in graph.nodes]
    out += [f'"{a}" -> "{b}";' for b in graph.nodes for a in graph.befores(b) if a in reduced[b]]
    out += [f'"{n}" -> "{n}";' for n in graph.self_ranks]
    return "\n".join(out + ["}"]) + "\n"


def read(path):
    """Returns the graph in the file; exits with its errors if there is none."""
    try:
        return parse(path.read_text())
    except OSError as err:
        sys.exit(f"{path}: {err.strerror}")
    except GraphError as err:
        sys.exit("\n".join(f"{path}: {line}" for line in str(err).split("\n")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dot", action="store_true")
    parser.add_argument("--parse", nargs="+", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--graph", type=pathlib.Path, default=ROOT / "sched/lockrank.txt")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "sched")
    args = parser.parse_args()
    if args.parse:
        bad = False
        for path in args.parse:
            try:
                read(path)
            except SystemExit as err:
                print(err, file=sys.stderr)
                bad = True
        sys.exit(1 if bad else 0)
    graph = read(args.graph)
    if args.dot:
        sys.stdout.write(dot(graph))
        return
    stale = False
    for name, text in zip(("lockrank.h", "lockrank.cc"), generate(graph)):
        path = args.out / name
        if not args.check:
            path.write_text(text)
            continue
        old = path.read_text() if path.exists() else ""
        if old != text:
            stale = True
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(True), text.splitlines(True), str(path), "generated"))
    if stale:
        sys.exit("mklockrank: stale files; run tools/mklockrank.py")


if __name__ == "__main__":
    main()
