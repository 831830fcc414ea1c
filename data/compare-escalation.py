#!/usr/bin/env python3
"""Compare data/escalation/pathfinding.json with a checkout of pathfinding.cloud.

    data/compare-escalation.py CHECKOUT [COMMIT]

Reads the paths of the pinned commit, or of COMMIT, from the repository CHECKOUT, and fails on any
difference of ids, names, categories, required permissions or parents. Needs git and PyYAML.
"""

import json
import pathlib
import subprocess
import sys

import yaml

OURS = pathlib.Path(__file__).parent / "escalation" / "pathfinding.json"


def git(checkout, *words):
    return subprocess.run(["git", "-C", checkout, *words], check=True, capture_output=True, text=True).stdout


def theirs(checkout, commit):
    """The paths of the checkout, by id."""
    files = git(checkout, "ls-tree", "-r", "--name-only", commit, "data/paths").split()
    paths = [yaml.safe_load(git(checkout, "show", f"{commit}:{file}")) for file in files]
    return {
        path["id"]: {
            "name": path["name"],
            "category": path["category"],
            "permissions": sorted({it["permission"] for it in path["permissions"]["required"]}),
            "parent": (path.get("parent") or {}).get("id"),
        }
        for path in paths
    }


def ours(data):
    """Our paths, by id."""
    return {
        path["id"]: {
            "name": path["name"],
            "category": path["category"],
            "permissions": sorted({action for step in path["steps"] for action in step.get("all", step.get("any"))}),
            "parent": path.get("variant_of"),
        }
        for path in data["paths"]
    }


def main(checkout, commit=None):
    data = json.loads(OURS.read_text())
    commit = commit or data["commit"]
    left, right = ours(data), theirs(checkout, commit)
    differences = 0
    for path in sorted(left.keys() | right.keys()):
        if left.get(path) != right.get(path):
            differences += 1
            print(f"{path}\n  ours:   {left.get(path)}\n  theirs: {right.get(path)}")
    print(f"{len(right)} paths at {commit}, {differences} differ")
    return 1 if differences or not right else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
