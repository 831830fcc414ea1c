"""Web ACLs."""

from create.account import Account


def create(account: Account, region: str, names: tuple[str, ...]) -> dict[str, str]:
    """Makes the regional web ACLs and says their ARNs by name."""
    aws = account.client("wafv2", region)
    arns = {}
    for name in names:
        made = aws.create_web_acl(
            Name=name,
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            Rules=[],
            VisibilityConfig={
                "SampledRequestsEnabled": False,
                "CloudWatchMetricsEnabled": False,
                "MetricName": name,
            },
        )
        arns[name] = made["Summary"]["ARN"]
    return arns
