"""Times scoring queries on Dartboard, DuckDB and polars, side by side.

    python compare.py FOLDER DARTBOARD [--rounds N] [--threads N] [--only TEXT] [--record FILE]

FOLDER holds the files of make_data.py, DARTBOARD is the optimised command. The cases are listed in CASES; --only keeps
those whose name contains the text. Every engine runs in a process of its own, in turn within each round, after one round
that is not counted. The time of Dartboard is that of its whole process, start and all; the others are timed inside their
process, without start and imports, which favours them. Memory is the peak of the process. Log loss is written for DuckDB
and polars in the form that each runs faster (one logarithm where y is 0 or 1).
"""

import argparse
import functools
import json
import os
import pathlib
import platform
import statistics
import struct
import subprocess
import sys
import time

# Name, file, losses, column to group by.
CASES = [
    ("parquet overall", "big.parquet", ["mse", "mae", "bce"], None),
    ("parquet per segment", "big.parquet", ["mse", "mae", "bce"], "segment"),
    ("parquet mse alone", "big.parquet", ["mse"], None),
    ("csv overall", "small.csv", ["mse", "mae", "bce"], None),
    ("csv per segment", "small.csv", ["mse", "mae", "bce"], "segment"),
]

DUCKDB = """
import duckdb, sys, time, json
path, losses, by, threads = sys.argv[1:5]
connection = duckdb.connect(config={"threads": int(threads)})
connection.execute("set enable_progress_bar = false")
of = {"mse": "avg((y-p)*(y-p))", "mae": "avg(abs(y-p))", "bce": "avg(case when y = 1 then -ln(p) else -ln(1-p) end)"}
metrics = ", ".join(of[loss] for loss in losses.split(","))
query = f"select {by}, {metrics} from '{path}' group by {by} order by {by}" if by else f"select {metrics} from '{path}'"
start = time.perf_counter()
rows = connection.execute(query).fetchall()
print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows}))
"""

POLARS = """
import os, sys, time, json
path, losses, by, threads = sys.argv[1:5]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl
y, p = pl.col("y"), pl.col("p")
of = {"mse": ((y - p) ** 2).mean(), "mae": (y - p).abs().mean(),
      "bce": (-pl.when(y == 1).then(p).otherwise(1 - p).log()).mean()}
metrics = [of[loss].alias(loss) for loss in losses.split(",")]
start = time.perf_counter()
scan = pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_csv(path)
frame = scan.group_by(by).agg(metrics).sort(by) if by else scan.select(metrics)
rows = frame.collect(engine="streaming").rows()
print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows}))
"""


def run_process(command):
    """Output, wall seconds and peak memory in MB of a command."""
    reading, writing = os.pipe()
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as stream:
        output = stream.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {status}")
    return output, seconds, usage.ru_maxrss / 1024


def dartboard(how, program, path, losses, by, threads):
    if how == "sql":
        keys, order = (f"{by}, ", f" GROUP BY {by} ORDER BY {by}") if by else ("", "")
        columns = ", ".join(f"{loss}(y, p)" for loss in losses)
        command = [program, "sql", f"SELECT {keys}{columns} FROM '{path}'{order}"]
    else:
        command = [program, "score", path, "--truth", "y", "--pred", "p", "--loss", ",".join(losses), "--no-skill"]
        command += ["--by", by] if by else []
    output, seconds, memory = run_process([*command, "--format", "json", "--threads", str(threads)])
    parsed = json.loads(output)
    if how == "sql":
        rows = [list(row.values()) for row in parsed]
    elif by:
        rows = sorted([int(group["segment"][0])] + values(group) for group in parsed["segments"])
    else:
        rows = [values(parsed["overall"])]
    return seconds, memory, rows


def values(group):
    return [score["value"] for score in group["models"][0]["scores"]]


def peer(code, path, losses, by, threads):
    command = [sys.executable, "-c", code, path, ",".join(losses), by or "", str(threads)]
    output, _, memory = run_process(command)
    parsed = json.loads(output)
    return parsed["seconds"], memory, parsed["rows"]


def close(a, b):
    return all(abs(x - y) <= 1e-9 * abs(y) for r, s in zip(a, b) for x, y in zip(r, s)) and len(a) == len(b)


def bits(rows):
    return tuple(struct.pack("<d", value) for row in rows for value in row)


OWN = ["dartboard score", "dartboard sql"]


def time_case(case, engines, rounds, threads):
    """Times one case; prints a table and returns a record per engine."""
    name, path, losses, by = case
    times = {engine: [] for engine in engines}
    memory = dict.fromkeys(engines, 0.0)
    answers = {engine: set() for engine in engines}
    reference = None
    for round_number in range(rounds + 1):
        for engine, run in engines.items():
            seconds, peak, rows = run(path, losses, by, threads)
            reference = reference or rows
            if not close(rows, reference):
                raise SystemExit(f"{engine}, {name}: the answers differ")
            if round_number > 0:
                times[engine].append(seconds)
                memory[engine] = max(memory[engine], peak)
                answers[engine].add(bits(rows))
    print(f"\n{name}")
    print(f"{'':16} {'median s':>9} {'min s':>7} {'max s':>7} {'peak MB':>8} {'answers':>8}  "
          "time of dartboard score / sql in it: median (min to max)")
    for engine, seconds in times.items():
        line = (f"{engine:16} {statistics.median(seconds):9.3f} {min(seconds):7.3f} {max(seconds):7.3f} "
                f"{memory[engine]:8.0f} {len(answers[engine]):8}  ")
        for own in OWN:
            ratios = sorted(a / b for a, b in zip(times[own], seconds))
            line += f" {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(line, flush=True)
    return [{"case": name, "threads": threads, "engine": engine, "seconds": times[engine], "peak_mb": memory[engine],
             "distinct_answers": len(answers[engine])} for engine in engines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--record", type=pathlib.Path)
    arguments = parser.parse_args()

    import duckdb
    import polars

    engines = {
        "dartboard score": functools.partial(dartboard, "score", arguments.program),
        "dartboard sql": functools.partial(dartboard, "sql", arguments.program),
        "duckdb": functools.partial(peer, DUCKDB),
        "polars": functools.partial(peer, POLARS),
    }
    print(f"duckdb {duckdb.__version__}, polars {polars.__version__}, {platform.processor() or platform.machine()}, "
          f"{arguments.threads} thread(s), {arguments.rounds} rounds")
    record = []
    for name, file, losses, by in CASES:
        if arguments.only in name:
            case = (name, str(arguments.folder / file), losses, by)
            record += time_case(case, engines, arguments.rounds, arguments.threads)
    if arguments.record:
        arguments.record.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
