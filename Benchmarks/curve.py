#!/usr/bin/env python3
"""Measures what a hunt costs with one rule, ten, a hundred, and all of them, on the same data in the same run.

Where detection content is at hand (`TRAWL_SHARED`, or `shared` beside the repository), its rules are taken in the order of
their names, evenly spread. For each number of rules it measures the whole hunt, the hunt over a single line (reading and
compiling the rules) and the memory that it took; prints a table, writes it as JSON, and draws the cost per byte as an SVG.
"""

import json
import math
import os
import platform
import statistics
import sys
import tempfile
import time

import compare


def content_folder():
    for base in (os.environ.get("TRAWL_SHARED"), os.path.join(compare.ROOT, "..", "shared")):
        if base and os.path.isdir(os.path.join(base, "content")):
            return os.path.abspath(os.path.join(base, "content"))
    return None


def rule_files(folder):
    found = []
    for place, _, names in os.walk(folder):
        found += [os.path.join(place, name) for name in names if name.endswith((".yml", ".yaml"))]
    return sorted(found, key=os.fsencode)


def spread(files, count):
    """So many of the files, evenly spread over all."""
    return [files[index * len(files) // count] for index in range(count)]


def hunt(options, rules, archive):
    command = [options.trawl, "hunt", "--format", "jsonl", "--progress", "never"]
    for path in rules:
        command += ["--rules", path]
    return command + [archive]


def run(command):
    """Wall time in seconds and resident memory in MB of one run. Status 1 may mean a rule that can't run."""
    begin = time.perf_counter()
    child = os.posix_spawnp(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                      (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed with status {os.waitstatus_to_exitcode(status)}: {' '.join(command[:6])} ...")
    return wall, usage.ru_maxrss / 1024


def packs(content):
    """Name, files, and the folders that take the place of the files where all of them are wanted."""
    for name, folders in (
        ("ESCU, endpoint", ["escu/detections/endpoint"]),
        ("ESCU, all", ["escu/detections"]),
        ("Sigma, windows", ["sigma/rules/windows", "sigma/rules-emerging-threats", "sigma/rules-threat-hunting/windows"]),
        ("Sigma, all", ["sigma/rules", "sigma/rules-compliance", "sigma/rules-emerging-threats",
                        "sigma/rules-threat-hunting"]),
        ("ESCU and Sigma", ["escu/detections", "sigma/rules", "sigma/rules-compliance", "sigma/rules-emerging-threats",
                            "sigma/rules-threat-hunting"]),
    ):
        found = [os.path.join(content, folder) for folder in folders if os.path.isdir(os.path.join(content, folder))]
        files = [file for folder in found for file in rule_files(folder)]
        if files:
            yield name, files, found


def measure(options, plain, line, name, files, folders):
    rows = []
    counts = [count for count in (1, 10, 100, 1000) if count < len(files)] + [len(files)]
    for count in counts:
        rules = folders if count == len(files) else spread(files, count)
        command = hunt(options, rules, plain)
        run(command)
        runs = [run(command) for _ in range(options.runs)]
        loads = [run(hunt(options, rules, line))[0] for _ in range(options.runs)]
        seconds = statistics.median(wall for wall, _ in runs)
        rows.append({
            "pack": name, "rules": count, "seconds": round(seconds, 4),
            "load_seconds": round(statistics.median(loads), 4),
            "gigabytes_per_second": round(os.path.getsize(plain) / seconds / 1e9, 2),
            "memory_megabytes": round(max(memory for _, memory in runs), 1),
        })
        print(f"{name:18}{count:>6} rules{seconds:>9.3f} s{rows[-1]['gigabytes_per_second']:>8.2f} GB/s"
              f"{rows[-1]['load_seconds']:>9.3f} s to load{rows[-1]['memory_megabytes']:>8.0f} MB")
    return rows


def draw(rows, size, path, caption):
    """Nanoseconds a byte over the number of rules, which is drawn by its logarithm."""
    width, height, left, top, bottom = 760, 380, 64, 44, 330
    colours = ["#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280"]
    most = math.log10(max(10, max(row["rules"] for row in rows)))
    highest = max(row["seconds"] for row in rows) / size * 1e9

    def place(row):
        x = left + math.log10(row["rules"]) / most * (width - left - 190)
        return x, bottom - row["seconds"] / size * 1e9 / highest * (bottom - top)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="22" font-size="14" fill="#222222">{compare.escape(caption)}</text>',
        f'<line x1="{left}" y1="{bottom}" x2="{width - 170}" y2="{bottom}" stroke="#999999"/>',
        f'<line x1="{left}" y1="{top}" x2="{left}" y2="{bottom}" stroke="#999999"/>',
    ]
    for step in range(5):
        y = bottom - step / 4 * (bottom - top)
        lines.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#666666">{highest * step / 4:.2f}</text>')
    for exponent in range(int(most) + 1):
        x = left + exponent / most * (width - left - 190)
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#666666">{10 ** exponent}</text>')
    lines.append(f'<text x="{left}" y="{bottom + 38}" fill="#666666">rules; nanoseconds a byte, all cores together</text>')
    for number, name in enumerate(dict.fromkeys(row["pack"] for row in rows)):
        points = [place(row) for row in rows if row["pack"] == name]
        colour = colours[number % len(colours)]
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        lines.append(f'<text x="{points[-1][0] + 8:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{compare.escape(name)}</text>')
    lines.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    options = compare.arguments()
    content = content_folder()
    if content is None:
        print("no detection content at hand: the curve over many rules is left out", file=sys.stderr)
        return
    folder, plain = compare.prepare(options)
    size = os.path.getsize(plain)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        line = os.path.join(scratch, "line.jsonl")
        with open(plain, "rb") as source, open(line, "wb") as target:
            target.write(source.readline())
        for name, files, folders in packs(content):
            if not options.only or options.only in name:
                rows += measure(options, plain, line, name, files, folders)
    if not rows:
        return
    os.makedirs(options.results, exist_ok=True)
    record = {
        "data": "real Windows telemetry" if folder else "generated", "bytes": size, "cpus": len(os.sched_getaffinity(0)),
        "machine": platform.machine(), "measures": rows,
    }
    with open(os.path.join(options.results, "curve.json"), "w") as file:
        json.dump(record, file, indent=1)
        file.write("\n")
    caption = f"{size / 1e9:.2f} GB of {record['data']}, {record['cpus']} cores: what more rules cost"
    draw(rows, size, os.path.join(options.results, "curve.svg"), caption)


if __name__ == "__main__":
    main()
