#!/usr/bin/env python3
"""What distribution costs: one query on clusters of 1, 2 and 4 executors of one task each, on this machine, beside one process.

    cargo build --release --features cluster
    python3 benches/cluster/compare.py target/release/dartboard [--files 16] [--rounds 5]

Needs nothing but the command and Python. Within a round all take turns; answers are compared to the last bit.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

ROWS_PER_FILE = 2_500_000
GROUPS = 97
QUERY = ["--truth", "y", "--pred", "p", "--loss", "mse,mae,log_cosh", "--no-skill", "--format", "json"]
SEGMENTS = ["--by", "segment"]
PARTS = 64


def make(dartboard, folder, files):
    for number in range(files):
        first, last = number * ROWS_PER_FILE + 1, (number + 1) * ROWS_PER_FILE
        sql = (
            f"SELECT CAST(value % {GROUPS} AS INT) AS segment, sin(value * 1.0) AS y, sin(value * 1.0001) AS p "
            f"FROM generate_series({first}, {last})"
        )
        subprocess.run([dartboard, "sql", sql, "--output", folder / f"{number:03}.parquet"], check=True, stdout=subprocess.DEVNULL)


class Process:
    """A process of a cluster and the address it has printed."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if " listens at " in line:
                self.address = line.split(" listens at ")[1].split()[0]
                return
        raise SystemExit("a process of the cluster did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


def timed(command):
    started = time.perf_counter()
    answer = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    return time.perf_counter() - started, json.loads(answer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dartboard", type=lambda text: os.path.realpath(text))
    parser.add_argument("--files", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data = folder / "data"
        data.mkdir()
        make(options.dartboard, data, options.files)
        rows = options.files * ROWS_PER_FILE
        size = sum(path.stat().st_size for path in data.iterdir())
        print(f"{rows:,} rows in {options.files} files, {size / 1e6:.0f} MB; {os.cpu_count()} cores")
        print("| query | executors | million rows/s | time over one process of 1 thread | of all cores |")
        print("|---|---|---|---|---|")
        for name, segments in (("overall", []), (f"{GROUPS} segments", SEGMENTS)):
            query = [options.dartboard, "score", data, *QUERY, *segments]
            for executors in (1, 2, 4):
                row(name, query, executors, options, folder, rows)


def row(name, query, executors, options, folder, rows):
    scheduler = Process(options.dartboard, "cluster", "scheduler", "--port", 0)
    work = pathlib.Path(tempfile.mkdtemp(dir=folder))
    start = [options.dartboard, "cluster", "executor", "--tasks", 1, "--scheduler", scheduler.address, "--directory", work]
    processes = [Process(*start) for _ in range(executors)]
    try:
        cluster = [*query, "--cluster", scheduler.address, "--parts", PARTS]
        single, whole, times = [], [], []
        for round_ in range(options.rounds + 1):
            one, expected = timed([*query, "--threads", 1])
            all_, _ = timed(query)
            spent, answer = timed(cluster)
            for report in (answer, expected):
                report["settings"].pop("threads", None)
            if answer != expected:
                raise SystemExit("the cluster gave another answer")
            if round_ == 0:
                continue
            single.append(spent / one), whole.append(spent / all_), times.append(spent)
        middle = statistics.median
        print(
            f"| {name} | {executors} | {rows / middle(times) / 1e6:.0f} | {spread(single)} | {spread(whole)} |",
            flush=True,
        )
    finally:
        for process in [*processes, scheduler]:
            process.stop()


def spread(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
