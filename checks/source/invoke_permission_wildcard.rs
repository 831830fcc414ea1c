use crate::api_tags::{self, Drifted, Reliance};
use crate::everywhere::{self, UNHEARD_OF};
use crate::examples::{function, function_arn, policy, with_function};
use crate::grants::join;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Gap, NamedPolicy, Role};
use policy::Effect;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

check! {
    /// A role may invoke every function, call every API or change every API of the account, where
    /// nothing names them: neither the statement's resources nor a condition on their tags. Also: a
    /// statement goes by a tag that APIs have lost.
    ///
    /// Every role of the account is judged, but for those of AWS services and administrators (DOWN-001).
    /// Deny statements, the boundary and conditions count. Tags decide on functions
    /// (`lambda:InvokeFunction`) and on the management of APIs (`apigateway:PATCH`, …); to
    /// `execute-api:Invoke` AWS adds no tags, so a statement that asks for them allows nothing.
    ///
    /// An API has drifted if its tag is missing or has a value that no statement of any role in the
    /// account names. Where a role may still change it, that is low, such as behind a Deny for
    /// `Environment = prod` when the API says `Prod`; else it is for information: nobody who goes by the
    /// tag manages the API.
    ///
    /// ## Why it matters
    /// Authorization by IAM is only as narrow as the policies of its callers. With a wildcard, whoever
    /// may call one function may call them all, internal ones that trust their callers included. And a
    /// tag guards an API only while both sides spell it alike.
    ///
    /// ## Fix
    /// Name what is called:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [
    ///     {
    ///       "Effect": "Allow",
    ///       "Action": "lambda:InvokeFunction",
    ///       "Resource": "arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION"
    ///     },
    ///     {
    ///       "Effect": "Allow",
    ///       "Action": "execute-api:Invoke",
    ///       "Resource": "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/GET/orders"
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// and tag the APIs as the policies say:
    ///
    /// ```sh
    /// aws apigateway tag-resource --resource-arn arn:aws:apigateway:REGION::/restapis/API \
    ///   --tags Environment=prod
    /// ```
    "SRC-108" "invoke-permission-wildcard": "Role may invoke or change functions or APIs that nothing names",
    severity: Severity::Low,
    default: false,
    controls: &[Control::Authentication, Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/attribute-based-access-control.html",
        "CWE-732",
    ],
    calls: &[
        Call::IamGetAccountAuthorizationDetails,
        Call::OrganizationsDescribeOrganization,
        Call::OrganizationsListParents,
        Call::OrganizationsListPoliciesForTarget,
        Call::OrganizationsDescribePolicy,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayV2GetApis,
    ],
    rules: &[Rule::Role(run)],
    bad: || example(&json!({ "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*" })),
    good: || example(&json!({
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": function_arn("payments"),
    })),
}

/// What is asked: the action, the resource after `arn:PARTITION:`, and what it comes to.
const ASKED: [(&str, &str, &str); 7] = [
    ("lambda:InvokeFunction", "lambda:{region}:{account}:function:{name}", "invoke every function"),
    ("lambda:InvokeFunctionUrl", "lambda:{region}:{account}:function:{name}", "call every function's URL"),
    ("execute-api:Invoke", "execute-api:{region}:{account}:{name}/{name}/GET/{name}", "call every API"),
    ("apigateway:PATCH", "apigateway:{region}::/restapis/{name}", "change every REST API"),
    ("apigateway:DELETE", "apigateway:{region}::/restapis/{name}", "delete every REST API"),
    ("apigateway:PATCH", "apigateway:{region}::/apis/{name}", "change every HTTP and WebSocket API"),
    ("apigateway:DELETE", "apigateway:{region}::/apis/{name}", "delete every HTTP and WebSocket API"),
];

fn run(role: &Role, scope: &Scope) -> Outcome {
    let of_a_service = role.arn.contains(":role/aws-service-role/");
    if of_a_service || scope.abilities(role).everything().is_some() {
        return Ok(Verdict::NotApplicable);
    }
    let mut problems = wide(role, scope);
    let (drifted, gap) = drifted(role, scope);
    problems.extend(drifted);
    if problems.is_empty() {
        scope.abilities(role).all_read()?;
        gap.map_or(Ok(()), Err)?;
    }
    Ok(Verdict::of(problems))
}

/// What a statement lets the role do with everything.
#[derive(Default)]
struct Wide {
    can: BTreeSet<&'static str>,
    actions: BTreeSet<&'static str>,
    exact: bool,
}

/// The statements that name no resource and ask for no tag.
fn wide(role: &Role, scope: &Scope) -> Vec<Problem> {
    let mut found: BTreeMap<(&str, String), Wide> = BTreeMap::new();
    let guarded = api_tags::reliances(role).iter().any(|it| it.effect == Effect::Deny);
    for (action, resource, can) in ASKED {
        // A Deny by tag keeps the role from some APIs: what those are is asked below.
        let is_guarded = guarded && action.starts_with("apigateway:");
        if is_guarded || everywhere::somewhere(role, scope, action, &[]).is_none() {
            continue;
        }
        for region in &scope.account.regions {
            let resource = resource.replace("{region}", &region.name).replace("{name}", UNHEARD_OF);
            let resource = resource.replace("{account}", &scope.account.id);
            let arn = format!("arn:{}:{resource}", scope.account.partition);
            let ability = everywhere::can(role, scope, action, &arn);
            for (policy, label) in ability.iter().flat_map(|it| &it.statements) {
                if !goes_by_a_tag(role, policy, label) {
                    let wide = found.entry((*policy, label.clone())).or_default();
                    wide.can.insert(can);
                    wide.actions.insert(action);
                    wide.exact |= ability.as_ref().is_some_and(|it| it.exact);
                }
            }
        }
    }
    let doubts = scope.abilities(role).doubts();
    let problem = |((policy, label), wide): ((&str, String), Wide)| {
        let sure = wide.exact && doubts.is_empty();
        let actions = format!("policy {policy}, statement {label}: {}", join(wide.actions.into_iter()));
        Problem {
            detail: Some(format!("policy {policy}, statement {label}")),
            evidence: [actions].into_iter().chain(doubts.iter().cloned()).collect(),
            confidence: (!sure).then_some(Confidence::Medium),
            ..Problem::new(format!("role {} may {}", role.name, join(wide.can.into_iter())))
        }
    };
    found.into_iter().map(problem).collect()
}

/// Whether a condition of the statement is on a tag of the resource.
fn goes_by_a_tag(role: &Role, policy: &str, label: &str) -> bool {
    let statements = everywhere::statements(role, policy, label);
    statements.iter().any(|it| it.conditions.iter().any(|it| api_tags::key(it).is_some()))
}

/// The statements that go by a tag which APIs have lost; or the gap that keeps that from being told.
fn drifted(role: &Role, scope: &Scope) -> (Vec<Problem>, Option<Gap>) {
    let (mut problems, mut gap) = (Vec::new(), None);
    for reliance in api_tags::reliances(role) {
        match api_tags::drifted(&reliance, role, scope) {
            Ok(drifted) if drifted.is_empty() => {}
            Ok(drifted) => problems.push(drift(role, &reliance, &drifted)),
            Err(unread) => gap = Some(unread),
        }
    }
    (problems, gap)
}

fn drift(role: &Role, reliance: &Reliance, drifted: &[Drifted]) -> Problem {
    const SHOWN: usize = 10;
    let Reliance { policy, label, effect, key } = reliance;
    let place = format!("policy {policy}, statement {label}");
    let open = drifted.iter().filter(|it| it.open).count();
    let more = drifted.len().saturating_sub(SHOWN);
    let does = if *effect == Effect::Allow { "lets" } else { "keeps" };
    let comes_to = if open > 0 {
        format!("and it may change {open} of them")
    } else {
        "so nobody who goes by that tag manages them".into()
    };
    let whom = if *effect == Effect::Allow { "change APIs" } else { "from changing APIs" };
    let message = format!(
        "{place} {does} role {} {whom} by their tag {key}, which {} APIs lack or have with a value that no role's policy names, {comes_to}",
        role.name,
        drifted.len(),
    );
    let lines = drifted
        .iter()
        .take(SHOWN)
        .map(|it| if it.open { format!("{}, and the role may change it", it.line) } else { it.line.clone() });
    Problem {
        detail: Some(format!("{place}, tag {key}")),
        evidence: lines.chain((more > 0).then(|| format!("and {more} more"))).collect(),
        severity: (open == 0).then_some(Severity::Info),
        ..Problem::new(message)
    }
}

fn example(statement: &Value) -> Account {
    let mut account = with_function(function("orders"));
    for role in &mut account.roles.items {
        role.inline.items.push(NamedPolicy {
            name: "orders".into(),
            document: policy(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        });
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{ACCOUNT, account_with, api, region, rest_api, role};
    use crate::laws::{findings, outcomes};
    use audit::{Finding, Kind};
    use inventory::{Api, Fact, Listing, RestApi};

    fn allow(action: &str, resource: &str) -> Value {
        json!({ "Effect": "Allow", "Action": action, "Resource": resource })
    }

    fn with(mut statement: Value, condition: Value) -> Value {
        statement["Condition"] = condition;
        statement
    }

    #[test]
    fn what_no_resource_and_no_tag_names_is_a_wildcard() {
        let tagged = json!({ "StringEquals": { "aws:ResourceTag/team": "orders" } });
        for (statement, says) in [
            (allow("lambda:InvokeFunction", "*"), Some("invoke every function")),
            (allow("lambda:Invoke*", "*"), Some("call every function's URL")),
            (
                allow("lambda:InvokeFunction", &format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:*")),
                Some("invoke"),
            ),
            (
                allow(
                    "lambda:InvokeFunction",
                    &format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders-*"),
                ),
                None,
            ),
            (allow("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:444455556666:function:*"), None),
            (with(allow("lambda:InvokeFunction", "*"), tagged.clone()), None),
            (
                with(
                    allow("lambda:InvokeFunction", "*"),
                    json!({ "Bool": { "aws:SecureTransport": "true" } }),
                ),
                Some("invoke"),
            ),
            (allow("execute-api:Invoke", "*"), Some("call every API")),
            (
                allow("execute-api:*", &format!("arn:aws:execute-api:*:{ACCOUNT}:*/*/GET/*")),
                Some("call every API"),
            ),
            (allow("execute-api:Invoke", &format!("arn:aws:execute-api:*:{ACCOUNT}:a1b2c3d4e5/*")), None),
            (with(allow("execute-api:Invoke", "*"), tagged.clone()), None),
            (allow("apigateway:*", "*"), Some("change every REST API")),
            (allow("apigateway:GET", "*"), None),
            (allow("apigateway:PATCH", "arn:aws:apigateway:*::/apis/*"), Some("HTTP and WebSocket")),
            (allow("apigateway:PATCH", "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5"), None),
            (with(allow("apigateway:*", "*"), tagged), None),
        ] {
            let found = findings(&CHECK, example(&statement)).remove(0);
            assert_eq!(found.outcome == Kind::Fail, says.is_some(), "{statement}: {}", found.message);
            assert!(says.is_none_or(|it| found.message.contains(it)), "{statement}: {}", found.message);
        }
    }

    #[test]
    fn a_role_that_no_function_uses_counts_and_those_of_services_and_administrators_do_not() {
        let judged = |change: fn(&mut Role)| {
            let mut account = example(&allow("lambda:InvokeFunction", "*"));
            account.regions.items[0].functions.items.clear();
            change(&mut account.roles.items[0]);
            outcomes(&CHECK, account)
        };
        assert_eq!(judged(|_| {}), [Kind::Fail]);
        let service = |it: &mut Role| {
            it.arn = format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/x");
        };
        assert_eq!(judged(service), [Kind::NotApplicable]);
        assert_eq!(outcomes(&CHECK, example(&allow("*", "*"))), [Kind::NotApplicable]);
    }

    /// A role with those statements; a REST API and an HTTP API with those tags.
    fn tagged(statements: &Value, rest: &[(&str, &str)], http: &[(&str, &str)]) -> Account {
        let tags = |list: &[(&str, &str)]| {
            Fact::Known(list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
        };
        let mut account = account_with(region(|it| {
            it.rest_apis.items.push(RestApi { tags: tags(rest), ..rest_api() });
            it.apis.items.push(Api { tags: tags(http), ..api() });
        }));
        let document = policy(json!({ "Version": "2012-10-17", "Statement": statements }));
        let inline = Listing::complete(vec![NamedPolicy { name: "manage".into(), document }]);
        account.roles.items = vec![Role { inline, ..role("manager") }];
        account
    }

    fn by_team(value: &str) -> Value {
        with(
            allow("apigateway:*", "arn:aws:apigateway:*::/*"),
            json!({ "StringEquals": { "aws:ResourceTag/team": value } }),
        )
    }

    fn drift_of(account: Account) -> Option<(Severity, Vec<String>)> {
        let found: Vec<Finding> =
            findings(&CHECK, account).into_iter().filter(|it| it.outcome == Kind::Fail).collect();
        assert!(found.len() < 2, "{found:#?}");
        found.into_iter().next().map(|it| (it.severity, it.evidence))
    }

    #[test]
    fn an_api_that_lost_its_tag_is_managed_by_nobody_who_goes_by_it() {
        let orders = [("team", "orders")];
        assert_eq!(drift_of(tagged(&by_team("orders"), &orders, &orders)), None);
        let (severity, evidence) =
            drift_of(tagged(&by_team("orders"), &orders, &[("team", "Orders")])).unwrap();
        assert_eq!(severity, Severity::Info);
        assert_eq!(
            evidence,
            ["API shop-http (arn:aws:apigateway:eu-west-1::/apis/f6g7h8i9j0): tag team is Orders"]
        );
        let (_, evidence) = drift_of(tagged(&by_team("orders"), &[], &orders)).unwrap();
        assert_eq!(
            evidence,
            ["API shop (arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5) has no tag team"]
        );
    }

    #[test]
    fn a_value_that_another_role_goes_by_is_no_drift() {
        let mut account = tagged(&by_team("orders"), &[("team", "orders")], &[("team", "payments")]);
        let document = policy(json!({ "Statement": by_team("payments") }));
        let inline = Listing::complete(vec![NamedPolicy { name: "manage".into(), document }]);
        account.roles.items.push(Role { inline, ..role("payments-manager") });
        assert_eq!(drift_of(account), None);
        let variable =
            tagged(&by_team("${aws:PrincipalTag/team}"), &[("team", "orders")], &[("team", "orders")]);
        assert!(drift_of(variable.clone()).is_some(), "the role has no such tag");
        let mut own = variable;
        own.roles.items[0].tags.insert("team".into(), "orders".into());
        assert_eq!(drift_of(own), None);
    }

    #[test]
    fn a_guard_by_tag_that_does_not_hold_is_open() {
        // As in AWS's own example.
        let guard = json!([
            allow("apigateway:*", "*"),
            with(
                json!({ "Sid": "Guard", "Effect": "Deny", "Action": "apigateway:*", "Resource": "*" }),
                json!({ "StringEquals": { "aws:ResourceTag/Environment": "prod" } }),
            ),
        ]);
        let prod = [("Environment", "prod")];
        assert_eq!(drift_of(tagged(&guard, &prod, &prod)), None);
        let (severity, evidence) = drift_of(tagged(&guard, &prod, &[("Environment", "Prod")])).unwrap();
        assert_eq!(severity, Severity::Low);
        assert!(evidence[0].ends_with("tag Environment is Prod, and the role may change it"), "{evidence:?}");
    }

    #[test]
    fn tags_and_apis_that_nobody_read_may_have_drifted() {
        let orders = [("team", "orders")];
        let judged = |change: fn(&mut inventory::Region)| {
            let mut account = tagged(&by_team("orders"), &orders, &orders);
            change(&mut account.regions.items[0]);
            outcomes(&CHECK, account)
        };
        assert_eq!(judged(|_| {}), [Kind::Pass]);
        assert_eq!(judged(|it| it.rest_apis.items[0].tags = Fact::default()), [Kind::Unknown]);
        assert_eq!(judged(|it| it.apis.gap = Some(Gap::default())), [Kind::Unknown]);
    }
}
