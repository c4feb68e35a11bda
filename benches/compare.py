#!/usr/bin/env python3
"""Compares routelint with other linters on real repositories: whole processes, run in turn, in one go.

    python3 benches/compare.py --binary target/release/routelint --tools /tmp/tools REPOSITORY...
    python3 benches/compare.py --quick REPOSITORY...        # against oxlint only

Prints a Markdown table per repository: wall time, CPU time (user and system, all threads) and peak memory, each
also as a ratio. A ratio is the median over rounds of what a tool took to what oxlint took in the same round, so that
a machine that is slow for a while is slow for both; `routelint` is how many times the tool's wall time is that of a
run of routelint without a cache. Slow tools run in fewer rounds.

The tools come from npm, pinned, into the folder that `--tools` names (kept, to be used again) or into a temporary one.
npm's oxlint has no program of its own: it is a library inside Node, whose start the row `node -e 0` shows.
`read all files` is the floor: walk, and read every source file (`benches/compare/read.rs`).

Semgrep runs if it is installed (`semgrep` on the path, from PyPI), and oxlint's type-aware mode with `--type-aware`: it
needs a repository whose packages are installed, and tsconfigs that TypeScript 7 accepts. What it finds, promises that
nothing waits for, is to be compared with the row of routelint's rule for lost work.

Nothing is written into the given repositories: caches lie elsewhere, and the run after a change has a copy of its own.
Needs Python, npm and rustc, on Linux or macOS. Peak memory below that of this script, some 15 MiB, cannot be seen.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, NamedTuple, Optional

HERE = Path(__file__).resolve().parent
PACKAGES = ["oxlint@1.94.0"]
SLOW_PACKAGES = [
    "@biomejs/biome@2.6.8",
    "@ast-grep/cli@0.51.1",
    "eslint@9.39.5",
    "@typescript-eslint/parser@8.73.0",
    "@next/eslint-plugin-next@16.4.6",
    "typescript@5.9.3",
]
TYPE_AWARE_PACKAGES = ["oxlint-tsgolint@7.0.2007"]
FLOATING_PROMISES = {
    "plugins": ["typescript"],
    "categories": {"correctness": "off"},
    "rules": {"typescript/no-floating-promises": "error"},
}
PEER, OWN = "oxlint, default rules", "routelint"


class Cost(NamedTuple):
    """What a run took: seconds, seconds, MiB."""

    wall: float
    cpu: float
    peak: float


class Case(NamedTuple):
    """A row of the table: a command, in how many rounds it runs, and what is done before each run."""

    name: str
    command: list
    rounds: int
    before: Optional[Callable[[], None]] = None


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="routelint-compare-") as scratch:
        scratch = Path(scratch)
        tools = Path(options.tools).resolve() if options.tools else scratch / "tools"
        install(tools, options)
        reader = scratch / "read"
        subprocess.run(["rustc", "-O", "--edition", "2024", "-o", reader, HERE / "compare/read.rs"], check=True)
        for number, repository in enumerate(options.repositories):
            repository = Path(repository).resolve()
            folder = scratch / str(number)
            folder.mkdir()
            cases = all_cases(options, repository, tools, reader, folder)
            print_table(repository, reader, cases, run(cases, repository, options.rounds))
            shutil.rmtree(folder)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", metavar="REPOSITORY")
    parser.add_argument("--binary", default="target/release/routelint", help="the routelint to measure")
    parser.add_argument("--tools", help="folder for the other linters, kept")
    parser.add_argument("--quick", action="store_true", help="compare with oxlint only")
    parser.add_argument("--type-aware", action="store_true", help="also oxlint's rule that asks for types")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each fast tool [default: 9]")
    options = parser.parse_args()
    options.binary = Path(options.binary).resolve()
    return options


def install(tools: Path, options: argparse.Namespace) -> None:
    tools.mkdir(parents=True, exist_ok=True)
    packages = PACKAGES if options.quick else PACKAGES + SLOW_PACKAGES
    if options.type_aware:
        packages = packages + TYPE_AWARE_PACKAGES
    command = ["npm", "install", "--prefix", tools, "--no-audit", "--no-fund", "--silent", *packages]
    subprocess.run(command, check=True, stdout=sys.stderr)
    # The tools' own defaults, whatever the repository configures.
    (tools / "oxlintrc.json").write_text("{}")
    (tools / "floating-promises.json").write_text(json.dumps(FLOATING_PROMISES))
    (tools / "biome.json").write_text(json.dumps({"root": True, "formatter": {"enabled": False}}))
    shutil.copy(HERE / "compare/eslint.config.mjs", tools)


def all_cases(options: argparse.Namespace, repository: Path, tools: Path, reader: Path, folder: Path) -> list:
    rounds, bin = options.rounds, tools / "node_modules/.bin"
    some, few = min(rounds, 3), 1
    oxlint = [bin / "oxlint", "--disable-nested-config"]
    cases = [
        Case("read all files", [reader, "."], rounds),
        *own_cases(options, repository, folder),
        Case(PEER, [*oxlint, "-c", tools / "oxlintrc.json", "."], rounds),
        Case("`node -e 0`", ["node", "-e", "0"], rounds),
    ]
    if options.type_aware:
        lost_work = [options.binary, "--no-cache", "--rule", "lost-work", "."]
        cases += [
            Case(f"{OWN}, lost work only", lost_work, some),
            Case("oxlint, type-aware, floating promises only", type_aware(oxlint, tools, repository), some),
        ]
    if not options.quick:
        scan = [bin / "ast-grep", "scan", "-c", HERE / "compare/sgconfig.yml", "."]
        lint = [bin / "eslint", "--no-config-lookup", "-c", tools / "eslint.config.mjs", "--no-inline-config", "."]
        cases += [
            Case("ast-grep, 5 rules", scan, some),
            Case("Biome lint", [bin / "biome", "lint", f"--config-path={tools}", "."], some),
            Case("ESLint, TypeScript parser, Next's rules", lint, few),
        ]
        if shutil.which("semgrep"):
            rules = ["--config", HERE / "compare/semgrep.yml", "--metrics=off", "--disable-version-check"]
            cases.append(Case("Semgrep, 5 rules", ["semgrep", "scan", *rules, "--quiet", "."], few))
    return cases


def type_aware(oxlint: list, tools: Path, repository: Path) -> list:
    """The command; it ends at once, and with 1 as for findings, where it cannot work."""
    found = f"OXLINT_TSGOLINT_PATH={tools / 'node_modules/.bin/tsgolint'}"
    command = ["env", found, *oxlint, "--type-aware", "-c", tools / "floating-promises.json", "."]
    tried = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if "tsconfig-error" in tried.stdout or "Finished in" not in tried.stdout:
        sys.exit(f"oxlint --type-aware cannot work in {repository}:\n{tried.stdout[:2000]}{tried.stderr[:2000]}")
    return command


def own_cases(options: argparse.Namespace, repository: Path, folder: Path) -> list:
    """routelint cold, and, if it has a cache, unchanged and after the change of one route."""
    options_known = subprocess.run([options.binary, "--help"], capture_output=True, text=True, check=True).stdout
    cold = ["--no-cache"] if "--no-cache" in options_known else []
    cases = [Case(OWN, [options.binary, *cold, "."], options.rounds)]
    if "--cache-dir" not in options_known:
        return cases
    copy = folder / "copy"
    ignored = shutil.ignore_patterns("node_modules", ".git", ".next")
    shutil.copytree(repository, copy, symlinks=True, ignore=ignored)
    listed = subprocess.run([options.binary, "routes", copy, "--format", "json"], capture_output=True, check=False)
    apps = [app for app in json.loads(listed.stdout) if app["routes"]]
    changed = copy / apps[0]["routes"][0]["file"]

    def change() -> None:
        with changed.open("a") as file:
            file.write("\n// One more line.\n")

    warm = [options.binary, "--cache-dir", folder / "cache", "."]
    # The folder comes as an argument, so that both run from the repository.
    after = [options.binary, "--cache-dir", folder / "cache-of-copy", copy]
    return [
        *cases,
        Case(f"{OWN}, warm", warm, options.rounds),
        Case(f"{OWN}, one file changed", after, options.rounds, change),
    ]


def run(cases: list, repository: Path, rounds: int) -> dict:
    """The costs of each case by its name; in the order of rounds. What is fast has a first run that does not count."""
    costs = {case.name: [] for case in cases}
    for case in cases:
        if case.rounds == rounds:
            measured(case, repository)
    for number in range(rounds):
        for case in cases:
            if number < case.rounds:
                costs[case.name].append(measured(case, repository))
    return costs


def measured(case: Case, repository: Path) -> Cost:
    if case.before:
        case.before()
    command = [str(part) for part in case.command]
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=repository, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        # All of them end with 1 when they have findings.
        if process.returncode not in (0, 1):
            errors.seek(0)
            text = errors.read().decode(errors="replace")
            sys.exit(f"{case.name} ended with {process.returncode} in {repository}:\n{text}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 2**20)


def print_table(repository: Path, reader: Path, cases: list, costs: dict) -> None:
    counted = subprocess.run([reader, repository], capture_output=True, text=True, check=True).stdout.split()
    print(f"\n### {repository.name}: {int(counted[0]):,} source files, {int(counted[1]) / 1e6:.1f} MB\n")
    print("| | wall s | × oxlint | CPU s | × oxlint | peak MiB | × oxlint | ÷ routelint | runs |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for case in cases:
        own = costs[case.name]
        middle = Cost(*(statistics.median(values) for values in zip(*own)))
        to_peer = Cost(*(ratio(own, costs[PEER], index) for index in range(3)))
        to_own = ratio(own, costs[OWN], 0)
        print(
            f"| {case.name} | {middle.wall:.3f} | {to_peer.wall:.2f} | {middle.cpu:.2f} | {to_peer.cpu:.2f} "
            f"| {middle.peak:.0f} | {to_peer.peak:.2f} | {to_own:.2f} | {len(own)} |"
        )
    sys.stdout.flush()


def ratio(own: list, other: list, index: int) -> float:
    """Median of the ratios within each round."""
    return statistics.median(mine[index] / theirs[index] for mine, theirs in zip(own, other) if theirs[index])


if __name__ == "__main__":
    main()
