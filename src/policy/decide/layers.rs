//! How the layers of policies add up to a decision.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::principal::{Asker, Naming};
use super::statement::{Layer, Question, Said};
use super::{Because, Case, Decision, Level, Reason, Verdict};

/// Decides the request.
pub fn decide(case: &Case) -> Decision {
    let question = Question::of(case);
    let mut said = Layers::of(case, &question);
    let denies = said.denies();
    if !denies.is_empty() {
        return Decision { decision: Verdict::ExplicitlyDenied, because: denies };
    }
    let (granted, mut because) = said.grant(case, question.asker);
    let mut lacking = if granted { Vec::new() } else { std::mem::take(&mut because) };
    for (place, level) in said.guards {
        if level.allows.is_empty() {
            lacking.push(Because::Layer { layer: place, reason: Reason::NoAllow });
        }
        because.extend(level.allows.into_iter().map(|(_, because)| because));
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
    /// The levels of service and resource control policies, each of which must allow the request.
    guards: Vec<(String, Said)>,
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
        let mut guards = Vec::new();
        let mut guard = |levels: &[Level], layer, place: &str| {
            for (index, level) in levels.iter().enumerate() {
                let place = format!("{place}[{index}]");
                let said = question.ask(&level.policies, layer, &format!("{place}.policies"));
                guards.push((place, said));
            }
        };
        if !question.asker.is_linked_to_service() {
            if question.asker.account().is_some() {
                guard(&case.service_control_policies, Layer::OfPrincipals, "serviceControlPolicies");
            }
            guard(&case.resource_control_policies, Layer::OfResources, "resourceControlPolicies");
        }
        Self {
            identity: of_principal(&case.identity_policies, "identityPolicies"),
            session: of_principal(&case.session_policies, "sessionPolicies"),
            resource,
            boundary: of_principal(&case.permission_boundaries, "permissionBoundaries"),
            guards,
        }
    }

    /// Every statement that denies the request. One is enough, wherever it stands.
    fn denies(&mut self) -> Vec<Because> {
        let guards = self.guards.iter_mut().map(|(_, said)| said);
        let layers = [&mut self.identity, &mut self.session, &mut self.resource, &mut self.boundary];
        layers.into_iter().chain(guards).flat_map(|said| std::mem::take(&mut said.denies)).collect()
    }

    /// Whether the policies of principal and resource grant the request, with the statements that do
    /// or the layers that do not.
    fn grant(&mut self, case: &Case, asker: Asker) -> (bool, Vec<Because>) {
        let strongest = self.resource.allows.iter().map(|(naming, _)| *naming).max();
        let Some(account) = asker.account() else {
            return match strongest {
                Some(_) => (true, reasons(&mut self.resource)),
                None => (false, vec![lack("resourcePolicy", case.resource_policy.is_some())]),
            };
        };
        let foreign = case.owner().is_some_and(|owner| owner != account);
        let is_root = asker.is_root() && case.identity_policies.is_empty();
        let identity = is_root || !self.identity.allows.is_empty();
        // A federated user has what the session policies give, and nothing without any.
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html>
        let session =
            case.session_policies.is_empty() && !asker.is_federated_user() || !self.session.allows.is_empty();
        let boundary = case.permission_boundaries.is_empty() || !self.boundary.allows.is_empty();
        let limits = session && boundary;
        let trusted = strongest.is_some() || !foreign && !case.asks_the_resource();
        let by_account = identity && limits && trusted;
        let by_role = !foreign && limits && strongest >= Some(Naming::Parent);
        let directly = !foreign && strongest == Some(Naming::Direct);

        if by_account || by_role || directly {
            let mut because = Vec::new();
            if by_account {
                because.extend(reasons(&mut self.identity));
                if is_root {
                    because
                        .push(Because::Layer { layer: "identityPolicies".into(), reason: Reason::RootUser });
                }
            }
            if by_account || by_role {
                because.extend(reasons(&mut self.session));
            }
            let enough = |naming: Naming| {
                by_account || naming == Naming::Direct || by_role && naming == Naming::Parent
            };
            let resource = std::mem::take(&mut self.resource.allows).into_iter();
            because.extend(resource.filter(|(naming, _)| enough(*naming)).map(|(_, because)| because));
            if by_account || by_role {
                because.extend(reasons(&mut self.boundary));
            }
            return (true, because);
        }
        let mut lacking = Vec::new();
        let role_is_let_in = !foreign && strongest == Some(Naming::Parent);
        if !identity && !role_is_let_in {
            lacking.push(lack("identityPolicies", !case.identity_policies.is_empty()));
        }
        if !session {
            lacking.push(lack("sessionPolicies", !case.session_policies.is_empty()));
        }
        if strongest.is_none() && (!trusted || !identity) {
            lacking.push(lack("resourcePolicy", case.resource_policy.is_some()));
        } else if !foreign && !identity && strongest == Some(Naming::Account) {
            let reason = Reason::AllowsAccountOnly;
            lacking.push(Because::Layer { layer: "resourcePolicy".into(), reason });
        }
        if !boundary {
            lacking.push(lack("permissionBoundaries", true));
        }
        (false, lacking)
    }
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
