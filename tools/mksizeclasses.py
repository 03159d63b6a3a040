#!/usr/bin/env python3
"""Generates alloc/sizeclasses.h: the sizes in which small objects are handed out.

Go: runtime/_mkmalloc/mksizeclasses.go

An allocation is rounded up to the next size class, and a span of one class is cut into objects of
that size. The classes are chosen so that neither step wastes more than an eighth: candidates rise
in steps of the alignment that their magnitude asks for, a span takes as many pages as keep its tail
below an eighth, and candidates that fill a span with equally many objects become one class, the
largest that still fits. The numbers are visible to programs, because append rounds a slice's
capacity up to them; so they have to be Go's, and alloc/msize.h's tests hold them against it.

usage: mksizeclasses.py [--check] [--out FILE]

  (nothing)   writes alloc/sizeclasses.h
  --check     compares it with what is there; exit code 1 and a diff if stale
"""

import argparse
import difflib
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

MIN_HEAP_ALIGN = 8
MAX_SMALL_SIZE = 32768
SMALL_SIZE_DIV = 8      # granularity of the first lookup table ...
SMALL_SIZE_MAX = 1024   # ... and where it ends
LARGE_SIZE_DIV = 128    # granularity of the second
PAGE_SHIFT = 13
PAGE_SIZE = 1 << PAGE_SHIFT
TINY_SIZE = 16
CLASSES = 68            # class 0 stands for large objects


def power_of_two(x):
    return x & (x - 1) == 0


def step_after(size, step):
    """The distance between candidates from a power of two upwards."""
    if size >= 2048:
        return 256
    if size >= 128:
        return size // 8
    if size >= 32:
        return 16
    return step


def span_pages(size):
    """The fewest pages whose unused tail is at most an eighth."""
    pages = 1
    while pages * PAGE_SIZE % size > pages * PAGE_SIZE // 8:
        pages += 1
    return pages


def make_classes():
    """A list of (object size, pages in a span), class 0 first."""
    classes = [(0, 0)]
    step = size = MIN_HEAP_ALIGN
    while size <= MAX_SMALL_SIZE:
        if power_of_two(size):
            step = step_after(size, step)
        pages = span_pages(size)
        last_size, last_pages = classes[-1]
        span = pages * PAGE_SIZE
        if pages == last_pages and span // size == span // last_size:
            classes[-1] = (size, pages)
        else:
            classes.append((size, pages))
        size += step

    # Where as many larger objects fit into the same span, make the objects larger.
    for i, (size, pages) in enumerate(classes[1:], 1):
        span = pages * PAGE_SIZE
        classes[i] = (max(size, span // (span // size) // LARGE_SIZE_DIV * LARGE_SIZE_DIV), pages)
    if len(classes) != CLASSES:
        sys.exit(f"mksizeclasses: {len(classes)} classes, not {CLASSES}")
    return classes


def div_magic(size, pages):
    """m with n // size == n*m >> 32 for every offset n in a span, which is tried out."""
    if size == 0:
        return 0
    m = 0xFFFFFFFF // size + 1
    for n in range(pages * PAGE_SIZE + 1):
        if n * m >> 32 != n // size:
            sys.exit(f"mksizeclasses: no 32-bit reciprocal of {size}: fails at {n}")
    return m & 0xFFFFFFFF


def class_of(classes, size):
    return next(i for i, (class_size, _) in enumerate(classes) if class_size >= size)


def array(ctype, name, length, values):
    lines = [f"inline constexpr {ctype} {name}[{length}] = {{"]
    line = "   "
    for value in values:
        if len(line) + len(str(value)) + 2 > 100:
            lines.append(line)
            line = "   "
        line += f" {value},"
    return lines + [line, "};"]


def table(classes):
    out = ["//  class  bytes/obj  bytes/span  objects  tail waste  max waste  alignment"]
    previous = 0
    for i, (size, pages) in enumerate(classes[1:], 1):
        span = pages * PAGE_SIZE
        objects = span // size
        tail = span - objects * size
        worst = 100 * ((size - previous - 1) * objects + tail) / span
        align = min(size & -size, PAGE_SIZE)
        out.append(f"//  {i:5}  {size:9}  {span:10}  {objects:7}  {tail:10}  {worst:8.2f}%  {align:9}")
        previous = size
    return out


def generate():
    classes = make_classes()
    small = [class_of(classes, size) for size in range(0, SMALL_SIZE_MAX + 1, SMALL_SIZE_DIV)]
    large = [class_of(classes, size)
             for size in range(SMALL_SIZE_MAX, MAX_SMALL_SIZE + 1, LARGE_SIZE_DIV)]
    constants = [
        ("MinHeapAlign", MIN_HEAP_ALIGN),
        ("MaxSmallSize", MAX_SMALL_SIZE),
        ("SmallSizeDiv", SMALL_SIZE_DIV),
        ("SmallSizeMax", SMALL_SIZE_MAX),
        ("LargeSizeDiv", LARGE_SIZE_DIV),
        ("NumSizeClasses", CLASSES),
        ("PageShift", PAGE_SHIFT),
        ("MaxObjsPerSpan", max(pages * PAGE_SIZE // size for size, pages in classes[1:])),
        ("MaxSizeClassNPages", max(pages for _, pages in classes)),
        ("TinySize", TINY_SIZE),
        ("TinySizeClass", class_of(classes, TINY_SIZE)),
    ]
    out = [
        "// sizeclasses.h: the sizes in which small objects are handed out.",
        "//",
        "// Generated by tools/mksizeclasses.py, which says how they are chosen; do not edit.",
        "//",
        "// Go: internal/runtime/gc/sizeclasses.go",
        "//",
    ]
    out += table(classes)
    out += [
        "#ifndef GORT_ALLOC_SIZECLASSES_H_",
        "#define GORT_ALLOC_SIZECLASSES_H_",
        "",
        "#include <gort/types.h>",
        "",
        "namespace gort::gc {",
        "",
    ]
    out += [f"inline constexpr uintptr {name} = {value};" for name, value in constants]
    out += ["", "// Bytes of an object of each class; 0 for class 0, the large objects."]
    out += array("uint16", "SizeClassToSize", "NumSizeClasses", [size for size, _ in classes])
    out += ["", "// Pages of a span of each class."]
    out += array("uint8", "SizeClassToNPages", "NumSizeClasses", [pages for _, pages in classes])
    out += ["", "// n / size == n * magic >> 32 for every byte offset n in a span."]
    out += array("uint32", "SizeClassToDivMagic", "NumSizeClasses",
                 [div_magic(size, pages) for size, pages in classes])
    out += ["", "// The class for a size up to SmallSizeMax, by size / SmallSizeDiv, rounded up."]
    out += array("uint8", "SizeToSizeClass8", "SmallSizeMax / SmallSizeDiv + 1", small)
    out += ["", "// The class for a larger size, by (size - SmallSizeMax) / LargeSizeDiv, rounded up."]
    out += array("uint8", "SizeToSizeClass128",
                 "(MaxSmallSize - SmallSizeMax) / LargeSizeDiv + 1", large)
    out += [
        "",
        "static_assert(SizeClassToSize[NumSizeClasses - 1] == MaxSmallSize);",
        "static_assert(SizeClassToSize[TinySizeClass] == TinySize);",
        "",
        "}  // namespace gort::gc",
        "",
        "#endif  // GORT_ALLOC_SIZECLASSES_H_",
        "",
    ]
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(usage="mksizeclasses.py [--check] [--out FILE]")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "alloc/sizeclasses.h")
    args = parser.parse_args()
    text = generate()
    if not args.check:
        args.out.write_text(text, encoding="utf-8")
        return 0
    old = args.out.read_text(encoding="utf-8") if args.out.exists() else ""
    diff = difflib.unified_diff(old.splitlines(True), text.splitlines(True),
                                str(args.out), "generated")
    sys.stdout.writelines(diff)
    return 1 if old != text else 0


if __name__ == "__main__":
    sys.exit(main())
