#!/usr/bin/env python3
"""compare.py runs the benchmarks and their Go twins in turn and prints one table.

gort's benchmarks are Google Benchmark programs; the twins are one Go test package in which a
benchmark BenchmarkX does what X does. A round runs both, one right after the other, so that what
the machine does meanwhile hits both; a figure is the median of the rounds, and its spread is
(largest - smallest) / median. `tools/gort bench` builds everything and calls this.

Two kinds of benchmark are known by their names:
  ...2P      crosses cores. Such figures vary by a factor of 2 to 5 on small machines, so they are
             printed and judged by nothing.
  Parked...  measures memory as well, so each runs once in a process of its own. It takes its
             time and varies little, so there are fewer rounds of it.
The others are compared with a goal, the ratio to Go's time that the project wants to reach.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys

GOALS = {"SpawnJoin": 0.6, "SpawnJoin100": 0.6, "Gosched": 0.4, "PingPong1P": 0.4}
GOAL = 0.9
ROUNDS_OF_ONCE = 3
DEBIAN_GO = "/usr/lib/go-1.27/bin/go"


def crosses_cores(name):
    return name.endswith("2P")


def runs_once(name):
    return name.startswith("Parked")


def fail(message):
    print(f"gort: bench: {message}", file=sys.stderr)
    sys.exit(1)


def output_of(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        fail(f"{os.path.basename(command[0])} failed with status {done.returncode}")
    return done.stdout


class Ours:
    """The Google Benchmark programs."""

    def __init__(self, folder):
        self.program = {}  # benchmark -> the program that has it
        for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                for benchmark in output_of([path, "--benchmark_list_tests"]).split():
                    self.program[benchmark.split("/")[0]] = path

    def run(self, names, seconds):
        """Results of some benchmarks that are in one process: name -> (ns, bytes or None)."""
        results = {}
        for program in sorted({self.program[name] for name in names}):
            mine = [name for name in names if self.program[name] == program]
            report = json.loads(output_of([
                program, "--benchmark_format=json", f"--benchmark_min_time={seconds}",
                f"--benchmark_filter=^({'|'.join(mine)})(/|$)"]))
            for entry in report["benchmarks"]:
                scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[entry["time_unit"]]
                name = entry["name"].split("/")[0]
                if "error_message" in entry:
                    fail(f"{name}: {entry['error_message']}")
                results[name] = (entry["real_time"] * scale, entry.get("bytes"))
        return results


class Twins:
    """The Go test package, or nothing where Go is missing."""

    def __init__(self, folder, cache):
        self.go = shutil.which("go") or (DEBIAN_GO if os.access(DEBIAN_GO, os.X_OK) else None)
        if not self.go:
            return
        self.env = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-mod=mod", GOWORK="off",
                        GOCACHE=os.path.join(cache, "cache"), GOPATH=os.path.join(cache, "path"))
        os.makedirs(cache, exist_ok=True)
        self.version = output_of([self.go, "env", "GOVERSION"], env=self.env).strip()
        self.program = os.path.join(cache, "bench.test")
        output_of([self.go, "test", "-c", "-o", self.program, "."], cwd=folder, env=self.env)

    def run(self, names, seconds):
        duration = "1x" if all(runs_once(name) for name in names) else f"{seconds}s"
        text = output_of([self.program, f"-test.bench=^Benchmark({'|'.join(names)})$",
                          "-test.run=^$", f"-test.benchtime={duration}"], env=self.env)
        results = {}
        for line in text.splitlines():
            match = re.match(r"Benchmark(\w+?)(?:-\d+)?\s+\d+\s+(.*)", line)
            if match:
                fields = match.group(2).split()
                values = dict(zip(fields[1::2], map(float, fields[0::2])))
                results[match.group(1)] = (values["ns/op"], values.get("bytes"))
        return results


def table_row(name, ours, theirs, note):
    def median_and_spread(values):
        if not values:
            return "-", "-"
        middle = statistics.median(values)
        spread = (max(values) - min(values)) / middle * 100 if middle else 0
        return f"{middle:,.1f}", f"{spread:.0f}%"

    ratio = "-"
    if theirs and ours:
        ratio = f"{statistics.median(ours) / statistics.median(theirs):.2f}"
    return [name, *median_and_spread(ours), *median_and_spread(theirs), ratio, note]


def judge(name, ours, theirs):
    if crosses_cores(name):
        return "crosses cores, not judged"
    if not theirs:
        return ""
    goal = GOALS.get(name, GOAL)
    reached = statistics.median(ours) <= goal * statistics.median(theirs)
    return f"goal {goal:.1f}: {'reached' if reached else 'MISSED'}"


def print_table(rows):
    rows = [["benchmark", "gort", "spread", "Go", "spread", "gort/Go", ""]] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1])]
        print("  ".join(cells + [row[-1]]).rstrip())


def main():
    parser = argparse.ArgumentParser(description="runs benchmarks beside their Go twins")
    parser.add_argument("--programs", required=True, help="folder of the Google Benchmark programs")
    parser.add_argument("--twins", required=True, help="folder of the Go package")
    parser.add_argument("--cache", required=True, help="folder for what Go builds")
    parser.add_argument("--filter", default="", help="regular expression; only matching benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="for one benchmark in a round")
    args = parser.parse_args()

    ours = Ours(args.programs)
    names = [name for name in ours.program if re.search(args.filter, name)]
    if not names:
        fail(f"no benchmark matches '{args.filter}'")
    twins = Twins(args.twins, args.cache)

    # What shares a process, in the order it runs: everything, and then each that runs once.
    groups = [[name for name in names if not runs_once(name)]]
    groups += [[name] for name in names if runs_once(name)]
    figures = {name: ([], []) for name in names}  # name -> (ours, theirs), one pair a round
    for round_ in range(args.rounds):
        print(f"gort: bench: round {round_ + 1} of {args.rounds}", file=sys.stderr)
        for group in filter(None, groups):
            if runs_once(group[0]) and round_ >= ROUNDS_OF_ONCE:
                continue
            for side, runner in enumerate([ours, twins] if twins.go else [ours]):
                for name, figure in runner.run(group, args.seconds).items():
                    figures[name][side].append(figure)

    rows = []
    for name, (mine, theirs) in figures.items():
        times = [[time for time, _ in side] for side in (mine, theirs)]
        rows.append(table_row(name + ", ns", *times, judge(name, *times)))
        if any(size is not None for _, size in mine):
            sizes = [[size for _, size in side] for side in (mine, theirs)]
            rows.append(table_row(name + ", bytes", *sizes, ""))
    print_table(rows)
    if twins.go:
        print(f"\nMedians of {args.rounds} rounds, alternating with {twins.version}.")
    else:
        print(f"\nMedians of {args.rounds} rounds. No Go toolchain found, so nothing to compare.")


if __name__ == "__main__":
    main()
