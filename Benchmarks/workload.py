"""What the comparisons run on: the telemetry in every compression, samples of it, and the detection content at hand."""

import argparse
import dataclasses
import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

WINDOWS_RULES = ["sigma/rules/windows", "sigma/rules-emerging-threats", "sigma/rules-threat-hunting/windows"]
ALL_RULES = ["sigma/rules", "sigma/rules-compliance", "sigma/rules-emerging-threats", "sigma/rules-threat-hunting"]


@dataclasses.dataclass
class Data:
    folder: str | None  # the archives as they were collected, where the machine has them
    plain: str          # all of them as one plain file
    line: str           # its first line: what a hunt over it takes is reading and compiling the rules
    size: int           # bytes of the plain file

    @property
    def description(self):
        return "real Windows telemetry" if self.folder else "generated"


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--trawl", default=os.path.join(ROOT, ".build", "release", "trawl"))
    parser.add_argument("--runs", type=int, default=10, help="runs of each command (default 10)")
    parser.add_argument("--work", default=os.path.join(ROOT, ".build-bench"), help="where the data is prepared")
    parser.add_argument("--size", default="1G", help="how much is generated where no telemetry is at hand")
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    parser.add_argument("--only", help="only measures whose name holds this")
    options = parser.parse_args()
    options.trawl = os.path.abspath(options.trawl)
    options.work = os.path.abspath(options.work)
    return options


def wanted(options, name):
    return not options.only or options.only in name


def shared_folder(*parts):
    """A folder of the shared content: below `TRAWL_SHARED`, or below `shared` beside the repository."""
    for base in (os.environ.get("TRAWL_SHARED"), os.path.join(ROOT, "..", "shared")):
        if base and os.path.isdir(os.path.join(base, *parts)):
            return os.path.abspath(os.path.join(base, *parts))
    return None


def telemetry_folder():
    """Real telemetry, where the machine has it."""
    return shared_folder("telemetry", "otrf")


def content_folder():
    """Detections and rules, where the machine has them."""
    return shared_folder("content")


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
    line = os.path.join(options.work, "line.jsonl")
    with open(plain, "rb") as source, open(line, "wb") as target:
        target.write(source.readline())
    return Data(folder, plain, line, os.path.getsize(plain))


def sample(data, path, size):
    """About so many bytes of the plain file: every n-th of its lines, so that all parts of it are in.

    Lines that are not UTF-8 are left out: not every program gets past them.
    """
    step = max(1, data.size // size)
    with open(data.plain, "rb") as source, open(path, "wb") as target:
        target.writelines(line for number, line in enumerate(source) if number % step == 0 and is_text(line))
    return path


def is_text(line):
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def rule_files(folder):
    found = []
    for place, _, names in os.walk(folder):
        found += [os.path.join(place, name) for name in names if name.endswith((".yml", ".yaml"))]
    return sorted(found, key=os.fsencode)


def existing(content, folders):
    """The folders of the content that are there, as whole paths."""
    paths = [os.path.join(content, folder) for folder in folders] if content else []
    return [path for path in paths if os.path.isdir(path)]


def runnable_files(options, folders):
    """The files of rules in the folders but those that can't run: on their own they would end a hunt."""
    checked = subprocess.run(
        [options.trawl, "rules", "check", "--format", "jsonl", "--progress", "never"] + folders,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    records = [json.loads(line) for line in checked.stdout.splitlines()]
    others = {record.get("file") for record in records if record["type"] == "rule" and record["status"] != "compiled"}
    return [path for folder in folders for path in rule_files(folder) if path not in others]


def spread(files, count):
    """So many of the files, evenly spread over all."""
    return [files[index * len(files) // count] for index in range(min(count, len(files)))]


def process_detections(content):
    """The detections in use whose search reads Endpoint.Processes first of all data models."""
    found = []
    for path in rule_files(os.path.join(content, "escu", "detections")):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        search = re.search(r"^search:(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        model = search and re.search(r"datamodel\s*[=:]\s*\"?([\w.]+)", search.group(1))
        if model and model.group(1) == "Endpoint.Processes" and not re.search(r"^status:\s*deprecated", text, re.MULTILINE):
            found.append(path)
    return found


def hunt(options, rules, archive):
    command = [options.trawl, "hunt", "--format", "jsonl", "--progress", "never"]
    for path in rules:
        command += ["--rules", path]
    return command + [archive]
