#!/usr/bin/env python3
"""Counts the instructions of fixed runs under callgrind, and fails where they are more than were recorded.

    python3 benches/instructions.py --binary target/release/routelint             # compare
    python3 benches/instructions.py --binary target/release/routelint --record    # write benches/instructions.json

A count is the same on a busy machine: two runs differ by less than one percent. Runs use one thread and no cache.
A run that takes more than the tolerance fails; one that takes less asks to be recorded, so that the gain is held.

Counts depend on the compiler and on what is analysed. The record says with which compiler and over which bytes it was
made: where either differs nothing is judged, and the count is printed with the advice to record it anew, in a commit of
its own. What remains, the C library and the processor's features, moves less than the tolerance.

Without valgrind it says that it was skipped, and ends with 0.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benches/instructions.json"
TOLERANCE = 0.05
PROJECTS = "testdata/projects"
# What starting costs, which every run in a hook pays; and whole runs over all projects of the tests.
RUNS = {
    "start": ["--version"],
    "check, all test projects": ["--threads", "1", "--format", "json", PROJECTS],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/routelint")
    parser.add_argument("--record", action="store_true", help="write the counts down instead of comparing")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return 0
    binary = options.binary.resolve()
    made_with = {"compiler": compiler(), "projects": digest(ROOT / PROJECTS)}
    counts = {name: instructions(binary, arguments) for name, arguments in RUNS.items()}
    if options.record:
        RECORD.write_text(json.dumps({**made_with, "instructions": counts}, indent=2) + "\n")
    return compare(counts, made_with, json.loads(RECORD.read_text()))


def compiler() -> str:
    """The compiler and the platform, as `rustc -vV` names them."""
    text = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    known = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return f"{known['release']} {known['host']}"


def digest(folder: Path) -> str:
    """One hash of all names and bytes in a folder."""
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]


def instructions(binary: Path, arguments: list) -> int:
    if "--no-cache" in subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout:
        arguments = [*arguments, "--no-cache"]
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    # 1: it has findings.
    if done.returncode not in (0, 1) or not found:
        sys.exit(f"callgrind of `{' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr}")
    return int(found[1])


def compare(counts: dict, made_with: dict, record: dict) -> int:
    others = [key for key, value in made_with.items() if record.get(key) != value]
    failed = False
    for name, count in counts.items():
        before = record["instructions"].get(name)
        change = count / before - 1 if before else 0.0
        line = f"{name}: {count:,} instructions, {change:+.2%}"
        if others or before is None:
            print(f"{line}; not judged")
        elif change > TOLERANCE:
            failed = True
            print(f"{line}; more than {TOLERANCE:.0%}: mend it, or record it and say why in the commit")
        elif change < -TOLERANCE:
            print(f"{line}; better: record it")
        else:
            print(line)
    if others:
        print(f"recorded with another {' and other '.join(others)}: record anew, in a commit of its own")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
