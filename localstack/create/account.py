"""The account that is being filled: clients, and what is known only once a thing exists."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from limits import Limits

PLACEHOLDER = re.compile(r"\{(account|region|this|(?:api|authorizer):[\w$/-]+)\}")


@dataclass
class Account:
    """A running emulator and what was made in it so far."""

    endpoint: str
    limits: Limits
    ids: dict[str, str] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """The SDK's client."""
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=self.limits.account,
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[key]

    def fill(self, text: str, region: str, this: str = "") -> str:
        """The text with its placeholders replaced."""
        known = {"account": self.limits.account, "region": region, "this": this, **self.ids}
        return PLACEHOLDER.sub(lambda found: known[found.group(1)], text)

    def function(self, name: str, region: str) -> str:
        """The ARN of a function, or of an alias: `name:alias`."""
        return f"arn:aws:lambda:{region}:{self.limits.account}:function:{name}"

    def function_uri(self, name: str, region: str) -> str:
        """What API Gateway calls to invoke it."""
        return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{self.function(name, region)}/invocations"

    def role(self, name: str) -> str:
        """The ARN of a role."""
        return f"arn:aws:iam::{self.limits.account}:role/{name}"

    def log_group(self, name: str, region: str) -> str:
        """The ARN of a log group."""
        return f"arn:aws:logs:{region}:{self.limits.account}:log-group:{name}"


def given(condition: Any, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Arguments that are passed only under a condition."""
    return make() if condition else {}
