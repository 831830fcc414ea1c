use crate::api_drift;
use crate::examples::{function, function_arn, policy, with_function};
use crate::grants::join;
use crate::unnamed::{self, Wide};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, NamedPolicy, Role};
use serde_json::{Value, json};

check! {
    /// A role may invoke every function, call every API or change every API of the account, where
    /// nothing names them: neither the statement's resources nor a condition on their tags. Also: a
    /// statement goes by a tag that APIs have lost.
    ///
    /// Every role of the account is judged, but for those of AWS services and administrators (DOWN-001);
    /// users and groups are not, since audits read roles alone. Deny statements, the boundary and
    /// conditions count; one on a tag that whatever lacks the tag fulfils (`StringNotEquals`,
    /// `StringEqualsIfExists`) names nothing. Tags decide on functions (`lambda:InvokeFunction`) and on
    /// the management of APIs (`apigateway:PATCH`, …); to `execute-api:Invoke` AWS adds no tags, so a
    /// statement that asks for them allows nothing.
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

fn run(role: &Role, scope: &Scope) -> Outcome {
    let of_a_service = role.arn.contains(":role/aws-service-role/");
    if of_a_service || scope.abilities(role).everything().is_some() {
        return Ok(Verdict::NotApplicable);
    }
    let mut problems = wide(role, scope);
    let (drifted, gap) = api_drift::problems(role, scope);
    problems.extend(drifted);
    if problems.is_empty() {
        scope.abilities(role).all_read()?;
        gap.map_or(Ok(()), Err)?;
    }
    Ok(Verdict::of(problems))
}

/// The statements that name no resource and ask for no tag.
fn wide(role: &Role, scope: &Scope) -> Vec<Problem> {
    let doubts = scope.abilities(role).doubts();
    let problem = |(statement, wide): (String, Wide)| {
        let sure = wide.exact && doubts.is_empty();
        let actions = format!("{statement}: {}", join(wide.actions.into_iter()));
        let can = join(wide.can.into_iter());
        let text = match join(wide.tags.into_iter()) {
            none if none.is_empty() => format!("role {} may {can}", role.name),
            tags => format!("role {} may {can}, where the tag {tags} is missing", role.name),
        };
        Problem {
            detail: Some(statement),
            evidence: [actions].into_iter().chain(doubts.iter().cloned()).collect(),
            confidence: (!sure).then_some(Confidence::Medium),
            ..Problem::new(text)
        }
    };
    unnamed::wide(role, scope).into_iter().map(problem).collect()
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
    use crate::examples::ACCOUNT;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::AttachedPolicy;

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
    fn a_condition_that_what_has_no_tag_fulfils_names_nothing() {
        let tag = |operator: &str, value: &str| {
            let mut condition = json!({});
            condition[operator]["aws:ResourceTag/Team"] = json!(value);
            with(allow("lambda:InvokeFunction", "*"), condition)
        };
        for (operator, value, counts) in [
            ("StringEquals", "orders", false),
            ("StringLike", "*", false),
            ("Null", "false", false),
            ("ForAnyValue:StringEquals", "orders", false),
            ("StringEqualsIfExists", "orders", true),
            ("StringNotEquals", "orders", true),
            ("StringNotLike", "orders-*", true),
            ("Null", "true", true),
            ("ForAllValues:StringEquals", "orders", true),
        ] {
            let found = findings(&CHECK, example(&tag(operator, value))).remove(0);
            assert_eq!(found.outcome == Kind::Fail, counts, "{operator}: {}", found.message);
            let says = "invoke every function, where the tag Team is missing";
            assert!(!counts || found.message.ends_with(says), "{operator}: {}", found.message);
        }
        // To calls of APIs AWS adds no tag: that one lets through each of them.
        let mut statement = tag("StringNotEquals", "orders");
        statement["Action"] = json!("execute-api:Invoke");
        assert_eq!(outcomes(&CHECK, example(&statement)), [Kind::Fail]);
    }

    #[test]
    fn a_deny_of_what_has_no_tag_asks_for_it() {
        let deny = with(
            json!({ "Effect": "Deny", "Action": "lambda:*", "Resource": "*" }),
            json!({ "StringNotEquals": { "aws:ResourceTag/team": "orders" } }),
        );
        let judged = |deny: &Value| {
            let mut account = example(&allow("lambda:InvokeFunction", "*"));
            let document = policy(json!({ "Version": "2012-10-17", "Statement": [deny] }));
            account.roles.items[0].inline.items.push(NamedPolicy { name: "team".into(), document });
            outcomes(&CHECK, account)
        };
        assert_eq!(judged(&deny), [Kind::Pass]);
        let spared = with(deny, json!({ "StringEquals": { "aws:ResourceTag/team": "payments" } }));
        assert_eq!(judged(&spared), [Kind::Fail]);
    }

    #[test]
    fn a_namesake_silences_nothing() {
        let tagged = json!({ "StringEquals": { "aws:ResourceTag/team": "orders" } });
        let (wide, narrow) = (allow("lambda:InvokeFunction", "*"), allow("sqs:SendMessage", "*"));
        let mut account = example(&wide);
        let document = policy(json!({ "Version": "2012-10-17", "Statement": [with(narrow, tagged)] }));
        let attached = AttachedPolicy { name: "orders".into(), document, ..AttachedPolicy::default() };
        account.roles.items[0].attached.items.push(attached);
        let found = findings(&CHECK, account).remove(0);
        assert_eq!(found.outcome, Kind::Fail, "{}", found.message);
        assert_eq!(found.resource.detail.as_deref(), Some("policy orders, statement #1"));
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
}
