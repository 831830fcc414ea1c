//! Accounts that conditions and patterns single out, and those who belong to them.

use super::*;

/// Which members of an organization are let in can depend on their account.
#[test]
fn some_accounts_of_an_organization_are_let_in() {
    let service = json!({ "Service": "sns.amazonaws.com" });
    let some =
        json!({ "StringEquals": { "aws:SourceOrgID": "o-1" }, "StringLike": { "aws:SourceAccount": "9*" } });
    assert_eq!(audiences(&json!([allow(&service, &some)])), [Organization]);

    let members = json!({ "StringEquals": { "aws:PrincipalOrgID": ["o-1", "o-2"] } });
    for account in ["999999999999", "9*", "9*9"] {
        let others = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" },
            "StringNotLike": { "aws:PrincipalAccount": [account, "99*9"] } });
        let grants = grants(&json!([allow(&json!("*"), &members), deny(&json!("*"), &others)]), true, &[]);
        let has = |name: &str| grants.iter().any(|it| it.principals.iter().any(|it| it == name));
        let wider = grants.iter().any(|it| it.audience > Organization);
        assert!(has("o-2") || wider, "{account}: {grants:#?}");
        assert!(has("999999999999") || has("o-1") || wider, "{account}: {grants:#?}");
    }
}

#[test]
fn a_unique_id_may_be_of_any_account_that_the_policy_names() {
    let id = json!({ "StringLike": { "aws:userid": "AROACKCEVSQ6C2EXAMPLE:*" } });
    for (principal, expected) in [
        ("arn:aws:iam::111122223333:root", OwnAccount),
        ("arn:aws:iam::111122223333:role/r", OwnAccount),
        ("444455556666", ForeignAccounts),
    ] {
        assert_eq!(audiences(&allow(&json!({ "AWS": principal }), &id)), [expected], "{principal}");
    }
    assert_eq!(audiences(&allow(&json!("*"), &id)), [ForeignAccounts, OwnAccount]);
    let others = json!({ "StringNotLike": { "aws:userid": "AROACKCEVSQ6C2EXAMPLE:*" } });
    let own = allow(&json!({ "AWS": "111122223333" }), &json!({}));
    assert_eq!(audiences(&json!([own, deny(&json!("*"), &others)])), [OwnAccount]);
}

#[test]
fn a_principal_that_is_named_elsewhere_is_still_there() {
    let root = "arn:aws:iam::111122223333:root";
    let only_root = json!({ "ArnNotEquals": { "aws:PrincipalArn": root } });
    let own = allow(&json!({ "AWS": root }), &json!({}));
    assert_eq!(audiences(&json!([own, deny(&json!("*"), &only_root)])), [OwnAccount]);
    let role = json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/r" } });
    let session = json!({ "AWS": "arn:aws:sts::111122223333:assumed-role/r/one" });
    let other_sessions = json!([allow(&json!({ "AWS": root }), &role), deny(&session, &json!({}))]);
    assert_eq!(audiences(&other_sessions), [OwnAccount]);
}

#[test]
fn the_account_of_the_resource_is_known() {
    let other = json!({ "StringEquals": { "aws:ResourceAccount": "444455556666" } });
    assert_eq!(audiences(&allow(&json!("*"), &other)), []);
    let own = json!({ "StringEquals": { "aws:ResourceAccount": "111122223333" } });
    assert_eq!(audiences(&allow(&json!("*"), &own)), [AnyAwsPrincipal]);
}

#[test]
fn a_named_account_may_be_of_an_organization_that_is_let_in_only_for_it() {
    let both = json!({ "StringEquals": { "aws:PrincipalOrgID": ["o-one", "o-two"] } });
    let two = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-two" },
                      "StringNotEquals": { "aws:PrincipalAccount": "444455556666" } });
    let statements = json!([allow(&json!("*"), &both), deny(&json!("*"), &two)]);
    assert!(audiences(&statements).contains(&ForeignAccounts), "{:?}", audiences(&statements));
}

/// Some account that the policy does not name matches the pattern too.
#[test]
fn a_pattern_may_match_the_owner_and_named_accounts_and_others() {
    for account in ["000000000000", "111122223333", "444455556666"] {
        for kept in [3, 11] {
            let pattern = account.chars().take(kept).chain(['*']).collect::<String>();
            let some = json!({ "StringLike": { "aws:PrincipalAccount": pattern } });
            let named = allow(&json!({ "AWS": account }), &json!({}));
            let found = audiences(&json!([allow(&json!("*"), &some), named]));
            assert!(found.contains(&AnyAwsPrincipal), "{pattern}: {found:?}");
        }
    }
}

/// The first account that comes to mind for each may be the same.
#[test]
fn patterns_that_share_an_account_are_two() {
    let either = json!({ "StringLike": { "aws:PrincipalAccount": "9*" } });
    let but = json!({ "StringLike": { "aws:PrincipalAccount": "9?0000000000" } });
    let found = audiences(&json!([allow(&json!("*"), &either), deny(&json!("*"), &but)]));
    assert_eq!(found, [AnyAwsPrincipal]);
    let none = audiences(&json!([allow(&json!("*"), &but), deny(&json!("*"), &either)]));
    assert!(none.len() <= 1, "{none:?}");
}

#[test]
fn accounts_have_an_order_too() {
    let low = json!({ "NumericLessThan": { "aws:PrincipalAccount": "500000000000" } });
    let high = json!({ "NumericGreaterThan": { "aws:PrincipalAccount": "500000000000" } });
    for condition in [&low, &high] {
        assert!(audiences(&allow(&json!("*"), condition)).contains(&AnyAwsPrincipal), "{condition}");
    }
    let member = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } });
    for condition in [&low, &high] {
        let statements = json!([allow(&json!("*"), &member), deny(&json!("*"), condition)]);
        assert!(audiences(&statements).contains(&Organization), "{condition}");
    }
}

#[test]
fn accounts_that_cannot_be_told_apart_are_accounts() {
    let low = json!({ "NumericLessThan": { "aws:PrincipalAccount": "111122223333" } });
    for nobody in [
        json!({ "IpAddress": { "aws:PrincipalAccount": "111122223333" } }),
        json!({ "StringEquals": { "aws:SourceArn": "arn:aws:sns:*:*:*" } }),
    ] {
        let nobody = allow(&json!("*"), &nobody);
        assert!(audiences(&nobody).is_empty(), "{nobody}");
        let denied = json!([nobody, deny(&json!("*"), &low)]);
        assert!(audiences(&denied).is_empty(), "another Deny lets nobody in: {denied}");
    }
}

/// The user id of a role's session is not the account.
#[test]
fn who_is_looked_at_from_two_sides_is_let_in_perhaps() {
    let role = json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/r" },
                       "StringEquals": { "aws:userid": "444455556666" } });
    let found = grants(&allow(&json!("*"), &role), true, &[]);
    assert!(found.iter().all(|it| !it.exact), "{found:?}");
    let one_side = json!({ "StringEquals": { "aws:userid": "444455556666" } });
    let found = grants(&allow(&json!("*"), &one_side), true, &[]);
    assert_eq!(found.iter().map(|it| it.exact).collect::<Vec<_>>(), [true]);
}

#[test]
fn arns_are_read_in_any_case_where_case_is_ignored() {
    let arn =
        json!({ "StringEqualsIgnoreCase": { "aws:PrincipalArn": "ARN:AWS:IAM::444455556666:ROLE/ADMIN" } });
    assert_eq!(audiences(&allow(&json!("*"), &arn)), [ForeignAccounts]);
}

#[test]
fn whoever_a_user_federates_is_let_in_with_the_user() {
    let user = json!({ "AWS": "arn:aws:iam::444455556666:user/team/bob" });
    for condition in [
        json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:sts::444455556666:federated-user/bob" } }),
        json!({ "StringLike": { "aws:userid": "444455556666:*" } }),
    ] {
        assert_eq!(audiences(&allow(&user, &condition)), [ForeignAccounts], "{condition}");
    }
}

#[test]
fn a_session_is_its_roles() {
    let session = "arn:aws:sts::444455556666:assumed-role/r/s";
    let allowed = allow(&json!({ "AWS": session }), &json!({}));
    let of_role = deny(&json!({ "AWS": "arn:aws:iam::444455556666:role/team/r" }), &json!({}));
    assert_eq!(audiences(&json!([allowed, of_role])), []);
    let mut but = deny(&json!("*"), &json!({}));
    but.as_object_mut().unwrap().remove("Principal");
    but["NotPrincipal"] = json!({ "AWS": [session, "444455556666"] });
    assert_eq!(audiences(&json!([allowed, but])), []);
    but["NotPrincipal"] = json!({ "AWS": [session, "444455556666", "arn:aws:iam::444455556666:role/r"] });
    assert_eq!(audiences(&json!([allowed, but])), [ForeignAccounts]);
    let arn = json!({ "ArnEquals": { "aws:PrincipalArn": session } });
    assert_eq!(audiences(&allow(&json!("*"), &arn)), [], "conditions see the role");
}

#[test]
fn one_who_asks_is_denied_by_name() {
    let caller = "arn:aws:iam::111122223333:role/caller";
    let own = allow(&json!({ "AWS": "111122223333" }), &json!({}));
    let but = deny(&json!({ "AWS": caller }), &json!({}));
    let context = [("aws:PrincipalArn", Some(caller))];
    assert!(grants(&json!([own, but]), true, &context).is_empty());
    assert_eq!(grants(&json!([own, but]), true, &[]).len(), 1);
}
