//! Values of keys: numbers and times, texts in any case, places.

use super::*;

#[test]
fn values_beyond_the_usual_are_values() {
    for condition in [
        json!({ "DateLessThan": { "aws:CurrentTime": "1893456000000" } }),
        json!({ "DateLessThan": { "aws:TokenIssueTime": "253402300800" } }),
        json!({ "NumericLessThan": { "aws:EpochTime": "99999999999999999" } }),
        json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "99999999999999999999" } }),
        json!({ "NumericEquals": { "aws:VpceAccount": "111122223333" } }),
    ] {
        assert_eq!(audiences(&allow(&json!("*"), &condition)), [AnyAwsPrincipal], "{condition}");
    }
}

#[test]
fn time_runs_from_the_moment_that_is_known() {
    let now = [("aws:CurrentTime", Some("2026-11-22"))];
    for (condition, open) in [
        (json!({ "DateLessThan": { "aws:CurrentTime": "2026-11-21T23:59:59Z" } }), false),
        (json!({ "DateLessThanEquals": { "aws:CurrentTime": "2026-11-22T00:00:00Z" } }), true),
        (json!({ "DateGreaterThan": { "aws:CurrentTime": "2031-01-01" } }), true),
        (json!({ "DateEqualsIfExists": { "aws:EpochTime": "2020-01-01" } }), false),
        (json!({ "NumericLessThan": { "aws:EpochTime": "1577836800" } }), false),
        (
            json!({ "NumericGreaterThan": { "aws:EpochTime": "1893456000", },
                 "NumericLessThan": { "aws:EpochTime": "1893456001" } }),
            true,
        ),
        (json!({ "Null": { "aws:CurrentTime": "true" } }), false),
    ] {
        let statement = allow(&json!("*"), &condition);
        let audience = grants(&json!([statement]), true, &now).first().map(|it| it.audience);
        assert_eq!(audience, open.then_some(AnyAwsPrincipal), "{condition}");
        let expired = json!([allow(&json!("*"), &json!({})), deny(&json!("*"), &condition)]);
        assert_eq!(grants(&expired, true, &now).len(), 1, "{condition}");
    }
    // No time is a flag.
    let flag = json!({ "Bool": { "aws:CurrentTime": "x" } });
    let open = json!([allow(&json!("*"), &json!({})), deny(&json!("*"), &flag)]);
    assert_eq!((grants(&open, true, &now).len(), grants(&open, true, &[]).len()), (1, 1));
    let past = json!({ "DateLessThan": { "aws:CurrentTime": "2020-01-01" } });
    assert_eq!(audiences(&allow(&json!("*"), &past)), [AnyAwsPrincipal], "of no known time");
    for always in [
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01" } }),
        json!({ "NumericGreaterThan": { "aws:EpochTime": "1577836800" } }),
    ] {
        let closed = json!([allow(&json!("*"), &json!({})), deny(&json!("*"), &always)]);
        assert!(grants(&closed, true, &now).is_empty());
        assert_eq!(grants(&allow(&json!("*"), &always), true, &now).len(), 1);
    }
}

#[test]
fn what_is_compared_in_any_case_limits_as_well() {
    let ignoring = |key: &str, value: &str| json!({ "StringEqualsIgnoreCase": { key: value } });
    for (condition, expected) in [
        (ignoring("aws:PrincipalOrgID", "O-ABC123"), (Organization, false)),
        (ignoring("aws:PrincipalOrgID", "o-*"), (Organization, false)),
        (ignoring("aws:SourceVpce", "VPCE-1"), (AnyAwsPrincipal, true)),
        (ignoring("lambda:EventSourceToken", "Token"), (AnyAwsPrincipal, true)),
        (ignoring("aws:SourceIp", "203.0.113.7"), (AnyAwsPrincipal, true)),
    ] {
        let grants = grants(&json!([allow(&json!("*"), &condition)]), true, &[]);
        let told: Vec<_> = grants.iter().map(|it| (it.audience, it.limited)).collect();
        assert_eq!(told, [expected], "{condition}");
    }
}

#[test]
fn patterns_of_places_limit_where_they_name_one() {
    for (condition, limited) in [
        (json!({ "ForAnyValue:StringLike": { "aws:VpceOrgPaths": "o-abc123/*" } }), true),
        (json!({ "ForAnyValue:StringLike": { "aws:VpceOrgPaths": "o-*/*" } }), false),
        (json!({ "ArnLike": { "aws:SourceVpcArn": "arn:aws:ec2:*:444455556666:vpc/*" } }), true),
        (json!({ "ArnLike": { "aws:SourceVpcArn": "arn:aws:ec2:*:*:vpc/vpc-1" } }), true),
        (json!({ "ArnLike": { "aws:SourceVpcArn": "arn:aws:ec2:*:*:vpc/*" } }), false),
        (json!({ "StringEquals": { "aws:SourceIp": "203.0.113.7" } }), true),
        (json!({ "StringLike": { "aws:SourceIp": "203.0.*" } }), true),
        (json!({ "StringLike": { "aws:SourceIp": "10.*.*.*" } }), true),
        (json!({ "StringLike": { "aws:SourceIp": "*.*.*.*" } }), false),
        (json!({ "StringLike": { "aws:SourceIp": "?.*" } }), false),
        (json!({ "StringLike": { "aws:SourceIp": ["203.*", "*"] } }), false),
        (json!({ "StringNotLike": { "aws:SourceIp": "203.0.*" } }), false),
    ] {
        let grants = grants(&json!([allow(&json!("*"), &condition)]), true, &[]);
        let told: Vec<_> = grants.iter().map(|it| (it.audience, it.limited)).collect();
        assert_eq!(told, [(AnyAwsPrincipal, limited)], "{condition}");
    }
}

#[test]
fn a_condition_on_one_value_fails_where_there_are_several() {
    let any = json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } });
    let one = json!({ "StringLike": { "aws:TagKeys": "*" } });
    let found = grants(&json!([allow(&json!("*"), &any), deny(&json!("*"), &one)]), true, &[]);
    assert_eq!(
        found.iter().map(|it| (it.audience, it.exact)).collect::<Vec<_>>(),
        [(AnyAwsPrincipal, false)]
    );
}
