#!/usr/bin/env python3
"""Measures what a hunt costs with one rule, ten, a hundred, and all of them, on the same data in the same run.

Where detection content is at hand (`TRAWL_SHARED`, or `shared` beside the repository), its rules are taken in the order of
their names, evenly spread. For each number of rules it measures the whole hunt, the hunt over a single line (reading and
compiling the rules) and the memory that it took; prints a table, writes it as JSON, and draws the cost per byte as an SVG.
"""

import dataclasses
import math
import os
import statistics
import sys

import record
import workload
from commands import run, unmapped_memory

# What loading all rules of a pack with targets may take, in seconds, and the memory beyond mapped files, in megabytes.
MOST_LOAD, MOST_MEMORY = 0.5, 300


@dataclasses.dataclass
class Pack:
    name: str
    folders: list
    speed: float | None  # all its rules together are to pass over the data at this many GB a second; None: no targets


def packs(content):
    for name, folders, speed in (
        ("ESCU, endpoint", ["escu/detections/endpoint"], 1),
        ("ESCU, all", ["escu/detections"], None),
        ("Sigma, windows", workload.WINDOWS_RULES, 2),
        ("Sigma, all", workload.ALL_RULES, None),
        ("ESCU and Sigma", ["escu/detections"] + workload.ALL_RULES, 1.5),
    ):
        found = workload.existing(content, folders)
        if found:
            yield Pack(name, found, speed)


def measure(options, data, pack):
    files = workload.runnable_files(options, pack.folders)
    rows = []
    for count in [count for count in (1, 10, 100, 1000) if count < len(files)] + [len(files)]:
        # All of them are given as folders, as a user gives them.
        rules = pack.folders if count == len(files) else workload.spread(files, count)
        command = workload.hunt(options, rules, data.plain)
        memory = unmapped_memory(command)
        runs = [run(command) for _ in range(options.runs)]
        load = statistics.median(run(workload.hunt(options, rules, data.line)).wall for _ in range(options.runs))
        seconds = statistics.median(one.wall for one in runs)
        row = {
            "pack": pack.name, "rules": count, "seconds": round(seconds, 4), "load_seconds": round(load, 4),
            "gigabytes_per_second": round(data.size / seconds / 1e9, 2),
            # On little data or a busy machine loading alone may take as long; nothing is known of the pass then.
            "pass_gigabytes_per_second": round(data.size / (seconds - load) / 1e9, 2) if seconds > load else None,
            "memory_megabytes": None if memory is None else round(memory / 1e6, 1),
            "resident_megabytes": round(max(one.resident for one in runs) / 1e6, 1),
        }
        if count == len(files) and pack.speed:
            row["targets"] = {
                "pass_gigabytes_per_second": pack.speed, "load_seconds": MOST_LOAD, "memory_megabytes": MOST_MEMORY,
            }
        rows.append(row)
        tell(row)
    return rows


def heading():
    print(f"{'pack':18}{'rules':>6}{'whole':>11}{'':>11}{'to load':>11}{'the pass alone':>16}{'memory':>10}{'resident':>11}")


def tell(row):
    memory = "unknown" if row["memory_megabytes"] is None else f"{row['memory_megabytes']:.0f} MB"
    speed = row["pass_gigabytes_per_second"]
    speed = "unknown" if speed is None else f"{speed:.2f} GB/s"
    print(f"{row['pack']:18}{row['rules']:>6}{row['seconds']:>9.3f} s{row['gigabytes_per_second']:>6.2f} GB/s"
          f"{row['load_seconds']:>9.3f} s{speed:>16}{memory:>10}{row['resident_megabytes']:>8.0f} MB")
    targets = row.get("targets")
    if targets:
        print(f"{'  at most, at least, at most':44}{targets['load_seconds']:>9.3f} s"
              f"{targets['pass_gigabytes_per_second']:>11.2f} GB/s{targets['memory_megabytes']:>7.0f} MB")


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
        f'<text x="16" y="22" font-size="14" fill="#222222">{record.escape(caption)}</text>',
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
        lines.append(f'<text x="{points[-1][0] + 8:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{record.escape(name)}</text>')
    lines.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    options = workload.arguments(__doc__)
    content = workload.content_folder()
    if content is None:
        print("no detection content at hand: the curve over many rules is left out", file=sys.stderr)
        return
    data = workload.prepare(options)
    header = record.header(data, record.versions({"trawl": [options.trawl, "--version"]}))
    record.tell(header)
    heading()
    rows = []
    for pack in packs(content):
        if workload.wanted(options, pack.name):
            rows += measure(options, data, pack)
    if not rows:
        return
    os.makedirs(options.results, exist_ok=True)
    record.write(os.path.join(options.results, "curve.json"), header, rows)
    caption = record.caption(header, "what more rules cost")
    draw(rows, data.size, os.path.join(options.results, "curve.svg"), caption)


if __name__ == "__main__":
    main()
