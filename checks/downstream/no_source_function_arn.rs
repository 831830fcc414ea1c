use crate::everywhere::{self, Context};
use crate::examples::{function, function_arn, policy, with_function};
use crate::grants::join;
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Arn, Call, NamedPolicy, Role};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

check! {
    /// A statement lets a function's execution role read or write data, fetch secrets or use keys from
    /// anywhere, not from the function's code alone.
    ///
    /// Lambda adds `lambda:SourceFunctionArn` to the credentials that it hands to a function's code;
    /// sessions of the role that begin otherwise lack it. A statement is silent if requests without the
    /// key are refused, by its own condition or by a Deny.
    ///
    /// What Lambda does itself is never asked to carry the key, since it would break: decrypting
    /// environment variables (`kms:Decrypt`), polling event sources (`sqs:ReceiveMessage`,
    /// `kinesis:GetRecords`, …; the secrets of brokers that a mapping polls), mounting file systems, logs
    /// and traces; nor is sending to the function's dead-letter queue or topic. Resource policies cannot
    /// use the key.
    ///
    /// ## Why it matters
    /// An execution role can also be worn by whoever its trust policy lets in, and by every other
    /// function that is given it. With the condition, only the code of one function gets at the data.
    ///
    /// ## Fix
    /// Name the function in the statement:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:PutObject",
    ///   "Resource": "arn:aws:s3:::BUCKET/*",
    ///   "Condition": {
    ///     "ArnEquals": {
    ///       "lambda:SourceFunctionArn": "arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// Statements for what Lambda does itself stay as they are.
    "DOWN-006" "no-source-function-arn": "Data access is not tied to the function's code",
    severity: Severity::Info,
    default: false,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
        "CWE-284",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListEventSourceMappings,
        Call::IamGetAccountAuthorizationDetails,
        Call::OrganizationsDescribeOrganization,
        Call::OrganizationsListParents,
        Call::OrganizationsListPoliciesForTarget,
        Call::OrganizationsDescribePolicy,
    ],
    rules: &[Rule::ExecutionRole(run)],
    bad: || example(&upload()),
    good: || example(&tied(&function_arn("orders"))),
}

/// What Lambda does itself with the role, from outside the function's code.
const BY_LAMBDA: [&str; 14] = [
    "dynamodb:GetRecords",
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientRootAccess",
    "elasticfilesystem:ClientWrite",
    "kafka-cluster:ReadData",
    "kinesis:GetRecords",
    "kinesis:SubscribeToShard",
    "kms:Decrypt",
    "logs:PutLogEvents",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "s3files:ClientMount",
    "s3files:ClientWrite",
];

/// By the code of no function.
const OUTSIDE: [(&str, Option<&str>); 1] = [("lambda:SourceFunctionArn", None)];

/// Actions, by the statement that allows them.
type Found = BTreeMap<String, BTreeSet<String>>;

fn run(role: &Role, scope: &Scope) -> Outcome {
    let found = allowed(role, scope, &OUTSIDE);
    if found.is_empty() {
        scope.abilities(role).all_read()?;
        let tied = !allowed(role, scope, &[]).is_empty();
        return Ok(if tied { Verdict::Pass } else { Verdict::NotApplicable });
    }
    let lines = found
        .iter()
        .map(|(statement, actions)| format!("{statement}: {}", join(actions.iter().map(String::as_str))));
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let count = found.len();
    let statements = if count == 1 { "a statement".into() } else { format!("{count} statements") };
    let message =
        format!("{statements} of role {} gives access to data outside the code of its functions", role.name);
    let evidence = lines.chain([format!("used by {}", join(users))]).collect();
    Ok(Verdict::fail(Problem { evidence, ..Problem::new(message) }))
}

/// The sensitive actions that the role may use in requests of which that is known.
fn allowed(role: &Role, scope: &Scope, context: Context) -> Found {
    let mut found = Found::new();
    for (access, ability) in everywhere::data_access(role, scope, context) {
        let action = access.action.to_string();
        if is_needed_by_lambda(&action, role, scope) {
            continue;
        }
        for statement in ability.statements {
            found.entry(statement.to_string()).or_default().insert(action.clone());
        }
    }
    found
}

/// Whether Lambda itself may need it for a function of the role.
fn is_needed_by_lambda(action: &str, role: &Role, scope: &Scope) -> bool {
    let users = scope.functions_of_role(&role.arn);
    let fails_to = |service: &str| {
        let mut letters = users.iter().filter_map(|it| it.dead_letter.as_deref());
        letters.any(|arn| Arn::parse(arn).is_some_and(|arn| arn.service == service))
    };
    match action {
        _ if BY_LAMBDA.contains(&action) => true,
        "sqs:SendMessage" => fails_to("sqs"),
        "sns:Publish" => fails_to("sns"),
        "secretsmanager:GetSecretValue" => users.iter().any(|it| polls_a_broker(&it.arn, scope)),
        _ => false,
    }
}

/// Whether Lambda signs in to a broker or database to poll it for the function.
fn polls_a_broker(function: &str, scope: &Scope) -> bool {
    let mut mappings = scope.account.regions.iter().flat_map(|it| &it.event_source_mappings);
    mappings.any(|mapping| {
        let service = mapping.source.as_deref().and_then(Arn::parse).map(|arn| arn.service);
        let qualifier = mapping.function.strip_prefix(function);
        qualifier.is_some_and(|it| it.is_empty() || it.starts_with(':'))
            && !matches!(service, Some("sqs" | "kinesis" | "dynamodb"))
    })
}

/// AWS's own example, without its condition.
fn upload() -> Value {
    json!({ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::lambda_bucket/*" })
}

/// The same for the code of one function.
fn tied(function: &str) -> Value {
    let mut statement = upload();
    if let Some(elements) = statement.as_object_mut() {
        let condition = json!({ "ArnEquals": { "lambda:SourceFunctionArn": function } });
        elements.insert("Condition".into(), condition);
    }
    statement
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
    use crate::examples::role_arn;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::{EventSourceMapping, Function};
    use policy::{Ask, Case, ContextValue, Document, Identity, Policy, decide};

    const BUCKET: &str = "arn:aws:s3:::lambda_bucket/a.csv";

    fn document(statement: &Value) -> Document {
        Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statement })).unwrap()
    }

    /// What becomes of a request of the role's credentials, by a function's code or from elsewhere.
    fn decided(statement: &Value, function: Option<&str>) -> policy::Verdict {
        let mut context = policy::Context::default();
        if let Some(function) = function {
            context.insert("lambda:SourceFunctionArn", ContextValue::One(function_arn(function)));
        }
        let case = Case {
            principal: "arn:aws:sts::111122223333:assumed-role/orders/orders".into(),
            action: "s3:PutObject".into(),
            resource: BUCKET.into(),
            context,
            identity_policies: vec![Policy { name: None, document: document(statement) }],
            ..Case::default()
        };
        decide(&case).decision
    }

    #[test]
    fn the_condition_of_awss_example_is_for_the_code_of_one_function() {
        use policy::Verdict::{Allowed, ImplicitlyDenied};
        let statement = tied(&function_arn("orders"));
        assert_eq!(decided(&statement, Some("orders")), Allowed);
        assert_eq!(decided(&statement, Some("payments")), ImplicitlyDenied);
        assert_eq!(decided(&statement, None), ImplicitlyDenied);
        assert_eq!(decided(&upload(), Some("payments")), Allowed);
        assert_eq!(decided(&upload(), None), Allowed);

        let document = document(&statement);
        let can = |function: Option<&str>| {
            let facts = [("lambda:SourceFunctionArn", function)];
            let role = Identity::role(&[("orders", &document)], None, &[], &facts);
            let ask = Ask { action: "s3:PutObject", resource: Some(BUCKET), context: &[] };
            role.can(&ask).map(|it| it.exact)
        };
        assert_eq!(can(Some(&function_arn("orders"))), Some(true));
        assert_eq!(can(Some(&function_arn("payments"))), None);
        assert_eq!(can(None), None);
    }

    #[test]
    fn a_role_that_a_second_function_shares_is_as_silent_with_it_and_as_loud_without() {
        let shared = |statement: &Value| {
            let mut account = example(statement);
            let second = Function { role: role_arn("orders"), ..function("payments") };
            account.regions.items[0].functions.items.push(second);
            outcomes(&CHECK, account)
        };
        assert_eq!(shared(&tied(&function_arn("orders"))), [Kind::Pass]);
        assert_eq!(shared(&upload()), [Kind::Fail]);
    }

    #[test]
    fn what_lets_requests_without_the_key_through_ties_nothing() {
        let with = |condition: Value| {
            let mut statement = upload();
            statement["Condition"] = condition;
            outcomes(&CHECK, example(&statement))
        };
        let arn = function_arn("orders");
        assert_eq!(with(json!({ "ArnLike": { "lambda:sourcefunctionarn": arn } })), [Kind::Pass]);
        assert_eq!(with(json!({ "StringLike": { "lambda:SourceFunctionArn": "*" } })), [Kind::Pass]);
        for condition in [
            json!({ "ArnEqualsIfExists": { "lambda:SourceFunctionArn": arn } }),
            json!({ "ForAllValues:ArnEquals": { "lambda:SourceFunctionArn": arn } }),
            json!({ "ArnNotEquals": { "lambda:SourceFunctionArn": arn } }),
            json!({ "ArnEquals": { "aws:SourceArn": arn }, "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }),
            json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }),
        ] {
            // Sessions of functions have no source of their own: that statement allows nothing.
            let expected = if condition["ArnEquals"]["aws:SourceArn"].is_null() {
                Kind::Fail
            } else {
                Kind::NotApplicable
            };
            assert_eq!(with(condition.clone()), [expected], "{condition}");
        }
    }

    #[test]
    fn a_deny_ties_every_statement() {
        let mut account = example(&upload());
        let deny = json!({
            "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": { "ArnNotLike": { "lambda:SourceFunctionArn": function_arn("orders") } },
        });
        let document = policy(json!({ "Version": "2012-10-17", "Statement": [deny] }));
        account.roles.items[0].inline.items.push(NamedPolicy { name: "code-only".into(), document });
        assert_eq!(outcomes(&CHECK, account), [Kind::Pass]);
    }

    #[test]
    fn what_lambda_does_itself_is_not_asked_for_the_key() {
        for (actions, expected) in [
            (
                json!(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]),
                Kind::NotApplicable,
            ),
            (
                json!(["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"]),
                Kind::NotApplicable,
            ),
            (json!(["dynamodb:GetRecords", "dynamodb:GetShardIterator"]), Kind::NotApplicable),
            (json!("kms:Decrypt"), Kind::NotApplicable),
            (json!(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]), Kind::NotApplicable),
            (
                json!(["logs:CreateLogGroup", "logs:PutLogEvents", "xray:PutTraceSegments"]),
                Kind::NotApplicable,
            ),
            // The function's dead-letter queue is one of Amazon SQS.
            (json!("sqs:SendMessage"), Kind::NotApplicable),
            (json!("sns:Publish"), Kind::Fail),
            (json!("dynamodb:*"), Kind::Fail),
            (json!("kms:*"), Kind::Fail),
        ] {
            let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
            assert_eq!(outcomes(&CHECK, example(&statement)), [expected], "{actions}");
        }
    }

    #[test]
    fn lambda_fetches_the_secret_of_a_broker_that_it_polls() {
        let secret = json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*" });
        let polling = |source: &str| {
            let mut account = example(&secret);
            account.regions.items[0].event_source_mappings.items.push(EventSourceMapping {
                function: format!("{}:live", function_arn("orders")),
                source: Some(source.into()),
                ..EventSourceMapping::default()
            });
            outcomes(&CHECK, account)
        };
        assert_eq!(outcomes(&CHECK, example(&secret)), [Kind::Fail]);
        assert_eq!(polling("arn:aws:mq:eu-west-1:111122223333:broker:orders:b-1"), [Kind::NotApplicable]);
        assert_eq!(polling("arn:aws:sqs:eu-west-1:111122223333:orders"), [Kind::Fail]);
    }

    #[test]
    fn the_evidence_names_the_statements_and_what_they_open() {
        let found = findings(&CHECK, example(&upload())).remove(0);
        assert_eq!(found.evidence, ["policy orders, statement #1: s3:PutObject", "used by orders"]);
        assert_eq!(found.severity, Severity::Info);
    }
}
