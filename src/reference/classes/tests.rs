use super::*;
use crate::actions::Access;
use std::collections::BTreeSet;

fn heads() -> impl Iterator<Item = &'static str> {
    TEXT.lines().filter(|line| line.starts_with(|c: char| c.is_alphabetic()))
}

#[test]
fn every_action_exists_and_is_written_as_aws_does() {
    for entry in entries(TEXT) {
        let action = find(entry.action).unwrap_or_else(|| panic!("no such action: {}", entry.action));
        assert_eq!(action.to_string(), entry.action);
        assert!(entry.access().is_some(), "no such class: {}", entry.class);
        for only in entry.only.split(',').filter(|it| !it.is_empty()) {
            let named = action.resources().any(|it| it.resource_type.name() == only);
            assert!(named, "{} does not name {only}", entry.action);
        }
    }
    assert_eq!(entries(TEXT).count(), all().len());
}

#[test]
fn nothing_is_said_twice() {
    let said: BTreeSet<_> = all().iter().map(|it| (it.action, it.class)).collect();
    assert_eq!(said.len(), all().len());
    assert_eq!(heads().collect::<BTreeSet<_>>().len(), heads().count());
}

#[test]
fn every_class_and_every_kind_of_data_has_members() {
    for class in DataClass::ALL {
        let members = all().iter().filter(|it| it.class == class).count();
        assert!(members >= 20, "{class}: {members}");
    }
    for head in heads() {
        let (class, data) = head.split_once(' ').unwrap();
        assert!(all().iter().any(|it| it.class.word() == class && it.data == data), "{head}");
    }
}

/// A mistake in the table shows here: a read that AWS calls a write, unless the table says why.
#[test]
fn access_levels_agree_or_the_table_says_why_not() {
    let mut class = "";
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with(' ') {
            class = line.split(' ').next().unwrap();
            continue;
        }
        let (actions, reason) = line.split_once('#').map_or((line, None), |(a, b)| (a, Some(b.trim())));
        assert_ne!(reason, Some(""), "{line}");
        for word in actions.split_whitespace() {
            let action = find(word.split('@').next().unwrap()).unwrap();
            let usual = match class {
                "read" => matches!(action.access(), Access::List | Access::Read),
                "write" => action.access() == Access::Write,
                "secrets" => action.access() == Access::Read,
                "keys" => matches!(action.access(), Access::Write | Access::PermissionsManagement),
                other => panic!("{other}"),
            };
            assert_eq!(usual, reason.is_none(), "{class} {action}: AWS says {:?}; {line}", action.access());
        }
    }
}

#[test]
fn an_action_is_found_with_its_data() {
    let of = |name| of(find(name).unwrap()).iter().map(|it| (it.class, it.data)).collect::<Vec<_>>();
    assert_eq!(of("s3:GetObject"), [(DataClass::Read, "S3 objects")]);
    assert_eq!(of("kms:Decrypt"), [(DataClass::Keys, "KMS keys")]);
    assert_eq!(of("s3express:CreateSession").len(), 2);
    assert_eq!(of("lambda:GetPolicy"), []);
}

#[test]
fn resources_are_those_that_hold_the_data() {
    let types = |name| {
        let access = of(find(name).unwrap()).first().unwrap();
        access.resources().map(ResourceType::name).collect::<Vec<_>>()
    };
    assert_eq!(types("s3:GetObject"), ["accesspointobject", "object"]);
    assert_eq!(types("apigateway:GET"), ["ApiKey", "ApiKeys"]);
    assert_eq!(types("secretsmanager:BatchGetSecretValue"), [""; 0]);
}

/// What whoever reviews a role asks of first.
#[test]
fn the_obvious_is_there() {
    for (class, names) in [
        (
            DataClass::Read,
            "s3:GetObject dynamodb:Scan sqs:ReceiveMessage logs:FilterLogEvents lambda:GetFunction",
        ),
        (
            DataClass::Write,
            "s3:DeleteObject dynamodb:PutItem sns:Publish events:PutEvents lambda:InvokeFunction",
        ),
        (DataClass::Secrets, "secretsmanager:GetSecretValue ssm:GetParameter ssm:GetParametersByPath"),
        (DataClass::Keys, "kms:Decrypt kms:CreateGrant kms:ReEncryptFrom kms:GenerateDataKey"),
    ] {
        for name in names.split(' ') {
            assert!(of(find(name).unwrap()).iter().any(|it| it.class == class), "{class} {name}");
        }
    }
}
