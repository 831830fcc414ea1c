//! The little world that every case is set in: accounts, principals, actions, resources.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The accounts; the first is the auditor's favourite.
pub const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// The organization of the first two accounts.
pub const ORGANIZATION: &str = "o-a1b2c3d4e5";

const SERVICES: [&str; 6] = [
    "s3.amazonaws.com",
    "sns.amazonaws.com",
    "sqs.amazonaws.com",
    "events.amazonaws.com",
    "apigateway.amazonaws.com",
    "lambda.amazonaws.com",
];

/// What kind of principal asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An IAM user.
    User,
    /// A role, named by its own ARN.
    Role,
    /// A session of a role.
    Session,
    /// A session of an IAM user's federated guest.
    Federated,
    /// An AWS service on its own behalf.
    Service,
    /// Nobody that signed.
    Anonymous,
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Principal {
    /// What kind of principal.
    pub kind: Kind,
    /// The request's `principal`.
    pub name: String,
    /// Its account, where it has one.
    pub account: Option<&'static str>,
    /// The ARN of `aws:PrincipalArn`: of a session, its role.
    pub arn: Option<String>,
}

impl Principal {
    /// Somebody.
    pub fn random(random: &mut Random) -> Self {
        let kind = match random.below(100) {
            0..22 => Kind::User,
            22..40 => Kind::Role,
            40..72 => Kind::Session,
            72..76 => Kind::Federated,
            76..90 => Kind::Service,
            _ => Kind::Anonymous,
        };
        let account = if random.chance(80) { ACCOUNTS[0] } else { *random.pick(&ACCOUNTS) };
        let user = *random.pick(&["alice", "bob", "Carol"]);
        let role = *random.pick(&["shop", "orders-writer", "Deploy"]);
        let path = if random.chance(20) { "service-role/" } else { "" };
        let role_arn = format!("arn:aws:iam::{account}:role/{path}{role}");
        let (name, arn) = match kind {
            Kind::User => {
                let arn = format!("arn:aws:iam::{account}:user/{user}");
                (arn.clone(), Some(arn))
            }
            Kind::Role if random.chance(4) => {
                let path = "aws-service-role/ops.apigateway.amazonaws.com";
                let arn = format!("arn:aws:iam::{account}:role/{path}/AWSServiceRoleForAPIGateway");
                (arn.clone(), Some(arn))
            }
            Kind::Role => (role_arn.clone(), Some(role_arn)),
            Kind::Session => {
                let session = *random.pick(&["alice", "i-0abc123", "s@example.com"]);
                (format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"), Some(role_arn))
            }
            Kind::Federated => {
                let arn = format!("arn:aws:sts::{account}:federated-user/{user}");
                (arn.clone(), Some(arn))
            }
            Kind::Service => ((*random.pick(&SERVICES)).to_owned(), None),
            Kind::Anonymous => ("anonymous".to_owned(), None),
        };
        Self { kind, name, account: arn.is_some().then_some(account), arn }
    }

    /// Whether session policies can have been passed.
    pub const fn in_a_session(&self) -> bool {
        matches!(self.kind, Kind::Session | Kind::Federated)
    }

    /// Whether it has identity policies, a boundary, service control policies.
    pub const fn has_identity(&self) -> bool {
        !matches!(self.kind, Kind::Service | Kind::Anonymous)
    }

    /// The context keys that AWS fills in from the principal.
    fn context(&self, random: &mut Random) -> Map<String, Value> {
        let mut context = Map::new();
        let mut put = |key: &str, value: Value| context.insert(key.to_owned(), value);
        if let (Some(arn), Some(account)) = (&self.arn, self.account) {
            put("aws:PrincipalArn", json!(arn));
            put("aws:PrincipalAccount", json!(account));
            if account != ACCOUNTS[2] {
                put("aws:PrincipalOrgID", json!(ORGANIZATION));
                put("aws:PrincipalOrgPaths", json!([format!("{ORGANIZATION}/r-ab12/ou-ab12-1/")]));
            }
        }
        let friendly = self.name.rsplit('/').next().unwrap_or_default();
        match self.kind {
            Kind::User => {
                put("aws:username", json!(friendly));
                put("aws:userid", json!("AIDAEXAMPLEUSER00001"));
                put("aws:PrincipalType", json!("User"));
            }
            Kind::Role | Kind::Session => {
                put("aws:userid", json!(format!("AROAEXAMPLEROLE00001:{friendly}")));
                put("aws:PrincipalType", json!("AssumedRole"));
            }
            Kind::Federated => {
                put("aws:PrincipalType", json!("FederatedUser"));
            }
            Kind::Service => {
                put("aws:PrincipalServiceName", json!(self.name));
                put("aws:SourceAccount", json!(*random.pick(&ACCOUNTS)));
            }
            Kind::Anonymous => {
                put("aws:PrincipalType", json!("Anonymous"));
            }
        }
        put("aws:PrincipalIsAWSService", json!((self.kind == Kind::Service).to_string()));
        context
    }
}

/// Everything about a request that policies can look at.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Who asks.
    pub principal: Principal,
    /// What for, `service:Name`.
    pub action: String,
    /// Of what.
    pub resource: String,
    /// The account that owns it.
    pub owner: &'static str,
    /// The request context.
    pub context: Map<String, Value>,
}

impl Scene {
    /// A request.
    pub fn random(random: &mut Random) -> Self {
        let principal = Principal::random(random);
        let owner = match principal.account {
            Some(account) if random.chance(65) => account,
            Some(_) => *random.pick(&ACCOUNTS),
            None => ACCOUNTS[0],
        };
        let context = principal.context(random);
        let (action, resource) = target(random, owner, &principal);
        Self { principal, action, resource, owner, context }
    }

    /// Whether principal and resource are of one account.
    pub fn same_account(&self) -> bool {
        self.principal.account == Some(self.owner)
    }

    /// Whether the resource's policy has to let in its own account, too: roles and keys.
    pub fn asks_the_resource(&self) -> bool {
        self.action.starts_with("sts:") || self.action.starts_with("kms:")
    }

    /// The value of a key, whatever its case.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }
}

/// An action and a resource it applies to.
fn target(random: &mut Random, owner: &str, principal: &Principal) -> (String, String) {
    let name = *random.pick(&["orders", "shop-orders", "Audit_1"]);
    let person = match principal.name.rsplit('/').next() {
        Some(own) if principal.has_identity() && random.chance(60) => own,
        _ => "alice",
    };
    let region = *random.pick(&["us-east-1", "eu-west-1"]);
    let regional = |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{owner}:{rest}");
    let qualifier = *random.pick(&["", "", ":prod", ":7"]);
    let (action, resource) = match random.below(20) {
        0..3 => ("s3:GetObject", format!("arn:aws:s3:::{name}/{person}/2026/report?.txt")),
        3 => ("s3:PutObject", format!("arn:aws:s3:::{name}/{person}/new file.txt")),
        4 => ("s3:ListBucket", format!("arn:aws:s3:::{name}")),
        5..9 => ("lambda:InvokeFunction", regional("lambda", &format!("function:{name}{qualifier}"))),
        9 => ("lambda:InvokeFunctionUrl", regional("lambda", &format!("function:{name}{qualifier}"))),
        10 => ("lambda:ListFunctions", "*".to_owned()),
        11 => ("sqs:SendMessage", regional("sqs", name)),
        12 => ("sns:Publish", regional("sns", name)),
        13 => ("dynamodb:GetItem", regional("dynamodb", &format!("table/{name}"))),
        14..17 => ("execute-api:Invoke", regional("execute-api", &format!("a1b2c3/prod/GET/pets/{person}"))),
        17 if random.chance(50) => ("sts:AssumeRole", format!("arn:aws:iam::{owner}:role/target")),
        17 => ("secretsmanager:GetSecretValue", regional("secretsmanager", "secret:db/main-AbCdEf")),
        18 if random.chance(50) => ("kms:Decrypt", regional("kms", "key/1234abcd-12ab")),
        18 => ("events:PutEvents", regional("events", &format!("event-bus/{name}"))),
        _ => ("appsync:GraphQL", regional("appsync", &format!("apis/x9y8/types/Query/fields/{name}"))),
    };
    (action.to_owned(), resource)
}
