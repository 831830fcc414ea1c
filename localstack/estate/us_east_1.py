"""Virginia: catalogue, search, marketing and support; all GraphQL is here."""

from estate import policies
from estate.model import (
    Api,
    Authorizer,
    Feed,
    Function,
    Grant,
    GraphqlApi,
    Method,
    Region,
    RestApi,
    Route,
    Stage,
    Url,
    UsagePlan,
)
from estate.words import (
    FOREIGN_ACCOUNT,
    MAY_HAVE_AN_OPEN_URL,
    TRUSTED_ACCOUNT,
    account,
    as_authorizer,
    by_api,
    invokers,
    made_up,
    url_is_public,
    url_signed_by,
)

# moto cannot say which functions AppSync invokes: where nothing else is known to lead into a function
# of this region, the check cannot tell.
MAY_BE_BEHIND_APPSYNC = "SVC-101 low unknown"

GRAPHQL = (
    Function(name="catalog-resolver", role="catalog-resolver-role", runtime="nodejs22.x", traced=True, reserved=60),
    Function(
        name="reviews-resolver",
        role="reviews-resolver-role",
        runtime="nodejs22.x",
        expect=("FN-302 low", "SVC-101 low"),
        on={"moto": ("FN-302 low", MAY_BE_BEHIND_APPSYNC)},
    ),
    Function(name="tickets-resolver", role="tickets-resolver-role", traced=True, reserved=10),
    Function(
        name="content-resolver",
        role="content-resolver-role",
        traced=True,
        expect=("SVC-101 low",),
        on={"moto": (MAY_BE_BEHIND_APPSYNC,)},
    ),
    Function(
        name="graphql-authorizer",
        role="graphql-authorizer-role",
        traced=True,
        reserved=15,
        # As in AWS's own example.
        grants=(Grant(name="appsync", principal="appsync.amazonaws.com", expect=("SVC-002 high",)),),
    ),
)

SEARCH = (
    Function(
        name="search-query",
        role="search-query-role",
        runtime="provided.al2023",
        traced=True,
        environment={"SEARCH_API_KEY_PARAMETER": "/search/prod/api-key", "SEARCH_DOMAIN": "search"},
        grants=(by_api("search-api", "prod/GET/search"), by_api("search-api", "prod/POST/synonyms", "editors")),
        expect=("SVC-101 low",),
    ),
    Function(
        name="search-index",
        role="search-index-role",
        runtime="python3.10",
        feed=Feed(kind="dynamodb", source="catalog"),
        grants=(Grant(name="reindex-from-anywhere", principal="*", expect=("SVC-001 critical",)),),
        expect=("FN-001 high", "FN-302 low"),
        on={"moto": ("FN-001 high", "FN-302 low", MAY_BE_BEHIND_APPSYNC, MAY_HAVE_AN_OPEN_URL)},
    ),
)

MARKETING = (
    Function(
        name="marketing-signup",
        role="marketing-signup-role",
        runtime="ruby3.4",
        grants=(
            by_api("marketing-api", "prod/POST/signup"),
            by_api("marketing-api", "prod/GET/unsubscribe", "leave"),
            # A stage may still serve the method that was taken out.
            by_api(
                "marketing-api",
                "prod/GET/newsletter",
                "newsletter",
                expect=("SVC-005 medium at medium confidence",),
            ),
        ),
        expect=("FN-302 low", "SVC-101 medium"),
    ),
    Function(
        name="marketing-links",
        role="marketing-links-role",
        # One of the two grants that a public URL needs since October 2025: older URLs work with it.
        url=Url(
            auth="NONE",
            grants=(url_is_public(expect=("SVC-006 medium",)),),
            expect=("SRC-106 high at medium confidence",),
        ),
        expect=("FN-302 low", "SVC-101 medium"),
        on={"moto": ("FN-302 low", MAY_BE_BEHIND_APPSYNC)},
    ),
    Function(
        name="marketing-preview",
        role="marketing-preview-role",
        traced=True,
        reserved=5,
        # The second grant lacks the condition of URLs: it is for direct calls too.
        url=Url(
            auth="NONE",
            grants=(
                url_is_public(),
                Grant(name="previews", principal="*", expect=("SVC-001 critical", "SVC-006 critical")),
            ),
            expect=("SRC-106 high",),
        ),
    ),
    Function(
        name="recommendations",
        role="recommendations-role",
        traced=True,
        reserved=20,
        url=Url(
            auth="AWS_IAM",
            grants=url_signed_by(
                "cloudfront.amazonaws.com", "arn:aws:cloudfront::{account}:distribution/E2QWRUHAPOMQZL"
            ),
        ),
    ),
)

CUSTOMERS = (
    Function(
        name="partner-catalog",
        role="partner-catalog-role",
        runtime="nodejs22.x",
        traced=True,
        grants=(
            by_api("partner-api", "prod/*/products/*"),
            Grant(name="former-reseller", principal=account(FOREIGN_ACCOUNT), expect=("SVC-004 medium",)),
        ),
        expect=("SVC-101 low",),
    ),
    Function(
        name="account-profile",
        role="account-profile-role",
        traced=True,
        reserved=30,
        grants=(
            by_api("account-http", "prod/GET/profile"),
            by_api("account-http", "prod/PUT/profile", "writes"),
            by_api("press-api", "*/GET/authors", "press"),
            by_api("audits-private", "prod/GET/changes", "audits"),
            by_api("reports-private", "*/GET/signups", "reports"),
        ),
        url=Url(auth="AWS_IAM", grants=url_signed_by(account("{account}"))),
    ),
    Function(
        name="support-chat",
        role="messaging-role",
        traced=True,
        reserved=10,
        grants=(by_api("support-ws", "prod/$connect"), by_api("support-ws", "prod/$default", "messages")),
    ),
    Function(
        name="support-authorizer",
        role="support-authorizer-role",
        traced=True,
        reserved=10,
        grants=(as_authorizer("support-ws", "agents"),),
    ),
)

BACK_OFFICE = (
    Function(
        name="legacy-reporting",
        role="legacy-reporting-role",
        runtime="nodejs16.x",
        environment={
            "REPORTING_DATABASE_URL": "postgresql://reporting:"
            + made_up("", 20, "reporting")
            + "@reports.internal.harbour.example:5432/sales",
            "REPORT_BUCKET": "harbour-reports",
        },
        grants=(Grant(name="everyone", principal="*", expect=("SVC-001 critical",)),),
        expect=("FN-001 high", "FN-101 critical on REPORTING_DATABASE_URL", "FN-302 low"),
        on={
            "moto": (
                "FN-001 high",
                "FN-101 critical on REPORTING_DATABASE_URL",
                "FN-302 low",
                MAY_BE_BEHIND_APPSYNC,
                MAY_HAVE_AN_OPEN_URL,
            )
        },
    ),
    Function(
        name="audit-trail",
        role="audit-trail-role",
        traced=True,
        grants=(
            Grant(
                name="nightly",
                principal="events.amazonaws.com",
                source_arn="arn:aws:events:{region}:{account}:rule/nightly-audit",
            ),
            Grant(name="own-account", principal=account("{account}")),
        ),
        on={"moto": (MAY_BE_BEHIND_APPSYNC,)},
    ),
)

REST_APIS = (
    RestApi(
        name="search-api",
        # The function was deleted, the method still asks it.
        authorizers=(Authorizer(name="editors", function="search-authorizer", expect=("SRC-105 high",)),),
        methods=(
            Method(
                name="POST /synonyms",
                function="search-query",
                authorization="CUSTOM",
                authorizer="editors",
                model=True,
                validator="body",
            ),
            Method(
                name="GET /search",
                function="search-query",
                key=True,
                parameters=("querystring.q",),
                validator="parameters",
                expect=("SRC-104 medium",),
            ),
        ),
        stages=(Stage(name="prod", rate=500, web_acl="digital", expect=("SRC-501 medium",)),),
        expect=("SRC-201 high",),
    ),
    RestApi(
        name="marketing-api",
        methods=(
            Method(name="POST /signup", function="marketing-signup", expect=("SRC-101 high", "SRC-401 medium")),
            Method(
                name="GET /unsubscribe",
                function="marketing-signup",
                parameters=("querystring.token",),
                expect=("SRC-101 high", "SRC-401 medium"),
            ),
        ),
        stages=(
            Stage(
                name="prod",
                logged=True,
                rate=100,
                variables={"deployToken": made_up("glpat-", 20, "marketing"), "campaign": "winter"},
                expect=("EDGE-001 medium", "FN-101 critical on deployToken"),
            ),
        ),
        expect=("SRC-201 high",),
    ),
    RestApi(
        name="partner-api",
        policy=(
            invokers({"AWS": account("{account}")}),
            invokers({"AWS": account(TRUSTED_ACCOUNT)}),
        ),
        methods=(
            # A key beside a signature meters; it does not stand in for it.
            Method(name="GET /products/{sku}", function="partner-catalog", authorization="AWS_IAM", key=True),
            Method(
                name="PUT /products/{sku}",
                function="partner-catalog",
                authorization="AWS_IAM",
                key=True,
                model=True,
                validator="body",
            ),
            Method(name="DELETE /products/{sku}", function="partner-catalog", authorization="AWS_IAM", key=True),
        ),
        stages=(Stage(name="prod", logged=True, rate=50, web_acl="digital"),),
    ),
)

APIS = (
    Api(
        name="account-http",
        protocol="HTTP",
        authorizers=(Authorizer(name="customers", pool="us-east-1_Fg56Hi78J"),),
        routes=(
            Route(name="GET /profile", function="account-profile", authorization="JWT", authorizer="customers"),
            Route(name="PUT /profile", function="account-profile", authorization="JWT", authorizer="customers"),
        ),
        stages=(Stage(name="prod", logged=True, rate=100),),
    ),
    Api(
        name="support-ws",
        protocol="WEBSOCKET",
        authorizers=(Authorizer(name="agents", function="support-authorizer"),),
        routes=(
            Route(name="$connect", function="support-chat", authorization="CUSTOM", authorizer="agents"),
            Route(name="$default", function="support-chat"),
        ),
        stages=(Stage(name="prod", logged=True, expect=("SRC-301 medium",)),),
    ),
)

# The shop's services sign their requests, its customers carry tokens.
CATALOG = """
type Query {
  product(id: ID!): Product @aws_cognito_user_pools @aws_iam
  margins: [Product] @aws_iam
}
type Product @aws_cognito_user_pools @aws_iam {
  id: ID!
  title: String
  margin: Int @aws_iam
}
"""

# What is published, anyone with the key may read; drafts need the default mode.
CONTENT = """
type Query {
  page(id: ID!): Page @aws_api_key
  draft(id: ID!): Page
}
type Mutation {
  publish(id: ID!): Page
}
type Page @aws_api_key @aws_iam {
  id: ID!
  text: String
}
"""

GRAPHQL_APIS = (
    GraphqlApi(
        name="catalog-graphql",
        modes=("AMAZON_COGNITO_USER_POOLS", "AWS_IAM"),
        function="catalog-resolver",
        schema=CATALOG,
        web_acl="digital",
        logged=True,
    ),
    GraphqlApi(
        name="reviews-graphql",
        modes=("API_KEY",),
        function="reviews-resolver",
        expect=("EDGE-002 medium", "SRC-103 high", "SRC-501 medium"),
    ),
    # The default mode is a good one; the additional one undoes it.
    GraphqlApi(
        name="cms-graphql",
        modes=("AWS_IAM", "API_KEY"),
        function="content-resolver",
        schema=CONTENT,
        web_acl="digital",
        logged=True,
        expect=("SRC-103 high",),
        # Without the directives no field is open to keys.
        on={"moto": ("SRC-103 low",)},
    ),
    GraphqlApi(
        name="press-graphql",
        modes=("API_KEY",),
        function="content-resolver",
        logged=True,
        expect=("EDGE-002 medium", "SRC-103 high"),
    ),
    GraphqlApi(
        name="loyalty-graphql",
        modes=("AWS_LAMBDA",),
        function="catalog-resolver",
        authorizer="graphql-authorizer",
        logged=True,
        expect=("EDGE-002 medium",),
    ),
    # As for the tickets, but every client of the issuer will do.
    GraphqlApi(
        name="forum-graphql",
        modes=("OPENID_CONNECT",),
        function="content-resolver",
        client=None,
        web_acl="digital",
        logged=True,
        expect=("SRC-105 high on OPENID_CONNECT https://login.harbour.example",),
    ),
    GraphqlApi(
        name="tickets-graphql",
        modes=("OPENID_CONNECT",),
        function="tickets-resolver",
        web_acl="digital",
        expect=("SRC-501 medium",),
    ),
)

REGION = Region(
    name="us-east-1",
    functions=(*GRAPHQL, *SEARCH, *MARKETING, *CUSTOMERS, *BACK_OFFICE),
    rest_apis=(*REST_APIS, *policies.US_EAST_1),
    apis=APIS,
    graphql_apis=GRAPHQL_APIS,
    web_acls=("digital",),
    usage_plans=(UsagePlan(name="search-partners", api="search-api", stage="prod", rate=50),),
)
