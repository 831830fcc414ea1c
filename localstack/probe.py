#!/usr/bin/env python3
"""Makes every read of the tool's call table against a running, seeded emulator and says how it went.

    with.py moto --seed -- PYTHON probe.py moto

The table is read from the tool's source, so a new call without a probe of its own is an error here.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import limits
from estate import ESTATE
from limits import Limits

CALLS = Path(__file__).parent.parent / "src/inventory/call.rs"
DECLARED = re.compile(
    r'^    (?P<name>\w+) = "(?P<service>[^"]+)" "(?P<operation>\w+)", "(?P<action>[^"]+)"(?: at "(?P<path>[^"]+)")?',
    re.MULTILINE,
)
Arguments = Callable[["Probe", str], Iterator[dict[str, Any]]]
NOT_FOUND = ("AWSOrganizationsNotInUseException", "ResourceNotFoundException")


class Probe:
    """The emulator, asked with the SDK's own endpoint variables."""

    def client(self, service: str, region: str) -> Any:
        """A client that tries once."""
        return boto3.client(service, region_name=region, config=Config(retries={"total_max_attempts": 1}))

    def ids(self, service: str, operation: str, region: str, items: str, field: str) -> list[str]:
        """The ids that a listing gives."""
        return [item[field] for item in getattr(self.client(service, region), operation)()[items]]

    def rest_apis(self, region: str) -> Iterator[dict[str, Any]]:
        """One set of arguments for each REST API."""
        for identifier in self.ids("apigateway", "get_rest_apis", region, "items", "id"):
            yield {"restApiId": identifier}

    def apis(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each HTTP or WebSocket API."""
        for identifier in self.ids("apigatewayv2", "get_apis", region, "Items", "ApiId"):
            yield {"ApiId": identifier}

    def graphql_apis(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each GraphQL API."""
        for identifier in self.ids("appsync", "list_graphql_apis", region, "graphqlApis", "apiId"):
            yield {"apiId": identifier}

    def domain_names(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each custom domain name."""
        for name in self.ids("apigatewayv2", "get_domain_names", region, "Items", "DomainName"):
            yield {"DomainName": name}

    def code_signing_configs(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each code-signing configuration."""
        answer = self.client("lambda", region).list_code_signing_configs()
        for config in answer.get("CodeSigningConfigs", []):
            yield {"CodeSigningConfigArn": config["CodeSigningConfigArn"]}

    def functions(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each function of the estate."""
        for declared in ESTATE.regions:
            if declared.name == region:
                yield from ({"FunctionName": function.name} for function in declared.functions)

    def schemas(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each GraphQL API with several authorization modes."""
        for api in self.client("appsync", region).list_graphql_apis()["graphqlApis"]:
            if api.get("additionalAuthenticationProviders"):
                yield {"apiId": api["apiId"], "format": "SDL", "includeDirectives": True}

    def member(self, region: str) -> Iterator[str]:
        """The account, if it is in an organization that another account manages."""
        account = self.client("sts", region).get_caller_identity()["Account"]
        organization = self.client("organizations", region).describe_organization()["Organization"]
        if organization["MasterAccountId"] != account:
            yield account

    def controls(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each kind of control policy."""
        for account in self.member(region):
            for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
                yield {"TargetId": account, "Filter": kind}

    def control_policies(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each control policy of the account itself."""
        for one in self.controls(region):
            for policy in self.client("organizations", region).list_policies_for_target(**one)["Policies"]:
                yield {"PolicyId": policy["Id"]}

    def web_acls(self, region: str) -> Iterator[dict[str, Any]]:
        """One for each web ACL and type of resource."""
        answer = self.client("wafv2", region).list_web_acls(Scope="REGIONAL")
        for acl in answer["WebACLs"]:
            for kind in ("API_GATEWAY", "APPSYNC"):
                yield {"WebACLArn": acl["ARN"], "ResourceType": kind}


def once(**arguments: Any) -> Arguments:
    """A call that needs no object."""
    return lambda probe, region: iter([arguments])


def scopes(_probe: Probe, region: str) -> Iterator[dict[str, Any]]:
    """The scopes of web ACLs that a region has."""
    yield {"Scope": "REGIONAL"}
    if region == "us-east-1":
        yield {"Scope": "CLOUDFRONT"}


# How each call of the table is made: the SDK's service, and one set of arguments for each object.
HOW: dict[str, tuple[str, Arguments]] = {
    "StsGetCallerIdentity": ("sts", once()),
    "StsAssumeRole": ("sts", lambda probe, region: iter([assumption()])),
    "AccountListRegions": ("account", once(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])),
    "IamGetAccountAuthorizationDetails": (
        "iam",
        once(Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"]),
    ),
    "OrganizationsDescribeOrganization": ("organizations", once()),
    "OrganizationsListParents": (
        "organizations",
        lambda probe, region: ({"ChildId": account} for account in probe.member(region)),
    ),
    "OrganizationsListPoliciesForTarget": ("organizations", Probe.controls),
    "OrganizationsDescribePolicy": ("organizations", Probe.control_policies),
    "LambdaListFunctions": ("lambda", once(FunctionVersion="ALL", MaxItems=50)),
    "LambdaGetFunction": ("lambda", Probe.functions),
    "LambdaGetPolicy": ("lambda", Probe.functions),
    "LambdaListAliases": ("lambda", Probe.functions),
    "LambdaListFunctionUrlConfigs": ("lambda", Probe.functions),
    "LambdaListEventSourceMappings": ("lambda", once()),
    "LambdaListCodeSigningConfigs": ("lambda", once()),
    "LambdaListFunctionsByCodeSigningConfig": ("lambda", Probe.code_signing_configs),
    "ApiGatewayGetAccount": ("apigateway", once()),
    "ApiGatewayGetRestApis": ("apigateway", once(limit=500)),
    "ApiGatewayGetStages": ("apigateway", Probe.rest_apis),
    "ApiGatewayGetResources": (
        "apigateway",
        lambda probe, region: ({**one, "embed": ["methods"]} for one in probe.rest_apis(region)),
    ),
    "ApiGatewayGetAuthorizers": ("apigateway", Probe.rest_apis),
    "ApiGatewayGetRequestValidators": ("apigateway", Probe.rest_apis),
    "ApiGatewayGetUsagePlans": ("apigateway", once()),
    "ApiGatewayGetDomainNames": ("apigateway", once()),
    "ApiGatewayV2GetApis": ("apigatewayv2", once()),
    "ApiGatewayV2GetRoutes": ("apigatewayv2", Probe.apis),
    "ApiGatewayV2GetIntegrations": ("apigatewayv2", Probe.apis),
    "ApiGatewayV2GetAuthorizers": ("apigatewayv2", Probe.apis),
    "ApiGatewayV2GetStages": ("apigatewayv2", Probe.apis),
    "ApiGatewayV2GetApiMappings": ("apigatewayv2", Probe.domain_names),
    "AppSyncListGraphqlApis": ("appsync", once()),
    "AppSyncListApis": ("appsync", once()),
    "AppSyncListApiKeys": ("appsync", Probe.graphql_apis),
    "AppSyncGetIntrospectionSchema": ("appsync", Probe.schemas),
    "AppSyncListDataSources": ("appsync", Probe.graphql_apis),
    "Wafv2ListWebAcls": ("wafv2", scopes),
    "Wafv2ListResourcesForWebAcl": ("wafv2", Probe.web_acls),
}


def assumption() -> dict[str, str]:
    """The role that stands ready to be assumed."""
    account = os.environ["AWS_ACCESS_KEY_ID"]
    return {"RoleArn": f"arn:aws:iam::{account}:role/break-glass", "RoleSessionName": "probe"}


def main() -> int:
    """0 if exactly the calls fail that the emulator is known to fail."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("emulator", choices=limits.names())
    asked = words.parse_args()
    declared = [call.groupdict() for call in DECLARED.finditer(CALLS.read_text())]
    astray = {call["name"] for call in declared} ^ HOW.keys()
    if astray:
        raise SystemExit(f"{CALLS} and the probes disagree about: {', '.join(sorted(astray))}")
    known = {(gap["operation"], gap["action"], gap.get("path")) for gap in Limits.of(asked.emulator).gaps}
    surprises = 0
    for call in declared:
        result = ask(Probe(), call["name"], call["operation"])
        fails = result.startswith("fails")
        surprise = fails != ((call["operation"], call["action"], call["path"]) in known)
        surprises += surprise
        print(f"| {call['service']} | {call['operation']} | {result}{' (unlike emulators.toml)' if surprise else ''} |")
    return 1 if surprises else 0


def ask(probe: Probe, name: str, operation: str) -> str:
    """How the call went, over every region."""
    service, arguments = HOW[name]
    made, absent = 0, 0
    for region in ESTATE.regions:
        try:
            sets = list(arguments(probe, region.name))
        except ClientError as refusal:
            return f"not reached: {short(refusal)}"
        for one in sets:
            client = probe.client(service, region.name)
            made += 1
            try:
                getattr(client, snake(operation))(**one)
            except ClientError as refusal:
                if refusal.response["Error"]["Code"] not in NOT_FOUND:
                    return f"fails: {short(refusal)}"
                absent += 1
    if not made:
        return "not reached: nothing to ask about"
    return f"ok ({made} calls{f', {absent} of them say there is none' if absent else ''})"


def short(refusal: ClientError) -> str:
    """The status and the code of a refusal."""
    status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
    code = refusal.response["Error"]["Code"]
    return f"HTTP {status}" if code == str(status) else f"HTTP {status} {code}"


def snake(operation: str) -> str:
    """The SDK's name of an operation."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation.replace("ACL", "Acl")).lower()


if __name__ == "__main__":
    sys.exit(main())
