//! What an answer is made of: audiences, and the grants that let them in.

use crate::reach::mentions::is_account;
use crate::reach::requester::{account, is_whole_account};

/// A set of requesters, widest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Nobody.
    None,
    /// Principals of the account that owns the resource.
    OwnAccount,
    /// Named principals or accounts other than the owner.
    ForeignAccounts,
    /// Members of an organization.
    Organization,
    /// An AWS service acting for any account: a confused deputy.
    AnyAccountThroughAService,
    /// Anyone with an AWS account.
    AnyAwsPrincipal,
    /// The internet.
    Anonymous,
}

impl Audience {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OwnAccount => "own-account",
            Self::ForeignAccounts => "foreign-accounts",
            Self::Organization => "organization",
            Self::AnyAccountThroughAService => "any-account-through-a-service",
            Self::AnyAwsPrincipal => "any-aws-principal",
            Self::Anonymous => "anonymous",
        }
    }
}

/// What is asked of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The action, such as `lambda:InvokeFunction`.
    pub action: &'a str,
    /// The ARN that the request names; `*` and `?` in it are wildcards, `{` is any text without a slash.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub owner: &'a str,
    /// Whether callers must sign: then `*` means any AWS principal, not the internet.
    pub signed: bool,
    /// Condition keys whose value is known whoever calls; `None` for a key known to be missing. That of
    /// `aws:CurrentTime` is the earliest: requests come from then on.
    pub context: &'a [(&'a str, Option<&'a str>)],
}

/// How a condition narrows the callers of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The operator as the policy writes it.
    pub operator: String,
    /// The condition key as the policy writes it, in whatever case.
    pub key: String,
    /// The values it is compared with, secrets masked.
    pub values: Vec<String>,
    /// Whether a caller from elsewhere cannot fulfil it at will.
    pub effective: bool,
    /// The Deny that it comes from: then whoever does *not* fulfil it is let in.
    pub deny: Option<String>,
}

/// One statement that lets an audience in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The statement's index.
    pub statement: usize,
    /// The `Sid`, or `#2` for the second statement.
    pub label: String,
    /// Who.
    pub audience: Audience,
    /// The services, accounts, principals or organizations, where the audience is not everyone.
    pub principals: Vec<String>,
    /// Whether callers must also stand in some network, or know a shared secret.
    pub limited: bool,
    /// The conditions that remain.
    pub restrictions: Vec<Restriction>,
    /// False where the engine had to assume the worst.
    pub exact: bool,
    /// Why the audience is what it is, for people.
    pub reason: String,
}

impl Grant {
    /// Whether everybody whom the other lets in is let in by this one too; where that cannot be told, no.
    pub fn holds(&self, other: &Self) -> bool {
        let everyone = self.audience >= Audience::AnyAwsPrincipal && self.principals.is_empty();
        let named = |name: &String| {
            let whose = account(name);
            self.principals.iter().any(|it| it == name || is_whole_account(it) && account(it) == whose)
        };
        let any_service = self.audience == Audience::AnyAccountThroughAService && self.principals.is_empty();
        let all_named = any_service || !other.principals.is_empty() && other.principals.iter().all(named);
        // Whoever a service acts for is not whoever calls.
        let services = |grant: &Self| grant.principals.iter().any(|it| it.contains(".amazonaws."));
        let same = self.audience == other.audience && all_named && services(self) == services(other);
        let who = if everyone { self.audience >= other.audience } else { same };
        who && self.limited <= other.limited
    }

    /// The accounts that the principals name.
    pub fn accounts(&self) -> Vec<&str> {
        let accounts = self.principals.iter().map(|name| account(name));
        accounts.filter(|account| is_account(account)).collect()
    }
}
