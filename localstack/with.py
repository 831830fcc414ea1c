#!/usr/bin/env python3
"""Runs a command against a stand-in for AWS, and always stops the stand-in.

    with.py ministack --seed -- lambastion audit

Without a command it prints one line of JSON (where it is, which variables to set) and serves until
its standard input ends: what a test that makes many audits wants.
"""

import argparse
import os
import signal
import subprocess
import sys
from types import FrameType

import emulator
import limits
import seed


def main() -> int:
    """The command's exit code."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("emulator", choices=limits.names())
    words.add_argument("--auth", action="store_true", help="enforce IAM (ministack)")
    words.add_argument("--seed", action="store_true", help="create the estate first")
    words.epilog = "Everything after -- is the command."
    mine, dashes, command = _split(sys.argv[1:])
    asked = words.parse_args(mine)
    if dashes and not command:
        words.error("no command after --")

    emulator.leave_aws()
    # An end by signal must pass through the `with` below.
    signal.signal(signal.SIGTERM, _end)
    with emulator.running(asked.emulator, asked.auth) as stand_in:
        if asked.seed:
            seed.create(stand_in.endpoint, asked.emulator)
        if command:
            try:
                return _run(command, stand_in)
            except OSError as error:
                print(f"cannot run {command[0]}: {error.strerror}", file=sys.stderr)
                return 127
        print(stand_in.json(), flush=True)
        sys.stdin.read()
        return 0


def _split(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    at = arguments.index("--")
    return arguments[:at], True, arguments[at + 1 :]


def _run(command: list[str], stand_in: emulator.Emulator) -> int:
    with subprocess.Popen(command, env={**os.environ, **stand_in.environment()}) as process:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            # The terminal sent it to the command too: let it end in its own way.
            status = process.wait()
        except BaseException:
            process.terminate()
            raise
    return status if status >= 0 else 128 - status


def _end(sign: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + sign)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
