#!/usr/bin/env python3
"""Compares whole trawl commands with other programs on the same data, in the same run, taken in turn.

Prints a table of medians and ratios, writes them as JSON, and draws them as an SVG. Programs that are not installed are
left out, and the table says so. Nothing is kept but medians: the machine's noise shows in the spread beside them.
"""

import dataclasses
import os
import shutil
import statistics
import subprocess
import sys

import record
import workload
import zircolite_peer
from commands import available, run

DUCKDB = """
import duckdb, sys
c = duckdb.connect()
c.execute("SET threads=2")
c.execute("select Channel, EventID, count(*) from read_ndjson('%s', columns={'Channel': 'VARCHAR', 'EventID': 'VARCHAR'},"
          " ignore_errors=true, maximum_object_size=33554432) group by all").fetchall()
"""

# Zircolite takes about as many seconds for these bytes as trawl for a hundred times as many.
ZIRCOLITE_SAMPLE = 64_000_000
# How many rules stand for "a single rule": what one costs depends on which one it is.
SINGLE_RULES = 10
# Not other programs: these rows are not drawn.
ITSELF = ("one thread", "its CPU time", "the seed alone", "one rule")


@dataclasses.dataclass
class Measure:
    name: str
    ours: list
    against: str
    theirs: list | None                     # the commands to compare with, taken in turn; None: the CPU time of ours
    target: float | None                    # the ratio is to be at most this
    loads: tuple[list, list] | None = None  # ours and theirs over one line: the ratio is then of what takes longer
    # Theirs sees a sample only: how many times its bytes ours sees, and theirs over one line, a time that does not grow.
    sample: tuple[float, list] | None = None


def measures(options, data):
    trawl, plain = options.trawl, data.plain
    search = [trawl, "search", "stats count by Channel EventID", plain]
    python = sys.executable
    has_duckdb = subprocess.run([python, "-c", "import duckdb"], stderr=subprocess.DEVNULL).returncode == 0
    zstd = ["zstd", "-dcq", plain + ".zst"]
    yield Measure("seed, plain", [trawl, "hunt", plain], "rg -c -i", [["rg", "-c", "-i", "Invoke-WmiMethod", plain]], 0.75)
    yield Measure("stats, every line", search, "DuckDB", [[python, "-c", DUCKDB % plain] if has_duckdb else None], 0.2)
    yield Measure("stats, two threads", search + ["--threads", "2"], "one thread", [search + ["--threads", "1"]], 0.55)
    yield Measure("seed, zstd, one frame", [trawl, "hunt", plain + ".zst"], "zstd -dc", [zstd], 1.1)
    yield Measure("seed, zstd, many frames", [trawl, "hunt", plain + ".pzst"], "zstd -dc", [zstd], 0.6)
    yield Measure("seed, lz4", [trawl, "hunt", plain + ".lz4"], "lz4 -dc", [["lz4", "-dcq", plain + ".lz4"]], 0.8)
    yield Measure("seed, gzip", [trawl, "hunt", plain + ".gz"], "gzip -dc", [["gzip", "-dc", plain + ".gz"]], 0.6)
    if shutil.which("jq"):
        yield Measure("stats, every line", search, "jq", [["jq", "-R", "fromjson? | .EventID", plain]], None)
    if data.folder:
        yield Measure("seed, folder of archives", [trawl, "hunt", data.folder], "its CPU time", None, 0.6)


def measures_of_many_rules(options, data, content):
    """Many rules against few. The targets are of the pass over the data: what loading may take is a target of its own."""
    def over(rules):
        return [workload.hunt(options, rules, data.plain), workload.hunt(options, rules, data.line)]

    detections = workload.process_detections(content)
    if detections:
        ours, load = over(detections)
        seed = [[options.trawl, "hunt", archive] for archive in (data.plain, data.line)]
        yield Measure(f"Endpoint.Processes, {len(detections)}", ours, "the seed alone", seed[:1], 2, (load, seed[1]))
    windows = workload.existing(content, workload.WINDOWS_RULES)
    if windows:
        ours, load = over(windows)
        files = workload.runnable_files(options, windows)
        single = [over([path]) for path in workload.spread(files, SINGLE_RULES)]
        yield Measure(
            f"Sigma, windows, {len(files)}", ours, "one rule", [whole for whole, _ in single], 4, (load, single[0][1]))


def zircolite_folder(options):
    return os.path.join(options.work, "zircolite-comparison")


def measures_with_zircolite(options, data, content, told):
    """All Windows rules; what is told of them goes into `told`.

    Zircolite gets a ruleset that is ready; the hunt is the whole command, with reading and compiling the rules. On a
    sample of some tens of megabytes the latter is most of it, so the hunt is also measured over all of the data, and
    what Zircolite takes beyond a single line multiplied by how much smaller the sample is.
    """
    names = "Sigma, windows, a sample", "Sigma, windows"
    windows = workload.existing(content, workload.WINDOWS_RULES)
    words = zircolite_peer.command()
    if not windows or not any(workload.wanted(options, name) for name in names):
        return
    if not words:
        print("left out: Zircolite is not on the path, and ZIRCOLITE does not name it", file=sys.stderr)
        return
    folder = zircolite_folder(options)
    ready = zircolite_peer.converted(words, folder, windows, data.line)
    if ready is None:
        print(f"left out: Zircolite did not convert the rules; see {folder}/conversion.log", file=sys.stderr)
        return
    ruleset, rules = ready
    sample = workload.sample(data, os.path.join(options.work, "sample.jsonl"), ZIRCOLITE_SAMPLE)
    size = os.path.getsize(sample)
    theirs = [zircolite_peer.pass_over(words, folder, ruleset, sample)]
    ours = workload.hunt(options, windows, sample)
    agreement = zircolite_peer.agreement(words, folder, ruleset, sample, ours)
    if agreement is None:
        print(f"left out: Zircolite did not get through a sample; see {folder}/pass.log", file=sys.stderr)
        return
    told["sample"] = {"bytes": size, "rules_converted": rules, **agreement}
    yield Measure(names[0], ours, "Zircolite", theirs, None)
    line = zircolite_peer.pass_over(words, folder, ruleset, data.line)
    yield Measure(
        names[1], workload.hunt(options, windows, data.plain), "Zircolite, scaled", theirs, 0.01, sample=(data.size / size, line))


def median_time(command, runs):
    return statistics.median(run(command).wall for _ in range(runs))


def compare(measure, runs):
    wall, other_wall = [], []
    run(measure.ours)
    # A command that takes long is run less often; the ratio is far from any doubt then.
    if measure.theirs and run(measure.theirs[0]).wall > 10:
        runs = min(runs, 3)
    for number in range(runs):
        mine = run(measure.ours)
        wall.append(mine.wall)
        other_wall.append(run(measure.theirs[number % len(measure.theirs)]).wall if measure.theirs else mine.cpu)
    row = {"name": measure.name, "against": measure.against, "runs": runs, "target": measure.target}
    if measure.sample:
        scale, line = measure.sample
        fixed = min(median_time(line, runs), *other_wall)
        other_wall = [fixed + (seconds - fixed) * scale for seconds in other_wall]
        row.update(other_scaled_by=round(scale, 3), other_not_scaled_seconds=round(fixed, 4))
    mine, against = statistics.median(wall), statistics.median(other_wall)
    row.update({
        "trawl_seconds": round(mine, 4), "trawl_spread": [round(min(wall), 4), round(max(wall), 4)],
        "other_seconds": round(against, 4), "other_spread": [round(min(other_wall), 4), round(max(other_wall), 4)],
        "ratio": round(mine / against, 4),
    })
    if measure.loads:
        loads = [median_time(command, runs) for command in measure.loads]
        passes = mine - loads[0], against - loads[1]
        row.update({
            "trawl_load_seconds": round(loads[0], 4), "other_load_seconds": round(loads[1], 4), "whole_ratio": row["ratio"],
        })
        # On little data or a busy machine loading alone may take as long; the ratio stays that of whole commands then.
        if min(passes) > 0:
            row["ratio"] = round(passes[0] / passes[1], 4)
    return row


def table(rows):
    width = max(len(row["name"]) for row in rows) + 2
    print(f"{'measure':{width}}{'trawl':>9}{'against':>19}{'':>9}{'ratio':>9}{'at most':>9}")
    for row in rows:
        target = "" if row["target"] is None else f"{row['target']:.2f}"
        note = ""
        if "other_scaled_by" in row:
            note = f"  the other saw a sample of 1/{row['other_scaled_by']:.1f}"
        if "whole_ratio" in row:
            note = (f"  without loading, which takes {row['trawl_load_seconds']:.3f} s and {row['other_load_seconds']:.3f} s;"
                    f" whole commands: {row['whole_ratio']:.2f}")
        print(f"{row['name']:{width}}{row['trawl_seconds']:>8.3f}s{row['against']:>19}{row['other_seconds']:>8.3f}s"
              f"{row['ratio']:>9.3f}{target:>9}{note}")


def tell_agreement(sample):
    print(f"on a sample of {sample['bytes'] / 1e6:.0f} MB, of {sample['rules_compiled']} rules {sample['rules_fired']} fired;"
          f" of Zircolite's {sample['rules_converted']} {sample['zircolite_rules_fired']}; in both {sample['fired_in_both']}")
    for rule in sample["differing"]:
        print(f"  {rule['trawl']:>6} events, Zircolite {rule['zircolite']:>6}: {rule['title']}")


def draw(rows, path, caption):
    """A bar for each command: how many times faster than the other program. A bar too long for the scale is broken."""
    rows = [row for row in rows if row["against"] not in ITSELF]
    if not rows:
        return
    height, left, width, most = 34, 330, 760, 16
    longest = min(most, max(1 / row["ratio"] for row in rows))
    scale = (width - left - 90) / longest
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height * len(rows) + 60}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height * len(rows) + 60}" fill="#ffffff"/>',
        f'<text x="16" y="22" font-size="14" fill="#222222">{record.escape(caption)}</text>',
    ]
    for index, row in enumerate(rows):
        y = 36 + index * height
        times = 1 / row["ratio"]
        bar = max(2, min(times, longest) * scale)
        label = f'{record.escape(row["name"])}, against {record.escape(row["against"])}'
        lines.append(f'<text x="16" y="{y + 18}" fill="#222222">{label}</text>')
        lines.append(f'<rect x="{left}" y="{y + 4}" width="{bar:.1f}" height="20" fill="#2b6cb0"/>')
        if times > longest:
            x = left + bar - 24
            lines.append(f'<path d="M{x:.1f} {y + 26}l6 -24h5l-6 24z" fill="#ffffff"/>')
        text = f"{times:.1f}" if times < 100 else f"{times:.0f}"
        lines.append(f'<text x="{left + bar + 6:.1f}" y="{y + 18}" fill="#222222">{text} ×</text>')
    x = left + scale
    bottom = 36 + height * len(rows)
    lines.append(f'<line x1="{x:.1f}" y1="34" x2="{x:.1f}" y2="{bottom}" stroke="#999999" stroke-dasharray="3 3"/>')
    lines.append(f'<text x="{x + 4:.1f}" y="{48 + height * len(rows)}" fill="#666666" font-size="11">as fast as the other</text>')
    lines.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def programs(options):
    """The commands by which the programs tell their versions."""
    commands = {
        "trawl": [options.trawl, "--version"], "ripgrep": ["rg", "--version"],
        "DuckDB": [sys.executable, "-c", "import duckdb; print(duckdb.__version__)"], "zstd": ["zstd", "--version"],
        "lz4": ["lz4", "--version"], "gzip": ["gzip", "--version"], "jq": ["jq", "--version"],
    }
    words = zircolite_peer.command()
    if words:
        commands["Zircolite"] = zircolite_peer.working(words, zircolite_folder(options)) + ["--version", "--nolog"]
    return commands


def every_measure(options, data, told):
    content = workload.content_folder()
    yield from measures(options, data)
    if content is None:
        print("left out: measures of many rules, no detection content is at hand", file=sys.stderr)
        return
    yield from measures_of_many_rules(options, data, content)
    yield from measures_with_zircolite(options, data, content, told)


def main():
    options = workload.arguments(__doc__)
    data = workload.prepare(options)
    header = record.header(data, record.versions(programs(options)))
    record.tell(header)
    rows, told = [], {}
    for measure in every_measure(options, data, told):
        if not workload.wanted(options, measure.name):
            continue
        if not all(available(command) for command in [measure.ours] + (measure.theirs or [])):
            print(f"left out: {measure.name} against {measure.against}: not installed, or its data could not be made",
                  file=sys.stderr)
            continue
        rows.append(compare(measure, options.runs))
    if not rows:
        return
    table(rows)
    if told:
        tell_agreement(told["sample"])
    os.makedirs(options.results, exist_ok=True)
    record.write(os.path.join(options.results, "compare.json"), header, rows, **told)
    draw(rows, os.path.join(options.results, "compare.svg"), record.caption(header, "page cache: times faster"))


if __name__ == "__main__":
    main()
