"""Short ways to declare what occurs again and again."""

import base64
import hashlib

from estate.model import Expect, Grant, Statement

TRUSTED_ACCOUNT = "444455556666"
FOREIGN_ACCOUNT = "777788889999"
ORGANIZATION = "o-a1b2c3d4e5"

# moto cannot list URLs, and a policy that lets in everyone opens a URL too, if there is one.
MAY_HAVE_AN_OPEN_URL = "SRC-106 high unknown for any qualifier"


def allow(*actions: str, on: str) -> Statement:
    """A statement of an identity policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def table(name: str, region: str) -> str:
    """The ARN of a DynamoDB table."""
    return f"arn:aws:dynamodb:{region}:{{account}}:table/{name}"


def queue(name: str, region: str) -> str:
    """The ARN of a queue."""
    return f"arn:aws:sqs:{region}:{{account}}:{name}"


def invokers(principal: str | dict[str, str], **condition: dict[str, str]) -> Statement:
    """A statement of a REST API's resource policy, for every stage and method of this API."""
    statement: Statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:{region}:{account}:{this}/*",
    }
    return {**statement, "Condition": condition} if condition else statement


def refused(stage: str = "*", **condition: dict[str, str]) -> Statement:
    """A Deny of everyone of that kind in such a policy, for one stage or for all."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:{{region}}:{{account}}:{{this}}/{stage}/*",
        "Condition": condition,
    }


def account(identifier: str) -> str:
    """Everyone whom that account lets."""
    return f"arn:aws:iam::{identifier}:root"


def by_api(api: str, path: str, sid: str = "api-gateway", expect: Expect = ()) -> Grant:
    """API Gateway may invoke, for the given stage, method and path of one API."""
    arn = f"arn:aws:execute-api:{{region}}:{{account}}:{{api:{api}}}/{path}"
    return Grant(name=sid, principal="apigateway.amazonaws.com", source_arn=arn, expect=expect)


def by_deleted_api(path: str, sid: str) -> Grant:
    """API Gateway may invoke for an API that was deleted since."""
    arn = f"arn:aws:execute-api:{{region}}:{{account}}:q1w2e3r4t5/{path}"
    return Grant(name=sid, principal="apigateway.amazonaws.com", source_arn=arn, expect=("SVC-005 medium",))


def as_authorizer(api: str, name: str) -> Grant:
    """API Gateway may ask one authorizer of one API."""
    return by_api(api, f"authorizers/{{authorizer:{api}/{name}}}", sid="api-gateway-authorizer")


def by_bucket(bucket: str, source_account: str | None, expect: Expect = ()) -> Grant:
    """S3 may invoke for one bucket."""
    return Grant(
        name="bucket-notifications",
        principal="s3.amazonaws.com",
        source_arn=f"arn:aws:s3:::{bucket}",
        source_account=source_account,
        expect=expect,
    )


def url_is_public(expect: Expect = ()) -> Grant:
    """Anyone may call the URL: the first of the two grants that a public URL needs."""
    return Grant(
        name="FunctionURLAllowPublicAccess",
        principal="*",
        action="lambda:InvokeFunctionUrl",
        url_auth="NONE",
        expect=expect,
    )


def url_may_invoke(expect: Expect = ()) -> Grant:
    """Anyone may invoke through the URL: the second of the two."""
    return Grant(name="FunctionURLAllowInvokeAction", principal="*", via_url=True, expect=expect)


def url_signed_by(principal: str, source_arn: str | None = None) -> tuple[Grant, Grant]:
    """A principal may call the URL with signed requests."""
    return (
        Grant(
            name="signed-url-calls",
            principal=principal,
            action="lambda:InvokeFunctionUrl",
            url_auth="AWS_IAM",
            source_arn=source_arn,
        ),
        Grant(name="signed-url-invocations", principal=principal, source_arn=source_arn, via_url=True),
    )


def made_up(prefix: str, length: int, purpose: str, alphabet: str = "") -> str:
    """A credential of nobody's, in its vendor's form: the same in every run, in no file as such."""
    digest = hashlib.sha512(purpose.encode()).digest()
    text = base64.b64encode(digest + digest[::-1]).decode().replace("+", "x").replace("/", "Y")
    if alphabet:
        text = "".join(alphabet[byte % len(alphabet)] for byte in digest)
    return prefix + text[:length]
