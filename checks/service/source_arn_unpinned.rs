use crate::examples::{ACCOUNT, with_permission};
use crate::grants::{self, BY_SERVICES, Opening, SOURCES, URL, Way, Ways, in_effect, signed};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Arn, Function, Invocable};
use policy::Audience;
use serde_json::json;

check! {
    /// A statement lets an AWS service invoke the function and names the source, but too widely: an
    /// ARN without an account id and no `aws:SourceAccount` (Amazon S3), an ARN with a wildcard for
    /// its account, one that stands for everything in an account, or `aws:SourceAccount` without any
    /// `aws:SourceArn`, which comes to the same.
    ///
    /// An API Gateway source for any stage, method and path of one API, or any region, is reported
    /// as low. An account is enough for Secrets Manager, where AWS advises against the ARN, for AWS
    /// Config, whose rule cannot exist before its permission, and for Amazon EKS.
    ///
    /// ## Why it matters
    /// A bucket's name belongs to nobody once the bucket is deleted: whoever creates it again can
    /// send your function events. With a wildcard for the account, anyone can already. Where a
    /// source stands for a whole account, everyone who can create a rule or topic there can invoke
    /// the function.
    ///
    /// ## Fix
    /// Name one source, and its account too:
    ///
    /// ```sh
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// aws lambda add-permission --function-name FUNCTION --statement-id SID \
    ///   --action lambda:InvokeFunction --principal s3.amazonaws.com \
    ///   --source-arn arn:aws:s3:::BUCKET --source-account ACCOUNT
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref Function
    ///   Principal: s3.amazonaws.com
    ///   SourceArn: !GetAtt Bucket.Arn
    ///   SourceAccount: !Ref AWS::AccountId
    /// ```
    "SVC-003" "source-arn-unpinned": "Source of a service grant is named too widely",
    severity: Severity::Medium,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_nodejs.html",
        "CWE-441",
    ],
    calls: grants::CALLS,
    rules: &[Rule::Invocable(run)],
    bad: || with_permission(json!({
        "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
        "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" } },
    })),
    good: || with_permission(json!({
        "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
        "Condition": {
            "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" },
            "StringEquals": { "aws:SourceAccount": ACCOUNT },
        },
    })),
}

/// Services for which an account is source enough.
const BY_ACCOUNT: [&str; 3] = ["config", "eks", "secretsmanager"];

/// How services use a function on behalf of nothing that has an ARN.
const WITHOUT_SOURCE: Ways = Ways {
    told: &[
        Way { action: "lambda:InvokeFunction", context: NO_SOURCE },
        Way { action: URL, context: NO_SOURCE },
    ],
    other: NO_SOURCE,
};
const NO_SOURCE: &[(&str, Option<&str>)] = &[("aws:SourceArn", None)];

/// What is too wide about a source, and how bad that is.
type Flaw = (Severity, String);

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let ask = |ways| {
        let services = Audience::OwnAccount..=Audience::AnyAccountThroughAService;
        signed(policy, invocable, scope, ways, services)
    };
    let mut openings = ask(&BY_SERVICES);
    // Without any source the statement is the business of `service-without-source`.
    openings.retain(|it| it.is_for_services() && it.names(SOURCES));
    if openings.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let sourceless = ask(&WITHOUT_SOURCE);
    let problems = openings.iter().filter_map(|it| {
        let any_source = sourceless.iter().any(|other| other.same_statement(it));
        problem(it, any_source, invocable)
    });
    Ok(Verdict::of(problems.collect()))
}

/// `any_source` where requests may lack a source's ARN.
fn problem(opening: &Opening, any_source: bool, invocable: &Invocable) -> Option<Problem> {
    let open = in_effect(&opening.grant) == Audience::AnyAccountThroughAService;
    let mut flaws: Vec<Flaw> =
        opening.values_of("aws:sourcearn").filter_map(|source| flaw(source, open)).collect();
    if flaws.is_empty() && open {
        flaws.push((Severity::Medium, "its conditions fix no account".into()));
    } else if flaws.is_empty() && any_source && !is_by_account(opening) {
        let account = opening.names(&["aws:sourceaccount", "aws:sourceowner"]);
        let whole = if account { "account" } else { "organization" };
        flaws.push((Severity::Medium, format!("its conditions name an {whole} and no source in it")));
    }
    let (severity, worst) = flaws.iter().max()?;
    let label = &opening.grant.label;
    let (services, actions) = (opening.services_in_words(), opening.actions.join(", "));
    Some(Problem {
        detail: Some(label.clone()),
        evidence: flaws.iter().map(|(_, text)| text.clone()).chain([opening.evidence()]).collect(),
        severity: Some(*severity),
        ..Problem::new(format!(
            "statement {label} lets {services} call {actions} on {}, but {worst}",
            invocable.arn
        ))
    })
}

/// Whether all services that it lets in are ones for which an account is source enough.
fn is_by_account(opening: &Opening) -> bool {
    let named = opening.services().into_iter().chain(opening.values_of("aws:principalservicename"));
    let mut known = named.map(|it| BY_ACCOUNT.contains(&it.split('.').next().unwrap_or_default())).peekable();
    known.peek().is_some() && known.all(|it| it)
}

/// What is too wide about a source's ARN; `open` where nothing ties the statement to an account.
fn flaw(source: &str, open: bool) -> Option<Flaw> {
    let medium = |what: &str| Some((Severity::Medium, format!("{source} {what}")));
    let low = |what: &str| Some((Severity::Low, format!("{source} {what}")));
    let wild = |text: &str| text.contains(['*', '?']);
    let Some(arn) = Arn::parse(source) else {
        return medium("is no ARN of one source").filter(|_| open || wild(source));
    };
    if open && arn.account.is_empty() {
        medium("names no account")
    } else if open && wild(arn.account) {
        medium("stands for any account")
    } else if any_object(arn) {
        medium("stands for everything of its kind in the account")
    } else if arn.service == "execute-api" && any_request(arn.resource) {
        low("stands for any stage, method and path of the API")
    } else if wild(arn.region) {
        low("stands for any region")
    } else {
        None
    }
}

/// Whether the ARN's last field is a wildcard, or a type and a wildcard: `rule/*`, `log-group:*`.
fn any_object(arn: Arn) -> bool {
    let mut parts = arn.resource.split(['/', ':']);
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    let all = arn.service != "execute-api" && rest.peek().is_some() && rest.all(|part| part == "*");
    first == "*" || all
}

/// Whether `API_ID/STAGE/METHOD/PATH` leaves everything but the API open.
fn any_request(resource: &str) -> bool {
    let mut parts = resource.split('/').skip(1).peekable();
    parts.peek().is_some() && parts.all(|part| part == "*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ALL;
    use crate::examples::{function, function_arn, policy, with_function};
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use policy::{Request, who_can};
    use serde_json::Value;

    fn granted(service: &str, condition: &Value) -> inventory::Account {
        with_permission(json!({
            "Principal": { "Service": service },
            "Action": "lambda:InvokeFunction",
            "Condition": condition,
        }))
    }

    fn severity(service: &str, source: &str) -> Option<Severity> {
        let condition = json!({ "ArnLike": { "aws:SourceArn": source } });
        let findings = findings(&CHECK, granted(service, &condition));
        let failed = findings.iter().find(|it| it.outcome == Kind::Fail);
        failed.map(|it| it.severity)
    }

    #[test]
    fn a_source_is_judged_by_what_it_leaves_open() {
        for (service, source, expected) in [
            ("sns", "arn:aws:sns:eu-west-1:111122223333:orders", None),
            ("events", "arn:aws:events:eu-west-1:111122223333:rule/nightly", None),
            ("logs", "arn:aws:logs:eu-west-1:111122223333:log-group:/app:*", None),
            ("apigateway", "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*/POST/orders", None),
            ("apigateway", "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/authorizers/x", None),
            ("apigateway", "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*/*/*", Some(Severity::Low)),
            ("apigateway", "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*", Some(Severity::Low)),
            ("apigateway", "arn:aws:execute-api:eu-west-1:111122223333:*/*/*", Some(Severity::Medium)),
            ("events", "arn:aws:events:*:111122223333:rule/nightly", Some(Severity::Low)),
            ("sns", "arn:aws:sns:eu-west-1:111122223333:*", Some(Severity::Medium)),
            ("sns", "arn:aws:sns:eu-west-1:111122223333:orders-*", None),
            ("events", "arn:aws:events:eu-west-1:111122223333:rule/*", Some(Severity::Medium)),
            ("logs", "arn:aws:logs:eu-west-1:111122223333:log-group:*", Some(Severity::Medium)),
            ("sns", "arn:aws:sns:eu-west-1:*:orders", Some(Severity::Medium)),
            ("s3", "arn:aws:s3:::orders", Some(Severity::Medium)),
            ("sns", "*", Some(Severity::Medium)),
        ] {
            let service = format!("{service}.amazonaws.com");
            assert_eq!(severity(&service, source), expected, "{source}");
        }
    }

    #[test]
    fn a_source_account_ties_a_bucket() {
        let condition = json!({
            "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" },
            "StringLike": { "aws:SourceAccount": "*" },
        });
        assert_eq!(outcomes(&CHECK, granted("s3.amazonaws.com", &condition)), [Kind::Fail]);
    }

    #[test]
    fn a_condition_that_may_be_missing_ties_nothing() {
        let condition = json!({ "StringEqualsIfExists": { "aws:SourceAccount": ACCOUNT } });
        assert_eq!(outcomes(&CHECK, granted("s3.amazonaws.com", &condition)), [Kind::Fail]);
    }

    #[test]
    fn everyone_with_a_source_is_every_service() {
        for condition in [
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" } }),
            json!({ "StringLike": { "aws:SourceAccount": "*" } }),
        ] {
            let account = with_permission(json!({
                "Principal": "*", "Action": "lambda:InvokeFunction", "Condition": condition,
            }));
            let found = findings(&CHECK, account);
            assert_eq!(found[0].outcome, Kind::Fail, "{condition}");
            assert!(found[0].message.contains("any AWS service"), "{}", found[0].message);
        }
    }

    #[test]
    fn without_any_source_it_is_another_checks_business() {
        assert_eq!(outcomes(&CHECK, granted("s3.amazonaws.com", &json!({}))), [Kind::NotApplicable]);
    }

    #[test]
    fn an_account_alone_is_every_source_in_it() {
        let account = json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } });
        let with = |condition: Value| {
            let mut both = account.clone();
            both.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
            both
        };
        let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
        for (service, condition, expected) in [
            ("sns", account.clone(), Some("an account and no source")),
            (
                "sns",
                json!({ "StringEquals": { "aws:SourceOrgID": "o-a1b2c3d4e5" } }),
                Some("an organization"),
            ),
            ("sns", with(json!({ "ArnLikeIfExists": { "aws:SourceArn": topic } })), Some("an account and")),
            ("sns", with(json!({ "ArnNotLike": { "aws:SourceArn": topic } })), Some("an account and")),
            (
                "sns",
                with(json!({ "StringLike": { "aws:SourceArn": "*" } })),
                Some("* is no ARN of one source"),
            ),
            ("sns", with(json!({ "ArnLike": { "aws:SourceArn": topic } })), None),
            ("s3", with(json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" } })), None),
            ("s3", account.clone(), Some("an account and no source")),
            ("secretsmanager", account.clone(), None),
            ("config", account.clone(), None),
            ("eks", account.clone(), None),
        ] {
            let found = findings(&CHECK, granted(&format!("{service}.amazonaws.com"), &condition)).remove(0);
            let fails = found.outcome == Kind::Fail && found.severity == Severity::Medium;
            assert_eq!(fails, expected.is_some(), "{service} {condition}");
            assert!(expected.is_none_or(|it| found.message.contains(it)), "{}", found.message);
        }
    }

    #[test]
    fn a_deny_of_other_sources_names_the_source() {
        let allow = json!({
            "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "lambda:InvokeFunction",
            "Resource": function_arn("orders"),
            "Condition": { "StringEquals": { "aws:SourceAccount": ACCOUNT } },
        });
        let deny = json!({
            "Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": function_arn("orders"),
            "Condition": { "ArnNotLike": { "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders" } },
        });
        let judged = |statements: Value| {
            let policy = policy(json!({ "Version": "2012-10-17", "Statement": statements }));
            outcomes(&CHECK, with_function(Function { policy, ..function("orders") }))
        };
        assert_eq!(judged(json!([allow, deny])), [Kind::Pass]);
        assert_eq!(judged(json!([allow])), [Kind::Fail]);
    }

    /// AWS's example of a route that may invoke a function, and what is left without its conditions.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions>
    #[test]
    fn one_route_of_an_api_in_an_account_is_one_source() {
        let account = json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } });
        let source = |owner: &str| {
            let arn = format!("arn:aws:execute-api:eu-west-1:{owner}:api-id/prodStage/GET/image");
            json!({ "ArnLike": { "aws:SourceArn": arn } })
        };
        let route = source(ACCOUNT);
        let both =
            |source: &Value| json!({ "StringEquals": account["StringEquals"], "ArnLike": source["ArnLike"] });
        // Without the account its ARN still names one: no grant is wider for that.
        for (condition, reach, failing) in [
            (both(&route), Audience::OwnAccount, &[][..]),
            (route, Audience::OwnAccount, &[]),
            (account.clone(), Audience::OwnAccount, &["SVC-003"]),
            (both(&source("*")), Audience::OwnAccount, &[]),
            (source("*"), Audience::AnyAccountThroughAService, &["SVC-003"]),
            (json!({}), Audience::AnyAccountThroughAService, &["SVC-002"]),
        ] {
            let granted = granted("apigateway.amazonaws.com", &condition);
            let function = &granted.regions.items[0].functions.items[0];
            let request = Request {
                action: "lambda:InvokeFunction",
                resource: &function.arn,
                owner: ACCOUNT,
                signed: true,
                context: &[],
            };
            let grants = who_can(function.policy.known().unwrap(), &request);
            assert_eq!(grants.iter().map(|it| it.audience).max(), Some(reach), "{condition}");
            let checks = ALL.iter().filter(|it| ["SVC-002", "SVC-003"].contains(&it.code));
            let found = checks.flat_map(|it| findings(it, granted.clone()));
            let failed: Vec<_> = found.filter(|it| it.outcome == Kind::Fail).map(|it| it.check).collect();
            assert_eq!(failed, failing, "{condition}");
        }
    }
}
