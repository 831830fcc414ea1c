"""Sydney: a chain that was bought last year. No web ACL has been made here yet."""

from estate import policies
from estate.model import (
    Api,
    Authorizer,
    EventApi,
    Feed,
    Function,
    Grant,
    Method,
    Region,
    RestApi,
    Route,
    Stage,
    Url,
)
from estate.words import (
    FOREIGN_ACCOUNT,
    MAY_HAVE_AN_OPEN_URL,
    account,
    as_authorizer,
    by_api,
    by_bucket,
    invokers,
    made_up,
    url_is_public,
    url_may_invoke,
)

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

CUSTOMERS = (
    Function(
        name="loyalty-points",
        role="loyalty-role",
        runtime="dotnet8",
        grants=(by_api("loyalty-api", "prod/GET/points/*"), by_api("loyalty-api", "prod/POST/points", "writes")),
        expect=("FN-001 high", "FN-302 low", "SVC-101 low"),
    ),
    Function(
        name="loyalty-import",
        role="loyalty-role",
        grants=(by_bucket("southern-loyalty-drop", None, expect=("SVC-003 medium",)),),
        expect=("FN-302 low",),
    ),
    Function(
        name="returns-create",
        role="returns-create-role",
        traced=True,
        grants=(by_api("returns-api", "v1/POST/returns"), by_api("returns-api", "v1/GET/returns/*", "desk")),
        expect=("SVC-101 low",),
    ),
    Function(
        name="returns-authorizer",
        role="returns-authorizer-role",
        traced=True,
        reserved=10,
        grants=(as_authorizer("returns-api", "desk"),),
    ),
    Function(
        name="returns-labels",
        role="returns-labels-role",
        traced=True,
        url=Url(auth="NONE", grants=(url_is_public(), url_may_invoke()), expect=("SRC-106 high",)),
        expect=("SVC-101 medium",),
        on={"moto": ()},
    ),
    Function(
        name="store-locator",
        role="store-locator-role",
        grants=(by_api("stores-http", "*/*/*", expect=("SVC-003 low",)),),
        expect=("FN-302 low", "SVC-101 medium"),
    ),
)

STORES = (
    Function(
        name="kiosk-config",
        role="kiosk-config-role",
        traced=True,
        reserved=10,
        grants=(
            by_api("kiosk-api", "prod/GET/config"),
            by_api("labels-api", "prod/GET/labels", "labels"),
            by_api("tills-private", "prod/GET/prices", "tills"),
            by_api("rosters-private", "prod/GET/rosters", "rosters"),
        ),
        # The first kiosks called a URL, which is gone.
        url=Url(
            auth=None,
            grants=(url_is_public(expect=("SVC-006 low",)), url_may_invoke(expect=("SVC-006 low",))),
        ),
    ),
    Function(
        name="kiosk-telemetry",
        role="kiosk-telemetry-role",
        runtime="nodejs20.x",
        traced=True,
        reserved=10,
        grants=(by_api("kiosk-ws", "prod/$connect"), by_api("kiosk-ws", "prod/$default", "messages")),
        expect=("FN-001 high",),
    ),
    Function(
        name="pos-sync",
        role="pos-sync-role",
        traced=True,
        reserved=20,
        grants=(
            by_api("stores-http", "$default/POST/sales"),
            by_api("stores-http", "$default/DELETE/sales", "voids", expect=("SVC-005 medium at medium confidence",)),
            Grant(name="till-vendor", principal=account(FOREIGN_ACCOUNT), expect=("SVC-004 medium",)),
        ),
    ),
    Function(
        name="pos-receipts",
        role="pos-receipts-role",
        traced=True,
        feed=Feed(kind="sqs", source="receipts", maximum_concurrency=5),
        # Nobody was granted the URL: it answers nobody.
        reserved=5,
        url=Url(auth="NONE"),
    ),
)

BACK_OFFICE = (
    Function(
        name="data-export",
        role="data-export-role",
        environment={
            "EXPORT_ACCESS_KEY_ID": made_up("AK" + "IA", 16, "export", BASE32),
            "EXPORT_SECRET_ACCESS_KEY": made_up("", 40, "export"),
            "EXPORT_BUCKET": "southern-exports",
        },
        grants=(Grant(name="schedule", principal="events.amazonaws.com", expect=("SVC-002 high",)),),
        expect=(
            "FN-101 critical on EXPORT_ACCESS_KEY_ID",
            "FN-101 critical on EXPORT_SECRET_ACCESS_KEY",
            "FN-302 low",
        ),
    ),
    Function(
        name="ops-runner",
        role="ops-runner-role",
        grants=(Grant(name="remote-hands", principal="*", expect=("SVC-001 critical",)),),
        expect=("FN-302 low",),
        on={"moto": ("FN-302 low", "SVC-101 low unknown", MAY_HAVE_AN_OPEN_URL)},
    ),
)

REST_APIS = (
    RestApi(
        name="loyalty-api",
        methods=(
            Method(name="GET /points/{member}", function="loyalty-points", key=True, expect=("SRC-104 medium",)),
            Method(
                name="POST /points",
                function="loyalty-points",
                key=True,
                expect=("SRC-104 medium", "SRC-401 medium"),
            ),
        ),
        stages=(Stage(name="prod", logged=True, expect=("EDGE-001 medium", "SRC-301 medium")),),
        expect=("SRC-201 high",),
    ),
    RestApi(
        name="returns-api",
        authorizers=(
            Authorizer(name="members", pool="ap-southeast-2_Kl90Mn12P"),
            Authorizer(name="desk", function="returns-authorizer", for_anybody=True, expect=("SRC-105 high",)),
        ),
        methods=(
            Method(name="GET /returns/{id}", function="returns-create", authorization="CUSTOM", authorizer="desk"),
            Method(
                name="POST /returns",
                function="returns-create",
                authorization="COGNITO_USER_POOLS",
                authorizer="members",
                model=True,
                validator="body",
            ),
        ),
        stages=(Stage(name="v1", logged=True, expect=("EDGE-001 medium", "SRC-301 medium")),),
        # Callers are authenticated, so an open policy is the lesser flaw.
        expect=("SRC-201 medium",),
    ),
    RestApi(
        name="kiosk-api",
        # Kiosks do not sign in; the shops' addresses are the control.
        policy=(invokers("*", IpAddress={"aws:SourceIp": "203.0.113.0/26"}),),
        methods=(Method(name="GET /config", function="kiosk-config"),),
        stages=(Stage(name="prod", logged=True, rate=20, expect=("EDGE-001 medium",)),),
    ),
)

APIS = (
    Api(
        name="stores-http",
        protocol="HTTP",
        routes=(
            Route(name="GET /stores", function="store-locator", expect=("SRC-102 high",)),
            Route(name="POST /sales", function="pos-sync", authorization="AWS_IAM"),
        ),
        stages=(Stage(name="$default", logged=True, expect=("SRC-301 medium",)),),
    ),
    Api(
        name="kiosk-ws",
        protocol="WEBSOCKET",
        routes=(
            Route(name="$connect", function="kiosk-telemetry", authorization="AWS_IAM"),
            Route(name="$default", function="kiosk-telemetry"),
        ),
        stages=(Stage(name="prod", rate=50, expect=("SRC-501 medium",)),),
    ),
)

REGION = Region(
    name="ap-southeast-2",
    functions=(*CUSTOMERS, *STORES, *BACK_OFFICE),
    rest_apis=(*REST_APIS, *policies.AP_SOUTHEAST_2),
    apis=APIS,
    event_apis=(EventApi(name="pos-events", modes=("AWS_IAM",), logged=True),),
)
