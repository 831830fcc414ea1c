"""Ireland: orders, payments, media, the storefront and the couriers."""

from estate import policies
from estate.model import (
    Api,
    Authorizer,
    DomainName,
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
    ORGANIZATION,
    TRUSTED_ACCOUNT,
    account,
    as_authorizer,
    by_api,
    by_bucket,
    by_deleted_api,
    invokers,
    made_up,
    url_is_public,
    url_may_invoke,
    url_signed_by,
)

ORDERS = (
    Function(
        name="orders-create",
        role="orders-create-role",
        traced=True,
        reserved=50,
        environment={"ORDERS_TABLE": "orders", "LOG_LEVEL": "info"},
        alias="live",
        alias_grants=(
            by_api("orders-api", "prod/POST/orders"),
            by_api("warehouse-api", "prod/PUT/stock/*", "warehouse"),
        ),
    ),
    Function(
        name="orders-read",
        role="orders-read-role",
        runtime="nodejs22.x",
        traced=True,
        grants=(
            by_api("orders-api", "prod/GET/orders/*"),
            by_api("warehouse-api", "prod/GET/stock", "warehouse"),
            by_deleted_api("*/GET/orders/*", "first-shop"),
        ),
        expect=("SVC-101 low",),
    ),
    Function(
        name="orders-authorizer",
        role="orders-authorizer-role",
        traced=True,
        reserved=20,
        # A name that sounds like a secret over a value that is none.
        environment={"TOKEN_ISSUER": "https://login.harbour.example", "PASSWORD_POLICY": "strict"},
        grants=(as_authorizer("orders-api", "tokens"),),
    ),
    Function(
        name="orders-fulfil",
        role="orders-fulfil-role",
        runtime="java21",
        traced=True,
        feed=Feed(kind="sqs", source="orders", maximum_concurrency=10),
    ),
)

PAYMENTS = (
    Function(
        name="payments-webhook",
        role="payments-webhook-role",
        runtime="nodejs18.x",
        environment={"STRIPE_API_KEY": made_up("sk_" + "live_", 32, "payments"), "STAGE": "live"},
        grants=(by_api("payments-api", "live/POST/webhooks/stripe"),),
        expect=("FN-001 high", "FN-101 critical on STRIPE_API_KEY", "FN-302 low", "SVC-101 medium"),
    ),
    Function(
        name="payments-charge",
        role="payments-charge-role",
        traced=True,
        reserved=30,
        environment={
            "STRIPE_SECRET_ARN": "arn:aws:secretsmanager:{region}:{account}:secret:stripe-AbCdEf",
            "CHARGES_TABLE": "charges",
        },
        grants=(
            by_api("payments-api", "live/POST/charges"),
            by_api("payments-api", "live/GET/charges/*", "api-reads"),
            # The stage is gone; whoever makes one of that name may charge.
            by_api("payments-api", "sandbox/POST/charges", "sandbox", expect=("SVC-005 medium",)),
        ),
    ),
    Function(
        name="payments-refunds",
        role="payments-refunds-role",
        runtime="nodejs22.x",
        feed=Feed(kind="sqs", source="refunds"),
        expect=("FN-302 low", "SVC-101 low"),
    ),
)

MEDIA = (
    Function(
        name="media-upload",
        role="media-shared-role",
        url=Url(auth="NONE", grants=(url_is_public(), url_may_invoke()), expect=("SRC-106 high",)),
        expect=("FN-302 low", "SVC-101 medium"),
        # Without its URL nothing leads into it.
        on={"moto": ("FN-302 low",)},
    ),
    Function(
        name="media-thumbnail",
        role="media-shared-role",
        runtime="python3.9",
        grants=(by_bucket("harbour-uploads", None, expect=("SVC-003 medium",)),),
        expect=("FN-001 high", "FN-302 low"),
    ),
    Function(
        name="media-transcode",
        role="media-shared-role",
        traced=True,
        grants=(by_bucket("harbour-videos", "{account}"),),
    ),
)

STOREFRONT = (
    Function(
        name="storefront-bff",
        role="storefront-bff-role",
        runtime="nodejs24.x",
        grants=(by_api("storefront-http", "*/*/*", expect=("SVC-003 low",)),),
        expect=("FN-302 low", "SVC-101 medium"),
    ),
    Function(
        name="storefront-basket",
        role="storefront-basket-role",
        runtime="nodejs24.x",
        traced=True,
        reserved=40,
        grants=(
            by_api("storefront-http", "$default/GET/basket"),
            by_api("storefront-http", "$default/GET/wholesale", "wholesale"),
        ),
    ),
    Function(
        name="courier-connect",
        role="courier-connect-role",
        grants=(by_api("courier-ws", "prod/$connect"),),
        expect=("FN-302 low", "SVC-101 medium"),
    ),
    Function(
        name="courier-position",
        role="courier-position-role",
        traced=True,
        reserved=25,
        grants=(by_api("courier-ws", "prod/$default"),),
    ),
)

BACK_OFFICE = (
    Function(
        name="invoices-render",
        role="invoices-render-role",
        runtime="java21",
        traced=True,
        grants=(
            by_api("invoices-private", "prod/POST/invoices"),
            by_api("ledger-private", "prod/GET/ledger", "ledger"),
        ),
    ),
    Function(
        name="stock-sync",
        role="stock-sync-role",
        traced=True,
        reserved=5,
        feed=Feed(kind="kinesis", source="stock"),
        grants=(
            Grant(name="warehouse-operator", principal=account(TRUSTED_ACCOUNT)),
            by_api("depots-api", "prod/GET/depots", "depots"),
            by_api("trade-api", "prod/GET/levels", "trade"),
            # Not public, yet wider than the accounts that the audit was told of.
            Grant(name="own-organization", principal="*", organization=ORGANIZATION, expect=("SVC-004 low",)),
        ),
        url=Url(auth="AWS_IAM", grants=url_signed_by(account(TRUSTED_ACCOUNT))),
    ),
    Function(
        name="partner-feed",
        role="partner-feed-role",
        grants=(Grant(name="old-agency", principal=account(FOREIGN_ACCOUNT), expect=("SVC-004 medium",)),),
        expect=("FN-302 low",),
    ),
    Function(
        name="delivery-notify",
        role="messaging-role",
        traced=True,
        grants=(Grant(name="topic", principal="sns.amazonaws.com", expect=("SVC-002 high",)),),
    ),
)

REST_APIS = (
    RestApi(
        name="orders-api",
        policy=(invokers("*", IpAddress={"aws:SourceIp": "198.51.100.0/24"}),),
        authorizers=(
            Authorizer(name="tokens", function="orders-authorizer"),
            Authorizer(name="customers", pool="eu-west-1_Ab12Cd34E"),
        ),
        methods=(
            Method(
                name="POST /orders",
                function="orders-create:live",
                authorization="CUSTOM",
                authorizer="tokens",
                model=True,
                validator="body",
            ),
            Method(
                name="GET /orders/{id}",
                function="orders-read",
                authorization="COGNITO_USER_POOLS",
                authorizer="customers",
            ),
            Method(name="OPTIONS /orders"),
        ),
        stages=(Stage(name="prod", logged=True, rate=200, web_acl="shop"),),
        # What the authorizer of the orders allows needs no Allow of the policy.
        expect=("SRC-201 low at medium confidence",),
    ),
    RestApi(
        name="payments-api",
        endpoint="EDGE",
        methods=(
            Method(
                name="POST /webhooks/stripe",
                function="payments-webhook",
                expect=("SRC-101 high", "SRC-401 medium"),
            ),
            # A validator that looks at parameters alone does not look at the body.
            Method(
                name="POST /charges",
                function="payments-charge",
                authorization="AWS_IAM",
                model=True,
                validator="parameters",
                expect=("SRC-401 medium",),
            ),
            Method(name="GET /charges/{id}", function="payments-charge", authorization="AWS_IAM"),
        ),
        stages=(Stage(name="live", expect=("EDGE-001 medium", "SRC-301 medium", "SRC-501 medium")),),
        expect=("SRC-201 high",),
    ),
    RestApi(
        name="warehouse-api",
        policy=(invokers("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),),
        methods=(
            Method(name="GET /stock", function="orders-read", authorization="AWS_IAM"),
            Method(
                name="PUT /stock/{sku}",
                function="orders-create:live",
                authorization="AWS_IAM",
                model=True,
                validator="body",
            ),
        ),
        stages=(
            Stage(name="prod", logged=True, rate=100, web_acl="shop"),
            Stage(name="staging", rate=20, expect=("EDGE-001 medium", "SRC-501 medium")),
        ),
    ),
    RestApi(
        name="invoices-private",
        endpoint="PRIVATE",
        policy=(invokers("*", StringEquals={"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}),),
        methods=(
            Method(
                name="POST /invoices",
                function="invoices-render",
                authorization="AWS_IAM",
                model=True,
                validator="body",
            ),
        ),
        stages=(Stage(name="prod", logged=True, rate=50),),
    ),
)

APIS = (
    Api(
        name="storefront-http",
        protocol="HTTP",
        authorizers=(
            Authorizer(name="customers", pool="eu-west-1_Ab12Cd34E"),
            # Takes the tokens of every client of the pool.
            Authorizer(
                name="traders",
                pool="eu-west-1_Ab12Cd34E",
                audience=None,
                expect=("SRC-105 high",),
                on={"moto": ()},
            ),
        ),
        routes=(
            Route(name="$default", function="storefront-bff", expect=("SRC-102 high",)),
            Route(name="GET /basket", function="storefront-basket", authorization="JWT", authorizer="customers"),
            Route(name="GET /wholesale", function="storefront-basket", authorization="JWT", authorizer="traders"),
        ),
        stages=(Stage(name="$default", expect=("SRC-301 medium", "SRC-501 medium")),),
    ),
    Api(
        name="courier-ws",
        protocol="WEBSOCKET",
        routes=(
            Route(name="$connect", function="courier-connect", expect=("SRC-102 high",)),
            Route(name="$default", function="courier-position"),
        ),
        stages=(Stage(name="prod", logged=True, rate=100),),
    ),
)

REGION = Region(
    name="eu-west-1",
    functions=(*ORDERS, *PAYMENTS, *MEDIA, *STOREFRONT, *BACK_OFFICE),
    rest_apis=(*REST_APIS, *policies.EU_WEST_1),
    apis=APIS,
    event_apis=(EventApi(name="delivery-events", modes=("API_KEY",), logged=True, expect=("SRC-103 high",)),),
    web_acls=("shop",),
    domain_names=(DomainName(name="shop.harbour.example", api="storefront-http", stage="$default"),),
)
