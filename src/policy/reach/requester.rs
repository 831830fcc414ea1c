//! Who may ask, and what their requests look like.
//!
//! A policy can only tell apart the accounts, organizations and principals that it names. One
//! stranger therefore stands for all strangers, and the requesters to try are few.

use crate::pattern::account_of_arn;
use crate::reach::mentions::is_account;
use crate::{Audience, Principal, Principals};

/// What stands before the name in the ARN of a session, and in that of the principal it is of.
const SESSIONS: [(&str, &str); 2] = [(":assumed-role/", ":role/"), (":federated-user/", ":user/")];

/// Somebody who asks.
#[derive(Clone, Debug)]
pub(crate) struct Requester {
    pub(crate) kind: Kind,
    pub(crate) account: Account,
    /// Whether an Allow is for this account or principal by name.
    pub(crate) by_name: bool,
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

impl Kind {
    /// The ARN of a principal that the policy names.
    pub(crate) fn principal(&self) -> Option<&str> {
        match self {
            Self::Principal(arn) => arn.as_deref(),
            _ => None,
        }
    }
}

/// Where somebody belongs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// The account that owns the resource.
    Owner(String),
    /// One that the policy names.
    Named(String),
    /// One that the policy does not name, of an organization that it names; nothing for one that several
    /// patterns of the policy may or may not match.
    Member { account: Option<String>, organization: String },
    /// One that the policy does not name.
    Stranger(String),
    /// One that several patterns of the policy may or may not match.
    Anyone,
    /// That of a principal that the policy names by its unique id.
    OfUniqueId(String),
}

impl Account {
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Owner(id) | Self::Named(id) | Self::Stranger(id) => Some(id),
            Self::Member { account, .. } => account.as_deref(),
            Self::Anyone | Self::OfUniqueId(_) => None,
        }
    }
}

impl Requester {
    pub(crate) fn new(kind: Kind, account: Account) -> Self {
        Self { kind, account, by_name: false }
    }

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
            // Their names say it, or nobody knows it.
            (_, Kind::Principal(Some(_)) | Kind::Federated(_) | Kind::CanonicalUser(_))
            | (Account::Stranger(_) | Account::Anyone, _) => None,
            (Account::Member { organization, .. }, _) => Some(organization),
            (Account::Owner(id) | Account::Named(id) | Account::OfUniqueId(id), _) => Some(id),
        };
        kind.into_iter().chain(account).cloned().collect()
    }

    /// Whether what is known of them is enough to be sure.
    pub(crate) fn is_sure(&self) -> bool {
        self.account.id().is_some() && !matches!(self.kind, Kind::Federated(_) | Kind::CanonicalUser(_))
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

    /// Whether the list names them, or whom they are a session of.
    pub(crate) fn is_named_in(&self, list: &[Principal]) -> bool {
        let session = self.session();
        list.iter().any(|it| self.is(it) || session.as_ref().is_some_and(|session| session.is_of(it)))
    }

    /// Whether a Deny on these principals is on them.
    ///
    /// `NotPrincipal` spares a principal only if its account is listed too, and a session's role.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    pub(crate) fn is_denied_by(&self, principals: Option<&Principals>) -> bool {
        match principals {
            None => false,
            Some(Principals::Only(list)) => self.is_named_in(list),
            Some(Principals::AllBut(list)) => !self.is_spared_by(list),
        }
    }

    fn session(&self) -> Option<Session<'_>> {
        let arn = self.kind.principal()?;
        let split = |(class, parent)| arn.split_once(class).map(|(start, name)| (start, name, parent));
        let (start, name, parent) = SESSIONS.into_iter().find_map(split)?;
        let parent = format!("{}{parent}", start.replacen(":sts:", ":iam:", 1));
        Some(Session { parent, name: name.split('/').next()? })
    }

    fn is_spared_by(&self, list: &[Principal]) -> bool {
        let is_account = |it: &Principal| match it {
            Principal::Aws(text) => is_whole_account(text) && self.is(it),
            other => *other == Principal::Anyone,
        };
        let needs_account = matches!(&self.kind, Kind::Principal(Some(arn)) if !is_whole_account(arn));
        let named = |it: &Principal| self.is(it) && !(needs_account && is_account(it));
        let listed = list.contains(&Principal::Anyone) || list.iter().any(named);
        let parent_is_listed =
            |session: Session| list.contains(&Principal::Anyone) || list.iter().any(|it| session.is_of(it));
        listed
            && (!needs_account || list.iter().any(is_account))
            && self.session().is_none_or(parent_is_listed)
    }
}

/// A session of a role, or of a user whom it federates.
struct Session<'a> {
    /// How the ARN of whom it is of begins.
    parent: String,
    /// The name of that one, without its path, which the session's ARN does not tell.
    name: &'a str,
}

impl Session<'_> {
    fn is_of(&self, principal: &Principal) -> bool {
        let Principal::Aws(text) = principal else { return false };
        text.strip_prefix(self.parent.as_str()).is_some_and(|it| it.rsplit('/').next() == Some(self.name))
    }
}

/// Whether the principal is a whole account: twelve digits or its root.
pub(crate) fn is_whole_account(principal: &str) -> bool {
    if principal.len() != 12 && !principal.ends_with(":root") {
        return false;
    }
    let account = account(principal);
    let ends = |rest: &str| rest.strip_suffix(account).is_some();
    is_account(account) && (principal == account || principal.strip_suffix(":root").is_some_and(ends))
}

/// The account of a principal: of an ARN, or twelve digits; else the text itself.
pub(crate) fn account(principal: &str) -> &str {
    account_of_arn(principal).unwrap_or(principal)
}
