//! How the layers of policies add up to a decision.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::principal::{Asker, Naming};
use super::statement::{Layer, Question, Said};
use super::{Because, Case, Decision, Level, Reason, Verdict};

/// Decides one request, by every policy that has a say in it.
///
/// 1. A statement that **denies** it, in any policy that binds whoever asks, ends the matter.
/// 2. Each level of **service control policies** must allow it. They bind the principals of accounts
///    but for roles linked to services. Resource control policies bind everybody; they only deny, since
///    `RCPFullAWSAccess` allows everything on each of their levels.
/// 3. **Services, identity providers and the anonymous** need the resource's policy to allow it.
/// 4. A principal **of another account** needs the resource's policy, and all its own: an identity
///    policy, the permissions boundary and the session policies as far as there are any.
/// 5. A principal **of the same account** needs either its own policies, which are enough unless the
///    resource trusts nobody by itself (a KMS key, a role to be assumed), or the resource's:
///
/// | the resource's policy names | and these must allow it |
/// |---|---|
/// | the user or session that asks, or `*` | nothing else |
/// | the role of the session, or the user who federated | boundary and session policies |
/// | the account | identity policies, boundary and session policies |
///
/// The root user needs no identity policy; a federated user has none but what the session policies
/// give.
///
/// ```
/// use policy::{Case, Verdict, decide};
///
/// let case = |boundary: &str| Case::parse(&format!(r#"{{
///     "principal": "arn:aws:sts::111122223333:assumed-role/worker/1",
///     "action": "sqs:SendMessage",
///     "resource": "arn:aws:sqs:eu-west-1:111122223333:queue",
///     "resourcePolicy": {{ "Statement": {{
///         "Effect": "Allow", "Action": "sqs:SendMessage",
///         "Principal": {{ "AWS": "arn:aws:iam::111122223333:role/worker" }}
///     }} }},
///     "permissionBoundaries": [
///         {{ "Statement": {{ "Effect": "Allow", "Action": "{boundary}", "Resource": "*" }} }}
///     ]
/// }}"#));
/// assert_eq!(decide(&case("sqs:*")?).decision, Verdict::Allowed);
///
/// let denied = decide(&case("s3:*")?);
/// assert_eq!(denied.decision, Verdict::ImplicitlyDenied);
/// let because = serde_json::to_string(&denied.because).unwrap();
/// assert_eq!(because, r#"[{"layer":"permissionBoundaries","reason":"NoAllow"}]"#);
/// # Ok::<(), policy::ParseError>(())
/// ```
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
pub fn decide(case: &Case) -> Decision {
    let question = Question::of(case);
    let mut said = Layers::of(case, &question);
    let denies = said.denies();
    if !denies.is_empty() {
        return Decision { decision: Verdict::ExplicitlyDenied, because: denies };
    }
    let (mut because, mut lacking) = match said.grant(case, question.asker) {
        Ok(because) => (because, Vec::new()),
        Err(lacking) => (Vec::new(), lacking),
    };
    for (place, mut level) in said.service_control {
        if level.allows.is_empty() {
            lacking.push(Because::Layer { layer: place, reason: Reason::NoAllow });
        }
        because.extend(reasons(&mut level));
    }
    if lacking.is_empty() {
        Decision { decision: Verdict::Allowed, because }
    } else {
        Decision { decision: Verdict::ImplicitlyDenied, because: lacking }
    }
}

/// What each layer says of the request; layers that do not bind whoever asks say nothing.
struct Layers {
    identity: Said,
    session: Said,
    resource: Said,
    boundary: Said,
    /// By level and its place; each must allow the request.
    service_control: Vec<(String, Said)>,
    /// They only deny: the policy `RCPFullAWSAccess` is on every level and cannot be taken off.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>
    resource_control: Vec<(String, Said)>,
}

impl Layers {
    fn of(case: &Case, question: &Question) -> Self {
        let of_principal = |policies, place| match question.asker {
            Asker::Iam { .. } => question.ask(policies, Layer::OfPrincipals, place),
            Asker::Anonymous | Asker::Other(_) => Said::default(),
        };
        let mut resource = Said::default();
        if let Some(policy) = &case.resource_policy {
            question.ask_one(policy, Layer::OfResources, &mut resource, || "resourcePolicy".into());
        }
        let by_level = |levels: &[Level], layer, place: &str| {
            let levels = levels.iter().enumerate().map(|(index, level)| {
                let place = format!("{place}[{index}]");
                let said = question.ask(&level.policies, layer, &format!("{place}.policies"));
                (place, said)
            });
            levels.collect::<Vec<_>>()
        };
        let (mut service_control, mut resource_control) = (Vec::new(), Vec::new());
        if !question.asker.is_linked_to_service(&case.context) {
            if question.asker.account().is_some() {
                let levels = &case.service_control_policies;
                service_control = by_level(levels, Layer::OfPrincipals, "serviceControlPolicies");
            }
            let levels = &case.resource_control_policies;
            resource_control = by_level(levels, Layer::OfResources, "resourceControlPolicies");
        }
        Self {
            identity: of_principal(&case.identity_policies, "identityPolicies"),
            session: of_principal(&case.session_policies, "sessionPolicies"),
            resource,
            boundary: of_principal(&case.permission_boundaries, "permissionBoundaries"),
            service_control,
            resource_control,
        }
    }

    /// Every statement that denies the request. One is enough, wherever it stands.
    fn denies(&mut self) -> Vec<Because> {
        let levels = self.service_control.iter_mut().chain(&mut self.resource_control);
        let levels = levels.map(|(_, said)| said);
        let layers = [&mut self.identity, &mut self.session, &mut self.resource, &mut self.boundary];
        layers.into_iter().chain(levels).flat_map(|said| std::mem::take(&mut said.denies)).collect()
    }

    /// What the policies of principal and resource come to: the statements that grant the request, or
    /// the layers that lack one.
    fn grant(&mut self, case: &Case, asker: Asker) -> Result<Vec<Because>, Vec<Because>> {
        let strongest = self.resource.allows.iter().map(|(naming, _)| *naming).max();
        let Some(account) = asker.account() else {
            // Nobody else's policies speak of services, of identity providers and of nobody.
            let allows = reasons(&mut self.resource);
            let lacking = || vec![lack("resourcePolicy", case.resource_policy.is_some())];
            return if allows.is_empty() { Err(lacking()) } else { Ok(allows) };
        };
        let same_account = case.owner().is_none_or(|owner| owner == account);
        let layers = Sides {
            identity: !self.identity.allows.is_empty() || is_root_user(case, asker),
            session: allows_session(case, asker, &self.session),
            boundary: case.permission_boundaries.is_empty() || !self.boundary.allows.is_empty(),
        };
        let limits = layers.session && layers.boundary;
        // The account's own policies grant it, where the resource trusts the account.
        let trusted = strongest.is_some() || same_account && !case.asks_the_resource();
        let by_account = trusted && layers.identity && limits;
        // The resource grants it to the role or user of a session, or directly.
        let by_parent = same_account && limits && strongest >= Some(Naming::Parent);
        let directly = same_account && strongest == Some(Naming::Direct);
        if !(by_account || by_parent || directly) {
            return Err(layers.lacking(case, same_account, trusted, strongest));
        }
        let mut because = Vec::new();
        if by_account {
            because.extend(reasons(&mut self.identity));
            if is_root_user(case, asker) {
                because.push(Because::Layer { layer: "identityPolicies".into(), reason: Reason::RootUser });
            }
        }
        let enough = match (by_account, by_parent) {
            (true, _) => Naming::Account,
            (false, true) => Naming::Parent,
            (false, false) => Naming::Direct,
        };
        let limited = enough < Naming::Direct;
        if limited {
            because.extend(reasons(&mut self.session));
        }
        let resource = std::mem::take(&mut self.resource.allows).into_iter();
        because.extend(resource.filter(|(naming, _)| *naming >= enough).map(|(_, because)| because));
        if limited {
            because.extend(reasons(&mut self.boundary));
        }
        Ok(because)
    }
}

/// Which of the principal's layers let the request pass.
struct Sides {
    identity: bool,
    session: bool,
    boundary: bool,
}

impl Sides {
    /// What would have to allow the request and does not, a reason for each layer.
    fn lacking(
        &self,
        case: &Case,
        same_account: bool,
        trusted: bool,
        strongest: Option<Naming>,
    ) -> Vec<Because> {
        let mut lacking = Vec::new();
        // Where the resource names the role, only boundary and session policies can be in the way.
        let enough = same_account && strongest == Some(Naming::Parent);
        if !(self.identity || enough) {
            lacking.push(lack("identityPolicies", !case.identity_policies.is_empty()));
        }
        if !self.session {
            lacking.push(lack("sessionPolicies", !case.session_policies.is_empty()));
        }
        if strongest.is_none() && (!trusted || !self.identity) {
            lacking.push(lack("resourcePolicy", case.resource_policy.is_some()));
        } else if same_account && !self.identity && strongest == Some(Naming::Account) {
            let reason = Reason::AllowsAccountOnly;
            lacking.push(Because::Layer { layer: "resourcePolicy".into(), reason });
        }
        if !self.boundary {
            lacking.push(lack("permissionBoundaries", true));
        }
        lacking
    }
}

/// Whether whoever asks may do everything in the account: its root user, to whom no policy is attached.
fn is_root_user(case: &Case, asker: Asker) -> bool {
    asker.is_root() && case.identity_policies.is_empty()
}

/// Whether the session policies let the request pass. A federated user has what they give, and
/// nothing without any.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
fn allows_session(case: &Case, asker: Asker, session: &Said) -> bool {
    case.session_policies.is_empty() && !asker.is_federated_user() || !session.allows.is_empty()
}

fn reasons(said: &mut Said) -> Vec<Because> {
    std::mem::take(&mut said.allows).into_iter().map(|(_, because)| because).collect()
}

fn lack(layer: &str, has_policies: bool) -> Because {
    let reason = if has_policies { Reason::NoAllow } else { Reason::NoPolicy };
    Because::Layer { layer: layer.into(), reason }
}

impl Case {
    /// The account that owns the resource, if that is told.
    fn owner(&self) -> Option<&str> {
        let in_arn = || self.resource.split(':').nth(4).filter(|account| !account.is_empty());
        self.resource_account.as_deref().or_else(in_arn)
    }

    /// Whether the resource's own policy has to let in even the principals of its account: a role's
    /// trust policy when the role is assumed, and the policy of a KMS key.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    fn asks_the_resource(&self) -> bool {
        let mut fields = self.resource.splitn(6, ':').skip(2);
        let (service, name) = (fields.next().unwrap_or_default(), fields.nth(2).unwrap_or_default());
        let assumes = self.action.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sts:"));
        service == "kms" && name.starts_with("key/")
            || assumes && service == "iam" && name.starts_with("role/")
    }
}
