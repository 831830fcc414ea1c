//! The callers that a principal stands for, narrowed step by step.

use crate::narrow::{Bound, is_account, is_unique_id};
use crate::pattern::account_of_arn;
use crate::{Audience, Principal, Request};

/// Callers, with the reasons why it is them.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    /// How many they are.
    pub(crate) audience: Audience,
    /// Their names, where they are not everyone.
    pub(crate) names: Vec<String>,
    /// False where the worst was assumed.
    pub(crate) exact: bool,
    /// Why, each a clause for people.
    pub(crate) notes: Vec<String>,
    /// What they are before any condition.
    origin: Origin,
    /// Whether they must also be in some network or know some secret.
    limited: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Everyone,
    Service,
    Named,
}

impl Callers {
    /// The callers that a principal stands for; nothing if it was deleted.
    pub(crate) fn of(principal: &Principal, request: &Request) -> Option<Self> {
        let named = |audience, name: &str, exact, note: String| Self {
            audience,
            names: vec![name.to_owned()],
            exact,
            notes: vec![note],
            origin: Origin::Named,
            limited: false,
        };
        Some(match principal {
            Principal::Anyone => Self::everyone(request, true, "the principal is \"*\""),
            Principal::Aws(text) if is_unique_id(text) => return None,
            Principal::Aws(text) => match account(text) {
                "" | "*" => Self::everyone(request, false, &format!("{text:?} may be anyone")),
                account if account.contains(['*', '?']) => {
                    Self::everyone(request, false, &format!("{text:?} has no fixed account"))
                }
                account if account == request.owner => {
                    let note = format!("{text} is in the account itself");
                    named(Audience::OwnAccount, text, true, note)
                }
                account => {
                    let note = format!("{text} is in another account");
                    named(Audience::ForeignAccounts, text, is_account(account), note)
                }
            },
            Principal::Service(name) => Self {
                audience: Audience::AnyAccountThroughAService,
                origin: Origin::Service,
                ..named(Audience::None, name, true, format!("the service {name} calls"))
            },
            Principal::Federated(name) => {
                let note = format!("whoever the identity provider {name} vouches for");
                named(Audience::AnyAwsPrincipal, name, false, note)
            }
            Principal::CanonicalUser(id) => {
                let note = "a canonical user id can be of any account".to_owned();
                named(Audience::ForeignAccounts, id, false, note)
            }
        })
    }

    /// Everyone that can ask at all.
    pub(crate) fn everyone(request: &Request, exact: bool, why: &str) -> Self {
        let (audience, who) = if request.signed {
            (Audience::AnyAwsPrincipal, "callers from any account can sign")
        } else {
            (Audience::Anonymous, "callers need not sign")
        };
        Self {
            audience,
            names: Vec::new(),
            exact,
            notes: vec![format!("{why} and {who}")],
            origin: Origin::Everyone,
            limited: false,
        }
    }

    /// Those of the callers that are within the bound.
    pub(crate) fn within(mut self, bound: &Bound, by: &str) -> Self {
        match bound {
            Bound::Open(_, sure) => self.exact &= sure,
            Bound::Within(audience, names) if *audience < self.audience => {
                self.audience = *audience;
                self.exact &= !names.iter().any(|name| is_unique_id(name));
                self.notes.push(format!("{by} limits that to {}", names.join(", ")));
                if self.origin == Origin::Everyone {
                    self.names.clear();
                }
                self.names.extend(names.iter().cloned());
            }
            Bound::Services if self.audience > Audience::AnyAccountThroughAService => {
                self.audience = Audience::AnyAccountThroughAService;
                self.notes.push(format!("{by} limits that to AWS services"));
            }
            Bound::NoServices if self.audience == Audience::AnyAccountThroughAService => {
                self.audience = Audience::None;
            }
            Bound::Network if self.origin == Origin::Everyone => {
                self.limited = true;
                self.notes.push(format!("{by} limits that to some networks, taken for the account's own"));
            }
            Bound::Token if self.origin != Origin::Named => {
                self.limited = true;
                self.notes.push(format!("{by} limits that to whoever knows the token, a weak shared secret"));
            }
            Bound::Within(..) | Bound::Services | Bound::NoServices | Bound::Network | Bound::Token => {}
        }
        self
    }

    /// Those of the callers that are also among the others.
    pub(crate) fn only(mut self, others: &Self) -> Self {
        self.exact &= others.exact;
        if others.audience < self.audience {
            self.audience = others.audience;
            self.names.clone_from(&others.names);
            self.notes.push("a Deny spares only them".into());
            self.notes.extend(others.notes.iter().cloned());
        }
        self
    }

    /// Whether the bound keeps out any such callers from elsewhere.
    pub(crate) fn heeds(&self, bound: &Bound) -> bool {
        match bound {
            Bound::Open(..) | Bound::NoServices => false,
            Bound::Within(..) | Bound::Token => true,
            Bound::Services | Bound::Network => self.origin != Origin::Service,
        }
    }

    /// Whether these are all callers, none of them by name.
    pub(crate) fn are_everyone(&self) -> bool {
        self.origin == Origin::Everyone
    }

    /// The callers of several groups, one group for each audience and for the limited among them.
    ///
    /// Audiences are ordered by size but do not contain each other: services for any account and a
    /// foreign account stay two groups. Only those that let in any AWS principal hold all others.
    pub(crate) fn join(groups: Vec<Self>) -> Vec<Self> {
        let all = |it: &Self| !it.limited && it.audience >= Audience::AnyAwsPrincipal;
        let anyone = groups.iter().any(all);
        let mut joined: Vec<Self> = Vec::new();
        let anybody = |it: &Self| it.audience > Audience::None;
        for group in groups.into_iter().filter(|it| anybody(it) && (!anyone || all(it))) {
            let same = |it: &&mut Self| it.audience == group.audience && it.limited == group.limited;
            match joined.iter_mut().find(same) {
                Some(known) => known.absorb(group),
                None => joined.push(group),
            }
        }
        joined
    }

    /// Adds callers of the same audience.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.exact &= other.exact;
        let new = |list: &[String], item: &String| !list.contains(item);
        let names: Vec<_> = other.names.into_iter().filter(|it| new(&self.names, it)).collect();
        let notes: Vec<_> = other.notes.into_iter().filter(|it| new(&self.notes, it)).collect();
        self.names.extend(names);
        self.notes.extend(notes);
    }

    /// The callers as a grant tells them: those limited to places or by a secret count as the
    /// account's own, unless they are known to be of another account.
    pub(crate) fn settled(mut self) -> Self {
        if self.limited && self.audience > Audience::ForeignAccounts {
            self.audience = Audience::OwnAccount;
            self.exact = false;
        } else if self.audience == Audience::AnyAccountThroughAService {
            self.notes.push("no condition fixes the account it acts for".into());
        }
        self
    }
}

/// The account of a principal: of an ARN, or twelve digits; else the text itself.
pub(crate) fn account(principal: &str) -> &str {
    account_of_arn(principal).unwrap_or(principal)
}
