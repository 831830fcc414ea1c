use super::pattern::matches;
use super::*;
use policy::meets;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = include_str!("../../../data/actions/actions.tsv");

fn everything() -> impl Iterator<Item = Action> {
    TABLE.services.iter().flat_map(|service| service.rows.iter().map(move |row| Action { service, row }))
}

fn names(pattern: &str) -> Vec<String> {
    expand(pattern).map(|action| action.to_string()).collect()
}

fn action(name: &str) -> Action {
    find(name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn no_line_of_the_data_is_lost() {
    let mut lines = BTreeMap::new();
    for line in TEXT.lines() {
        *lines.entry(line.split('\t').next().unwrap()).or_insert(0) += 1;
    }
    let levels = [
        ("L", Access::List),
        ("R", Access::Read),
        ("W", Access::Write),
        ("P", Access::PermissionsManagement),
        ("T", Access::Tagging),
    ];
    for (letter, level) in levels {
        assert_eq!(lines.remove(letter), Some(everything().filter(|it| it.access() == level).count()));
    }
    assert_eq!(lines.remove("service"), Some(TABLE.services.len()));
    assert_eq!(lines.remove("type"), Some(TABLE.services.iter().map(|it| it.types.len()).sum()));
    assert_eq!((lines.remove("as-of"), lines.remove("global")), (Some(1), Some(1)));
    assert!(lines.remove("on").is_some_and(|groups| groups > 1000));
    assert_eq!(lines, BTreeMap::new());
    assert!(everything().count() > 20_000);
}

#[test]
fn prefixes_and_names_are_sorted_and_differ_in_more_than_case() {
    assert!(TABLE.services.is_sorted_by(|a, b| a.prefix < b.prefix));
    for service in &TABLE.services {
        assert!(
            service.rows.is_sorted_by(|a, b| a.name.to_lowercase() < b.name.to_lowercase()),
            "{}",
            service.prefix
        );
    }
    assert!(everything().is_sorted_by(|a, b| a < b));
}

#[test]
fn every_action_is_found_by_its_name() {
    for expected in everything() {
        let name = expected.to_string();
        assert_eq!(find(&name), Some(expected));
        assert_eq!(find(&name.to_uppercase()), Some(expected));
        assert_eq!(names(&name), [name]);
    }
}

#[test]
fn every_type_that_an_action_names_is_described() {
    for action in everything() {
        let listed = table::list(action.row.types).count();
        assert_eq!(action.resources().count(), listed, "{action}");
        assert_eq!(action.resource_level(), listed > 0);
        for resource in action.resources() {
            for arn in resource.resource_type.arn_patterns("aws", "111122223333") {
                assert!(arn.starts_with("arn:aws:") && !arn.contains(['$', '{', '}', ' ']), "{action} {arn}");
            }
        }
    }
}

#[test]
fn expansion_is_what_matching_every_name_says() {
    let patterns = "* ** *:* s3:* S3:get* s3:*Object s3:G?tObject iam:?assRole iam:Pass* lambda:Invoke* \
        *:Get* s?:GetObject s3*:GetObject ec2:*Snapshot* s3* *object ?3:GetObject s3?GetObject *assRole \
        s3: :GetObject s3:GetObject:x s3:: : none:* lambda:Nope lambda:*Nope iam:Pass?ole? \u{e9}* s3:\u{e9}";
    for pattern in patterns.split_whitespace().chain([""]) {
        let expected: Vec<_> =
            everything().map(|it| it.to_string()).filter(|it| matches(pattern, it)).collect();
        assert_eq!(names(pattern), expected, "{pattern}");
    }
    assert_eq!(names("iam:?assRole"), ["iam:PassRole"]);
    assert_eq!(names("s?:GetObject"), ["s3:GetObject"]);
    assert_eq!(expand("*").count(), everything().count());
}

#[test]
fn wildcards_follow_their_definition_as_those_of_the_policy_engine_do() {
    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), None) => naive(rest, text),
            (Some((b'*', rest)), Some((_, shorter))) => naive(rest, text) || naive(pattern, shorter),
            (Some((p, rest)), Some((t, shorter))) => (*p == b'?' || p == t) && naive(rest, shorter),
            _ => false,
        }
    }
    fn words(letters: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..length {
            last = last.iter().flat_map(|word| letters.chars().map(move |c| format!("{word}{c}"))).collect();
            all.extend_from_slice(&last);
        }
        all
    }
    for pattern in words("ab*?", 5) {
        for text in words("ab", 5) {
            let expected = naive(pattern.as_bytes(), text.as_bytes());
            assert_eq!(matches(&pattern, &text), expected, "{pattern} {text}");
            assert_eq!(matches(&pattern.to_uppercase(), &text), expected, "{pattern} {text}");
            assert_eq!(meets(&pattern, &text), expected, "the policy engine: {pattern} {text}");
        }
    }
}

#[test]
fn a_hostile_pattern_takes_no_longer_than_an_honest_one() {
    for text in ["*".repeat(20_000), "*?".repeat(10_000), format!("s3:{}", "*e".repeat(10_000))] {
        assert!(expand(&text).count() <= everything().count());
    }
}

#[test]
fn what_is_missing_is_said_to_be_unknown() {
    assert_eq!(names("lambda:InvokeFunctionByTelepathy"), [""; 0]);
    for name in ["lambda", "lambda:", ":", "", "lambda:Invoke*", "*", "nope:Get"] {
        assert_eq!(find(name), None, "{name}");
    }
}

#[test]
fn actions_are_described_as_aws_does() {
    let described = |name: &str| {
        let action = action(name);
        let types = action.resources().map(|it| (it.resource_type.name(), it.required)).collect::<Vec<_>>();
        (action.access(), action.resource_level(), types)
    };
    assert_eq!(described("lambda:InvokeFunction"), (Access::Write, true, vec![("function", true)]));
    assert_eq!(described("lambda:ListFunctions"), (Access::List, false, vec![]));
    assert_eq!(described("iam:PassRole"), (Access::Write, true, vec![("role", true)]));
    assert_eq!(described("lambda:AddPermission").0, Access::PermissionsManagement);
    assert_eq!(described("lambda:TagResource").0, Access::Tagging);
    let optional = vec![("accesspointobject", false), ("object", false)];
    assert_eq!(described("s3:GetObject"), (Access::Read, true, optional));
}

#[test]
fn arns_are_written_out() {
    let arns = |service: &str, name: &str| {
        let found = table::service(service).unwrap().types.iter().find(|it| it.name() == name).unwrap();
        (found.arns().collect::<Vec<_>>(), found.arn_patterns("aws-cn", "1").collect::<Vec<_>>())
    };
    let (written, patterns) = arns("sqs", "queue");
    assert_eq!(written, ["arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"]);
    assert_eq!(patterns, ["arn:aws-cn:sqs:*:1:*"]);
    assert_eq!(arns("s3", "object").1, ["arn:aws-cn:s3:::*/*"]);
    assert_eq!(arns("dynamodb", "index").1, ["arn:aws-cn:dynamodb:*:1:table/*/index/*"]);
    assert_eq!(
        arns("apigateway", "Stages").1,
        ["arn:aws-cn:apigateway:*::/apis/*/stages", "arn:aws-cn:apigateway:*::/restapis/*/stages"]
    );
}

#[test]
fn keys_are_those_of_the_action_and_of_what_it_names() {
    for (name, key, carries) in [
        ("s3:GetObject", "s3:ExistingObjectTag/team", true),
        ("s3:GetObject", "S3:EXISTINGOBJECTTAG/team", true),
        ("s3:GetObject", "s3:DataAccessPointArn", true),
        ("s3:GetObject", "s3:prefix", false),
        ("s3:ListBucket", "s3:prefix", true),
        ("lambda:InvokeFunction", "lambda:InvokedViaFunctionUrl", true),
        ("lambda:CreateFunction", "lambda:Layer", true),
        ("lambda:InvokeFunction", "lambda:Layer", false),
        ("lambda:InvokeFunction", "aws:ResourceTag/team", true),
        ("lambda:InvokeFunction", "aws:RequestTag/team", false),
        ("lambda:ListFunctions", "aws:ResourceTag/team", false),
        ("lambda:TagResource", "aws:RequestTag/team", true),
        ("lambda:TagResource", "aws:tagkeys", true),
        ("lambda:InvokeFunction", "aws:TagKeys", false),
        ("iam:PassRole", "iam:PassedToService", true),
        ("iam:GetRole", "iam:PassedToService", false),
        ("kms:Decrypt", "kms:EncryptionContext:aws:lambda:FunctionArn", true),
        ("kms:Decrypt", "kms:RecipientAttestation:PCR8", true),
        // Whatever the action.
        ("s3:GetObject", "aws:SourceIp", true),
        ("s3:GetObject", "aws:PrincipalTag/team", true),
        ("s3:GetObject", "lambda:SourceFunctionArn", true),
        ("s3:GetObject", "aws:AKeyOfTomorrow", true),
        ("s3:GetObject", "cognito-identity.amazonaws.com:sub", true),
        ("s3:GetObject", "nonsense", true),
    ] {
        assert_eq!(action(name).may_carry(key), carries, "{name} {key}");
    }
    for action in everything() {
        for listed in action.listed_keys() {
            let own = if listed.starts_with(':') { action.service() } else { "" };
            let key = format!("{own}{listed}");
            assert!(!key.starts_with(':') && !key.contains(['$', '<', ',']), "{action} {key}");
            assert!(action.may_carry(&key), "{action} {key}");
        }
    }
}

#[test]
fn resource_control_policies_apply_where_aws_says() {
    for (service, applies) in
        [("s3", Some(true)), ("sts", Some(true)), ("kms", Some(true)), ("ec2", Some(false)), ("none", None)]
    {
        assert_eq!(rcp_supported(service), applies, "{service}");
    }
}

#[test]
fn actions_are_values() {
    let set: BTreeSet<_> = expand("s3:Get*").chain(expand("s3:GetObject*")).collect();
    assert_eq!(set.len(), expand("s3:Get*").count());
    assert!(action("ec2:RunInstances") < action("s3:GetObject"));
    assert_eq!(format!("{:?}", action("S3:GETOBJECT")), "s3:GetObject");
}
