"""What the measurements were made on. Standard library only; Linux tells the most."""

import datetime
import os
import pathlib
import platform
import subprocess

CPU = pathlib.Path("/sys/devices/system/cpu/cpu0")


def facts() -> dict[str, str]:
    """The machine in words, by name; what it does not tell is left out."""
    found = {
        "processor": _processor(),
        "caches": _caches(),
        "memory": _memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "governor": _read(CPU / "cpufreq/scaling_governor"),
        "huge pages": _chosen(_read(pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled"))),
        "C library": " ".join(platform.libc_ver()),
    }
    return {name: fact for name, fact in found.items() if fact}


def now() -> str:
    """Date and time in UTC, to the minute."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def load() -> str:
    """How busy the machine is, as the mean number of runnable processes over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def commit(folder: pathlib.Path) -> str:
    """The commit that is checked out, and whether files differ from it."""
    try:
        head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
        changes = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.stdout.strip() + (" with changes" if changes.stdout.strip() else "")


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _chosen(words: str) -> str:
    """The word in brackets: the kernel lists all choices and marks the one in force."""
    return words.partition("[")[2].partition("]")[0]


def _processor() -> str:
    of = dict(line.split(":", 1) for line in _read(pathlib.Path("/proc/cpuinfo")).split("\n\n")[0].splitlines() if ":" in line)
    of = {name.strip(): value.strip() for name, value in of.items()}
    flags = of.get("flags", "").split()
    level = next((name for name in ("avx512f", "avx2", "sse2") if name in flags), "")
    virtual = "virtual machine" if "hypervisor" in flags else ""
    model = of.get("model name") or platform.processor() or platform.machine()
    return ", ".join(filter(None, [f"{os.cpu_count()} x {model}", level, virtual]))


def _caches() -> str:
    found = []
    for index in sorted((CPU / "cache").glob("index*")):
        level, kind, size = (_read(index / name) for name in ("level", "type", "size"))
        found.append(f"L{level} {size}" + (f" ({kind.lower()})" if level == "1" else ""))
    return ", ".join(found)


def _memory() -> str:
    for line in _read(pathlib.Path("/proc/meminfo")).splitlines():
        if line.startswith("MemTotal:"):
            return f"{int(line.split()[1]) / 2**20:.1f} GiB"
    return ""
