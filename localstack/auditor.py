#!/usr/bin/env python3
"""Makes IAM users in a running emulator, one for each policy of a JSON list on standard input, and
prints their access keys as a JSON list in the same order.

    lambastion permissions --format json | jq '[.]' | AWS_ENDPOINT_URL=… PYTHON auditor.py
"""

import json
import sys
import uuid
from typing import Any

import boto3


def main() -> int:
    """0 if every user was made."""
    iam = boto3.client("iam")
    json.dump([user(iam, policy) for policy in json.load(sys.stdin)], sys.stdout)
    return 0


def user(iam: Any, policy: dict[str, Any]) -> dict[str, str]:
    """The access key of a new user who may do what the policy allows, and nothing else."""
    name = f"auditor-{uuid.uuid4()}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="audit", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


if __name__ == "__main__":
    sys.exit(main())
