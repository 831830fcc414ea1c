#!/usr/bin/env python3
"""Takes one permission of the tool's call table away at a time and says which calls a seeded
ministack then refuses: a test by removal proves something only where it is the call itself.

    with.py ministack --auth --seed -- PYTHON probe_auth.py
"""

import json
import sys
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from estate import ESTATE
from probe import CALLS, DECLARED, HOW, Probe, snake

USER = "probe"
# A region, and the arguments of a call in it.
Place = tuple[str, dict[str, Any]]
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class Restricted(Probe):
    """Asks as a user whose policy can be changed."""

    def __init__(self) -> None:
        self.iam = boto3.client("iam")
        self.iam.create_user(UserName=USER)
        self.key = self.iam.create_access_key(UserName=USER)["AccessKey"]

    def deny(self, action: str, path: str | None) -> None:
        """Allows everything but one action, for API Gateway on one path."""
        resource = f"arn:aws:apigateway:*::{path}" if path else "*"
        statements = [ALL, {"Effect": "Deny", "Action": action, "Resource": resource}]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.iam.put_user_policy(UserName=USER, PolicyName="access", PolicyDocument=document)

    def place(self, name: str) -> Place | None:
        """Where the call can be made; nothing where the estate has no object for it."""
        _, arguments = HOW[name]
        places = ((region.name, one) for region in ESTATE.regions for one in arguments(self, region.name))
        return next(places, None)

    def refuses(self, name: str, operation: str, place: Place) -> bool:
        """Whether the user is refused the call."""
        region, arguments = place
        client = boto3.client(
            HOW[name][0],
            region_name=region,
            aws_access_key_id=self.key["AccessKeyId"],
            aws_secret_access_key=self.key["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        try:
            getattr(client, snake(operation))(**arguments)
        except ClientError as refusal:
            return "AccessDenied" in refusal.response["Error"]["Code"]
        return False


def main() -> int:
    """0: what is enforced is for the reader to judge."""
    user = Restricted()
    declared = [call.groupdict() for call in DECLARED.finditer(CALLS.read_text())]
    places = {name: user.place(name) for name in HOW}
    for taken in declared:
        user.deny(taken["action"], taken["path"])
        refused = [
            call["operation"] if call["service"] == taken["service"] else f"{call['service']} {call['operation']}"
            for call in declared
            if (place := places[call["name"]]) and user.refuses(call["name"], call["operation"], place)
        ]
        permission = " ".join(filter(None, (taken["action"], taken["path"])))
        nothing = "nothing" if places[taken["name"]] else "not reached"
        print(f"| {permission} | {', '.join(refused) or nothing} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
