"""Times one scoring query on Dartboard, DuckDB and polars, side by side.

    python compare.py FOLDER DARTBOARD [--rounds N] [--threads N] [--record FILE]

FOLDER holds the files of make_data.py, DARTBOARD is the optimised command. The query is MSE, MAE and log loss of p
against y, overall and per segment, over big.parquet and small.csv. Every engine runs in a process of its own, in turn
within each round, after one round that is not counted. The time of Dartboard is that of its whole process, start and
all; the others are timed inside their process, without start and imports, which favours them. Memory is the peak of the
process. Log loss is written for DuckDB and polars in the form that each runs faster (one logarithm where y is 0 or 1).
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import struct
import subprocess
import sys
import time

DUCKDB = """
import duckdb, sys, time, json
path, by, threads = sys.argv[1:4]
connection = duckdb.connect(config={"threads": int(threads)})
connection.execute("set enable_progress_bar = false")
metrics = "avg((y-p)*(y-p)), avg(abs(y-p)), avg(case when y = 1 then -ln(p) else -ln(1-p) end)"
query = f"select segment, {metrics} from '{path}' group by segment order by segment" if by == "segment" else f"select {metrics} from '{path}'"
start = time.perf_counter()
rows = connection.execute(query).fetchall()
print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows}))
"""

POLARS = """
import os, sys, time, json
path, by, threads = sys.argv[1:4]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl
y, p = pl.col("y"), pl.col("p")
metrics = [((y - p) ** 2).mean().alias("mse"), (y - p).abs().mean().alias("mae"),
           (-pl.when(y == 1).then(p).otherwise(1 - p).log()).mean().alias("bce")]
start = time.perf_counter()
scan = pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_csv(path)
if by == "segment":
    frame = scan.group_by("segment").agg(metrics).sort("segment")
else:
    frame = scan.select(metrics)
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


def dartboard(program, path, by, threads, how):
    if how == "sql":
        keys = "segment, " if by == "segment" else ""
        group = " GROUP BY segment ORDER BY segment" if by == "segment" else ""
        query = f"SELECT {keys}mse(y, p), mae(y, p), bce(y, p) FROM '{path}'{group}"
        command = [program, "sql", query, "--format", "json", "--threads", str(threads)]
    else:
        command = [program, "score", path, "--truth", "y", "--pred", "p", "--loss", "mse,mae,bce", "--no-skill",
                   "--format", "json", "--threads", str(threads)]
        if by == "segment":
            command += ["--by", "segment"]
    output, seconds, memory = run_process(command)
    parsed = json.loads(output)
    if how == "sql":
        rows = [list(row.values()) for row in parsed]
    elif by == "segment":
        rows = [[int(group["segment"][0])] + values(group) for group in parsed["segments"]]
        rows.sort()
    else:
        rows = [values(parsed["overall"])]
    return seconds, memory, rows


def values(group):
    return [score["value"] for score in group["models"][0]["scores"]]


def peer(code, path, by, threads):
    output, _, memory = run_process([sys.executable, "-c", code, str(path), by, str(threads)])
    parsed = json.loads(output)
    return parsed["seconds"], memory, parsed["rows"]


def close(a, b):
    return all(abs(x - y) <= 1e-9 * abs(y) for r, s in zip(a, b) for x, y in zip(r, s)) and len(a) == len(b)


def bits(rows):
    return tuple(struct.pack("<d", value) for row in rows for value in row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--record", type=pathlib.Path)
    arguments = parser.parse_args()

    import duckdb
    import polars

    threads = arguments.threads
    engines = {
        "dartboard score": lambda path, by: dartboard(arguments.program, str(path), by, threads, "score"),
        "dartboard sql": lambda path, by: dartboard(arguments.program, str(path), by, threads, "sql"),
        "duckdb": lambda path, by: peer(DUCKDB, path, by, threads),
        "polars": lambda path, by: peer(POLARS, path, by, threads),
    }
    print(f"duckdb {duckdb.__version__}, polars {polars.__version__}, {platform.processor() or platform.machine()}, "
          f"{threads} thread(s), {arguments.rounds} rounds")
    record = []
    for name in ["big.parquet", "small.csv"]:
        for by in ["overall", "segment"]:
            path = arguments.folder / name
            times = {engine: [] for engine in engines}
            memory = {engine: 0.0 for engine in engines}
            answers = {engine: set() for engine in engines}
            for round_number in range(arguments.rounds + 1):
                for engine, run in engines.items():
                    seconds, peak, rows = run(path, by)
                    if round_number == 0:
                        reference = rows if engine == "dartboard score" else reference
                        if not close(rows, reference):
                            raise SystemExit(f"{engine} on {name} {by}: the answers differ")
                        continue
                    times[engine].append(seconds)
                    memory[engine] = max(memory[engine], peak)
                    answers[engine].add(bits(rows))
            print(f"\n{name}, {by}")
            print(f"{'':16} {'median s':>9} {'min s':>7} {'max s':>7} {'peak MB':>8} {'answers':>8}  time of dartboard score / sql in it: median (min to max)")
            for engine in engines:
                seconds = times[engine]
                line = (f"{engine:16} {statistics.median(seconds):9.3f} {min(seconds):7.3f} {max(seconds):7.3f} "
                        f"{memory[engine]:8.0f} {len(answers[engine]):8}  ")
                for own in ["dartboard score", "dartboard sql"]:
                    ratios = sorted(a / b for a, b in zip(times[own], seconds))
                    line += f" {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
                print(line, flush=True)
                record.append({"file": name, "by": by, "threads": threads, "engine": engine, "seconds": seconds,
                               "peak_mb": memory[engine], "distinct_answers": len(answers[engine])})
    if arguments.record:
        arguments.record.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
