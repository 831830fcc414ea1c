//! The condition keys of the little world, and values that requests carry under them.

use serde_json::{Value, json};

use crate::generate::world::{ACCOUNTS, ORGANIZATION};
use crate::random::Random;

/// The type of a key's values, as the Service Authorization Reference names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `String`
    Text,
    /// `Numeric`
    Number,
    /// `Date`
    Date,
    /// `Bool`
    Bool,
    /// `Binary`
    Binary,
    /// `IPAddress`
    Ip,
    /// `ARN`
    Arn,
}

/// A condition key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name, as AWS writes it.
    pub name: &'static str,
    /// What its values are.
    pub kind: Type,
    /// Whether it is one of the `ArrayOf` types.
    pub many: bool,
    /// Whether only the principal decides if it is there.
    pub given: bool,
}

const fn one(name: &'static str, kind: Type) -> Key {
    Key { name, kind, many: false, given: false }
}

const fn many(name: &'static str, kind: Type) -> Key {
    Key { name, kind, many: true, given: false }
}

const fn given(name: &'static str, kind: Type) -> Key {
    Key { name, kind, many: false, given: true }
}

/// Every key. Where AWS has no multivalued key of a type, one is made up: set operators take any type.
const KEYS: &[Key] = &[
    given("aws:username", Type::Text),
    given("aws:userid", Type::Text),
    given("aws:PrincipalAccount", Type::Text),
    given("aws:PrincipalOrgID", Type::Text),
    given("aws:PrincipalType", Type::Text),
    given("aws:PrincipalServiceName", Type::Text),
    one("aws:SourceAccount", Type::Text),
    one("aws:PrincipalTag/Team", Type::Text),
    one("aws:ResourceTag/Env", Type::Text),
    one("aws:RequestTag/cost-center", Type::Text),
    one("aws:SourceVpc", Type::Text),
    one("aws:SourceVpce", Type::Text),
    one("aws:UserAgent", Type::Text),
    one("aws:Referer", Type::Text),
    one("s3:prefix", Type::Text),
    one("lambda:FunctionUrlAuthType", Type::Text),
    one("aws:RequestedRegion", Type::Text),
    many("aws:TagKeys", Type::Text),
    many("aws:CalledVia", Type::Text),
    many("dynamodb:Attributes", Type::Text),
    many("lambda:SubnetIds", Type::Text),
    one("s3:max-keys", Type::Number),
    one("aws:MultiFactorAuthAge", Type::Number),
    one("s3:TlsVersion", Type::Number),
    many("example:Sizes", Type::Number),
    one("aws:CurrentTime", Type::Date),
    one("aws:EpochTime", Type::Date),
    one("aws:TokenIssueTime", Type::Date),
    many("example:Dates", Type::Date),
    one("aws:SecureTransport", Type::Bool),
    one("aws:MultiFactorAuthPresent", Type::Bool),
    one("aws:ViaAWSService", Type::Bool),
    given("aws:PrincipalIsAWSService", Type::Bool),
    many("example:Flags", Type::Bool),
    one("example:Digest", Type::Binary),
    many("example:Digests", Type::Binary),
    one("aws:SourceIp", Type::Ip),
    one("aws:VpcSourceIp", Type::Ip),
    many("example:Hops", Type::Ip),
    given("aws:PrincipalArn", Type::Arn),
    one("aws:SourceArn", Type::Arn),
    one("lambda:SourceFunctionArn", Type::Arn),
    many("lambda:Layer", Type::Arn),
];

impl Key {
    /// A key of one of these types.
    pub fn random(random: &mut Random, kinds: &[Type], many: bool) -> Self {
        loop {
            let key = *random.pick(KEYS);
            if kinds.contains(&key.kind) && key.many == many {
                return key;
            }
        }
    }

    /// What a request may carry under it.
    pub fn value(&self, random: &mut Random) -> Value {
        if !self.many {
            // A key may be there and have nothing in it.
            let empty = self.kind == Type::Text && random.chance(2);
            return json!(if empty { String::new() } else { sample(random, self.kind) });
        }
        // One value is a list of one; AWS's services differ in whether they send an empty one.
        let count = *random.pick(&[0, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
        Value::Array((0..count).map(|_| json!(sample(random, self.kind))).collect())
    }
}

/// A value of a type.
pub fn sample(random: &mut Random, kind: Type) -> String {
    match kind {
        Type::Text => text(random),
        Type::Number => (*random.pick(&NUMBERS)).to_owned(),
        Type::Date => random.pick(&DATES).1.to_owned(),
        Type::Bool => (*random.pick(&["true", "false"])).to_owned(),
        Type::Binary => (*random.pick(&["QQ==", "QUI=", "QUJD", "c2VjcmV0", "AAECAw=="])).to_owned(),
        Type::Ip => (*random.pick(&ADDRESSES)).to_owned(),
        Type::Arn => arn(random),
    }
}

fn text(random: &mut Random) -> String {
    const TEXTS: [&str; 26] = [
        "alice",
        "bob",
        "Carol",
        "orders",
        "Orders",
        "shop-orders",
        "payments",
        "prod",
        "test",
        "eu-west-1",
        "us-east-1",
        "NONE",
        "AWS_IAM",
        "alice/inbox/",
        "vpc-0a1b2c3d",
        "vpce-0fedcba9",
        "Mozilla/5.0 (X11)",
        "ID",
        "a*b",
        "what?",
        "$5.00",
        "a.b+c",
        "cloudformation.amazonaws.com",
        "Zürich",
        "ZÜRICH",
        "subnet-1a2b",
    ];
    match random.below(20) {
        0 => ORGANIZATION.to_owned(),
        1 => (*random.pick(&ACCOUNTS)).to_owned(),
        _ => (*random.pick(&TEXTS)).to_owned(),
    }
}

const NUMBERS: [&str; 16] = [
    "0", "1", "5", "9", "10", "10.0", "10.5", "1.2", "1.20", "1.3", "-1", "-0.5", "100", "3600", "0.1",
    "99.99",
];

/// Dates in every form, each with its place among the instants; some are the same instant.
const DATES: [(u8, &str); 15] = [
    (0, "2020-01-01T00:00:01Z"),
    (0, "1577836801"),
    (1, "2026"),
    (2, "2026-11"),
    (3, "2026-11-21T23:59:59Z"),
    (3, "1795305599"),
    (4, "2026-11-22T00:00:00Z"),
    (4, "2026-11-22"),
    (4, "2026-11-22T00:00Z"),
    (4, "2026-11-22T01:00:00+01:00"),
    (4, "2026-11-22T00:00:00.000Z"),
    (4, "1795305600"),
    (5, "2026-11-22T00:00:00.500Z"),
    (6, "2026-11-22T12:30:00-05:00"),
    (7, "2026-11-23T08:00:00Z"),
];

/// The place of a date among the others.
pub fn rank(date: &str) -> Option<u8> {
    DATES.iter().find(|(_, text)| *text == date).map(|(rank, _)| *rank)
}

/// Inside and outside of the ranges that policies name.
const ADDRESSES: [&str; 14] = [
    "203.0.113.9",
    "203.0.113.10",
    "203.0.114.1",
    "198.51.100.7",
    "10.0.0.1",
    "10.255.255.255",
    "128.0.0.1",
    "127.255.255.255",
    "0.0.0.0",
    "255.255.255.255",
    "2001:db8:1234:5678::1",
    "2001:db8:1234:5679::1",
    "2001:DB8::9",
    "fe80::1",
];

fn arn(random: &mut Random) -> String {
    let account = *random.pick(&ACCOUNTS);
    let name = *random.pick(&["orders", "Orders", "shop-orders"]);
    match random.below(8) {
        0 => format!("arn:aws:s3:::{name}"),
        1 => format!("arn:aws:sns:us-east-1:{account}:{name}"),
        2 => format!("arn:aws:lambda:us-east-1:{account}:function:{name}"),
        3 => format!("arn:aws:lambda:eu-west-1:{account}:layer:{name}:3"),
        4 => format!("arn:aws:execute-api:us-east-1:{account}:a1b2c3/prod/GET/pets"),
        5 => format!("arn:aws:events:us-east-1:{account}:rule/{name}"),
        6 => format!("arn:aws:iam::{account}:role/{name}"),
        _ => format!("arn:aws:cloudwatch:us-east-1:{account}:alarm:{name}:part"),
    }
}
