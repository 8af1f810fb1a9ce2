#!/usr/bin/env python3
"""What distribution costs: one query on clusters of 1, 2 and 4 executors of one task each, on this machine, beside one process;
and how many bytes of sums tasks hand on.

    cargo build --release --features cluster
    python3 benches/cluster/compare.py target/release/dartboard [--files 64] [--rounds 5]

Needs nothing but the command and Python. Within a round all take turns; answers are compared to the last bit. A file takes
50 MB on disk.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

ROWS_PER_FILE = 2_500_000
GROUPS = 97
MANY_GROUPS = 100_003
QUERY = ["--truth", "y", "--pred", "p", "--loss", "mse,mae,log_cosh", "--no-skill", "--format", "json"]
SEGMENTS = ["--by", "segment"]
CUSTOMERS = ["--by", "customer"]
PARTS = 64


def make(dartboard, folder, files):
    for number in range(files):
        first, last = number * ROWS_PER_FILE + 1, (number + 1) * ROWS_PER_FILE
        sql = (
            f"SELECT CAST(value % {GROUPS} AS INT) AS segment, CAST(value % {MANY_GROUPS} AS INT) AS customer, sin(value * 1.0) AS y, sin(value * 1.0001) AS p "
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
    parser.add_argument("--files", type=int, default=64)
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
        print("\n| groups | tasks | bytes of state that they hand on | per group and task |")
        print("|---|---|---|---|")
        for groups, segments in ((1, []), (GROUPS, SEGMENTS), (MANY_GROUPS, CUSTOMERS)):
            query = [options.dartboard, "score", data, *QUERY, *segments]
            tasks, size = handed_on(query, options, folder)
            print(f"| {groups:,} | {tasks} | {size:,} | {size / groups / tasks:.0f} |", flush=True)


class Cluster:
    """A scheduler and executors of one task each, who keep what they hand on below `directory`."""

    def __init__(self, dartboard, executors, folder):
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.scheduler = Process(dartboard, "cluster", "scheduler", "--port", 0)
        common = ["--tasks", 1, "--scheduler", self.scheduler.address, "--directory", self.directory]
        self.executors = [Process(dartboard, "cluster", "executor", *common) for _ in range(executors)]
        self.options = ["--cluster", self.scheduler.address, "--parts", PARTS]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in [*self.executors, self.scheduler]:
            process.stop()


class Sizes(threading.Thread):
    """The largest size that each file below a folder was seen to have while this ran."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.largest, self.over = folder, {}, threading.Event()

    def run(self):
        while not self.over.wait(0.005):
            # Unlike pathlib's, this walk goes on where folders vanish under it.
            for folder, _, names in os.walk(self.folder):
                for path in (pathlib.Path(folder, name) for name in names if name.endswith(".arrow")):
                    try:
                        size = path.stat().st_size
                    except FileNotFoundError:
                        continue
                    self.largest[path] = max(size, self.largest.get(path, 0))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def handed_on(query, options, folder):
    """The tasks of the first stage, and the bytes they wrote for the second."""
    with Cluster(options.dartboard, 2, folder) as cluster:
        with Sizes(cluster.directory) as sizes:
            timed([*query, *cluster.options])
        # executor / job / stage / partition / file
        stages = {}
        for path, size in sizes.largest.items():
            stages.setdefault(int(path.relative_to(cluster.directory).parts[2]), []).append(size)
        first = stages[min(stages)]
        return len(first), sum(first)


def row(name, query, executors, options, folder, rows):
    with Cluster(options.dartboard, executors, folder) as cluster:
        single, whole, times = [], [], []
        for round_ in range(options.rounds + 1):
            one, expected = timed([*query, "--threads", 1])
            all_, _ = timed(query)
            spent, answer = timed([*query, *cluster.options])
            for report in (answer, expected):
                report["settings"].pop("threads", None)
            if answer != expected:
                raise SystemExit("the cluster gave another answer")
            # The first round fills caches.
            if round_ > 0:
                single.append(spent / one), whole.append(spent / all_), times.append(spent)
    speed = rows / statistics.median(times) / 1e6
    print(f"| {name} | {executors} | {speed:.0f} | {spread(single)} | {spread(whole)} |", flush=True)


def spread(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
