"""What belongs to figures to be worth anything later: the machine, the system and the versions of all programs."""

import json
import os
import platform
import subprocess


def processor():
    """The CPU's model as the system names it."""
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith(("model name", "Model", "cpu model")):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def version(command):
    """The first line with a digit in it of what a program says about its version; None where there is no such program."""
    try:
        told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = told.stdout.decode("utf-8", "replace").splitlines()
    return next((line.strip(" *") for line in lines if any(c.isdigit() for c in line)), None) if told.returncode == 0 else None


def versions(commands):
    """What each program says of its version, by its name; programs that are not there are left out."""
    found = {name: version(command) for name, command in commands.items()}
    return {name: text for name, text in found.items() if text}


def header(data, programs):
    return {
        "data": data.description, "bytes": data.size, "cpus": len(os.sched_getaffinity(0)), "machine": platform.machine(),
        "processor": processor(), "kernel": f"{platform.system()} {platform.release()}", "versions": programs,
    }


def tell(header):
    print(f"{header['cpus']} CPUs of {header['processor']}, {header['kernel']}, {header['machine']};"
          f" {header['bytes'] / 1e9:.2f} GB, {header['data']}")
    print("; ".join(f"{name}: {text}" for name, text in header["versions"].items()))


def write(path, header, rows, **more):
    with open(path, "w") as file:
        json.dump({**header, **more, "measures": rows}, file, indent=1)
        file.write("\n")


def caption(header, text):
    return f"{header['bytes'] / 1e9:.2f} GB of {header['data']}, {header['cpus']} cores: {text}"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
