use crate::examples::{ACCOUNT, function, policy, with_function};
use crate::grants::{Opening, join, principal};
use crate::urls::{self, Half, OfUrl};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Fact, Function, FunctionUrl, Invocable, Listing, UrlAuth};
use policy::Principal;
use serde_json::{Value, json};

check! {
    /// The grants of a function URL do not follow the model of October 2025, which asks for two:
    /// `lambda:InvokeFunctionUrl`, and `lambda:InvokeFunction` with the condition
    /// `lambda:InvokedViaFunctionUrl`.
    ///
    /// - Somebody is granted the first alone. URLs that were created since then refuse them; older ones
    ///   had an exception, and AWS asked to align those by 1 November 2026. Principals of the own
    ///   account are not concerned: their identity policies can grant the second.
    /// - The second lacks its condition, and both are for everyone: critical, since any AWS account can
    ///   then invoke the function past the URL. `function-policy-public` reports the same statement, and
    ///   those of which nothing says that they were meant for a URL.
    /// - A grant names the URL of a function or alias that has none: low.
    ///
    /// ## Why it matters
    /// With half of the model the URL answers 403, or will. Without the condition a grant that was meant
    /// for a web page hands out direct invocations, with events of the caller's making and none of what
    /// the URL adds to them. Lambda leaves the grants in place when a URL is deleted: whoever creates
    /// the next one opens it to the same callers without asking for a permission.
    ///
    /// ## Fix
    /// Grant both actions, the second through the URL only, and remove what has no condition or no URL:
    ///
    /// ```sh
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// aws lambda add-permission --function-name FUNCTION --statement-id FunctionURLAllowInvokeAction \
    ///   --action lambda:InvokeFunction --principal '*' --invoked-via-function-url
    /// ```
    ///
    /// Add `--qualifier ALIAS` where the URL belongs to an alias. In CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref Function
    ///   Principal: "*"
    ///   InvokedViaFunctionUrl: true
    /// ```
    "SVC-006" "function-url-permission-model": "Grants of a function URL do not follow its permission model",
    severity: Severity::Medium,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
        "CWE-732",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListAliases,
        Call::LambdaGetPolicy,
        Call::LambdaListFunctionUrlConfigs,
    ],
    rules: &[Rule::Invocable(run)],
    bad: || example(Some(UrlAuth::None), &[url_grant()]),
    good: || example(Some(UrlAuth::None), &[url_grant(), invoke_grant()]),
}

fn run(invocable: &Invocable, function: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let of_urls = urls::grants(policy, invocable, scope);
    if of_urls.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let loose = urls::loose(policy, invocable, scope);
    let mut problems: Vec<_> = loose.iter().map(|it| without_condition(it, invocable)).collect();
    let url = function.urls.iter().find(|it| it.qualifier.as_deref() == invocable.qualifier);
    let rest = match url {
        Some(url) => url.auth.read().map(|auth| {
            let halves = urls::halves(policy, invocable, scope, auth == Some(&UrlAuth::None));
            halves.iter().map(|it| half(it, invocable, url)).collect::<Vec<_>>()
        }),
        None => function.urls.all().map(|_| {
            // Wildcards are for more than URLs, and what lacks its condition was told.
            let told = |it: &Opening| loose.iter().any(|loose| loose.same_statement(it));
            let orphan =
                |it: &OfUrl| (!it.is_for_more && !told(&it.opening)).then(|| orphan(&it.opening, invocable));
            of_urls.iter().filter_map(orphan).collect()
        }),
    };
    match rest {
        Ok(more) => problems.extend(more),
        Err(gap) if problems.is_empty() => return Err(gap),
        Err(_) => {}
    }
    Ok(Verdict::of(problems))
}

fn half(half: &Half, invocable: &Invocable, url: &FunctionUrl) -> Problem {
    let who = match half.lacking.as_slice() {
        [Principal::Anyone] => "everyone".into(),
        named => join(named.iter().map(principal)),
    };
    let created = url.created.iter().map(|it| format!("the URL was created {it}"));
    let missing = format!("no statement lets {who} call lambda:InvokeFunction through the URL");
    let text = format!(
        "lets {who} call the URL of {} by lambda:InvokeFunctionUrl alone: since October 2025 \
         lambda:InvokeFunction is needed too",
        invocable.arn
    );
    let mut problem = problem(&half.opening, &text).evidence(missing);
    problem.evidence.extend(created);
    problem
}

fn without_condition(opening: &Opening, invocable: &Invocable) -> Problem {
    let text = format!(
        "lets every AWS account invoke {} directly: it was meant for the URL and lacks the condition \
         lambda:InvokedViaFunctionUrl",
        invocable.arn
    );
    problem(opening, &text).severity(Severity::Critical)
}

fn orphan(opening: &Opening, invocable: &Invocable) -> Problem {
    let text = format!("is for the URL of {}, which has none", invocable.arn);
    problem(opening, &text).severity(Severity::Low)
}

fn problem(opening: &Opening, text: &str) -> Problem {
    let label = &opening.grant.label;
    Problem {
        detail: Some(label.clone()),
        evidence: vec![opening.evidence()],
        confidence: (!opening.grant.exact).then_some(Confidence::Medium),
        ..Problem::new(format!("statement {label} {text}"))
    }
}

/// A function with those grants, and with a URL unless it has none.
fn example(auth: Option<UrlAuth>, statements: &[Value]) -> Account {
    let function = function("shop");
    let url =
        |auth| FunctionUrl { arn: function.arn.clone(), auth: Fact::Known(auth), ..FunctionUrl::default() };
    let urls = Listing::complete(auth.into_iter().map(url).collect());
    with_function(Function { policy: policy(json!({ "Statement": statements })), urls, ..function })
}

/// What the console adds to a URL without authentication.
fn url_grant() -> Value {
    let condition = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } });
    grant(&json!("*"), &json!("lambda:InvokeFunctionUrl"), &condition)
}

fn invoke_grant() -> Value {
    let condition = json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } });
    grant(&json!("*"), &json!("lambda:InvokeFunction"), &condition)
}

fn grant(principal: &Value, action: &Value, condition: &Value) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": principal,
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
    use inventory::{Alias, Gap};

    const URL_ONLY: &str = "lambda:InvokeFunctionUrl";
    const INVOKE: &str = "lambda:InvokeFunction";

    /// The severities of the failures, or what else came out.
    fn judged(auth: Option<UrlAuth>, statements: &[Value]) -> Vec<String> {
        let mut found: Vec<_> = findings(&CHECK, example(auth, statements))
            .into_iter()
            .map(|it| match it.outcome {
                Kind::Fail => format!("{} {}", it.resource.detail.unwrap(), it.severity.word()),
                other => format!("{other:?}"),
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn both_grants_are_needed_by_the_same_callers() {
        let iam = || Some(UrlAuth::AwsIam);
        let signed = |principal: &Value, action: &str| grant(principal, &json!(action), &json!({}));
        let from = |principal: &Value, action: &str, source: &str| {
            let source = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{source}");
            grant(principal, &json!(action), &json!({ "ArnLike": { "aws:SourceArn": source } }))
        };
        let (partner, role) =
            (json!({ "AWS": "999988887777" }), json!({ "AWS": "arn:aws:iam::999988887777:role/r" }));
        let own = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:role/r") });
        let cdn = json!({ "Service": "cloudfront.amazonaws.com" });
        let everyone = json!("*");
        for (statements, expected) in [
            (vec![signed(&partner, URL_ONLY)], "#1 medium"),
            (vec![signed(&partner, URL_ONLY), signed(&partner, INVOKE)], "Pass"),
            (vec![signed(&role, URL_ONLY), signed(&partner, INVOKE)], "Pass"),
            (vec![signed(&partner, URL_ONLY), signed(&role, INVOKE)], "#1 medium"),
            (vec![signed(&own, URL_ONLY)], "Pass"),
            (vec![signed(&json!({ "AWS": [own["AWS"], partner["AWS"]] }), URL_ONLY)], "#1 medium"),
            (vec![from(&cdn, URL_ONLY, "A")], "#1 medium"),
            (vec![from(&cdn, URL_ONLY, "A"), from(&cdn, INVOKE, "A")], "Pass"),
            (vec![from(&cdn, URL_ONLY, "A"), from(&cdn, INVOKE, "*")], "Pass"),
            (vec![from(&cdn, URL_ONLY, "A"), from(&cdn, INVOKE, "B")], "#1 medium"),
            (vec![from(&cdn, URL_ONLY, "A"), signed(&cdn, INVOKE)], "Pass"),
            (vec![signed(&cdn, URL_ONLY), from(&cdn, INVOKE, "A")], "#1 medium"),
            (vec![signed(&everyone, URL_ONLY)], "#1 medium"),
            (vec![signed(&everyone, URL_ONLY), invoke_grant()], "Pass"),
            (vec![signed(&partner, URL_ONLY), invoke_grant()], "Pass"),
            (vec![signed(&partner, "lambda:*")], "Pass"),
        ] {
            assert_eq!(judged(iam(), &statements), [expected], "{statements:#?}");
        }
    }

    #[test]
    fn an_open_url_asks_for_both_grants_to_everyone() {
        let url = || Some(UrlAuth::None);
        assert_eq!(judged(url(), &[url_grant()]), ["#1 medium"]);
        let partner = grant(&json!({ "AWS": "999988887777" }), &json!(INVOKE), &json!({}));
        assert_eq!(judged(url(), &[url_grant(), partner]), ["#1 medium"]);
        let org = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } });
        assert_eq!(judged(url(), &[url_grant(), grant(&json!("*"), &json!(INVOKE), &org)]), ["#1 medium"]);
        let mut deny = grant(&json!("*"), &json!("lambda:*"), &json!({}));
        deny["Effect"] = json!("Deny");
        assert_eq!(judged(url(), &[url_grant(), deny]), ["NotApplicable"]);
        assert_eq!(
            judged(url(), &[grant(&json!("*"), &json!("lambda:GetFunction"), &json!({}))]),
            ["NotApplicable"]
        );
    }

    #[test]
    fn the_second_grant_is_for_the_url_alone() {
        let open = |action: Value| grant(&json!("*"), &action, &json!({}));
        for auth in [Some(UrlAuth::None), Some(UrlAuth::AwsIam)] {
            assert_eq!(judged(auth, &[url_grant(), open(json!(INVOKE))]), ["#2 critical"]);
            assert_eq!(judged(auth, &[open(json!([URL_ONLY, INVOKE]))]), ["#1 critical"]);
        }
        assert_eq!(judged(None, &[url_grant(), open(json!(INVOKE))]), ["#1 low", "#2 critical"]);
        assert_eq!(judged(None, &[open(json!([URL_ONLY, INVOKE]))]), ["#1 critical"]);
        // Nothing says that these were meant for a URL: `function-policy-public` tells of them.
        assert_eq!(judged(None, &[open(json!(INVOKE))]), ["NotApplicable"]);
        assert_eq!(judged(Some(UrlAuth::None), &[url_grant(), open(json!("lambda:*"))]), ["Pass"]);
        let partner = grant(&json!({ "AWS": "999988887777" }), &json!(INVOKE), &json!({}));
        assert_eq!(judged(Some(UrlAuth::None), &[url_grant(), invoke_grant(), partner]), ["Pass"]);
    }

    #[test]
    fn grants_of_a_deleted_url_are_left_behind() {
        assert_eq!(judged(None, &[url_grant(), invoke_grant()]), ["#1 low", "#2 low"]);
        assert_eq!(judged(None, &[invoke_grant()]), ["#1 low"]);
        assert_eq!(judged(None, &[grant(&json!("*"), &json!("lambda:*"), &json!({}))]), ["Pass"]);
        let via = json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } });
        let partner = grant(&json!({ "AWS": "999988887777" }), &json!(INVOKE), &via);
        assert_eq!(judged(None, &[partner]), ["NotApplicable"], "nobody asked for the URLs");
    }

    #[test]
    fn a_url_that_is_not_known_may_be_there() {
        let judged = |statements: &[Value]| {
            let mut account = example(None, statements);
            account.regions.items[0].functions.items[0].urls = Listing::cut(Vec::new(), Gap::default());
            outcomes(&CHECK, account)
        };
        assert_eq!(judged(&[url_grant(), invoke_grant()]), [Kind::Unknown]);
        let open = grant(&json!("*"), &json!(INVOKE), &json!({}));
        assert_eq!(judged(&[url_grant(), open]), [Kind::Fail]);
        assert_eq!(
            judged(&[grant(&json!("*"), &json!("lambda:GetFunction"), &json!({}))]),
            [Kind::NotApplicable]
        );
    }

    #[test]
    fn the_url_of_an_alias_answers_to_the_policy_of_the_alias() {
        let mut account = example(None, &[]);
        let function = &mut account.regions.items[0].functions.items[0];
        function.policy = Fact::Absent;
        let arn = format!("{}:live", function.arn);
        let mut statement = url_grant();
        statement["Resource"] = json!(arn);
        function.aliases.items.push(Alias {
            policy: policy(json!({ "Statement": [statement] })),
            arn: arn.clone(),
            name: "live".into(),
            ..Alias::default()
        });
        let severity = |account: &Account| {
            let found = findings(&CHECK, account.clone());
            found.into_iter().find(|it| it.outcome == Kind::Fail).map(|it| it.severity)
        };
        assert_eq!(severity(&account), Some(Severity::Low));
        account.regions.items[0].functions.items[0].urls.items.push(FunctionUrl {
            arn,
            qualifier: Some("live".into()),
            auth: Fact::Known(UrlAuth::None),
            ..FunctionUrl::default()
        });
        assert_eq!(severity(&account), Some(Severity::Medium));
    }
}
