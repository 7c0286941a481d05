"""The machine that figures are of."""

import os
import pathlib
import platform


def processors():
    """Its processors, by name and number."""
    names = [line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.machine()}"


def memory_gib():
    """Its memory."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return pages * size / 2**30


def file_system(folder):
    """The file system under a folder, with its device."""
    best = ("", "")
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        device, point, kind = line.split()[:3]
        inside = pathlib.Path(folder).resolve().is_relative_to(point)
        if inside and len(point) > len(best[0]):
            best = (point, f"{kind} on {device}")
    return best[1]


def load_of_others():
    """How many processes wanted a processor during the last minute."""
    return os.getloadavg()[0]


def describe(folder):
    """What a reader of figures wants to know, by name."""
    return {"processors": processors(), "memory": f"{memory_gib():.0f} GiB", "kernel": platform.release(),
            "file system": file_system(folder)}
