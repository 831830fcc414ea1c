//! Which targets count.

use super::account::*;
use crate::Confidence;
use crate::escalation::Gain;
use inventory::{CodeSigning, CodeSigningMode, Fact, Function, Partition};
use serde_json::{Value, json};

const LAMBDA: &str = "lambda.amazonaws.com";

/// `lambda-001` on every function, with a statement of its own for `iam:PassRole`.
fn passing(pass: &Value) -> Value {
    json!([pass, allow(&json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), &json!("*"))])
}

fn pass_any() -> Value {
    allow(&json!("iam:PassRole"), &json!("*"))
}

#[test]
fn a_passed_role_must_exist_and_trust_the_service() {
    let with = |roles| judged(&account([vec![subject(&passing(&pass_any()))], roles].concat(), vec![]));
    assert_eq!(ids(&with(vec![])), [""; 0]);
    assert_eq!(ids(&with(vec![administrator("boss", &service("ec2.amazonaws.com"))])), [""; 0]);
    let judgement = with(vec![administrator("boss", &service(LAMBDA))]);
    let found = works(&judgement, "lambda-001").unwrap();
    assert_eq!((found.gain, found.confidence), (Gain::Administrator, Confidence::High));
    assert_eq!(found.role.as_deref(), Some(arn("boss").as_str()));
    assert_eq!(found.steps[0].resource, arn("boss"));
    assert_eq!(found.steps[0].statements, [("own".to_owned(), "#1".to_owned())]);
}

#[test]
fn a_passed_role_must_be_allowed_and_the_service_too() {
    let boss = || administrator("boss", &service(LAMBDA));
    let works_with = |pass: &Value| {
        let judgement = judged(&account(vec![subject(&passing(pass)), boss()], vec![]));
        works(&judgement, "lambda-001").map(|found| found.confidence)
    };
    let mut pass = allow(&json!("iam:PassRole"), &json!(arn("b*")));
    assert_eq!(works_with(&pass), Some(Confidence::High));
    pass["Condition"] = json!({ "StringEquals": { "iam:PassedToService": LAMBDA } });
    assert_eq!(works_with(&pass), Some(Confidence::High));
    pass["Condition"] = json!({ "StringEquals": { "iam:PassedToService": "ec2.amazonaws.com" } });
    assert_eq!(works_with(&pass), None);
    pass["Condition"] = json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } });
    assert_eq!(works_with(&pass), Some(Confidence::Medium));
    assert_eq!(works_with(&allow(&json!("iam:PassRole"), &json!(arn("c*")))), None);
}

#[test]
fn the_most_powerful_role_is_named_and_one_that_adds_nothing_is_none() {
    let own = passing(&pass_any());
    let reader = role("reader", &service(LAMBDA), &allow(&json!("s3:GetObject"), &json!("*")));
    let twin = role("twin", &service(LAMBDA), &own);
    let with = |roles| judged(&account([vec![subject(&own)], roles].concat(), vec![]));
    assert_eq!(ids(&with(vec![twin.clone()])), [""; 0]);
    let judgement = with(vec![twin.clone(), reader.clone()]);
    let found = works(&judgement, "lambda-001").unwrap();
    assert_eq!((found.gain, found.role.clone()), (Gain::Lateral, Some(arn("reader"))));
    let judgement = with(vec![twin, reader, administrator("boss", &service(LAMBDA))]);
    let found = works(&judgement, "lambda-001").unwrap();
    assert_eq!((found.gain, found.role.clone()), (Gain::Administrator, Some(arn("boss"))));
}

#[test]
fn a_role_that_may_do_less_in_other_words_is_no_gain() {
    let statements =
        json!([passing(&pass_any())[0], passing(&pass_any())[1], allow(&json!("s3:Get*"), &json!("*"))]);
    let with = |actions: &Value, resource: &str| {
        let other = role("other", &service(LAMBDA), &allow(actions, &json!(resource)));
        let judgement = judged(&account(vec![subject(&statements), other], vec![]));
        works(&judgement, "lambda-001").map(|found| (found.confidence, found.caveats.clone()))
    };
    assert_eq!(with(&json!("s3:GetObject"), "*"), None);
    assert_eq!(with(&json!(["s3:GetObject", "iam:PassRole"]), "arn:aws:s3:::orders/*"), None);
    assert_eq!(with(&json!("s3:PutObject"), "*"), Some((Confidence::High, vec![])));
    let doubt = "other may do something that app may not".to_owned();
    assert_eq!(with(&json!("s3:SomethingNew"), "*"), Some((Confidence::Medium, vec![doubt])));
}

#[test]
fn of_two_roles_the_one_that_surely_lends_something_is_named() {
    let unsure = role("a", &service(LAMBDA), &allow(&json!("s3:SomethingNew"), &json!("*")));
    let sure = role("b", &service(LAMBDA), &allow(&json!("s3:GetObject"), &json!("*")));
    let passes = subject(&passing(&pass_any()));
    let judgement = judged(&account(vec![passes, unsure.clone(), sure.clone()], vec![]));
    assert_eq!(works(&judgement, "lambda-001").unwrap().role.as_deref(), Some(arn("b").as_str()));
    let changes =
        subject(&allow(&json!(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]), &json!("*")));
    let functions = vec![function("f", "a"), function("g", "b")];
    let judgement = judged(&account(vec![changes, unsure, sure], functions));
    assert_eq!(works(&judgement, "lambda-004").unwrap().role.as_deref(), Some(arn("b").as_str()));
}

#[test]
fn a_role_whose_policies_are_unread_may_do_more() {
    let mut dark = role("dark", &service(LAMBDA), &json!([]));
    dark.inline.items[0].document = Fact::Unread(gap("iam:GetAccountAuthorizationDetails"));
    let judgement = judged(&account(vec![subject(&passing(&pass_any())), dark.clone()], vec![]));
    let found = works(&judgement, "lambda-001").unwrap();
    assert_eq!((found.gain, found.confidence), (Gain::Lateral, Confidence::Medium));
    assert!(found.caveats[0].starts_with("dark may do more"), "{:?}", found.caveats);
    let statements = allow(&json!(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]), &json!("*"));
    let judgement = judged(&account(vec![subject(&statements), dark], vec![function("f", "dark")]));
    assert_eq!(works(&judgement, "lambda-004").unwrap().confidence, Confidence::Medium);
}

#[test]
fn aws_keeps_its_own_roles() {
    let mut linked = administrator("linked", &service(LAMBDA));
    linked.arn = format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/{LAMBDA}/linked");
    let statements = json!([
        passing(&pass_any())[0],
        passing(&pass_any())[1],
        allow(&json!(["iam:UpdateAssumeRolePolicy"]), &json!("*")),
    ]);
    assert_eq!(ids(&judged(&account(vec![subject(&statements), linked], vec![]))), [""; 0]);
}

#[test]
fn what_is_created_must_be_one_and_the_same() {
    let with = |create: &str, invoke: &str| {
        let on = |name| json!(format!("arn:aws:lambda:*:{ACCOUNT}:function:{name}"));
        let statements = json!([
            pass_any(),
            allow(&json!("lambda:CreateFunction"), &on(create)),
            allow(&json!("lambda:InvokeFunction"), &on(invoke)),
        ]);
        let boss = administrator("boss", &service(LAMBDA));
        let judgement = judged(&account(vec![subject(&statements), boss], vec![]));
        works(&judgement, "lambda-001").map(|found| found.steps[2].resource.clone())
    };
    assert_eq!(with("dev-*", "prod-*"), None);
    assert_eq!(with("dev-*", "*").unwrap(), format!("arn:aws:lambda:*:{ACCOUNT}:function:dev-*"));
    assert_eq!(with("*", "dev-x").unwrap(), format!("arn:aws:lambda:*:{ACCOUNT}:function:dev-x"));
}

#[test]
fn a_function_must_run_under_another_role_and_take_the_code() {
    let statements = allow(&json!(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]), &json!("*"));
    let with = |functions| {
        let boss = administrator("boss", &service(LAMBDA));
        judged(&account(vec![subject(&statements), boss], functions))
    };
    let signed = |mode| {
        let signing = CodeSigning { arn: "arn".into(), mode };
        Function { code_signing: Fact::Known(signing), ..function("signed", "boss") }
    };
    assert_eq!(ids(&with(vec![function("own", "app")])), [""; 0]);
    assert_eq!(ids(&with(vec![function("gone", "deleted")])), [""; 0]);
    assert_eq!(ids(&with(vec![signed(Fact::Known(CodeSigningMode::Enforce))])), [""; 0]);
    let judgement = with(vec![function("own", "app"), function("payments", "boss")]);
    assert_eq!(ids(&judgement), ["lambda-003", "lambda-004"]);
    let invoked = works(&judgement, "lambda-004").unwrap();
    assert_eq!((invoked.gain, invoked.confidence), (Gain::Administrator, Confidence::High));
    assert!(invoked.steps[0].resource.ends_with(":function:payments"));
    let waiting = works(&judgement, "lambda-003").unwrap();
    assert_eq!((waiting.confidence, waiting.caveats.len()), (Confidence::Medium, 1));
    let unread = with(vec![signed(Fact::Unread(gap("lambda:GetCodeSigningConfig")))]);
    assert_eq!(works(&unread, "lambda-004").unwrap().confidence, Confidence::Medium);
}

#[test]
fn whoever_may_lift_code_signing_is_not_stopped_by_it() {
    let actions =
        ["lambda:UpdateFunctionCode", "lambda:InvokeFunction", "lambda:DeleteFunctionCodeSigningConfig"];
    let signing = CodeSigning { arn: "arn".into(), mode: Fact::Known(CodeSigningMode::Enforce) };
    let signed = Function { code_signing: Fact::Known(signing), ..function("signed", "boss") };
    let boss = administrator("boss", &service(LAMBDA));
    let account = account(vec![subject(&allow(&json!(actions), &json!("*"))), boss], vec![signed]);
    assert!(works(&judged(&account), "lambda-004").is_some());
}

#[test]
fn the_environment_runs_code_of_nodejs_and_images_take_no_layers() {
    let statements =
        allow(&json!(["lambda:UpdateFunctionConfiguration", "lambda:GetLayerVersion"]), &json!("*"));
    let with = |function| {
        let boss = administrator("boss", &service(LAMBDA));
        judged(&account(vec![subject(&statements), boss], vec![function]))
    };
    assert_eq!(ids(&with(function("f", "boss"))), ["lambda-111", "lambda-112"]);
    let python = Function { runtime: Some("python3.13".into()), ..function("f", "boss") };
    assert_eq!(ids(&with(python)), ["lambda-112"]);
    let image = Function { runtime: None, package_type: "Image".into(), ..function("f", "boss") };
    assert_eq!(ids(&with(image)), [""; 0]);
}

#[test]
fn a_strangers_layer_is_in_no_account_that_a_policy_names() {
    let own_layers = json!(format!("arn:aws:lambda:*:{ACCOUNT}:layer:*:*"));
    let with = |layers: &Value| {
        let statements = json!([
            allow(&json!("lambda:UpdateFunctionConfiguration"), &json!("*")),
            allow(&json!("lambda:GetLayerVersion"), layers),
        ]);
        let boss = administrator("boss", &service(LAMBDA));
        let judgement = judged(&account(vec![subject(&statements), boss], vec![function("f", "boss")]));
        works(&judgement, "lambda-112").is_some()
    };
    assert!(with(&json!("*")) && !with(&own_layers));
}

#[test]
fn an_existing_resource_needs_a_role_that_it_can_run_under() {
    let statements = allow(&json!("ssm:StartSession"), &json!("*"));
    let with = |trust: &str| {
        let boss = administrator("boss", &service(trust));
        judged(&account(vec![subject(&statements), boss], vec![]))
    };
    assert_eq!(ids(&with(LAMBDA)), [""; 0]);
    let judgement = with("ec2.amazonaws.com");
    let found = works(&judgement, "ssm-001").unwrap();
    assert_eq!((found.gain, found.confidence), (Gain::Administrator, Confidence::Medium));
    assert_eq!(found.role.as_deref(), Some(arn("boss").as_str()));
    assert!(found.caveats.contains(&"an EC2 instance runs under boss".to_owned()), "{:?}", found.caveats);
}

#[test]
fn principals_of_services_in_china_end_otherwise() {
    let mut pass = pass_any();
    pass["Condition"] = json!({ "StringEquals": { "iam:PassedToService": "ec2.amazonaws.com.cn" } });
    let statements = json!([pass, allow(&json!("ec2:RunInstances"), &json!("*"))]);
    let mut account =
        account(vec![subject(&statements), administrator("boss", &service("ec2.amazonaws.com.cn"))], vec![]);
    account.partition = Partition::China;
    assert!(works(&judged(&account), "ec2-001").is_some());
    account.partition = Partition::Aws;
    assert!(works(&judged(&account), "ec2-001").is_none());
}

#[test]
fn a_stack_set_leads_to_what_its_administration_role_may_assume() {
    let statements = allow(&json!(["iam:PassRole", "cloudformation:*"]), &json!("*"));
    let execution = |trust: &Value| administrator("execution", trust);
    let assume = allow(&json!("sts:AssumeRole"), &json!(arn("execution")));
    let administration = role("administration", &service("cloudformation.amazonaws.com"), &assume);
    let with = |execution| {
        let judgement =
            judged(&account(vec![subject(&statements), administration.clone(), execution], vec![]));
        works(&judgement, "cloudformation-003").map(|found| (found.gain, found.role.clone()))
    };
    let trusted = execution(&trusting(&json!({ "AWS": arn("administration") })));
    assert_eq!(with(trusted), Some((Gain::Administrator, Some(arn("execution")))));
    let foreign = execution(&trusting(&json!({ "AWS": "444455556666" })));
    assert_eq!(with(foreign), Some((Gain::Lateral, Some(arn("administration")))));
}

#[test]
fn what_cannot_work_is_not_unknown() {
    let statements =
        allow(&json!(["lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"]), &json!("*"));
    let mut account = account(vec![subject(&statements)], vec![]);
    account.regions.items[0].functions.gap = Some(gap("lambda:ListFunctions"));
    let unknown: Vec<_> = judged(&account).unknown.into_iter().map(|it| it.path.id.clone()).collect();
    assert_eq!(unknown, ["lambda-003", "lambda-111"]);
}

#[test]
fn the_latest_code_runs_by_either_name_and_no_alias() {
    let with = |invoked: &str| {
        let statements = json!([
            allow(&json!("lambda:UpdateFunctionCode"), &json!("*")),
            allow(
                &json!("lambda:InvokeFunction"),
                &json!(format!("arn:aws:lambda:*:{ACCOUNT}:function:{invoked}"))
            ),
        ]);
        let boss = administrator("boss", &service(LAMBDA));
        let judgement = judged(&account(vec![subject(&statements), boss], vec![function("f", "boss")]));
        works(&judgement, "lambda-004").is_some()
    };
    assert!(with("f") && with("f:*") && with("f:$LATEST") && !with("f:live") && !with("g"));
}

#[test]
fn tags_count_but_not_when_a_role_is_passed() {
    let with = |action: &str, key: &str, tag: &str| {
        let mut statement = allow(&json!([action, "lambda:*"]), &json!("*"));
        statement["Condition"] = json!({ "StringEqualsIfExists": { key: tag } });
        let mut boss = administrator("boss", &json!([service(LAMBDA), trusting(&json!({ "AWS": ACCOUNT }))]));
        boss.tags.insert("team".into(), "shop".into());
        let judgement = judged(&account(vec![subject(&statement), boss], vec![]));
        let path = if action == "sts:AssumeRole" { "sts-001" } else { "lambda-001" };
        works(&judgement, path).map(|found| found.confidence)
    };
    assert_eq!(with("sts:AssumeRole", "aws:ResourceTag/team", "shop"), Some(Confidence::High));
    assert_eq!(with("sts:AssumeRole", "aws:ResourceTag/team", "bank"), None);
    assert_eq!(with("iam:PassRole", "iam:ResourceTag/team", "bank"), Some(Confidence::Medium));
}

#[test]
fn a_function_is_asked_for_with_its_tags() {
    let with = |tag: &str| {
        let mut statement =
            allow(&json!(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]), &json!("*"));
        statement["Condition"] = json!({ "StringEquals": { "aws:ResourceTag/team": tag } });
        let tags = Fact::Known([("team".to_owned(), "shop".to_owned())].into());
        let boss = administrator("boss", &service(LAMBDA));
        let tagged = Function { tags, ..function("f", "boss") };
        let judgement = judged(&account(vec![subject(&statement), boss], vec![tagged]));
        works(&judgement, "lambda-004").map(|found| found.confidence)
    };
    assert_eq!((with("shop"), with("bank")), (Some(Confidence::High), None));
}

#[test]
fn too_many_patterns_are_not_told_apart_and_the_result_says_so() {
    let with = |count: usize| {
        let functions: Vec<_> =
            (0..count).map(|it| format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f{it}")).collect();
        let statements = json!([
            pass_any(),
            allow(&json!("lambda:CreateFunction"), &json!(functions)),
            allow(&json!("lambda:InvokeFunction"), &json!(functions[..1])),
        ]);
        let boss = administrator("boss", &service(LAMBDA));
        let judgement = judged(&account(vec![subject(&statements), boss], vec![]));
        works(&judgement, "lambda-001").map(|found| found.confidence)
    };
    assert_eq!((with(100), with(300)), (Some(Confidence::High), Some(Confidence::Medium)));
}

#[test]
fn a_trust_policy_with_conditions_is_less_certain() {
    let with = |condition: &Value| {
        let mut trust = service(LAMBDA);
        trust["Condition"] = condition.clone();
        let boss = administrator("boss", &trust);
        let judgement = judged(&account(vec![subject(&passing(&pass_any())), boss], vec![]));
        works(&judgement, "lambda-001").map(|found| found.confidence)
    };
    let source = |account: &str| json!({ "StringEquals": { "aws:SourceAccount": account } });
    assert_eq!(with(&source(ACCOUNT)), Some(Confidence::High));
    assert_eq!(with(&source("444455556666")), None);
    let function = format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f");
    let narrow = json!({ "ArnLike": { "aws:SourceArn": function } });
    assert_eq!(with(&narrow), Some(Confidence::Medium));
}
