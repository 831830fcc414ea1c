"""REST APIs whose resource policy is the point: some are closed, some only look it."""

from estate.model import Method, RestApi, Stage
from estate.words import invokers, refused

OFFICES = {"aws:SourceIp": "198.51.100.0/24"}

EU_WEST_1 = (
    RestApi(
        name="depots-api",
        policy=(invokers("*"), refused(NotIpAddress=OFFICES)),
        methods=(Method(name="GET /depots", function="stock-sync", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=50, web_acl="shop"),),
    ),
    RestApi(
        name="trade-api",
        # The Deny spares everybody.
        policy=(invokers("*"), refused(NotIpAddress={"aws:SourceIp": "0.0.0.0/0"})),
        methods=(Method(name="GET /levels", function="stock-sync", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=50, web_acl="shop"),),
        expect=("SRC-201 medium",),
    ),
    RestApi(
        name="ledger-private",
        endpoint="PRIVATE",
        # Every VPC endpoint leads here, whose ever it is.
        policy=(invokers("*"),),
        methods=(Method(name="GET /ledger", function="invoices-render", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=20),),
        expect=("SRC-202 medium",),
    ),
)

US_EAST_1 = (
    RestApi(
        name="press-api",
        # The second stage came later.
        policy=(invokers("*"), refused(stage="prod", NotIpAddress=OFFICES)),
        methods=(Method(name="GET /authors", function="account-profile", authorization="AWS_IAM"),),
        stages=(
            Stage(name="prod", logged=True, rate=50, web_acl="digital"),
            Stage(name="beta", logged=True, rate=10, web_acl="digital"),
        ),
        expect=("SRC-201 medium",),
    ),
    RestApi(
        name="audits-private",
        endpoint="PRIVATE",
        policy=(invokers("*"), refused(StringNotEquals={"aws:SourceVpce": "vpce-0b2c3d4e5f6071829"})),
        methods=(Method(name="GET /changes", function="account-profile", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=20),),
    ),
    RestApi(
        name="reports-private",
        endpoint="PRIVATE",
        policy=(invokers("*"), refused(stage="prod", StringNotEquals={"aws:SourceVpc": "vpc-0c3d4e5f607182930"})),
        methods=(Method(name="GET /signups", function="account-profile", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=20), Stage(name="beta", logged=True, rate=10)),
        expect=("SRC-202 medium",),
    ),
)

AP_SOUTHEAST_2 = (
    RestApi(
        name="labels-api",
        # Fulfilled without the key, too.
        policy=(invokers("*", IpAddressIfExists=OFFICES),),
        methods=(Method(name="GET /labels", function="kiosk-config", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=20, expect=("EDGE-001 medium",)),),
        expect=("SRC-201 medium",),
    ),
    RestApi(
        name="tills-private",
        endpoint="PRIVATE",
        # Any endpoint will do, and nobody asks who calls.
        policy=(invokers("*", StringLike={"aws:SourceVpce": "vpce-*"}),),
        methods=(Method(name="GET /prices", function="kiosk-config", expect=("SRC-101 medium",)),),
        stages=(Stage(name="prod", logged=True, rate=20),),
        expect=("SRC-202 high",),
    ),
    RestApi(
        name="rosters-private",
        endpoint="PRIVATE",
        policy=(invokers("*", StringEquals={"aws:SourceVpc": "vpc-0d4e5f60718293041"}),),
        methods=(Method(name="GET /rosters", function="kiosk-config", authorization="AWS_IAM"),),
        stages=(Stage(name="prod", logged=True, rate=20),),
    ),
)
