use crate::examples::{ACCOUNT, function, policy, with_function};
use crate::grants::{INVOKE_VIA_URL, OPEN_URL, Opening, unsigned};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Fact, Function, FunctionUrl, Gap, Invocable, Listing, Reason, UrlAuth};
use serde_json::{Value, json};

check! {
    /// A function URL with `AuthType: NONE` whose resource policy lets anyone call it.
    ///
    /// The URL's own policy is read: that of the alias it belongs to, or of the unqualified
    /// function. Since October 2025 a new URL needs two grants, `lambda:InvokeFunctionUrl` and
    /// `lambda:InvokeFunction`. With both the URL is open for certain; with one of them it is
    /// reported at medium confidence, since older URLs can work with the first alone.
    ///
    /// ## Why it matters
    /// Anyone who learns the URL runs the function, with its role and on your bill. No web ACL,
    /// authorizer or usage plan stands in between: function URLs cannot have any of them.
    ///
    /// ## Fix
    /// Let Lambda check signatures, and take the public grants away:
    ///
    /// ```sh
    /// aws lambda update-function-url-config --function-name FUNCTION --auth-type AWS_IAM
    /// aws lambda remove-permission --function-name FUNCTION --statement-id FunctionURLAllowPublicAccess
    /// aws lambda remove-permission --function-name FUNCTION --statement-id FunctionURLAllowInvokeAction
    /// ```
    ///
    /// Add `--qualifier ALIAS` where the URL belongs to an alias. In CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Url
    /// Properties:
    ///   AuthType: AWS_IAM
    ///   TargetFunctionArn: !GetAtt Function.Arn
    /// ```
    ///
    /// A public site belongs behind CloudFront with an origin access control and a web ACL.
    "SRC-106" "function-url-unauthenticated": "Function URL is open to the internet",
    severity: Severity::High,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html",
        "CWE-306",
        "FSBP Lambda.1",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListAliases,
        Call::LambdaGetPolicy,
        Call::LambdaListFunctionUrlConfigs,
    ],
    rules: &[Rule::FunctionUrl(run)],
    bad: || example(UrlAuth::None, policy(json!({ "Statement": [url_grant(), invoke_grant()] }))),
    good: || example(UrlAuth::AwsIam, Fact::Absent),
}

fn run(url: &FunctionUrl, function: &Function, scope: &Scope) -> Outcome {
    if url.auth.read()? != Some(&UrlAuth::None) {
        return Ok(Verdict::Pass);
    }
    let invocable = invocable(url, function)?;
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::Pass);
    };
    let through = unsigned(policy, &invocable, scope, &OPEN_URL);
    let invoke = unsigned(policy, &invocable, scope, &INVOKE_VIA_URL);
    let name = &function.name;
    let message = match (through.is_empty(), invoke.is_empty()) {
        (true, true) => return Ok(Verdict::Pass),
        (false, false) => format!("anyone can call the URL of {name}: its policy grants both actions"),
        (false, true) => format!(
            "the URL of {name} is open if it is older than October 2025: its policy grants \
             everyone lambda:InvokeFunctionUrl, and not lambda:InvokeFunction, which newer URLs need too"
        ),
        (true, false) => format!(
            "the URL of {name} is one grant away from open: it asks nobody to sign, and its policy \
             grants everyone lambda:InvokeFunction through it"
        ),
    };
    let both = !through.is_empty() && !invoke.is_empty();
    let openings = || through.iter().chain(&invoke);
    let sure = both && openings().all(|it| it.grant.exact);
    let mut evidence: Vec<_> = openings().map(Opening::evidence).collect();
    evidence.dedup();
    Ok(Verdict::fail(Problem {
        evidence: [vec!["AuthType is NONE".into()], evidence].concat(),
        confidence: (!sure).then_some(Confidence::Medium),
        ..Problem::new(message)
    }))
}

/// What the URL invokes: the function, or the alias that it belongs to.
fn invocable<'a>(url: &'a FunctionUrl, function: &'a Function) -> Result<Invocable<'a>, Gap> {
    if let Some(invocable) = function.invocable(url.qualifier.as_deref()) {
        return Ok(invocable);
    }
    function.aliases.all()?;
    Err(Gap {
        action: Call::LambdaListAliases.action().into(),
        resource: Some(url.arn.clone()),
        reason: Reason::Malformed,
        message: "the URL belongs to an alias that the function does not list".into(),
        ..Gap::default()
    })
}

fn example(auth: UrlAuth, policy: Fact<policy::Document>) -> Account {
    let function = function("shop");
    let url = FunctionUrl { arn: function.arn.clone(), auth: Fact::Known(auth), ..FunctionUrl::default() };
    with_function(Function { policy, urls: Listing::complete(vec![url]), ..function })
}

/// What the console adds to a URL without authentication.
fn url_grant() -> Value {
    grant("lambda:InvokeFunctionUrl", &json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } }))
}

fn invoke_grant() -> Value {
    grant("lambda:InvokeFunction", &json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }))
}

fn grant(action: &str, condition: &Value) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": "*",
        "Action": action,
        "Resource": format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:shop"),
        "Condition": condition,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::Alias;

    fn judged(statements: &Value) -> Vec<Kind> {
        outcomes(&CHECK, example(UrlAuth::None, policy(json!({ "Statement": statements }))))
    }

    fn confidence(statements: &Value) -> Confidence {
        let policy = policy(json!({ "Statement": statements }));
        let findings = findings(&CHECK, example(UrlAuth::None, policy));
        assert_eq!(findings[0].outcome, Kind::Fail);
        findings[0].confidence
    }

    #[test]
    fn one_grant_of_two_is_reported_with_less_confidence() {
        assert_eq!(confidence(&json!([url_grant(), invoke_grant()])), Confidence::High);
        assert_eq!(confidence(&json!([url_grant()])), Confidence::Medium);
        assert_eq!(confidence(&json!([invoke_grant()])), Confidence::Medium);
    }

    #[test]
    fn a_url_that_no_policy_opens_is_closed() {
        assert_eq!(outcomes(&CHECK, example(UrlAuth::None, Fact::Absent)), [Kind::Pass]);
        let office = json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
        assert_eq!(judged(&json!([grant("lambda:*", &office)])), [Kind::Pass]);
        let signed = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "AWS_IAM" } });
        assert_eq!(judged(&json!([grant("lambda:InvokeFunctionUrl", &signed)])), [Kind::Pass]);
    }

    #[test]
    fn a_deny_closes_it() {
        let mut deny = grant("lambda:Invoke*", &json!({}));
        deny["Effect"] = json!("Deny");
        assert_eq!(judged(&json!([url_grant(), invoke_grant(), deny])), [Kind::Pass]);
    }

    #[test]
    fn a_url_of_an_alias_answers_to_the_policy_of_the_alias() {
        let mut account = example(UrlAuth::None, Fact::Absent);
        let function = &mut account.regions.items[0].functions.items[0];
        let arn = format!("{}:live", function.arn);
        let mut statement = url_grant();
        statement["Resource"] = json!(arn);
        function.urls.items[0].qualifier = Some("live".into());
        function.urls.items[0].arn.clone_from(&arn);
        let alias = Alias {
            arn,
            name: "live".into(),
            policy: policy(json!({ "Statement": [statement] })),
            ..Alias::default()
        };
        assert_eq!(outcomes(&CHECK, account.clone()), [Kind::Unknown], "the alias is not listed");
        account.regions.items[0].functions.items[0].aliases.items.push(alias);
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }
}
