//! Small accounts to report on.

use inventory::{
    Account, CallCount, Fact, Function, Gap, Inventory, Listing, Method, MethodAuthorization,
    MethodIntegration, Partition, Reason, Region, RestApi, Role, SCHEMA, Stage,
};
use policy::Document;

pub(crate) const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// Text that tries to be something else than a name.
pub(crate) const HOSTILE: [&str; 9] = [
    "</script><script>alert(1)</script>",
    "../../../etc/passwd",
    "arn:x",
    "\u{202e}gpj.exe\u{2066}",
    "\u{1b}[31mred\u{1b}]8;;https://example.com\u{7}\u{9b}2J",
    "[click](https://example.com)\n::error::x",
    "x ::stop-commands::x",
    "",
    "..",
];

/// Every inventory that is reported on.
pub(crate) fn all() -> Vec<(&'static str, Inventory)> {
    vec![("shop", shop()), ("clean", clean()), ("partial", partial()), ("hostile", hostile())]
}

/// A shop: two functions behind one API under one role, one of them open to everyone.
pub(crate) fn shop() -> Inventory {
    let mut orders = function("orders", "web");
    orders.policy = Fact::Known(Document::default());
    let mut thumbnails = function("thumbnails", "images");
    thumbnails.tracing_active = Fact::Known(false);
    let functions = vec![orders, function("carts", "web"), thumbnails, function("idle", "idle")];
    let methods = vec![
        method("GET", "/orders", "orders", MethodAuthorization::None),
        method("POST", "/orders", "orders", MethodAuthorization::None),
        method("GET", "/carts", "carts", MethodAuthorization::AwsIam),
    ];
    let mut inventory = inventory(functions, vec![api("shop", methods)]);
    inventory.accounts[0].roles =
        Listing::complete(vec![role("web", false), role("images", false), role("idle", true)]);
    inventory
}

/// Nothing to find.
pub(crate) fn clean() -> Inventory {
    let mut inventory = inventory(vec![function("idle", "idle")], vec![]);
    inventory.accounts[0].roles = Listing::complete(vec![role("idle", true)]);
    inventory
}

/// The shop, where reads failed: policies denied, stages denied, roles cut short by throttling, and a
/// read that no check needs.
pub(crate) fn partial() -> Inventory {
    let mut inventory = shop();
    let account = &mut inventory.accounts[0];
    account.roles = Listing::cut(
        vec![role("web", false)],
        gap("iam:GetAccountAuthorizationDetails", Reason::Throttled, "the second page never came"),
    );
    let region = &mut account.regions.items[0];
    for function in &mut region.functions.items[1..3] {
        function.policy = Fact::Unread(Gap {
            resource: Some(function.arn.clone()),
            ..gap("lambda:GetPolicy", Reason::Denied, "AccessDeniedException")
        });
    }
    let api = &mut region.rest_apis.items[0];
    api.stages = Listing::cut(
        vec![],
        Gap {
            path: Some(format!("/restapis/{}/stages", api.id)),
            ..gap("apigateway:GET", Reason::Denied, "AccessDeniedException")
        },
    );
    region.usage_plans = Listing::cut(
        vec![],
        Gap {
            path: Some("/usageplans".into()),
            ..gap("apigateway:GET", Reason::Denied, "AccessDeniedException")
        },
    );
    inventory
}

/// Functions, APIs and paths with hostile names; a gap with a hostile message.
pub(crate) fn hostile() -> Inventory {
    let long = "n".repeat(256);
    let names: Vec<_> = HOSTILE.into_iter().chain([long.as_str()]).collect();
    let open = |name: &&str| Function { policy: Fact::Known(Document::default()), ..function(name, "web") };
    let shy = Function {
        policy: Fact::Unread(gap("lambda:GetPolicy", Reason::Denied, HOSTILE[4])),
        ..function(HOSTILE[3], "web")
    };
    let functions = names.iter().map(open).chain([shy]).collect();
    let paths = names.iter().map(|name| method("GET", name, "none", MethodAuthorization::None));
    let paths: Vec<_> = paths.collect();
    let apis = names.iter().map(|name| api(name, paths.clone())).collect();
    let mut inventory = inventory(functions, apis);
    inventory.accounts[0].roles = Listing::complete(vec![role(HOSTILE[1], false), role("web", true)]);
    inventory
}

/// Many functions behind one API with one shortcoming.
pub(crate) fn fleet(size: usize) -> Inventory {
    let names: Vec<_> = (0..size).map(|number| format!("worker-{number:04}")).collect();
    let functions = names.iter().map(|name| function(name, "web")).collect();
    let methods = names.iter().map(|name| method("GET", name, name, MethodAuthorization::AwsIam));
    let mut inventory = inventory(functions, vec![api("fleet", methods.collect())]);
    inventory.accounts[0].roles = Listing::complete(vec![role("web", true)]);
    inventory
}

/// Many functions and nothing to find.
pub(crate) fn idle(size: usize) -> Inventory {
    let mut inventory = fleet(size);
    inventory.accounts[0].regions.items[0].rest_apis = Listing::complete(vec![]);
    inventory
}

/// Many functions with the same little shortcoming.
pub(crate) fn untraced(size: usize) -> Inventory {
    let mut inventory = idle(size);
    for function in &mut inventory.accounts[0].regions.items[0].functions.items {
        function.tracing_active = Fact::Known(false);
    }
    inventory
}

pub(crate) fn gap(action: &str, reason: Reason, message: &str) -> Gap {
    Gap {
        action: action.into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        reason,
        message: message.into(),
        ..Gap::default()
    }
}

fn inventory(functions: Vec<Function>, rest_apis: Vec<RestApi>) -> Inventory {
    let region = Region {
        name: REGION.into(),
        functions: Listing::complete(functions),
        rest_apis: Listing::complete(rest_apis),
        ..Region::default()
    };
    let account = Account {
        id: ACCOUNT.into(),
        partition: Partition::Aws,
        regions: Listing::complete(vec![region]),
        ..Account::default()
    };
    Inventory {
        schema: SCHEMA.into(),
        started: "2026-01-02T03:04:05Z".parse().unwrap(),
        taken_at: "2026-01-02T03:04:35.25Z".parse().unwrap(),
        accounts: vec![account],
        calls: vec![CallCount {
            service: "lambda".into(),
            operation: "ListFunctions".into(),
            account: ACCOUNT.into(),
            region: REGION.into(),
            count: 3,
            throttled: 1,
            failed: 0,
        }],
        ..Inventory::default()
    }
}

fn function(name: &str, role: &str) -> Function {
    Function {
        arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"),
        name: name.into(),
        tracing_active: Fact::Known(true),
        role: role_arn(role),
        policy: Fact::Absent,
        ..Function::default()
    }
}

fn role(name: &str, bounded: bool) -> Role {
    let boundary = if bounded { Fact::Known(inventory::AttachedPolicy::default()) } else { Fact::Absent };
    Role { arn: role_arn(name), name: name.into(), trust: Fact::Absent, boundary, ..Role::default() }
}

fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn api(name: &str, methods: Vec<Method>) -> RestApi {
    let id: String = name.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    let arn = format!("arn:aws:apigateway:{REGION}::/restapis/{id}");
    let stage = Stage {
        arn: format!("{arn}/stages/prod"),
        name: "prod".into(),
        web_acl: Fact::Absent,
        ..Stage::default()
    };
    RestApi {
        arn,
        id,
        name: name.into(),
        stages: Listing::complete(vec![stage]),
        methods: Listing::complete(methods),
        ..RestApi::default()
    }
}

fn method(verb: &str, path: &str, function: &str, authorization: MethodAuthorization) -> Method {
    let function = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}");
    Method {
        path: path.into(),
        verb: verb.into(),
        authorization: Fact::Known(authorization),
        integration: Fact::Known(MethodIntegration {
            kind: "AWS_PROXY".into(),
            functions: Listing::complete(vec![function]),
        }),
        ..Method::default()
    }
}
