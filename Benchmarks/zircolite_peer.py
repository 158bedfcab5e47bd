"""Zircolite as something to compare with: found, given the same rules and events, and asked which rules fired.

It is found as `zircolite` on the path, or by the environment variable ZIRCOLITE: the path of zircolite.py, or a whole
command such as `/venv/bin/python /zircolite/zircolite.py`. Its way is the documented one: the rules are converted by
pySigma with its pipelines for Sysmon and Windows and saved as a ruleset, once and before anything is measured; events
are read as JSON lines.
"""

import collections
import json
import os
import shlex
import shutil
import subprocess
import sys

LIMIT = 1200  # seconds that a conversion or a pass may take before it is given up


def command():
    """The words that run it, or None."""
    given = os.environ.get("ZIRCOLITE")
    if given:
        words = shlex.split(given)
        return [sys.executable] + words if len(words) == 1 and words[0].endswith(".py") else words
    found = shutil.which("zircolite")
    return [found] if found else None


def working(words, folder):
    """Its words, run in a folder of their own: it looks for its configuration where it is run, and writes there."""
    os.makedirs(folder, exist_ok=True)
    for word in words:
        config = os.path.join(os.path.dirname(os.path.abspath(word)), "config")
        link = os.path.join(folder, "config")
        if word.endswith(".py") and os.path.isdir(config):
            if os.path.islink(link):
                os.unlink(link)
            os.symlink(config, link)
    # A virtual environment is told by the path of its interpreter: it stays as it was given.
    return ["env", "-C", folder] + [os.path.abspath(word) if os.path.exists(word) else word for word in words]


def succeeds(command, log):
    """Whether a command ends well and in time; what it says is kept in a file."""
    with open(log, "wb") as file:
        try:
            return subprocess.run(command, stdout=file, stderr=file, timeout=LIMIT).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


def converted(words, folder, rules, line):
    """Converts the folders of rules; returns the path of the ruleset and how many rules are in it, or None."""
    shutil.rmtree(folder, ignore_errors=True)
    convert = working(words, folder) + ["--events", line, "--jsonl", "--nolog", "--save-ruleset"]
    convert += ["--pipeline", "sysmon", "--pipeline", "windows-logsources"]
    for path in rules:
        convert += ["--ruleset", path]
    if not succeeds(convert, os.path.join(folder, "conversion.log")):
        return None
    merged = {}
    for name in os.listdir(folder):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                saved = json.load(file)
            merged.update((rule.get("id") or rule["title"], rule) for rule in saved if isinstance(rule, dict) and "rule" in rule)
    if not merged:
        return None
    path = os.path.join(folder, "ruleset.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(list(merged.values()), file)
    return path, len(merged)


def pass_over(words, folder, ruleset, events, results=None):
    """The command of one pass over a file of events, that writes no files or its results to the one given."""
    output = ["--outfile", results, "--logfile", results + ".log"] if results else ["--nolog"]
    return working(words, folder) + ["--events", events, "--jsonl", "--ruleset", ruleset] + output


def fired(results):
    """How many events each rule matched, by the rule's id, and the titles of the rules."""
    with open(results, encoding="utf-8") as file:
        found = [(rule["id"], rule["title"], rule["count"]) for rule in json.load(file)]
    return counted(found)


def fired_here(hunt):
    """The same of a hunt with results as JSON lines, and how many rules it compiled."""
    finished = subprocess.run(hunt, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    records = [json.loads(line) for line in finished.stdout.splitlines()]
    findings = [record for record in records if record["type"] == "finding"]
    found = [(record["rule"]["id"], record["rule"]["name"], record["row"]["count"]) for record in findings]
    return *counted(found), records[-1]["rules"]


def counted(found):
    counts = collections.Counter()
    titles = {}
    for identifier, title, count in found:
        counts[identifier] += count
        titles[identifier] = title
    return counts, titles


def agreement(words, folder, ruleset, events, hunt):
    """Which rules fired in both, and which in one only, with the numbers of events where they differ; None if it fails."""
    results = os.path.join(folder, "results.json")
    if not succeeds(pass_over(words, folder, ruleset, events, results), os.path.join(folder, "pass.log")):
        return None
    theirs, their_titles = fired(results)
    ours, our_titles, compiled = fired_here(hunt)
    titles = {**their_titles, **our_titles}
    differing = [
        {"rule": identifier, "title": titles[identifier], "trawl": ours[identifier], "zircolite": theirs[identifier]}
        for identifier in sorted(set(ours) | set(theirs)) if ours[identifier] != theirs[identifier]
    ]
    return {
        "rules_compiled": compiled, "rules_fired": len(ours), "zircolite_rules_fired": len(theirs),
        "fired_in_both": len(set(ours) & set(theirs)), "differing": differing,
    }
