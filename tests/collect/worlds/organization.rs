//! An organization with an account in a unit, in the words of its API.

use super::Secrets;
use super::functions::policy;
use crate::stub::Organization;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MANAGEMENT: &str = "123412341234";

pub(super) fn of(account: &str, secret: Secrets<'_>) -> Organization {
    let arn = |rest: &str| format!("arn:aws:organizations::{MANAGEMENT}:{rest}");
    let control = |kind: &str, id: &str, name: &str, statement: Value| {
        let word = kind.to_ascii_lowercase();
        json!({
            "PolicySummary": {
                "Id": id, "Arn": arn(&format!("policy/o-shop/{word}/{id}")), "Name": name, "Type": kind,
                "Description": secret("description of a control policy"), "AwsManaged": false,
            },
            "Content": policy(&[statement]),
        })
    };
    let service = |id: &str, name: &str, statement| control("SERVICE_CONTROL_POLICY", id, name, statement);
    let resource = |id: &str, name: &str, statement| control("RESOURCE_CONTROL_POLICY", id, name, statement);
    let full =
        || service("p-full", "FullAWSAccess", json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    let open = || {
        let all = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
        resource("p-open", "RCPFullAWSAccess", all)
    };
    let no_iam = json!({
        "Effect": "Deny", "Action": "iam:*", "Resource": "*",
        "Condition": { "StringNotEquals": { "sts:ExternalId": secret("ExternalId of a control policy") } },
    });
    let attached = BTreeMap::from([
        ("r-root".into(), vec![full(), open()]),
        ("ou-root-shops".into(), vec![service("p-noiam", "no-iam", no_iam), full(), open()]),
        (account.into(), vec![full(), open()]),
    ]);
    Organization {
        described: json!({
            "Id": "o-shop", "Arn": arn("organization/o-shop"), "FeatureSet": "ALL",
            "MasterAccountArn": arn(&format!("account/o-shop/{MANAGEMENT}")), "MasterAccountId": MANAGEMENT,
            "MasterAccountEmail": secret("e-mail address of the management account"),
        }),
        above: ["ou-root-shops", "r-root"].map(Into::into).into(),
        attached,
    }
}
