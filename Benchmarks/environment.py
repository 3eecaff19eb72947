"""What several benchmarks need: an interpreter with their peers, and a line about the machine."""

import os
import pathlib
import platform
import subprocess
import sys
import venv


# Where scripts/fetch-assets puts what it fetches.
CACHE = pathlib.Path(
    os.environ.get("GRAFT_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "graft")


def python_with(requirements, folder):
    """The interpreter of a virtual environment with the given requirements, which is made at the first run."""
    python = folder / "bin" / "python"
    installed = folder / "installed.txt"
    wanted = requirements.read_text()
    if not installed.is_file() or installed.read_text() != wanted:
        print(f"Setting up {folder} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        installed.write_text(wanted)
    return python


def machine():
    """Processor, cores, memory and system, on one line."""
    model = platform.processor() or platform.machine()
    cpus = pathlib.Path("/proc/cpuinfo")
    if cpus.exists():
        named = [line.split(":", 1)[1].strip() for line in cpus.read_text().splitlines() if line.startswith("model name")]
        model = named[0] if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"
