"""HTTP and WebSocket APIs."""

from typing import Any

from create.account import Account, given
from create.rest import LOG_FORMAT
from estate.model import Api, Authorizer, Stage


def create(account: Account, region: str, apis: tuple[Api, ...]) -> None:
    """Makes the HTTP and WebSocket APIs of a region."""
    for api in apis:
        _create(account, region, api)


def _create(account: Account, region: str, api: Api) -> None:
    aws = account.client("apigatewayv2", region)
    websocket = api.protocol == "WEBSOCKET"
    made = aws.create_api(
        Name=api.name,
        ProtocolType=api.protocol,
        **given(websocket, lambda: {"RouteSelectionExpression": "$request.body.action"}),
    )
    identifier = made["ApiId"]
    account.ids[f"api:{api.name}"] = identifier
    for authorizer in api.authorizers:
        name = f"authorizer:{api.name}/{authorizer.name}"
        how = _authorizer(account, region, authorizer)
        account.ids[name] = aws.create_authorizer(ApiId=identifier, Name=authorizer.name, **how)["AuthorizerId"]
    for route in api.routes:
        function = account.function(route.function, region)
        integration = aws.create_integration(
            ApiId=identifier,
            IntegrationType="AWS_PROXY",
            IntegrationUri=account.function_uri(route.function, region) if websocket else function,
            PayloadFormatVersion="1.0" if websocket else "2.0",
        )
        authorizer_id = account.ids.get(f"authorizer:{api.name}/{route.authorizer}")
        aws.create_route(
            ApiId=identifier,
            RouteKey=route.name,
            AuthorizationType=route.authorization,
            Target=f"integrations/{integration['IntegrationId']}",
            **given(route.authorizer, lambda: {"AuthorizerId": authorizer_id}),
        )
    for stage in api.stages:
        aws.create_stage(ApiId=identifier, **_stage(account, region, api, stage))


def _authorizer(account: Account, region: str, authorizer: Authorizer) -> dict[str, Any]:
    if authorizer.function:
        return {
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": account.function_uri(authorizer.function, region),
            "IdentitySource": ["route.request.querystring.token"],
        }
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{authorizer.pool}"
    return {
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {
            "Issuer": issuer,
            **given(authorizer.audience, lambda: {"Audience": [authorizer.audience]}),
        },
    }


def _stage(account: Account, region: str, api: Api, stage: Stage) -> dict[str, Any]:
    destination = account.log_group(f"/aws/apigateway/{api.name}", region)
    throttle = {"ThrottlingRateLimit": stage.rate, "ThrottlingBurstLimit": int(stage.rate or 0) * 2}
    return {
        "StageName": stage.name,
        "AutoDeploy": True,
        **given(stage.logged, lambda: {"AccessLogSettings": {"DestinationArn": destination, "Format": LOG_FORMAT}}),
        **given(stage.rate, lambda: {"DefaultRouteSettings": throttle}),
        **given(stage.variables, lambda: {"StageVariables": stage.variables}),
    }
