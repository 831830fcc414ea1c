use super::*;
use crate::tests::TODAY;
use inventory::{ControlLevel, Listing, NamedPolicy};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

fn document(statements: &Value) -> Document {
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

fn allow(actions: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })
}

fn attached(arn: &str, document: Fact<Document>) -> AttachedPolicy {
    AttachedPolicy { arn: arn.into(), name: "attached".into(), document }
}

/// A role with that statement.
fn role(statement: &Value) -> Role {
    let inline = NamedPolicy { name: "own".into(), document: Fact::Known(document(statement)) };
    Role {
        arn: ROLE.into(),
        name: "app".into(),
        inline: Listing::complete(vec![inline]),
        attached: Listing::complete(Vec::new()),
        boundary: Fact::Absent,
        ..Role::default()
    }
}

fn account() -> Account {
    Account { id: "111122223333".into(), service_control_policies: Fact::Absent, ..Account::default() }
}

const GET: Ask = Ask { action: "s3:GetObject", resource: Some("arn:aws:s3:::orders/*"), context: &[] };

/// Whether the role can get objects, and for certain; whether all was read; how many doubts there are.
fn told(role: &Role, account: &Account) -> (Option<bool>, bool, usize) {
    let abilities = Abilities::of(role, account, TODAY, &[]);
    (abilities.can(&GET).map(|it| it.exact), abilities.all_read().is_ok(), abilities.doubts().len())
}

#[test]
fn all_policies_of_a_role_count_and_its_boundary() {
    let get = || document(&allow(&json!("s3:Get*")));
    let mut app = role(&allow(&json!("sqs:*")));
    assert_eq!(told(&app, &account()), (None, true, 0));
    app.attached.items.push(attached("arn:aws:iam::111122223333:policy/get", Fact::Known(get())));
    assert_eq!(told(&app, &account()), (Some(true), true, 0));
    app.boundary = Fact::Known(attached("b", Fact::Known(document(&allow(&json!("sqs:*"))))));
    assert_eq!(told(&app, &account()), (None, true, 0));
    app.boundary = Fact::Known(attached("b", Fact::default()));
    assert_eq!(told(&app, &account()), (Some(true), true, 1));
    app.boundary = Fact::default();
    assert_eq!(told(&app, &account()), (Some(true), true, 1));
}

#[test]
fn what_could_not_be_read_may_allow_and_may_deny() {
    let hidden: [fn(&mut Role); 3] = [
        |role| role.inline.gap = Some(Gap::default()),
        |role| role.attached.gap = Some(Gap::default()),
        |role| role.attached.items.push(attached("p", Fact::default())),
    ];
    for (actions, can) in [("s3:*", Some(true)), ("sqs:*", None)] {
        for hide in hidden {
            let mut app = role(&allow(&json!(actions)));
            hide(&mut app);
            assert_eq!(told(&app, &account()), (can, false, 1), "{actions}");
        }
    }
}

#[test]
fn awss_own_administrator_policy_is_known_by_its_arn() {
    let told = |arn: &str, document| {
        let mut app = role(&json!([]));
        app.attached.items.push(attached(arn, document));
        told(&app, &account())
    };
    let aws = "arn:aws-cn:iam::aws:policy/AdministratorAccess";
    let own = "arn:aws:iam::111122223333:policy/AdministratorAccess";
    assert_eq!(told(aws, Fact::default()), (Some(true), true, 0));
    assert_eq!(told(own, Fact::default()), (None, false, 1));
    // What was read is believed.
    assert_eq!(told(aws, Fact::Known(document(&json!([])))), (None, true, 0));
}

#[test]
fn every_level_of_the_organization_must_allow() {
    let level = |documents: Vec<Fact<Document>>| ControlLevel {
        policies: documents.into_iter().map(|it| attached("p", it)).collect(),
        ..ControlLevel::default()
    };
    let all = || Fact::Known(document(&allow(&json!("*"))));
    let sqs = || Fact::Known(document(&allow(&json!("sqs:*"))));
    let deny = json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*" });
    let deny = || Fact::Known(document(&deny));
    let within = |levels: Vec<Vec<Fact<Document>>>| {
        let levels = levels.into_iter().map(level).collect();
        let account = Account { service_control_policies: Fact::Known(levels), ..account() };
        told(&role(&allow(&json!("s3:*"))), &account)
    };
    assert_eq!(within(vec![vec![all()], vec![all()]]), (Some(true), true, 0));
    assert_eq!(within(vec![vec![all()], vec![sqs()]]), (None, true, 0));
    assert_eq!(within(vec![vec![all(), deny()], vec![all()]]), (None, true, 0));
    assert_eq!(within(vec![vec![]]), (None, true, 0));
    assert_eq!(within(vec![vec![all()], vec![sqs(), Fact::default()]]), (Some(true), true, 1));
    assert_eq!(within(vec![vec![all(), deny()], vec![Fact::default()]]), (None, true, 1));
    let unread = Account { service_control_policies: Fact::default(), ..account() };
    assert_eq!(told(&role(&allow(&json!("s3:*"))), &unread), (Some(true), true, 1));
}

#[test]
fn sessions_are_those_of_the_roles_functions() {
    fn can(key: &str, value: &str, users: &[&Function], context: &[(&str, Option<&str>)]) -> Option<bool> {
        let mut statement = allow(&json!("s3:*"));
        statement["Condition"] = json!({ "StringEquals": { key: value } });
        let mut app = role(&statement);
        app.tags.insert("team".into(), "blue".into());
        let account = account();
        let abilities = Abilities::of(&app, &account, TODAY, users);
        abilities.can(&Ask { context, ..GET }).map(|it| it.exact)
    }
    let function = |name: &str| {
        let arn = format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}");
        Function { arn, ..Function::default() }
    };
    let (one, two) = (function("one"), function("two"));
    let source = "lambda:SourceFunctionArn";
    assert_eq!(can(source, &one.arn, &[&one], &[]), Some(true));
    assert_eq!(can(source, &two.arn, &[&one], &[]), None);
    assert_eq!(can(source, &two.arn, &[&one, &two], &[]), Some(true));
    assert_eq!(can(source, &two.arn, &[&one, &two], &[(source, Some(&one.arn))]), None);
    assert_eq!(can(source, &two.arn, &[], &[]), Some(false));
    assert_eq!(can("aws:PrincipalArn", ROLE, &[], &[]), Some(true));
    assert_eq!(can("aws:PrincipalAccount", "444455556666", &[], &[]), None);
    assert_eq!(can("aws:PrincipalTag/Team", "blue", &[], &[]), Some(true));
    assert_eq!(can("aws:PrincipalTag/team", "red", &[], &[]), None);
}

#[test]
fn a_key_that_the_action_does_not_carry_makes_nothing_sure() {
    let can = |action| {
        let mut statement = allow(&json!("*"));
        statement["Condition"] = json!({ "StringEquals": { "aws:RequestTag/team": "blue" } });
        let ask = Ask { action, resource: Some("*"), context: &[] };
        let (role, account) = (role(&statement), account());
        Abilities::of(&role, &account, TODAY, &[]).can(&ask).map(|it| it.exact)
    };
    assert_eq!(can("s3:GetObject"), Some(false));
    assert_eq!(can("sqs:CreateQueue"), Some(true));
    assert_eq!(can("sqs:SomethingNew"), Some(true));
}

#[test]
fn everything_has_many_spellings() {
    let through_iam = |statement: Value| {
        let (role, account) = (role(&statement), account());
        Abilities::of(&role, &account, TODAY, &[]).everything().map(|it| it.through_iam)
    };
    let letters: Vec<_> = ('a'..='z').map(|it| format!("{it}*")).collect();
    let services: BTreeSet<_> = actions::expand("*").map(|it| format!("{}:*", it.service())).collect();
    let management =
        ["Add*", "Attach*", "Create*", "Delete*", "Detach*", "Put*", "Remove*", "Set*", "Update*"];
    let management = management.map(|it| format!("iam:{it}"));
    for (statement, expected) in [
        (allow(&json!("*:*")), Some(false)),
        (allow(&json!(letters)), Some(false)),
        (allow(&json!(services)), Some(false)),
        (allow(&json!(letters[1..])), Some(true)),
        (allow(&json!(letters[..4])), None),
        (allow(&json!("iam:*")), Some(true)),
        (allow(&json!(management)), Some(true)),
        (allow(&json!(management[1..2])), None),
        (json!({ "Effect": "Allow", "NotAction": ["iam:Get*", "iam:List*"], "Resource": "*" }), Some(true)),
        (json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), None),
        (json!([]), None),
    ] {
        assert_eq!(through_iam(statement.clone()), expected, "{statement}");
    }
}

#[test]
fn a_role_lends_what_another_lacks_in_whatever_words() {
    let lends = |one: &Value, other: &Value| {
        let (one, other, account) = (role(one), role(other), account());
        let [one, other] = [&one, &other].map(|it| Abilities::of(it, &account, TODAY, &[]));
        one.add_to(&other, &account)
    };
    let on =
        |actions: &str, resource: &str| json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
    let under = |mut statement: Value, key: &str| {
        statement["Condition"] = json!({ "StringEquals": { key: "blue" } });
        statement
    };
    let any = |actions: &str| allow(&json!(actions));
    let (sure, perhaps) = (Some(Confidence::High), Some(Confidence::Medium));
    for (one, other, expected) in [
        (any("s3:GetObject"), any("s3:GetObject"), None),
        (any("s3:GetObject"), any("s3:*"), None),
        (any("s3:*"), any("s3:GetObject"), sure),
        (any("s3:GetObject"), json!([]), sure),
        (json!([]), any("s3:GetObject"), None),
        (on("s3:GetObject", "arn:aws:s3:::orders/*"), any("s3:Get*"), None),
        (any("s3:GetObject"), on("s3:GetObject", "arn:aws:s3:::orders/*"), sure),
        (on("s3:*", "arn:aws:s3:::orders/*"), on("s3:*", "arn:aws:s3:::bills/*"), sure),
        // Every queue has such an ARN; objects may be reached through access points as well.
        (any("sqs:SendMessage"), on("sqs:*", "arn:aws:sqs:*:*:*"), perhaps),
        (any("s3:GetObject"), on("s3:GetObject", "arn:aws:s3:::*"), sure),
        (any("lambda:InvokeFunction"), on("lambda:*", "arn:aws:lambda:*:111122223333:function:*"), perhaps),
        // Not in a word, and all the same nothing is left.
        (any("sts:*"), any("sts:?*"), perhaps),
        (any("sqs:ListQueues"), on("sqs:*", "arn:aws:sqs:*:*:*"), sure),
        (any("s3:SomethingNew"), json!([]), perhaps),
        // Whatever the key may be.
        (under(any("s3:GetObject"), "aws:ResourceTag/team"), json!([]), perhaps),
        (under(any("s3:GetObject"), "aws:PrincipalTag/team"), json!([]), None),
        (any("s3:GetObject"), under(any("s3:GetObject"), "aws:ResourceTag/team"), perhaps),
        (under(any("s3:GetObject"), "aws:RequestedRegion"), under(any("s3:*"), "aws:RequestedRegion"), None),
        // What limits only one of them.
        (json!([any("s3:*"), { "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]), json!([]), perhaps),
        (any("s3:*"), json!([any("s3:*"), { "Effect": "Deny", "Action": "s3:Put*", "Resource": "*" }]), sure),
    ] {
        assert_eq!(lends(&one, &other), expected, "{one} {other}");
    }
}

#[test]
fn what_could_not_be_read_may_lend_anything_and_be_lent_already() {
    let (mut one, mut other, account) = (role(&json!([])), role(&json!([])), account());
    let lends = |one: &Role, other: &Role| {
        let [one, other] = [one, other].map(|it| Abilities::of(it, &account, TODAY, &[]));
        one.add_to(&other, &account)
    };
    one.attached.items.push(attached("p", Fact::default()));
    assert_eq!(lends(&one, &other), Some(Confidence::Medium));
    one.attached.items.push(attached("q", Fact::Known(document(&allow(&json!("s3:*"))))));
    assert_eq!(lends(&one, &other), Some(Confidence::High));
    other.attached.items.push(attached("p", Fact::default()));
    assert_eq!(lends(&one, &other), Some(Confidence::Medium));
}
