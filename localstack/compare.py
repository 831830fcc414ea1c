#!/usr/bin/env python3
"""Compares a report with what the estate must show: nothing missing, nothing else."""

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import limits
from limits import Limits

EXPECTED = Path(__file__).with_name("expected.json")
Row = dict[str, Any]
Key = tuple[str, ...]
OPEN = ("fail", "unknown")
# What of two findings of the same thing must agree.
JUDGED = ("outcome", "severity", "confidence")
# The segments of an API Gateway path that are the API's own words; every other one is an id.
WORDS = frozenset(
    "account apimappings apis authorizers domainnames integrations requestvalidators resources restapis routes "
    "stages usageplans".split()
)


def main() -> int:
    """0 if the report says what it must."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("report", type=Path, help="written by lambastion --format json")
    words.add_argument("--emulator", choices=limits.names(), default=limits.names()[0])
    asked = words.parse_args()
    report = json.loads(asked.report.read_text())
    wrong = differences(report, json.loads(EXPECTED.read_text()), asked.emulator)
    for line in wrong:
        print(line)
    if wrong:
        print(f"{len(wrong)} differences from {EXPECTED.name} for {asked.emulator}")
        return 1
    found = sum(finding["outcome"] in OPEN for finding in report["findings"])
    print(f"exactly as expected of {asked.emulator}: {found} findings, {len(report['gaps'])} gaps")
    return 0


def differences(report: Row, expected: Row, emulator: str) -> list[str]:
    """One line for each difference."""
    rows, gaps = _expected_of(expected, emulator)
    account = Limits.of(emulator).account
    wanted = {_key(row): row for row in rows}
    seen: dict[Key, Row] = {}
    wrong: list[str] = []
    for finding in report["findings"]:
        if finding["outcome"] not in OPEN:
            continue
        resource = finding["resource"]
        key = _key({**resource, "check": finding["check"], "detail": resource.get("detail") or ""})
        if key in seen:
            wrong.append(f"twice      {_line(key)}")
        seen[key] = finding
    wrong += [f"missing    {_line(key)}: {wanted[key]['severity']}" for key in sorted(wanted.keys() - seen.keys())]
    wrong += [
        f"unexpected {_line(key)}: {seen[key]['outcome']} {seen[key]['severity']}: {seen[key]['message']}"
        for key in sorted(seen.keys() - wanted.keys())
    ]
    for key in sorted(wanted.keys() & seen.keys()):
        wrong += _disagreements(key, wanted[key], seen[key], account)
    complete = all(row["outcome"] != "unknown" for row in rows)
    if report["audit"]["complete"] != complete:
        wrong.append(f"wrong      the audit calls itself {'incomplete' if complete else 'complete'}")
    return wrong + _gaps(report, gaps)


def _expected_of(expected: Row, emulator: str) -> tuple[list[Row], list[Row]]:
    if emulator == expected["emulator"]:
        return expected["findings"], expected["gaps"]
    other = expected["except"][emulator]
    kept = [row for row in expected["findings"] if row not in other["absent"]]
    return kept + other["instead"], other["gaps"]


def _key(row: Row) -> Key:
    return (row["region"], row["type"], row["name"], row["check"], row.get("detail", ""), _qualifier(row["arn"]))


def _qualifier(arn: str) -> str:
    found = re.fullmatch(r"arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+:(.+)", arn)
    return found.group(1) if found else ""


def _line(key: Key) -> str:
    region, kind, name, check, detail, qualifier = key
    thing = f"{name}:{qualifier}" if qualifier else name
    return " ".join(word for word in (check, region or "global", kind.removeprefix("AWS::"), thing, detail) if word)


def _disagreements(key: Key, wanted: Row, seen: Row, account: str) -> list[str]:
    wrong = [
        f"wrong      {_line(key)}: {field} is {seen[field]}, not {wanted[field]}"
        for field in JUDGED
        # An unknown outcome has no confidence to speak of.
        if seen[field] != wanted[field] and not (field == "confidence" and wanted["outcome"] == "unknown")
    ]
    pattern = re.escape(wanted["arn"].replace("{account}", account)).replace(r"\*", r"[\w*-]+")
    # A stage such as `$default` is part of the pattern as it stands.
    if not re.fullmatch(pattern, seen["resource"]["arn"]):
        wrong.append(f"wrong      {_line(key)}: the ARN is {seen['resource']['arn']}, not {wanted['arn']}")
    if seen["resource"]["account"] != account:
        wrong.append(f"wrong      {_line(key)}: the account is {seen['resource']['account']}, not {account}")
    return wrong


def _gaps(report: Row, expected: Iterable[Row]) -> list[str]:
    # A gap is due only where the audit made the call: which calls it makes depends on its checks.
    called = {(call["operation"], call["region"]) for call in report["calls"]}
    due = {
        (gap["action"], gap.get("path", ""), region)
        for gap in expected
        for region in gap["regions"]
        if (gap["operation"], region) in called
    }
    shown = {(gap["action"], _without_ids(gap.get("path") or ""), gap["region"]) for gap in report["gaps"]}
    return [
        *(f"missing    gap {' '.join(filter(None, gap))}" for gap in sorted(due - shown)),
        *(f"unexpected gap {' '.join(filter(None, gap))}" for gap in sorted(shown - due)),
    ]


def _without_ids(path: str) -> str:
    return "/".join(part if not part or part in WORDS else "*" for part in path.split("/"))


if __name__ == "__main__":
    sys.exit(main())
