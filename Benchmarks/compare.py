#!/usr/bin/env python3
"""Compares whole trawl commands with other programs on the same data, in the same run, taken in turn.

Prints a table of medians and ratios, writes them as JSON, and draws them as an SVG. Programs that are not installed are
left out, and the table says so. Nothing is kept but medians: the machine's noise shows in the spread beside them.
"""

import argparse
import glob
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

DUCKDB = """
import duckdb, sys
c = duckdb.connect()
c.execute("SET threads=2")
c.execute("select Channel, EventID, count(*) from read_ndjson('%s', columns={'Channel': 'VARCHAR', 'EventID': 'VARCHAR'},"
          " ignore_errors=true, maximum_object_size=33554432) group by all").fetchall()
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trawl", default=os.path.join(ROOT, ".build", "release", "trawl"))
    parser.add_argument("--runs", type=int, default=10, help="runs of each command (default 10)")
    parser.add_argument("--work", default=os.path.join(ROOT, ".build-bench"), help="where the data is prepared")
    parser.add_argument("--size", default="1G", help="how much is generated where no telemetry is at hand")
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    parser.add_argument("--only", help="only measures whose name holds this")
    return parser.parse_args()


def telemetry_folder():
    """Real telemetry, where the machine has it."""
    for base in (os.environ.get("TRAWL_SHARED"), os.path.join(ROOT, "..", "shared")):
        if base and os.path.isdir(os.path.join(base, "telemetry", "otrf")):
            return os.path.abspath(os.path.join(base, "telemetry", "otrf"))
    return None


def decoder(path):
    with open(path, "rb") as file:
        head = file.read(4)
    if head == b"\x28\xb5\x2f\xfd" or head[1:] == b"\x2a\x4d\x18":
        return ["zstd", "-dcq", path]
    if head == b"\x04\x22\x4d\x18":
        return ["lz4", "-dcq", path]
    if head[:2] == b"\x1f\x8b":
        return ["gzip", "-dc", path]
    return ["cat", path]


def prepare(options):
    """The corpus as one plain file, and the same in every compression."""
    os.makedirs(options.work, exist_ok=True)
    folder = telemetry_folder()
    plain = os.path.join(options.work, "B.jsonl")
    if not os.path.exists(plain):
        if folder is None:
            print(f"no telemetry at hand: generating {options.size}", file=sys.stderr)
            made = os.path.join(options.work, "generated")
            subprocess.run(
                [options.trawl, "generate", made, "--size", options.size, "--shape", "nxlog", "--compression", "none",
                 "--archives", "1"], check=True, stdout=subprocess.DEVNULL)
            os.rename(sorted(glob.glob(os.path.join(made, "*.jsonl")), key=os.path.getsize)[-1], plain)
        else:
            with open(plain + ".part", "wb") as target:
                for name in sorted(os.listdir(folder), key=os.fsencode):
                    subprocess.run(decoder(os.path.join(folder, name)), stdout=target, check=True)
            os.rename(plain + ".part", plain)
    for suffix, command in (
        ("zst", ["zstd", "-3", "-q", "-c", plain]), ("pzst", ["pzstd", "-q", "-c", plain]),
        ("lz4", ["lz4", "-q", "-c", plain]), ("gz", ["gzip", "-c", plain]),
    ):
        path = plain + "." + suffix
        if not os.path.exists(path) and shutil.which(command[0]):
            with open(path + ".part", "wb") as target:
                subprocess.run(command, stdout=target, check=True)
            os.rename(path + ".part", path)
    return folder, plain


def run(command, allowed=(0, 1)):
    """Wall time and CPU time of one run, in seconds. Status 1 may mean no match, or malformed input."""
    begin = time.perf_counter()
    child = os.posix_spawnp(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                      (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in allowed:
        raise SystemExit(f"failed with status {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime


def measures(options, folder, plain):
    trawl = options.trawl
    search = [trawl, "search", "stats count by Channel EventID", plain]
    python = sys.executable
    has_duckdb = subprocess.run([python, "-c", "import duckdb"], stderr=subprocess.DEVNULL).returncode == 0
    yield "seed, plain", [trawl, "hunt", plain], "rg -c -i", ["rg", "-c", "-i", "Invoke-WmiMethod", plain], 0.75
    yield "stats, every line", search, "DuckDB", [python, "-c", DUCKDB % plain] if has_duckdb else None, 0.2
    yield "stats, two threads", search + ["--threads", "2"], "one thread", search + ["--threads", "1"], 0.55
    yield "seed, zstd, one frame", [trawl, "hunt", plain + ".zst"], "zstd -dc", ["zstd", "-dcq", plain + ".zst"], 1.1
    yield "seed, zstd, many frames", [trawl, "hunt", plain + ".pzst"], "zstd -dc", ["zstd", "-dcq", plain + ".pzst"], 0.6
    yield "seed, lz4", [trawl, "hunt", plain + ".lz4"], "lz4 -dc", ["lz4", "-dcq", plain + ".lz4"], 0.8
    yield "seed, gzip", [trawl, "hunt", plain + ".gz"], "gzip -dc", ["gzip", "-dc", plain + ".gz"], 0.6
    if shutil.which("jq"):
        yield "stats, every line", search, "jq", ["jq", "-R", "fromjson? | .EventID", plain], None
    if folder:
        yield "seed, folder of archives", [trawl, "hunt", folder], "its CPU time", None, 0.6


def available(command):
    if command is None or shutil.which(command[0]) is None:
        return False
    return all(os.path.exists(word) for word in command[1:] if word.startswith("/"))


def compare(name, ours, other, theirs, target, runs):
    wall, cpu, other_wall = [], [], []
    run(ours)
    if theirs:
        run(theirs)
        # A command that takes minutes is run less often; the ratio is far from any doubt then.
        if run(theirs)[0] > 10:
            runs = min(runs, 3)
    for _ in range(runs):
        seconds, busy = run(ours)
        wall.append(seconds)
        cpu.append(busy)
        other_wall.append(run(theirs)[0] if theirs else busy)
    mine, against = statistics.median(wall), statistics.median(other_wall)
    return {
        "name": name, "against": other, "runs": runs, "target": target, "trawl_seconds": round(mine, 4),
        "trawl_spread": [round(min(wall), 4), round(max(wall), 4)], "other_seconds": round(against, 4),
        "other_spread": [round(min(other_wall), 4), round(max(other_wall), 4)], "ratio": round(mine / against, 3),
    }


def table(rows):
    print(f"{'measure':26}{'trawl':>9}{'against':>15}{'':>9}{'ratio':>8}{'at most':>9}")
    for row in rows:
        target = "" if row["target"] is None else f"{row['target']:.2f}"
        print(f"{row['name']:26}{row['trawl_seconds']:>8.3f}s{row['against']:>15}{row['other_seconds']:>8.3f}s"
              f"{row['ratio']:>8.2f}{target:>9}")


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def draw(rows, path, caption):
    """A bar for each command: how many times faster than the other program."""
    rows = [row for row in rows if row["against"] not in ("one thread", "its CPU time")]
    height, left, width = 34, 330, 760
    longest = max(1 / row["ratio"] for row in rows)
    scale = (width - left - 90) / longest
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height * len(rows) + 60}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height * len(rows) + 60}" fill="#ffffff"/>',
        f'<text x="16" y="22" font-size="14" fill="#222222">{escape(caption)}</text>',
    ]
    for index, row in enumerate(rows):
        y = 36 + index * height
        times = 1 / row["ratio"]
        lines.append(f'<text x="16" y="{y + 18}" fill="#222222">{escape(row["name"])}, against {escape(row["against"])}</text>')
        lines.append(f'<rect x="{left}" y="{y + 4}" width="{max(2, times * scale):.1f}" height="20" fill="#2b6cb0"/>')
        lines.append(f'<text x="{left + times * scale + 6:.1f}" y="{y + 18}" fill="#222222">{times:.1f} ×</text>')
    x = left + scale
    lines.append(f'<line x1="{x:.1f}" y1="34" x2="{x:.1f}" y2="{36 + height * len(rows)}" stroke="#999999" stroke-dasharray="3 3"/>')
    lines.append(f'<text x="{x + 4:.1f}" y="{48 + height * len(rows)}" fill="#666666" font-size="11">as fast as the other</text>')
    lines.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    options = arguments()
    folder, plain = prepare(options)
    rows = []
    for name, ours, other, theirs, target in measures(options, folder, plain):
        if options.only and options.only not in name:
            continue
        if theirs is not None and not available(theirs) or other == "DuckDB" and theirs is None or not available(ours):
            print(f"left out: {name} against {other}: not installed, or its data could not be made", file=sys.stderr)
            continue
        rows.append(compare(name, ours, other, theirs, target, options.runs))
    table(rows)
    os.makedirs(options.results, exist_ok=True)
    size = os.path.getsize(plain)
    record = {
        "data": "real Windows telemetry" if folder else "generated", "bytes": size, "cpus": len(os.sched_getaffinity(0)),
        "machine": platform.machine(), "measures": rows,
    }
    with open(os.path.join(options.results, "compare.json"), "w") as file:
        json.dump(record, file, indent=1)
        file.write("\n")
    caption = f"{size / 1e9:.2f} GB of {record['data']}, {record['cpus']} cores, page cache: times faster"
    draw(rows, os.path.join(options.results, "compare.svg"), caption)


if __name__ == "__main__":
    main()
