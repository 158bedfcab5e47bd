"""Runs commands and tells what they took."""

import collections
import os
import shutil
import time

# Wall time and CPU time in seconds, and the most memory that was resident, mapped files included, in bytes.
Run = collections.namedtuple("Run", "wall cpu resident")


def available(command):
    if command is None or shutil.which(command[0]) is None:
        return False
    return all(os.path.exists(word) for word in command[1:] if word.startswith("/"))


def start(command):
    return os.posix_spawnp(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                      (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])


def check(command, status, allowed):
    code = os.waitstatus_to_exitcode(status)
    if code not in allowed:
        raise SystemExit(f"failed with status {code}: {' '.join(command[:8])} ...")


def run(command, allowed=(0, 1)):
    """One run. Status 1 may mean no match, malformed input, or a rule that can't run."""
    begin = time.perf_counter()
    _, status, usage = os.wait4(start(command), 0)
    wall = time.perf_counter() - begin
    check(command, status, allowed)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def unmapped_memory(command, allowed=(0, 1)):
    """The most memory in bytes that a run held beyond mapped files, looked at every few milliseconds.

    Looking takes time, so such a run is not one to measure. None where the system does not tell.
    """
    child = start(command)
    most = None
    while True:
        finished, status, _ = os.wait4(child, os.WNOHANG)
        if finished:
            check(command, status, allowed)
            return most
        try:
            with open(f"/proc/{child}/status") as file:
                fields = dict(line.split(":", 1) for line in file)
            held = sum(int(fields[name].split()[0]) for name in ("RssAnon", "RssShmem")) * 1024
            most = max(most or 0, held)
        except (OSError, KeyError):
            pass
        time.sleep(0.004)
