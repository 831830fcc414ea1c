use crate::examples::{ACCOUNT, with_permission};
use crate::grants::{self, BY_SERVICES, Opening, SOURCES, in_effect, signed};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Arn, Function, Invocable};
use policy::Audience;
use serde_json::json;

check! {
    /// A statement lets an AWS service invoke the function and names the source, but too widely: an
    /// ARN without an account id and no `aws:SourceAccount` (Amazon S3), an ARN with a wildcard for
    /// its account, or one that stands for everything in an account.
    ///
    /// An API Gateway source for any stage, method and path of one API, or any region, is reported
    /// as low.
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

/// What is too wide about a source, and how bad that is.
type Flaw = (Severity, String);

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let services = Audience::OwnAccount..=Audience::AnyAccountThroughAService;
    let mut openings = signed(policy, invocable, scope, &BY_SERVICES, services);
    // Without any source the statement is the business of `service-without-source`.
    openings.retain(|it| it.is_for_services() && it.names(SOURCES));
    if openings.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let problems = openings.iter().filter_map(|it| problem(it, invocable));
    Ok(Verdict::of(problems.collect()))
}

fn problem(opening: &Opening, invocable: &Invocable) -> Option<Problem> {
    let open = in_effect(&opening.grant) == Audience::AnyAccountThroughAService;
    let mut flaws: Vec<Flaw> =
        opening.values_of("aws:sourcearn").filter_map(|source| flaw(source, open)).collect();
    if flaws.is_empty() && open {
        flaws.push((Severity::Medium, "its conditions fix no account".into()));
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

/// What is too wide about a source's ARN; `open` where nothing ties the statement to an account.
fn flaw(source: &str, open: bool) -> Option<Flaw> {
    let medium = |what: &str| Some((Severity::Medium, format!("{source} {what}")));
    let low = |what: &str| Some((Severity::Low, format!("{source} {what}")));
    let Some(arn) = Arn::parse(source) else {
        return medium("is no ARN of one source").filter(|_| open);
    };
    let wild = |text: &str| text.contains(['*', '?']);
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
    use crate::laws::{findings, outcomes};
    use audit::Kind;
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
}
