//! What a condition does to an audience.
//!
//! Only a positive comparison with fixed values, on a key that a caller from elsewhere cannot set,
//! keeps anybody out: AWS's own rule for what is public.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use crate::evaluate::flag;
use crate::pattern::{Pattern, account_of_arn};
use crate::{Audience, Condition, Operator, Qualifier, network};

/// The callers that can fulfil a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Everyone; why, and whether that is certain.
    Open(&'static str, bool),
    /// These accounts or organizations, themselves or through a service.
    Within(Audience, Vec<String>),
    /// AWS services, whoever they act for.
    Services,
    /// Anyone but AWS services.
    NoServices,
    /// Anyone in some networks.
    Network,
    /// Anyone who knows a shared secret, through a service.
    Token,
}

/// Keys that only services set, for what they act on behalf of. `aws:SourceOwner` is none: Amazon SNS
/// sets it for every caller.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>
const OF_SOURCE: [&str; 4] = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// What a key says of the caller.
enum Meaning {
    Account,
    Arn,
    Organization,
    UserId,
    Vpc,
    Address,
    Token,
    IsService,
    ServiceName,
    /// Something that a caller from any account chooses, or that does not depend on the caller.
    Free,
    Unknown,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn meaning(key: &str) -> Meaning {
    match key {
        "aws:principalaccount" | "aws:sourceaccount" | "aws:sourceowner" | "kms:calleraccount" => {
            Meaning::Account
        }
        "aws:principalarn" | "aws:sourcearn" => Meaning::Arn,
        "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
            Meaning::Organization
        }
        "aws:userid" => Meaning::UserId,
        "aws:sourcevpc" | "aws:sourcevpce" | "aws:vpceaccount" | "aws:vpceorgid" => Meaning::Vpc,
        "aws:sourceip" => Meaning::Address,
        "lambda:eventsourcetoken" => Meaning::Token,
        "aws:principalisawsservice" => Meaning::IsService,
        "aws:principalservicename" | "aws:principalservicenameslist" => Meaning::ServiceName,
        "aws:calledvia"
        | "aws:calledviafirst"
        | "aws:calledvialast"
        | "aws:currenttime"
        | "aws:epochtime"
        | "aws:multifactorauthage"
        | "aws:multifactorauthpresent"
        | "aws:principaltype"
        | "aws:referer"
        | "aws:requestedregion"
        | "aws:resourceaccount"
        | "aws:resourceorgid"
        | "aws:resourceorgpaths"
        | "aws:securetransport"
        | "aws:sourceidentity"
        | "aws:tagkeys"
        | "aws:tokenissuetime"
        | "aws:useragent"
        | "aws:username"
        | "aws:viaawsservice"
        // Every VPC may use every private address: this means nothing without the VPC.
        | "aws:vpcsourceip"
        | "lambda:functionurlauthtype"
        | "lambda:invokedviafunctionurl" => Meaning::Free,
        _ if key.starts_with("aws:principaltag/") || key.starts_with("aws:requesttag/") => Meaning::Free,
        _ => Meaning::Unknown,
    }
}

impl Condition {
    /// The callers that can fulfil the condition. `present` are keys that the request is known to
    /// have, lower case; `variables` whether the document's language has policy variables.
    ///
    /// A key of the source that must be there lets in services only, whatever its values: nobody
    /// else's request has one.
    pub(crate) fn bound(&self, owner: &str, present: &[String], variables: bool) -> Bound {
        let key = self.lower_key();
        match self.pinned(&key, owner, present, variables) {
            Bound::Open(..) if OF_SOURCE.contains(&key.as_str()) && self.demands_key() => Bound::Services,
            bound => bound,
        }
    }

    /// The callers that the values pin.
    fn pinned(&self, key: &str, owner: &str, present: &[String], variables: bool) -> Bound {
        let meaning = meaning(key);
        if matches!(meaning, Meaning::Free) {
            return Bound::Open("is the caller's to choose", true);
        }
        if self.operator == Operator::Null || self.operator.negates().is_some() {
            return Bound::Open("names no callers to let in", true);
        }
        let optional = self.if_exists || self.qualifier == Some(Qualifier::ForAllValues);
        if optional && !present.iter().any(|it| it == key) {
            return Bound::Open("is also fulfilled without the key", true);
        }
        if self.values.is_empty() || variables && self.values.iter().any(|it| it.contains("${")) {
            return Bound::Open("has no fixed value", false);
        }
        let bound = match meaning {
            Meaning::Account => self.each(|value| self.account(value)).map(|it| accounts(&it, owner)),
            Meaning::Arn => self.each(|value| self.arn(value)).map(|it| accounts(&it, owner)),
            Meaning::UserId => self.each(|value| self.user_id(value)).map(|it| accounts(&it, owner)),
            Meaning::Organization => self
                .each(|value| self.organization(value))
                .map(|it| Bound::Within(Audience::Organization, it)),
            Meaning::Vpc => self.each(|value| self.fixed(value)).map(|_| Bound::Network),
            Meaning::Token => self.each(|value| self.fixed(value)).map(|_| Bound::Token),
            Meaning::Address => (self.operator == Operator::IpAddress && network::limits(&self.values))
                .then_some(Bound::Network),
            Meaning::IsService => self.is_service(),
            Meaning::ServiceName => self.is_text().then_some(Bound::Services),
            Meaning::Unknown => return Bound::Open("is not known to limit callers", false),
            Meaning::Free => None,
        };
        bound.unwrap_or(Bound::Open("has no fixed value that limits callers", true))
    }

    /// Whether a request that fulfils the condition has the key.
    pub(crate) fn demands_key(&self) -> bool {
        match self.operator {
            Operator::Null => !self.values.is_empty() && self.values.iter().all(|it| flag(it) == Some(false)),
            operator => {
                let optional = self.if_exists || self.qualifier == Some(Qualifier::ForAllValues);
                operator.negates().is_none() && !optional
            }
        }
    }

    /// What every value stands for, sorted; nothing if one of them stands for too much.
    fn each(&self, read: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
        let mut found = self.values.iter().map(|value| read(value)).collect::<Option<Vec<_>>>()?;
        found.sort();
        found.dedup();
        Some(found)
    }

    /// Whether the callers must be services, or must not.
    fn is_service(&self) -> Option<Bound> {
        let wanted = self.values.iter().map(|value| flag(value)).collect::<Option<Vec<_>>>()?;
        match (self.operator == Operator::Bool, wanted.contains(&true), wanted.contains(&false)) {
            (true, true, false) => Some(Bound::Services),
            (true, false, true) => Some(Bound::NoServices),
            _ => None,
        }
    }

    fn is_text(&self) -> bool {
        use Operator::{StringEquals, StringEqualsIgnoreCase, StringLike};
        matches!(self.operator, StringEquals | StringEqualsIgnoreCase | StringLike)
    }

    /// The value, if it is one text: wildcards are plain characters to `StringEquals`.
    fn fixed(&self, value: &str) -> Option<String> {
        let fixed = self.operator != Operator::StringLike || Pattern::new(value).is_fixed();
        (self.is_text() && fixed).then(|| value.to_owned())
    }

    fn account(&self, value: &str) -> Option<String> {
        self.fixed(value).filter(|text| !text.is_empty())
    }

    /// The account of an ARN. `StringLike` lets a wildcard run over colons, so none may stand before
    /// the account's end; the ARN operators compare field by field.
    fn arn(&self, value: &str) -> Option<String> {
        let account = account_of_arn(value).filter(|account| is_account(account))?;
        let start = value.splitn(6, ':').take(5).collect::<Vec<_>>().join(":");
        let fixed = match self.operator {
            Operator::ArnEquals | Operator::ArnLike => true,
            Operator::StringLike => Pattern::new(&start).is_fixed(),
            _ => self.is_text(),
        };
        fixed.then(|| account.to_owned())
    }

    /// The organization of an id or of a path such as `o-1/r-1/*`.
    fn organization(&self, value: &str) -> Option<String> {
        let id = value.split('/').next().unwrap_or(value);
        self.fixed(id).filter(|id| !id.is_empty())
    }

    /// The unique id of a principal in `AROA…:session`.
    fn user_id(&self, value: &str) -> Option<String> {
        let id = value.split(':').next().unwrap_or(value);
        self.fixed(id).filter(|id| is_account(id) || is_unique_id(id))
    }
}

fn accounts(names: &[String], owner: &str) -> Bound {
    let foreign: Vec<_> = names.iter().filter(|name| *name != owner).cloned().collect();
    if foreign.is_empty() {
        Bound::Within(Audience::OwnAccount, vec![owner.to_owned()])
    } else {
        Bound::Within(Audience::ForeignAccounts, foreign)
    }
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id such as `AROAEXAMPLE…`: what stands in a policy for a principal that was deleted.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(crate) fn is_unique_id(text: &str) -> bool {
    const KINDS: [&str; 5] = ["AGPA", "AIDA", "AIPA", "ANPA", "AROA"];
    let body = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.len() >= 16 && text.bytes().all(body) && KINDS.iter().any(|kind| text.starts_with(kind))
}
