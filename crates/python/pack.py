"""Packs a wheel anew, as small as the format of ZIP allows: ``python pack.py WHEEL``.

Zopfli searches for the shortest stream that any unpacker of DEFLATE reads; a wheel of kernels loses 4 % by it.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from unittest import mock

import zopfli.zlib

# A stream of zlib is that of ZIP between a header and a checksum (RFC 1950).
HEADER, CHECKSUM = 2, 4


class Packer:
    """What `zipfile` asks of a compressor."""

    def __init__(self, *_: object) -> None:
        self.parts: list[bytes] = []

    def compress(self, part: bytes) -> bytes:
        """Keeps a part: all are needed to begin."""
        self.parts.append(bytes(part))
        return b""

    def flush(self) -> bytes:
        """The stream."""
        stream: bytes = zopfli.zlib.compress(b"".join(self.parts), numiterations=5)
        return stream[HEADER:-CHECKSUM]


def pack(wheel: Path) -> None:
    """Replaces a wheel by a smaller one with the same files."""
    smaller = wheel.with_suffix(".packed")
    with mock.patch("zipfile._get_compressor", Packer), zipfile.ZipFile(wheel) as old, zipfile.ZipFile(smaller, "w") as new:
        for entry in old.infolist():
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(entry.filename))
    smaller.replace(wheel)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
