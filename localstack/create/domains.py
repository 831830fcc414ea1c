"""Custom domain names and usage plans: what stands in front of several APIs."""

from create.account import Account
from estate.model import DomainName, UsagePlan


def create_names(account: Account, region: str, names: tuple[DomainName, ...]) -> None:
    """Makes the domain names of a region and maps them."""
    certificate = f"arn:aws:acm:{region}:{account.limits.account}:certificate/5c1d7a90-3b1f-4c52-9a0e-8d2f6b7e4a11"
    aws = account.client("apigatewayv2", region)
    for name in names:
        aws.create_domain_name(
            DomainName=name.name,
            DomainNameConfigurations=[
                {"CertificateArn": certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
            ],
        )
        aws.create_api_mapping(DomainName=name.name, ApiId=account.ids[f"api:{name.api}"], Stage=name.stage)


def create_plans(account: Account, region: str, plans: tuple[UsagePlan, ...]) -> None:
    """Makes the usage plans of a region."""
    aws = account.client("apigateway", region)
    for plan in plans:
        aws.create_usage_plan(
            name=plan.name,
            apiStages=[{"apiId": account.ids[f"api:{plan.api}"], "stage": plan.stage}],
            throttle={"rateLimit": plan.rate, "burstLimit": int(plan.rate) * 2},
        )
