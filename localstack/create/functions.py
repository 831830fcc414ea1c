"""Functions, aliases, URLs, and the queues and streams that feed them."""

import io
import zipfile
from typing import Any

from create.account import Account, given
from estate.model import Feed, Function, Grant


def create(account: Account, region: str, functions: tuple[Function, ...]) -> None:
    """Makes the functions of a region; `allow` grants access to them once the APIs exist."""
    aws = account.client("lambda", region)
    for function in functions:
        aws.create_function(
            FunctionName=function.name,
            Role=account.role(function.role),
            Runtime=function.runtime,
            Handler="index.handler",
            Code={"ZipFile": CODE},
            TracingConfig={"Mode": "Active" if function.traced else "PassThrough"},
            **given(
                function.environment,
                lambda: {"Environment": {"Variables": _variables(account, region, function)}},
            ),
        )
        if function.reserved is not None:
            aws.put_function_concurrency(
                FunctionName=function.name, ReservedConcurrentExecutions=function.reserved
            )
        if function.alias:
            version = aws.publish_version(FunctionName=function.name)["Version"]
            aws.create_alias(FunctionName=function.name, Name=function.alias, FunctionVersion=version)
        if function.url and function.url.auth and account.limits.holds("function-url"):
            aws.create_function_url_config(FunctionName=function.name, AuthType=function.url.auth)
        if function.feed:
            _feed(account, region, function.name, function.feed)


def allow(account: Account, region: str, functions: tuple[Function, ...]) -> None:
    """Writes the functions' resource policies."""
    for function in functions:
        url = function.url if account.limits.holds("function-url") else None
        for grant in (*function.grants, *(url.grants if url else ())):
            _grant(account, region, function.name, grant)
        for grant in function.alias_grants:
            _grant(account, region, function.name, grant, Qualifier=function.alias)


def _grant(account: Account, region: str, function: str, grant: Grant, **qualifier: Any) -> None:
    def filled(name: str, text: str | None) -> dict[str, str]:
        return {} if text is None else {name: account.fill(text, region)}

    account.client("lambda", region).add_permission(
        FunctionName=function,
        StatementId=grant.name,
        Action=grant.action,
        Principal=account.fill(grant.principal, region),
        **filled("SourceArn", grant.source_arn),
        **filled("SourceAccount", grant.source_account),
        **filled("PrincipalOrgID", grant.organization),
        **filled("FunctionUrlAuthType", grant.url_auth),
        **given(grant.via_url, lambda: {"InvokedViaFunctionUrl": True}),
        **qualifier,
    )


def _variables(account: Account, region: str, function: Function) -> dict[str, str]:
    return {name: account.fill(value, region) for name, value in function.environment.items()}


def _feed(account: Account, region: str, function: str, feed: Feed) -> None:
    make = {"sqs": _queue, "kinesis": _stream, "dynamodb": _table}[feed.kind]
    account.client("lambda", region).create_event_source_mapping(
        FunctionName=function,
        EventSourceArn=make(account, region, feed.source),
        **given(feed.kind != "sqs", lambda: {"StartingPosition": "LATEST"}),
        **given(feed.maximum_concurrency, lambda: {"ScalingConfig": {"MaximumConcurrency": feed.maximum_concurrency}}),
    )


def _queue(account: Account, region: str, name: str) -> str:
    sqs = account.client("sqs", region)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def _stream(account: Account, region: str, name: str) -> str:
    kinesis = account.client("kinesis", region)
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return str(kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"])


def _table(account: Account, region: str, name: str) -> str:
    table = account.client("dynamodb", region).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(table["TableDescription"]["LatestStreamArn"])


def _code() -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        # A fixed date: the same package in every run.
        archive.writestr(zipfile.ZipInfo("index.py"), "def handler(event, context):\n    return {}\n")
    return package.getvalue()


CODE = _code()
