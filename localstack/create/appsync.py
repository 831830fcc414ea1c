"""GraphQL and event APIs."""

from typing import Any

from create.account import Account, given
from estate.model import EventApi, GraphqlApi

# AppSync writes its logs under a role of its own, which no function uses.
LOGS_ROLE = "appsync-logs"
SOURCE_ROLE = "appsync-sources"


def create_graphql(account: Account, region: str, apis: tuple[GraphqlApi, ...], web_acls: dict[str, str]) -> None:
    """Makes the GraphQL APIs of a region."""
    aws = account.client("appsync", region)
    for api in apis:
        first, *others = (_mode(account, region, api, mode) for mode in api.modes)
        made = aws.create_graphql_api(
            name=api.name,
            **first,
            additionalAuthenticationProviders=others,
            **given(
                api.logged,
                lambda: {
                    "logConfig": {"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": account.role(LOGS_ROLE)}
                },
            ),
        )["graphqlApi"]
        aws.start_schema_creation(apiId=made["apiId"], definition=api.schema.encode())
        if "API_KEY" in api.modes:
            aws.create_api_key(apiId=made["apiId"])
        if account.limits.holds("graphql-data-source"):
            aws.create_data_source(
                apiId=made["apiId"],
                name="function",
                type="AWS_LAMBDA",
                serviceRoleArn=account.role(SOURCE_ROLE),
                lambdaConfig={"lambdaFunctionArn": account.function(api.function, region)},
            )
        if api.web_acl:
            waf = account.client("wafv2", region)
            waf.associate_web_acl(WebACLArn=web_acls[api.web_acl], ResourceArn=made["arn"])


def create_events(account: Account, region: str, apis: tuple[EventApi, ...]) -> None:
    """Makes the event APIs of a region."""
    aws = account.client("appsync", region)
    for api in apis:
        modes = [{"authType": mode} for mode in api.modes]
        log = {"logLevel": "ERROR", "cloudWatchLogsRoleArn": account.role(LOGS_ROLE)}
        made = aws.create_api(
            name=api.name,
            eventConfig={
                "authProviders": modes,
                "connectionAuthModes": modes,
                "defaultPublishAuthModes": modes,
                "defaultSubscribeAuthModes": modes,
                **given(api.logged, lambda: {"logConfig": log}),
            },
        )["api"]
        if "API_KEY" in api.modes:
            aws.create_api_key(apiId=made["apiId"])


def _mode(account: Account, region: str, api: GraphqlApi, mode: str) -> dict[str, Any]:
    settings: dict[str, dict[str, Any]] = {
        "AMAZON_COGNITO_USER_POOLS": {
            "userPoolConfig": {
                "userPoolId": f"{region}_Qr34St56U",
                "awsRegion": region,
                **given(api.modes[0] == mode, lambda: {"defaultAction": "DENY"}),
            }
        },
        "OPENID_CONNECT": {
            "openIDConnectConfig": {
                "issuer": "https://login.harbour.example",
                **given(api.client, lambda: {"clientId": api.client}),
            }
        },
    }
    if api.authorizer:
        uri = account.function(api.authorizer, region)
        settings["AWS_LAMBDA"] = {"lambdaAuthorizerConfig": {"authorizerUri": uri}}
    return {"authenticationType": mode, **settings.get(mode, {})}
