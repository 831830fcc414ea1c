//! Who asks, and how a policy's principals name them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::{Context, Principal, Principals};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker<'a> {
    /// Nobody in particular: the request is not signed.
    Anonymous,
    /// A principal of an account.
    Iam { text: &'a str, partition: &'a str, account: &'a str, kind: Kind<'a> },
    /// An AWS service, an identity provider, or a canonical user.
    Other(&'a str),
}

/// What a principal of an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// The account itself: its root user.
    Root,
    /// A role by its own ARN: any of its sessions.
    Role { linked_to_service: bool },
    /// A session of the role of that name.
    Session { role: &'a str },
    /// A session that a user federated; AWS tells it by the user's name.
    Federated { user: &'a str },
    /// A user, or whatever else has an ARN.
    User,
}

/// How a statement names whoever asks. The order is that of strength: what is granted directly is
/// limited by less than what is granted to the role or the account.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// The account: whoever the account itself lets in.
    Account,
    /// The role of a session, or the user of a federated one: within boundary and session policies.
    Parent,
    /// Whoever asks, or everyone.
    Direct,
}

impl<'a> Asker<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        if matches!(text, "anonymous" | "*") {
            return Self::Anonymous;
        }
        if is_account(text) {
            return Self::Iam { text, partition: "", account: text, kind: Kind::Root };
        }
        let mut fields = text.splitn(6, ':');
        let mut next = || fields.next().unwrap_or_default();
        let [arn, partition, service, _, account, name] = [next(), next(), next(), next(), next(), next()];
        let (class, name) = name.split_once('/').unwrap_or((name, ""));
        if arn != "arn" || account.is_empty() || class.is_empty() {
            return Self::Other(text);
        }
        let kind = match (service, class) {
            ("iam", "root") => Kind::Root,
            ("iam", "role") => Kind::Role { linked_to_service: name.starts_with("aws-service-role/") },
            ("iam", "saml-provider" | "oidc-provider") => return Self::Other(text),
            ("sts", "assumed-role") => Kind::Session { role: name.split('/').next().unwrap_or_default() },
            ("sts", "federated-user") => Kind::Federated { user: name },
            _ => Kind::User,
        };
        Self::Iam { text, partition, account, kind }
    }

    /// The account of a principal that has one.
    pub(super) fn account(self) -> Option<&'a str> {
        match self {
            Self::Iam { account, .. } => Some(account),
            Self::Anonymous | Self::Other(_) => None,
        }
    }

    /// Whether permissions boundaries and session policies limit what is granted to the ARN itself:
    /// to a role's, but to no user's and no session's.
    pub(super) fn is_role(self) -> bool {
        matches!(self, Self::Iam { kind: Kind::Role { .. }, .. })
    }

    pub(super) fn is_root(self) -> bool {
        matches!(self, Self::Iam { kind: Kind::Root, .. })
    }

    pub(super) fn is_federated_user(self) -> bool {
        matches!(self, Self::Iam { kind: Kind::Federated { .. }, .. })
    }

    /// Whether neither service nor resource control policies bind whoever asks: a role linked to a
    /// service. A session's ARN does not tell the path of its role, but `aws:PrincipalArn` does.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp>
    pub(super) fn is_linked_to_service(self, context: &Context) -> bool {
        let path = |arn: &str| arn.contains(":role/aws-service-role/");
        match self {
            Self::Iam { kind: Kind::Role { linked_to_service }, .. } => linked_to_service,
            Self::Iam { kind: Kind::Session { role }, .. } => {
                role.starts_with("AWSServiceRoleFor") && context.one("aws:PrincipalArn").is_none_or(path)
            }
            _ => false,
        }
    }

    /// How an Allow for the principals names whoever asks.
    pub(super) fn allowed_by(self, principals: &Principals) -> Option<Naming> {
        match principals {
            Principals::Only(list) => self.named_in(list),
            Principals::AllBut(list) => self.named_in(list).is_none().then_some(self.itself()),
        }
    }

    /// Whether a Deny for the principals is for whoever asks. One that has a permissions boundary is
    /// denied by every `NotPrincipal`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    pub(super) fn denied_by(self, principals: &Principals, has_boundary: bool) -> bool {
        match principals {
            Principals::Only(list) => self.named_in(list).is_some(),
            Principals::AllBut(list) => has_boundary && self.account().is_some() || !self.is_spared_by(list),
        }
    }

    /// Whether a `NotPrincipal` of a Deny spares whoever asks: AWS looks at the account, then at the
    /// role, then at the session, and each must be listed.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn is_spared_by(self, list: &[Principal]) -> bool {
        let namings = || list.iter().filter_map(|principal| self.named_by(principal));
        let named = |naming: Naming| namings().any(|it| it == naming);
        let anyone = list.contains(&Principal::Anyone);
        match self {
            Self::Anonymous | Self::Other(_) => named(Naming::Direct),
            Self::Iam { .. } if anyone => true,
            Self::Iam { kind, .. } => {
                let (parent, direct) = match kind {
                    Kind::Root => (true, true),
                    Kind::Role { .. } => (named(Naming::Parent), true),
                    Kind::User => (true, named(Naming::Direct)),
                    Kind::Session { .. } | Kind::Federated { .. } => {
                        (named(Naming::Parent), named(Naming::Direct))
                    }
                };
                named(Naming::Account) && parent && direct
            }
        }
    }

    /// The strongest way in which the list names whoever asks.
    fn named_in(self, list: &[Principal]) -> Option<Naming> {
        list.iter().filter_map(|principal| self.named_by(principal)).max()
    }

    fn named_by(self, principal: &Principal) -> Option<Naming> {
        match (self, principal) {
            (_, Principal::Anyone) => Some(Naming::Direct),
            (Self::Iam { .. }, Principal::Aws(name)) => self.named_by_arn(name),
            (
                Self::Other(text),
                Principal::Service(name) | Principal::Federated(name) | Principal::CanonicalUser(name),
            ) => (text == name).then_some(Naming::Direct),
            _ => None,
        }
    }

    /// Names are compared as they are: a wildcard within one is no wildcard, and the ids that stand for
    /// deleted principals are nobody's.
    fn named_by_arn(self, name: &str) -> Option<Naming> {
        let Self::Iam { text, partition, account, kind } = self else {
            return None;
        };
        if name == account {
            return Some(Naming::Account);
        }
        let rest = name.strip_prefix("arn:")?;
        let (its_partition, path) = rest.split_once(":iam::").unwrap_or((rest, ""));
        let of_account = path.strip_prefix(account).and_then(|path| path.strip_prefix(':'));
        if of_account == Some("root") {
            return Some(Naming::Account);
        }
        if name == text {
            return Some(self.itself());
        }
        let (class, parent) = match kind {
            Kind::Session { role } => ("role/", role),
            Kind::Federated { user } => ("user/", user),
            Kind::Root | Kind::Role { .. } | Kind::User => return None,
        };
        let its_name = of_account?.strip_prefix(class)?.rsplit('/').next();
        (its_partition == partition && its_name == Some(parent)).then_some(Naming::Parent)
    }

    /// How one's own ARN names one: a role's stands for its sessions.
    fn itself(self) -> Naming {
        if self.is_role() { Naming::Parent } else { Naming::Direct }
    }
}

/// Whether a text is an account's twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}
