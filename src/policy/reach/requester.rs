//! Who may ask, and what their requests look like.
//!
//! A policy can only tell apart the accounts, organizations and principals that it names. One
//! stranger therefore stands for all strangers, and the requesters to try are few.

use crate::pattern::{Pattern, account_of_arn};
use crate::reach::mentions::{Mentions, is_account};
use crate::solve::{Domain, Ground, Values};
use crate::{Audience, Principal, Principals, Request};

/// Somebody who asks.
#[derive(Clone, Debug)]
pub(crate) struct Requester {
    pub(crate) kind: Kind,
    pub(crate) account: Account,
}

/// In which shape somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without a signature.
    Unsigned,
    /// As a principal of the account: that one, or one that the policy does not name.
    Principal(Option<String>),
    /// A service on behalf of the account: that one, or one that the policy does not name.
    Service(Option<String>),
    /// Somebody whom that identity provider vouches for.
    Federated(String),
    /// The account of that canonical user.
    CanonicalUser(String),
}

/// Where somebody belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// The account that owns the resource.
    Owner(String),
    /// One that the policy names.
    Named(String),
    /// One that the policy does not name, of an organization that it names.
    Member { account: String, organization: String },
    /// One that the policy does not name.
    Stranger(String),
    /// One that several patterns of the policy may or may not match.
    Anyone,
    /// That of a principal that the policy names by its unique id.
    OfUniqueId(String),
}

impl Account {
    fn id(&self) -> Option<&str> {
        match self {
            Self::Owner(id) | Self::Named(id) | Self::Stranger(id) | Self::Member { account: id, .. } => {
                Some(id)
            }
            Self::Anyone | Self::OfUniqueId(_) => None,
        }
    }
}

impl Requester {
    pub(crate) fn audience(&self) -> Audience {
        match (&self.kind, &self.account) {
            (Kind::Unsigned, _) => Audience::Anonymous,
            (Kind::CanonicalUser(_), _) | (_, Account::Named(_) | Account::OfUniqueId(_)) => {
                Audience::ForeignAccounts
            }
            (_, Account::Owner(_)) => Audience::OwnAccount,
            (_, Account::Member { .. }) => Audience::Organization,
            (Kind::Service(_), _) => Audience::AnyAccountThroughAService,
            _ => Audience::AnyAwsPrincipal,
        }
    }

    /// How a grant names them: the service and whom it acts for, or the principal, account or
    /// organization; nothing for those that are everyone.
    pub(crate) fn names(&self) -> Vec<String> {
        let kind = match &self.kind {
            Kind::Principal(name) | Kind::Service(name) => name.as_ref(),
            Kind::Federated(name) | Kind::CanonicalUser(name) => Some(name),
            Kind::Unsigned => None,
        };
        let account = match (&self.account, &self.kind) {
            (_, Kind::Principal(Some(_)) | Kind::Federated(_) | Kind::CanonicalUser(_)) => None,
            (Account::Member { organization, .. }, _) => Some(organization),
            (Account::Owner(id) | Account::Named(id) | Account::OfUniqueId(id), _) => Some(id),
            (Account::Stranger(_) | Account::Anyone, _) => None,
        };
        kind.into_iter().chain(account).cloned().collect()
    }

    /// Whether what is known of them is enough to be sure.
    pub(crate) fn is_sure(&self) -> bool {
        let known = !matches!(self.account, Account::Anyone | Account::OfUniqueId(_));
        known && !matches!(self.kind, Kind::Federated(_) | Kind::CanonicalUser(_))
    }

    /// Whether the principal stands for them.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    pub(crate) fn is(&self, principal: &Principal) -> bool {
        match (principal, &self.kind) {
            (Principal::Anyone, _) => true,
            (Principal::Aws(text), Kind::Principal(own)) => {
                own.as_deref() == Some(text)
                    || is_whole_account(text) && self.account.id() == Some(account(text))
            }
            (Principal::Service(text), Kind::Service(own)) => text == "*" || own.as_deref() == Some(text),
            (Principal::Federated(text), Kind::Federated(own))
            | (Principal::CanonicalUser(text), Kind::CanonicalUser(own)) => text == own,
            _ => false,
        }
    }

    /// Whether a Deny on these principals is on them.
    ///
    /// `NotPrincipal` spares a principal only if its account is listed too; a grant that counts on
    /// less may be none, but whoever it lets in is let in.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    pub(crate) fn is_denied_by(&self, principals: Option<&Principals>) -> bool {
        match principals {
            None => false,
            Some(Principals::Only(list)) => list.iter().any(|it| self.is(it)),
            Some(Principals::AllBut(list)) => !list.iter().any(|it| self.is(it)),
        }
    }
}

/// Whether the principal is a whole account: twelve digits or its root.
pub(crate) fn is_whole_account(principal: &str) -> bool {
    let account = account(principal);
    is_account(account) && (principal == account || principal.ends_with(&format!("{account}:root")))
}

/// The account of a principal: of an ARN, or twelve digits; else the text itself.
pub(crate) fn account(principal: &str) -> &str {
    account_of_arn(principal).unwrap_or(principal)
}

/// A requester's requests: what their keys can hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests<'a> {
    pub(crate) by: &'a Requester,
    pub(crate) request: &'a Request<'a>,
    pub(crate) mentions: &'a Mentions,
    /// Whether they come from anywhere and know no secret: not from a network that the policy names.
    pub(crate) unlimited: bool,
    /// Whether their account is of none of the organizations that the policy names, unless it was
    /// chosen to be.
    pub(crate) outside: bool,
}

impl Ground for Requests<'_> {
    fn domain(&self, key: &str) -> Domain {
        let mut known = self.request.context.iter();
        if let Some((_, value)) = known.find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return value.map_or_else(Domain::none, Domain::one);
        }
        match &self.by.kind {
            Kind::Federated(_) | Kind::CanonicalUser(_) => self.elsewhere(key).unwrap_or_else(Domain::any),
            Kind::Unsigned => self.of_caller(key, || match key {
                "aws:principalaccount" => Domain::one("anonymous").or_missing(),
                "aws:principaltype" => Domain::one("Anonymous").or_missing(),
                _ => Domain::none(),
            }),
            Kind::Principal(arn) => self.of_caller(key, || self.of_principal(key, arn.as_deref())),
            Kind::Service(name) => self.of_service(key, name.as_deref()),
        }
    }
}

impl Requests<'_> {
    /// What any caller that is not a service has of a key.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    fn of_caller(&self, key: &str, of_identity: impl FnOnce() -> Domain) -> Domain {
        match key {
            "aws:principalaccount"
            | "aws:principalarn"
            | "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:userid"
            | "aws:principaltype"
            | "kms:calleraccount" => of_identity(),
            "aws:principalisawsservice" if self.by.kind == Kind::Unsigned => {
                Domain::one("false").or_missing()
            }
            "aws:principalisawsservice" => Domain::one("false"),
            // Services alone act for a source; `aws:SourceOwner` is none of these keys: Amazon SNS
            // sets it for every caller.
            "aws:sourceaccount"
            | "aws:sourcearn"
            | "aws:sourceorgid"
            | "aws:sourceorgpaths"
            | "aws:principalservicename"
            | "aws:principalservicenameslist" => Domain::none(),
            "aws:sourceip" => self.address(),
            _ => self.elsewhere(key).unwrap_or_else(|| of_any(key)),
        }
    }

    fn of_principal(&self, key: &str, arn: Option<&str>) -> Domain {
        let by = &self.by.account;
        match key {
            "aws:principalaccount" | "kms:calleraccount" => {
                by.id().map_or_else(|| self.unnamed("{}"), Domain::one)
            }
            "aws:principalarn" => match (arn, by.id()) {
                (Some(arn), _) => Domain::forms(arns_of(arn), Vec::new()),
                (None, Some(id)) => self.principal_of(id),
                (None, None) => self.unnamed("arn:*:*:*:{}:*"),
            },
            "aws:principalorgid" | "aws:principalorgpaths" => self.organization(key),
            "aws:userid" => match by {
                Account::OfUniqueId(id) => {
                    Domain::forms(vec![Pattern::literal(id), starting(id)], Vec::new())
                }
                // That of a root user or federated user begins with the account.
                _ => {
                    let other = |id: &&str| by.id() != Some(*id);
                    let named = self.mentions.accounts_named().chain([self.request.owner]).filter(other);
                    let never = named.chain(self.mentions.unique_ids());
                    Domain::any_but(never.flat_map(|id| [Pattern::literal(id), starting(id)]).collect())
                }
            },
            _ => Domain::any(),
        }
    }

    /// Services act for somebody or for nobody.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>
    fn of_service(&self, key: &str, name: Option<&str>) -> Domain {
        match key {
            "aws:principalisawsservice" => Domain::one("true"),
            "aws:principalservicename" => name.map_or_else(|| self.other_service(), Domain::one),
            "aws:principalaccount"
            | "aws:principalarn"
            | "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:userid"
            | "kms:calleraccount" => Domain::none(),
            "aws:sourceaccount" | "aws:sourceowner" => match self.by.account.id() {
                Some(id) => Domain::one(id).or_missing(),
                None => self.unnamed("{}").or_missing(),
            },
            "aws:sourcearn" => match self.by.account.id() {
                // The ARNs of buckets and the like name no account: anyone can own them.
                Some(id) => {
                    let forms =
                        [id, ""].into_iter().filter_map(|id| Pattern::arn(&format!("arn:*:*:*:{id}:*")));
                    Domain::forms(forms.collect(), Vec::new()).or_missing()
                }
                None => self.unnamed("arn:*:*:*:{}:*").or_missing(),
            },
            "aws:sourceorgid" | "aws:sourceorgpaths" => self.organization(key).or_missing(),
            "aws:sourceip" => self.address(),
            _ => self.elsewhere(key).unwrap_or_else(|| of_any(key)),
        }
    }

    /// Any text but those with an account that the policy names, or its own, in that place.
    fn unnamed(&self, place: &str) -> Domain {
        let named = self.mentions.accounts_named().chain([self.request.owner]);
        let text = |id: &str| place.replace("{}", id);
        let never = named.map(|id| Pattern::arn(&text(id)).unwrap_or_else(|| Pattern::literal(id)));
        Domain { missing: false, ..Domain::any_but(never.collect()) }
    }

    /// A principal of the account that the policy does not name.
    fn principal_of(&self, account: &str) -> Domain {
        let forms = ["iam", "sts"]
            .iter()
            .filter_map(|service| Pattern::arn(&format!("arn:*:{service}::{account}:*")));
        let named = self.mentions.principals(account).flat_map(arns_of);
        Domain::forms(forms.collect(), named.collect())
    }

    fn other_service(&self) -> Domain {
        let named = self.mentions.services().map(Pattern::literal);
        Domain { missing: false, ..Domain::any_but(named.collect()) }
    }

    /// The organization of the requester, or where it stands in it.
    fn organization(&self, key: &str) -> Domain {
        let paths = key.ends_with("paths");
        let form = |id: &str| if paths { Pattern::new(&format!("{id}/*")) } else { Pattern::literal(id) };
        match &self.by.account {
            Account::Member { organization, .. } => Domain::forms(vec![form(organization)], Vec::new()),
            Account::Stranger(_) => Domain::any_but(self.mentions.organizations().map(form).collect()),
            _ if self.outside => Domain::any_but(self.mentions.organizations().map(form).collect()),
            _ => Domain::any(),
        }
    }

    fn address(&self) -> Domain {
        let values = Values::Address { anywhere: self.unlimited };
        Domain { missing: true, values, sure: true }
    }

    /// The networks that callers stand in and the secrets they know: not those of the policy.
    fn elsewhere(&self, key: &str) -> Option<Domain> {
        const PLACES: [&str; 7] = [
            "aws:sourcevpc",
            "aws:sourcevpce",
            "aws:sourcevpcarn",
            "aws:vpceaccount",
            "aws:vpceorgid",
            "aws:vpceorgpaths",
            "lambda:eventsourcetoken",
        ];
        PLACES.contains(&key).then(|| match self.unlimited {
            true => Domain::any_but(self.mentions.fixed_values(key).map(Pattern::literal).collect()),
            false => Domain::any(),
        })
    }
}

/// A key that says nothing of who asks, and one of which nothing is known.
fn of_any(key: &str) -> Domain {
    const FREE: [&str; 27] = [
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:currenttime",
        "aws:epochtime",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:referer",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:securetransport",
        "aws:sourceidentity",
        "aws:sourceip",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:tagkeys",
        "aws:tokenissuetime",
        "aws:useragent",
        "aws:username",
        "aws:viaawsservice",
        "aws:vpcsourceip",
        "lambda:functionurlauthtype",
        "lambda:invokedviafunctionurl",
    ];
    let tagged = key.starts_with("aws:principaltag/") || key.starts_with("aws:requesttag/");
    if tagged || FREE.contains(&key) { Domain::any() } else { Domain::any().unsure() }
}

fn starting(id: &str) -> Pattern {
    Pattern::new(&format!("{id}:*"))
}

/// What `aws:PrincipalArn` can be for a principal. For a session it is the ARN of its role, of which the
/// session's own does not tell the path.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
fn arns_of(principal: &str) -> Vec<Pattern> {
    let session = || {
        let (start, rest) = principal.split_once(":assumed-role/")?;
        let (role, _) = rest.split_once('/')?;
        let start = start.replacen(":sts:", ":iam:", 1);
        let plain = Pattern::literal(&format!("{start}:role/{role}"));
        Some(vec![plain, Pattern::arn(&format!("{start}:role/*/{role}"))?])
    };
    session().unwrap_or_else(|| vec![Pattern::literal(principal)])
}
