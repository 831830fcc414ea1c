"""Roles."""

import json
from collections.abc import Sequence

from create.account import Account
from estate.model import Role, Statement


def create(account: Account, roles: Sequence[Role]) -> None:
    """Makes the roles and their policies."""
    iam = account.client("iam")
    for role in roles:
        trust = {"Effect": "Allow", "Principal": role.trusts, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=role.name, AssumeRolePolicyDocument=_document(account, [trust]))
        if role.inline:
            document = _document(account, role.inline)
            iam.put_role_policy(RoleName=role.name, PolicyName="work", PolicyDocument=document)
        if role.customer_managed:
            document = _document(account, role.customer_managed)
            policy = iam.create_policy(PolicyName=f"{role.name}-policy", PolicyDocument=document)
            iam.attach_role_policy(RoleName=role.name, PolicyArn=policy["Policy"]["Arn"])


def _document(account: Account, statements: Sequence[Statement]) -> str:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return account.fill(document, region="us-east-1")
