//! Which commands are offered, and that pasting them does what they say.

use super::{command, commands, quoted, words};
use audit::{Finding, Resource};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
const STAGE: &str = "arn:aws:apigateway:eu-west-1::/restapis/a1b2/stages/prod";
const V2_STAGE: &str = "arn:aws:apigateway:eu-west-1::/apis/c3d4/stages/$default";
const REST_API: &str = "arn:aws:apigateway:eu-west-1::/restapis/a1b2";
const APPSYNC: &str = "arn:aws:appsync:eu-west-1:111122223333:apis/e5f6";
const ROLE: &str = "arn:aws:iam::111122223333:role/team/orders-role";

fn finding(kind: &str, arn: &str, name: &str, advice: &str) -> Finding {
    let region = if kind == "AWS::IAM::Role" { "" } else { "eu-west-1" };
    let resource = Resource {
        arn: arn.into(),
        kind: kind.into(),
        name: name.into(),
        account: "111122223333".into(),
        region: region.into(),
        detail: None,
    };
    Finding {
        id: String::new(),
        check: "SRC-901".into(),
        name: String::new(),
        layer: audit::Layer::Source,
        outcome: audit::Kind::Fail,
        severity: audit::Severity::High,
        base_severity: audit::Severity::High,
        confidence: audit::Confidence::High,
        resource,
        message: String::new(),
        evidence: vec![],
        remediation: format!("Mend it:\n\n```json\n{{}}\n```\n\n```sh\n{advice}\n```\nMore."),
        gap: None,
    }
}

fn filled(finding: &Finding) -> String {
    command(finding).map(|it| it.filled).unwrap_or_default()
}

#[test]
fn commands_are_every_one_of_every_shell_block() {
    let advice = "Text.\n```sh\naws x \\\n  --y Z\naws w\n```\n```yaml\nno: command\n```\n```sh\naws v\n```";
    assert_eq!(commands(advice), ["aws x --y Z", "aws w", "aws v"]);
    assert_eq!(words("a 'b c'  \"d 'e f\""), ["a", "'b c'", "\"d 'e f\""]);
}

#[test]
fn the_first_command_for_this_kind_of_object_is_filled_in() {
    let stages = "aws apigateway update-stage --rest-api-id API_ID --stage-name STAGE --patch-operations 'op=replace,path=/x STAGE'\naws apigatewayv2 update-stage --api-id API_ID --stage-name STAGE";
    let acl = "aws wafv2 associate-web-acl --web-acl-arn WEB_ACL_ARN --resource-arn arn:aws:x:REGION::API_ID";
    let graphql = "aws appsync update-graphql-api --api-id API_ID --authentication-type AWS_IAM";
    let event = "aws appsync update-api --api-id API_ID";
    let wide = "aws accessanalyzer start-policy-generation --policy-generation-details principalArn=ROLE_ARN";
    for (kind, arn, advice, expected) in [
        (
            "AWS::ApiGateway::Stage",
            STAGE,
            stages,
            "aws apigateway update-stage --rest-api-id a1b2 --stage-name prod --patch-operations 'op=replace,path=/x STAGE' --region eu-west-1",
        ),
        (
            "AWS::ApiGatewayV2::Stage",
            V2_STAGE,
            stages,
            "aws apigatewayv2 update-stage --api-id c3d4 --stage-name '$default' --region eu-west-1",
        ),
        ("AWS::AppSync::GraphQLApi", APPSYNC, stages, ""),
        ("AWS::Lambda::Function", FUNCTION, stages, ""),
        (
            "AWS::ApiGateway::Stage",
            STAGE,
            acl,
            "aws wafv2 associate-web-acl --web-acl-arn WEB_ACL_ARN --resource-arn arn:aws:apigateway:eu-west-1::/restapis/a1b2/stages/prod --region eu-west-1",
        ),
        ("AWS::ApiGateway::RestApi", REST_API, acl, ""),
        (
            "AWS::AppSync::GraphQLApi",
            APPSYNC,
            graphql,
            "aws appsync update-graphql-api --api-id e5f6 --authentication-type AWS_IAM --region eu-west-1",
        ),
        ("AWS::AppSync::Api", APPSYNC, graphql, ""),
        ("AWS::AppSync::Api", APPSYNC, event, "aws appsync update-api --api-id e5f6 --region eu-west-1"),
        ("AWS::AppSync::GraphQLApi", APPSYNC, event, ""),
        (
            "AWS::IAM::Role",
            ROLE,
            wide,
            "aws accessanalyzer start-policy-generation --policy-generation-details principalArn=arn:aws:iam::111122223333:role/team/orders-role",
        ),
        (
            "AWS::IAM::Role",
            ROLE,
            "aws iam put-role-policy --role-name ROLE",
            "aws iam put-role-policy --role-name orders-role",
        ),
        ("AWS::Lambda::Function", FUNCTION, wide, ""),
        ("AWS::Lambda::Function", FUNCTION, "aws lambda get-policy --function-name FUNCTION", ""),
        (
            "AWS::Lambda::Function",
            FUNCTION,
            "aws secretsmanager create-secret --name x\naws lambda update-function-configuration --function-name FUNCTION --tracing-config Mode=Active",
            "aws lambda update-function-configuration --function-name orders --tracing-config Mode=Active --region eu-west-1",
        ),
    ] {
        let name = if kind == "AWS::IAM::Role" { "orders-role" } else { "orders" };
        assert_eq!(filled(&finding(kind, arn, name, advice)), expected, "{kind}");
    }
}

#[test]
fn an_example_that_would_replace_what_is_there_is_not_offered() {
    let advice = "aws lambda update-function-configuration --function-name FUNCTION --environment 'Variables={A=b}'\naws lambda update-function-configuration --function-name FUNCTION --runtime python3.14";
    assert_eq!(filled(&finding("AWS::Lambda::Function", FUNCTION, "orders", advice)), "");
    let advice = "aws lambda update-function-configuration --function-name FUNCTION --runtime RUNTIME";
    let filled = filled(&finding("AWS::Lambda::Function", FUNCTION, "orders", advice));
    assert!(filled.contains("--function-name orders --runtime RUNTIME"), "{filled}");
}

#[test]
fn details_are_filled_in_where_they_are_what_is_asked_for() {
    let advice = "aws lambda remove-permission --function-name FUNCTION --statement-id SID";
    let mut statement = finding("AWS::Lambda::Function", FUNCTION, "orders", advice);
    assert!(filled(&statement).contains("--statement-id SID "), "no detail");
    statement.resource.detail = Some("open".into());
    assert!(filled(&statement).contains("--statement-id SID "), "a variable's name is no statement");
    statement.evidence = vec!["statement open: Allow *".into()];
    assert!(filled(&statement).contains("--statement-id open "), "{}", filled(&statement));
    statement.resource.arn.push_str(":live");
    assert!(filled(&statement).ends_with("--statement-id open --qualifier live --region eu-west-1"));
    statement.resource.detail = Some("#1".into());
    statement.evidence = vec!["statement #1: Allow *".into()];
    assert!(filled(&statement).contains("--statement-id SID "), "a number is no Sid");

    let advice =
        "aws apigateway update-method --rest-api-id API_ID --http-method GET --resource-id RESOURCE_ID";
    let mut method = finding("AWS::ApiGateway::RestApi", REST_API, "shop", advice);
    method.resource.detail = Some("POST /orders".into());
    assert!(filled(&method).contains("--rest-api-id a1b2 --http-method POST --resource-id RESOURCE_ID "));
}

#[test]
fn a_qualified_function_gets_no_command_for_the_whole_one() {
    let advice = "aws lambda put-function-concurrency --function-name FUNCTION";
    let alias = format!("{FUNCTION}:live");
    assert_eq!(filled(&finding("AWS::Lambda::Function", &alias, "orders", advice)), "");
}

/// A real shell says what it makes of the command.
#[test]
fn no_name_breaks_out_of_its_word() {
    let advice = "aws lambda x --function-name FUNCTION --statement-id SID";
    for name in ["o'; touch x; '", "$(id)", "`id`", "a b", "a\\", "*", "~", "#", "!x", "a&b", "\"", "a|b>c"] {
        let mut it = finding("AWS::Lambda::Function", FUNCTION, name, advice);
        it.resource.detail = Some(name.into());
        it.evidence = vec![format!("statement {name}: Allow *")];
        let script = format!("aws() {{ printf '%s\\n' \"$@\"; }}\n{}", filled(&it));
        let said = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let expected =
            format!("lambda\nx\n--function-name\n{name}\n--statement-id\n{name}\n--region\neu-west-1\n");
        assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
    }
    for name in ["", "-x", "file:///etc/passwd", "a\nb", "\u{1b}[31m", "\u{202e}x"] {
        assert_eq!(filled(&finding("AWS::Lambda::Function", FUNCTION, name, advice)), "", "{name:?}");
    }
    assert_eq!(quoted(""), "''");
}
