"""REST APIs."""

import json
from typing import Any

from create.account import Account, given
from estate.model import Authorizer, Method, RestApi, Stage

LOG_FORMAT = "$context.requestId"


def create(account: Account, region: str, apis: tuple[RestApi, ...], web_acls: dict[str, str]) -> None:
    """Makes the REST APIs of a region, deployed, with their web ACLs attached."""
    for api in apis:
        _RestApi(account, region, api).create(web_acls)


class _RestApi:
    def __init__(self, account: Account, region: str, api: RestApi) -> None:
        self.account, self.region, self.api = account, region, api
        self.aws = account.client("apigateway", region)
        made = self.aws.create_rest_api(
            name=api.name,
            endpointConfiguration={
                "types": [api.endpoint],
                **given(api.endpoint == "PRIVATE", lambda: {"vpcEndpointIds": ["vpce-0a1b2c3d4e5f60718"]}),
            },
        )
        self.id = made["id"]
        account.ids[f"api:{api.name}"] = self.id
        self.resources = {"/": self.aws.get_resources(restApiId=self.id)["items"][0]["id"]}
        self.validators: dict[str, str] = {}

    def create(self, web_acls: dict[str, str]) -> None:
        if self.api.policy:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(self.api.policy)})
            # Written once the id is known, as AWS gives policies back.
            change = ("replace", "/policy", self.account.fill(document, self.region, this=self.id))
            self.aws.update_rest_api(restApiId=self.id, patchOperations=[_patch(*change)])
        for authorizer in self.api.authorizers:
            self._authorizer(authorizer)
        self.aws.create_model(
            restApiId=self.id, name="Body", contentType="application/json", schema='{"type":"object"}'
        )
        for method in self.api.methods:
            self._method(method)
        for stage in self.api.stages:
            self._stage(stage, web_acls)

    def _authorizer(self, authorizer: Authorizer) -> None:
        if authorizer.function:
            uri = self.account.function_uri(authorizer.function, self.region)
            how: dict[str, Any] = {"type": "REQUEST" if authorizer.for_anybody else "TOKEN", "authorizerUri": uri}
        else:
            pool = f"arn:aws:cognito-idp:{self.region}:{self.account.limits.account}:userpool/{authorizer.pool}"
            how = {"type": "COGNITO_USER_POOLS", "providerARNs": [pool]}
        # Left out, ministack would fill in the header.
        source = "" if authorizer.for_anybody else "method.request.header.Authorization"
        made = self.aws.create_authorizer(restApiId=self.id, name=authorizer.name, identitySource=source, **how)
        self.account.ids[f"authorizer:{self.api.name}/{authorizer.name}"] = made["id"]

    def _method(self, method: Method) -> None:
        verb, path = method.name.split(" ")
        where = {"restApiId": self.id, "resourceId": self._resource(path), "httpMethod": verb}
        authorizer = f"authorizer:{self.api.name}/{method.authorizer}"
        self.aws.put_method(
            **where,
            authorizationType=method.authorization,
            apiKeyRequired=method.key,
            **given(method.authorizer, lambda: {"authorizerId": self.account.ids[authorizer]}),
            **given(method.model, lambda: {"requestModels": {"application/json": "Body"}}),
            **given(method.validator, lambda: {"requestValidatorId": self._validator(str(method.validator))}),
            **given(
                method.parameters,
                lambda: {"requestParameters": {f"method.request.{name}": True for name in method.parameters}},
            ),
        )
        if method.function:
            uri = self.account.function_uri(method.function, self.region)
            self.aws.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        else:
            template = {"application/json": '{"statusCode": 200}'}
            self.aws.put_integration(**where, type="MOCK", requestTemplates=template)

    def _resource(self, path: str) -> str:
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            made = self.aws.create_resource(
                restApiId=self.id, parentId=self._resource(parent or "/"), pathPart=part
            )
            self.resources[path] = made["id"]
        return self.resources[path]

    def _validator(self, kind: str) -> str:
        if kind not in self.validators:
            made = self.aws.create_request_validator(
                restApiId=self.id,
                name=kind,
                validateRequestBody=kind == "body",
                validateRequestParameters=kind == "parameters",
            )
            self.validators[kind] = made["id"]
        return self.validators[kind]

    def _stage(self, stage: Stage, web_acls: dict[str, str]) -> None:
        deployment = self.aws.create_deployment(restApiId=self.id)
        where = {"restApiId": self.id, "stageName": stage.name}
        self.aws.create_stage(**where, deploymentId=deployment["id"], variables=stage.variables)
        changes = []
        if stage.logged:
            destination = self.account.log_group(f"/aws/apigateway/{self.api.name}", self.region)
            changes += [
                _patch("replace", "/accessLogSettings/destinationArn", destination),
                _patch("replace", "/accessLogSettings/format", LOG_FORMAT),
            ]
        if stage.rate is not None:
            changes += [
                _patch("replace", "/*/*/throttling/rateLimit", str(stage.rate)),
                _patch("replace", "/*/*/throttling/burstLimit", str(int(stage.rate) * 2)),
            ]
        if changes:
            self.aws.update_stage(**where, patchOperations=changes)
        if stage.web_acl:
            arn = f"arn:aws:apigateway:{self.region}::/restapis/{self.id}/stages/{stage.name}"
            waf = self.account.client("wafv2", self.region)
            waf.associate_web_acl(WebACLArn=web_acls[stage.web_acl], ResourceArn=arn)


def _patch(operation: str, path: str, value: str) -> dict[str, str]:
    return {"op": operation, "path": path, "value": value}
