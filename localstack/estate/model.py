"""What an account can be declared to hold, and what an audit must say of each thing.

Whoever declares a thing says beside it, by hand, what it is guilty of: `expect`. Where one emulator
shows a thing otherwise than AWS would, `on` replaces that for this emulator. Both are sentences:

    CHECK SEVERITY [unknown [for any qualifier]] [at CONFIDENCE confidence] [on DETAIL]

In texts, `{account}`, `{region}`, `{api:NAME}` and `{authorizer:API/NAME}` stand for what is known
only once the thing exists.
"""

from dataclasses import dataclass, field
from typing import Any

Expect = tuple[str, ...]
Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that an audit judges."""

    name: str
    expect: Expect = ()
    on: dict[str, Expect] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Role(Thing):
    """A role with its policies."""

    inline: tuple[Statement, ...] = ()
    customer_managed: tuple[Statement, ...] = ()
    trusts: Statement = field(default_factory=lambda: {"Service": "lambda.amazonaws.com"})


@dataclass(frozen=True, kw_only=True)
class Grant(Thing):
    """A statement of a function's resource policy; its name is the Sid."""

    principal: str
    action: str = "lambda:InvokeFunction"
    source_arn: str | None = None
    source_account: str | None = None
    organization: str | None = None
    url_auth: str | None = None
    via_url: bool = False


@dataclass(frozen=True, kw_only=True)
class Url:
    """A function URL of the unqualified function, and the grants that open it.

    Without `auth` the URL was deleted and left its grants behind.
    """

    auth: str | None
    grants: tuple[Grant, ...] = ()
    expect: Expect = ()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A queue or stream that Lambda polls for the function."""

    kind: str
    source: str
    maximum_concurrency: int | None = None


@dataclass(frozen=True, kw_only=True)
class Function(Thing):
    """A function; its role is the role of that name."""

    role: str
    runtime: str = "python3.13"
    traced: bool = False
    reserved: int | None = None
    environment: dict[str, str] = field(default_factory=dict)
    alias: str | None = None
    grants: tuple[Grant, ...] = ()
    alias_grants: tuple[Grant, ...] = ()
    url: Url | None = None
    feed: Feed | None = None


@dataclass(frozen=True, kw_only=True)
class Authorizer(Thing):
    """An authorizer: a Lambda function that decides, or a pool or issuer of tokens.

    One `for_anybody` caches what it decided without telling callers apart.
    """

    function: str | None = None
    for_anybody: bool = False
    pool: str | None = None
    audience: str | None = "shop"


@dataclass(frozen=True, kw_only=True)
class Method(Thing):
    """A REST method, named `VERB PATH`; without a function it answers by itself (MOCK)."""

    function: str | None = None
    authorization: str = "NONE"
    authorizer: str | None = None
    key: bool = False
    model: bool = False
    parameters: tuple[str, ...] = ()
    validator: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stage(Thing):
    """A stage of a REST, HTTP or WebSocket API."""

    logged: bool = False
    rate: float | None = None
    web_acl: str | None = None
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RestApi(Thing):
    """A REST API."""

    methods: tuple[Method, ...]
    stages: tuple[Stage, ...]
    endpoint: str = "REGIONAL"
    policy: tuple[Statement, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Route(Thing):
    """A route of an HTTP or WebSocket API, named by its key."""

    function: str
    authorization: str = "NONE"
    authorizer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Api(Thing):
    """An HTTP or WebSocket API."""

    protocol: str
    routes: tuple[Route, ...]
    stages: tuple[Stage, ...]
    authorizers: tuple[Authorizer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GraphqlApi(Thing):
    """A GraphQL API; the first mode is the default one. `client` is what OpenID Connect pins."""

    modes: tuple[str, ...]
    function: str
    schema: str = "type Query { item(id: ID!): Item } type Item { id: ID! title: String }"
    authorizer: str | None = None
    client: str | None = "^support-desk$"
    web_acl: str | None = None
    logged: bool = False


@dataclass(frozen=True, kw_only=True)
class EventApi(Thing):
    """An event API."""

    modes: tuple[str, ...]
    logged: bool = False


@dataclass(frozen=True, kw_only=True)
class DomainName:
    """A custom domain name with the API and stage behind it."""

    name: str
    api: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class UsagePlan:
    """A throttle for each holder of a key, over one stage."""

    name: str
    api: str
    stage: str
    rate: float


@dataclass(frozen=True, kw_only=True)
class Region:
    """What a region holds."""

    name: str
    functions: tuple[Function, ...]
    rest_apis: tuple[RestApi, ...] = ()
    apis: tuple[Api, ...] = ()
    graphql_apis: tuple[GraphqlApi, ...] = ()
    event_apis: tuple[EventApi, ...] = ()
    web_acls: tuple[str, ...] = ()
    domain_names: tuple[DomainName, ...] = ()
    usage_plans: tuple[UsagePlan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Estate:
    """What the account holds."""

    roles: tuple[Role, ...]
    regions: tuple[Region, ...]
