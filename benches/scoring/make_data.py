"""Makes the files of the scoring benchmark.

    python make_data.py FOLDER [ROWS]

`big.parquet`: ROWS rows (100 million unless said) of y in {0, 1} and a probability p, both 64-bit floats, and a segment
number from 0 to 99 as a 32-bit integer; snappy, row groups of 1 million rows; about 9 bytes a row. `small.csv`: the
first tenth of it as text. Written in pieces, with a fixed seed: the same files on any machine.
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

ROW_GROUP = 1_000_000


def piece(index, rows):
    """Rows of row group `index`: probabilities of a model that is right about them."""
    random = np.random.default_rng([20261122, index])
    logit = random.normal(-1.0, 2.0, rows)
    p = 1.0 / (1.0 + np.exp(-logit))
    y = (random.random(rows) < p).astype(np.float64)
    segment = random.integers(0, 100, rows, dtype=np.int32)
    return pa.table({"y": y, "p": p, "segment": segment})


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000_000
    folder.mkdir(parents=True, exist_ok=True)
    schema = piece(0, 1).schema
    as_text = rows // 10
    with (
        pa.parquet.ParquetWriter(folder / "big.parquet", schema, compression="snappy") as parquet,
        pa.csv.CSVWriter(folder / "small.csv", schema) as text,
    ):
        for index, start in enumerate(range(0, rows, ROW_GROUP)):
            table = piece(index, min(ROW_GROUP, rows - start))
            parquet.write_table(table, row_group_size=ROW_GROUP)
            if start < as_text:
                text.write_table(table.slice(0, as_text - start))
    for name in ["big.parquet", "small.csv"]:
        print(f"{name}: {(folder / name).stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
