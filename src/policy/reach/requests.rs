//! What the condition keys of a requester's requests can hold.

use crate::Request;
use crate::pattern::Pattern;
use crate::reach::mentions::Mentions;
use crate::reach::requester::{Account, Kind, Requester, is_whole_account};
use crate::solve::{Domain, Ground, Names, Values};
use std::rc::Rc;

/// What accounts look like.
const ACCOUNT: &str = "????????????";
/// What `aws:PrincipalArn` looks like, after the partition: of a session it is its role's.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
const PRINCIPALS: [(&str, &str); 4] =
    [("iam", "root"), ("iam", "user/*"), ("iam", "role/*"), ("sts", "federated-user/*")];
/// What `aws:userid` looks like of a role's sessions and of users.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
const OF_ROLES: &str = "AROA*:*";
const OF_USERS: &str = "AIDA*";

/// A requester's requests: what their keys can hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests<'a> {
    pub(crate) by: &'a Requester,
    pub(crate) request: &'a Request<'a>,
    pub(crate) mentions: &'a Mentions<'a>,
    /// Whether they come from anywhere and know no secret: not from a network that the policy names.
    pub(crate) unlimited: bool,
    /// The organizations that the policy names and their account is not of: all, or these.
    pub(crate) without: Option<&'a [&'a str]>,
}

impl Ground for Requests<'_> {
    fn domain(&self, key: &str) -> Domain {
        if let Some(domain) = Domain::of_time(key, self.request.context) {
            return domain;
        }
        let mut known = self.request.context.iter();
        if let Some((_, value)) = known.find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return value.map_or_else(Domain::none, Domain::one).of_all();
        }
        // Of AWS's own resources it is another, which no policy of an account speaks of.
        if key == "aws:resourceaccount" {
            return Domain::one(self.request.owner);
        }
        match &self.by.kind {
            // An account that nobody here knows: named or not, its own or another.
            Kind::CanonicalUser(_) if self.by.account == Account::Anyone => {
                self.of_caller(key, || match key {
                    "aws:principalaccount" => Domain::forms(vec![Pattern::new(ACCOUNT).of_digits()]),
                    _ => Domain::any(),
                })
            }
            Kind::CanonicalUser(_) => self.of_caller(key, || self.of_principal(key, None)),
            // Neither is a principal of an account.
            Kind::Unsigned | Kind::Federated(_) => self.of_caller(key, || match key {
                "aws:principalaccount" | "aws:userid" => Domain::one("anonymous").or_missing(),
                "aws:principaltype" => Domain::one("Anonymous").or_missing(),
                _ => Domain::none(),
            }),
            Kind::Principal(Some(arn)) => self.of_caller(key, || self.of_principal(key, Some(arn))),
            // Of which kind one is that the policy does not name is not followed from key to key.
            Kind::Principal(None) => self.of_caller(key, || {
                let domain = self.of_principal(key, None);
                let is_tied = matches!(key, "aws:principaltype" | "aws:userid" | "aws:username");
                if is_tied && self.mentions.looks_twice() { domain.unsure() } else { domain }
            }),
            Kind::Service(name) => self.of_service(key, name.as_deref()),
        }
    }

    fn cost(&self, key: &str) -> usize {
        // What they are not has to be made ready.
        match key {
            "aws:userid" | "aws:principalarn" => 4 + 2 * self.mentions.len(),
            _ if key.contains("org") => 4 + 4 * self.without.map_or(0, <[_]>::len),
            _ => 4,
        }
    }
}

impl Requests<'_> {
    /// Whether some of the requests have the key, lower case.
    pub(crate) fn may_have(&self, key: &str) -> bool {
        !matches!(self.domain(key).values, Values::None)
    }

    /// What any caller that is not a service has of a key.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    fn of_caller(&self, key: &str, of_identity: impl FnOnce() -> Domain) -> Domain {
        match key {
            "aws:principalaccount"
            | "aws:principalarn"
            | "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:userid"
            | "aws:username"
            | "aws:principaltype"
            | "kms:calleraccount" => of_identity(),
            _ if key.starts_with("aws:principaltag/") => of_identity(),
            "aws:principalisawsservice" => match self.by.kind {
                Kind::Principal(_) | Kind::CanonicalUser(_) => Domain::one("false"),
                _ => Domain::one("false").or_missing(),
            },
            // A rule of EventBridge in another account names itself while the account's own principal calls:
            // <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html>
            "aws:sourcearn" if self.by.by_name => {
                let id = self.by.account.id().unwrap_or_default();
                let form = Pattern::arn(&format!("arn:*:*:*:{id}:*"));
                Domain::forms(form.into_iter().collect()).or_missing()
            }
            // Services alone act for a source otherwise; `aws:SourceOwner` is none of these keys: Amazon SNS
            // sets it for every caller.
            "aws:sourceaccount"
            | "aws:sourcearn"
            | "aws:sourceorgid"
            | "aws:sourceorgpaths"
            | "aws:principalservicename"
            | "aws:principalservicenameslist" => Domain::none(),
            "aws:sourceip" => self.address(),
            _ => self.elsewhere(key).unwrap_or_else(|| of_any(key).of_all()),
        }
    }

    fn of_principal(&self, key: &str, arn: Option<&str>) -> Domain {
        let by = &self.by.account;
        match key {
            "aws:principalaccount" | "kms:calleraccount" => {
                by.id().map_or_else(|| self.unnamed(vec![Pattern::new(ACCOUNT).of_digits()]), Domain::one)
            }
            "aws:principalarn" => match (arn, by.id()) {
                (Some(arn), _) => Domain::forms(arns_of(arn)),
                (None, Some(id)) => self.principal_of(id),
                (None, None) => self.unnamed(principals(self.partition(), ACCOUNT)),
            },
            "aws:principalorgid" | "aws:principalorgpaths" => self.organization(key),
            "aws:userid" => self.user_id(),
            _ => Domain::any(),
        }
    }

    /// The unique id of a user or a role's session; that of a root or federated user is or begins with
    /// the account.
    fn user_id(&self) -> Domain {
        if let Account::OfUniqueId(id) = &self.by.account {
            return Domain::forms(vec![Pattern::literal(id), starting(id)]);
        }
        if let Some(forms) = self.by.kind.principal().and_then(user_ids_of) {
            return Domain::forms(forms);
        }
        let own = self.by.account.id();
        // Whose id it is that a policy names is not known: it may be of an account that it names too.
        let may_be_theirs = matches!(self.by.account, Account::Owner(_) | Account::Named(_));
        let names = || {
            let accounts = self.mentions.accounts_named().chain([self.request.owner]);
            let ids = self.mentions.unique_ids().filter(|_| !may_be_theirs);
            let never: Vec<_> = accounts.filter(|_| own.is_none()).chain(ids).collect();
            Names::texts(never.iter().copied()).and(never.into_iter().map(starting).collect())
        };
        let others = self.mentions.names(
            match (own, may_be_theirs) {
                (None, _) => "user ids of nobody",
                (_, true) => "no user ids",
                (_, false) => "user ids",
            },
            names,
        );
        let own = own.unwrap_or(ACCOUNT);
        let of_account = [Pattern::new(own), starting(own)].map(Pattern::of_digits);
        let of_others = [OF_ROLES, OF_USERS].map(Pattern::new);
        Domain::forms_but(of_account.into_iter().chain(of_others).collect(), others)
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
            | "aws:username"
            | "kms:calleraccount" => Domain::none(),
            _ if key.starts_with("aws:principaltag/") => Domain::none(),
            "aws:sourceaccount" | "aws:sourceowner" => match self.by.account.id() {
                Some(id) => Domain::one(id).or_missing(),
                None => self.unnamed(vec![Pattern::new(ACCOUNT).of_digits()]).or_missing(),
            },
            "aws:sourcearn" => {
                let id = self.by.account.id();
                // The ARNs of buckets and the like name no account: anyone can own them.
                let accounts = [id.unwrap_or(ACCOUNT), ""];
                let forms = accounts.into_iter().filter_map(|id| Pattern::arn(&format!("arn:*:*:*:{id}:*")));
                let forms = forms.map(Pattern::of_digits).collect();
                if id.is_some() { Domain::forms(forms) } else { self.unnamed(forms) }.or_missing()
            }
            "aws:sourceorgid" | "aws:sourceorgpaths" => self.organization(key).or_missing(),
            "aws:sourceip" => self.address(),
            _ => self.elsewhere(key).unwrap_or_else(|| of_any(key).of_all()),
        }
    }

    /// The partition of the resource, and so of whoever asks: none reaches into another.
    /// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
    fn partition(&self) -> &str {
        let mut fields = self.request.resource.split(':');
        let partition = if fields.next() == Some("arn") { fields.next() } else { None };
        partition.filter(|it| it.starts_with("aws")).unwrap_or("*")
    }

    /// An account, or an ARN of one, of those forms: not of those that the policy names, nor its own.
    fn unnamed(&self, forms: Vec<Pattern>) -> Domain {
        let ids = || self.mentions.accounts_named().chain([self.request.owner]);
        let never = self.mentions.names("accounts and their ARNs", || Names::arns_of(ids()).and_texts(ids()));
        Domain::forms_but(forms, never)
    }

    /// A principal of the account that the policy does not name.
    fn principal_of(&self, account: &str) -> Domain {
        // The root user is a principal of each account, and a role has other sessions than one named.
        let alone = |arn: &&str| !is_whole_account(arn) && !arn.contains(":assumed-role/");
        let named = || Names::texts(self.mentions.principals(account).filter(alone));
        Domain::forms_but(
            principals(self.partition(), account),
            self.mentions.names(&format!("principals of {account}"), named),
        )
    }

    fn other_service(&self) -> Domain {
        let named = self.mentions.names("services", || Names::texts(self.mentions.services()));
        Domain { missing: false, ..Domain::any_but(named) }
    }

    /// The organization of the requester, or where it stands in it.
    fn organization(&self, key: &str) -> Domain {
        let paths = key.ends_with("paths");
        let form = |id: &str| if paths { Pattern::new(&format!("{id}/*")) } else { Pattern::literal(id) };
        let all = || self.mentions.organizations();
        let folded =
            || all().filter(|_| self.mentions.folds_organizations()).map(|id| form(id).in_any_case());
        let names = || {
            let names =
                if paths { Names::default().and(all().map(form).collect()) } else { Names::texts(all()) };
            names.and(folded().collect())
        };
        let another = |named| {
            let form = if paths { "o-*/*" } else { "o-*" };
            Domain::forms_but(vec![Pattern::new(form)], named).or_missing()
        };
        let others = || self.mentions.names(if paths { "paths" } else { "organizations" }, names);
        match (&self.by.account, self.without) {
            (Account::Member { organization, .. }, _) => Domain::forms(vec![form(organization)]),
            (Account::Stranger(_), _) | (_, None) => another(others()),
            (_, Some([])) => another(Rc::default()),
            (_, Some(these)) if paths => {
                let forms = these.iter().map(|id| form(id)).collect();
                another(Rc::new(Names::default().and(forms)))
            }
            (_, Some(these)) => {
                let folded = these.iter().filter(|_| self.mentions.folds_organizations());
                let folded = folded.map(|id| form(id).in_any_case()).collect();
                another(Rc::new(Names::texts(these.iter().copied()).and(folded)))
            }
        }
    }

    fn address(&self) -> Domain {
        let values = Values::Address { anywhere: self.unlimited };
        Domain { missing: true, values, sure: true, common: false }
    }

    /// The networks that callers stand in and the secrets they know: not those of the policy.
    fn elsewhere(&self, key: &str) -> Option<Domain> {
        let form = place(key)?;
        let named = if self.unlimited { self.mentions.places(key) } else { Rc::default() };
        Some(match form {
            "*" => Domain::any_but(named),
            form => Domain::forms_but(vec![Pattern::new(form)], named).or_missing(),
        })
    }
}

/// Whether the key tells where callers stand or what they know.
pub(crate) fn tells_a_place(key: &str) -> bool {
    key == "aws:sourceip" || place(key).is_some()
}

/// What the networks that callers stand in and the secrets they know look like.
fn place(key: &str) -> Option<&'static str> {
    Some(match key {
        "aws:sourcevpc" => "vpc-*",
        "aws:sourcevpce" => "vpce-*",
        "aws:sourcevpcarn"
        | "aws:vpceaccount"
        | "aws:vpceorgid"
        | "aws:vpceorgpaths"
        | "lambda:eventsourcetoken"
        | "sts:externalid" => "*",
        _ => return None,
    })
}

/// A key that says nothing of who asks, and one of which nothing is known.
fn of_any(key: &str) -> Domain {
    const FREE: [&str; 17] = [
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:referer",
        "aws:requestedregion",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:sourceidentity",
        "aws:tagkeys",
        "aws:tokenissuetime",
        "aws:useragent",
        "aws:username",
        "aws:vpcsourceip",
        "lambda:functionurlauthtype",
        "lambda:invokedviafunctionurl",
    ];
    const FLAGS: [&str; 3] = ["aws:multifactorauthpresent", "aws:securetransport", "aws:viaawsservice"];
    if FLAGS.contains(&key) {
        return Domain::forms(["true", "false"].map(Pattern::literal).to_vec()).or_missing();
    }
    let tagged = key.starts_with("aws:principaltag/") || key.starts_with("aws:requesttag/");
    if tagged || FREE.contains(&key) { Domain::any() } else { Domain::any().unsure() }
}

/// The ARNs of an account's principals.
fn principals(partition: &str, account: &str) -> Vec<Pattern> {
    let form = |(service, name)| {
        Pattern::new(&format!("arn:{partition}:{service}::{account}:{name}")).of_digits().without(':')
    };
    PRINCIPALS.into_iter().map(form).collect()
}

/// What the unique ids of a role's sessions look like, or of a user and those who are federated by it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
fn user_ids_of(principal: &str) -> Option<Vec<Pattern>> {
    let mut fields = principal.splitn(6, ':').skip(4);
    let (account, name) = (fields.next()?, fields.next()?);
    match name.split('/').next()? {
        "role" | "assumed-role" => Some(vec![Pattern::new(OF_ROLES)]),
        "user" => Some(vec![Pattern::new(OF_USERS), starting(account)]),
        _ => None,
    }
}

fn starting(id: &str) -> Pattern {
    Pattern::new(&format!("{id}:*"))
}

/// What `aws:PrincipalArn` can be for a principal. For a session it is the ARN of its role, of which the
/// session's own does not tell the path; whoever a user federates is named by another ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
fn arns_of(principal: &str) -> Vec<Pattern> {
    let session = || {
        let (start, rest) = principal.split_once(":assumed-role/")?;
        let (role, _) = rest.split_once('/')?;
        let start = start.replacen(":sts:", ":iam:", 1);
        let plain = Pattern::literal(&format!("{start}:role/{role}"));
        Some(vec![plain, Pattern::arn(&format!("{start}:role/*/{role}"))?])
    };
    let user = || {
        let (start, user) = principal.split_once(":user/")?;
        let (start, name) = (start.replacen(":iam:", ":sts:", 1), user.rsplit('/').next()?);
        let federated = Pattern::new(&format!("{start}:federated-user/{name}"));
        Some(vec![Pattern::literal(principal), federated])
    };
    session().or_else(user).unwrap_or_else(|| vec![Pattern::literal(principal)])
}
