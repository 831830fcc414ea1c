#!/usr/bin/env python3
"""Creates the estate in a running emulator, or prints what an audit must find in it."""

import argparse
import json
import sys
from pathlib import Path

import expectations
import limits
from create import appsync, domains, functions, http, iam, rest, waf
from create.account import Account
from emulator import leave_aws
from estate import ESTATE

EXPECTED = Path(__file__).with_name("expected.json")


def create(endpoint: str, emulator: str) -> None:
    """Creates the estate: first who may be named by the rest, the grants at the end."""
    account = Account(endpoint, limits.Limits.of(emulator))
    iam.create(account, ESTATE.roles)
    for region in ESTATE.regions:
        web_acls = waf.create(account, region.name, region.web_acls)
        functions.create(account, region.name, region.functions)
        rest.create(account, region.name, region.rest_apis, web_acls)
        domains.create_plans(account, region.name, region.usage_plans)
        http.create(account, region.name, region.apis)
        domains.create_names(account, region.name, region.domain_names)
        appsync.create_graphql(account, region.name, region.graphql_apis, web_acls)
        appsync.create_events(account, region.name, region.event_apis)
        functions.allow(account, region.name, region.functions)


def expected() -> str:
    """The text of `expected.json`."""
    return json.dumps(expectations.document(), indent=2) + "\n"


def main() -> int:
    """The exit code."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("emulator", nargs="?", choices=limits.names())
    words.add_argument("endpoint", nargs="?", help="http://127.0.0.1:PORT")
    words.add_argument("--expected", action="store_true", help=f"print {EXPECTED.name}")
    words.add_argument("--check", action="store_true", help=f"fail if {EXPECTED.name} is out of step")
    asked = words.parse_args()
    if asked.expected:
        sys.stdout.write(expected())
    elif asked.check:
        if EXPECTED.read_text() != expected():
            print(f"{EXPECTED.name} is out of step: write it anew with seed.py --expected", file=sys.stderr)
            return 1
    elif asked.emulator and asked.endpoint:
        leave_aws()
        create(asked.endpoint, asked.emulator)
    else:
        words.error("name an emulator and its endpoint, or --expected, or --check")
    return 0


if __name__ == "__main__":
    sys.exit(main())
