//! Where and under which circumstances a step is taken.

use super::walk::{Context, Variable, Walk};
use inventory::{Arn, AttachedPolicy, Fact, Partition, Role};
use reference::escalation::{Step, Target};

/// An account that no policy has heard of.
const STRANGER: &str = "000000000000";

/// The customer managed policies attached to a role: those of AWS cannot be changed.
fn own_policies(role: &Role) -> impl Iterator<Item = &AttachedPolicy> {
    role.attached.iter().filter(|it| Arn::parse(&it.arn).is_some_and(|arn| arn.account != "aws"))
}

impl Walk<'_> {
    /// The resources that a step can be taken on.
    pub(super) fn places(&self, step: &Step) -> Option<Vec<String>> {
        let of_policies = |role| own_policies(role).map(|it| it.arn.clone()).collect();
        Some(match (&step.target, self.variable) {
            (Target::OwnRole, _) => vec![self.subject.arn.clone()],
            (Target::OwnPolicy, _) => of_policies(self.subject),
            (Target::PolicyOfAnotherRole, Variable::Role(Some(role), _)) => of_policies(role),
            (Target::PolicyOfAnotherRole, _) => vec![self.fill("arn:{partition}:iam::{account}:policy/*")?],
            (Target::AnotherRole | Target::AssumableRole | Target::PassedRole(_), _) => {
                vec![self.variable_arn()?]
            }
            (Target::Function(_), _) => {
                let arn = self.variable_arn()?;
                let invokes = step.actions.list().iter().any(|it| it.starts_with("lambda:Invoke"));
                // What runs the code that was put there, by another name.
                let latest = invokes.then(|| format!("{arn}:$LATEST"));
                std::iter::once(arn).chain(latest).collect()
            }
            (Target::Existing(_) | Target::New(_) | Target::Some(_), _) => {
                vec![self.fill(&step.target.resource()?.arn)?]
            }
            (Target::NoResource, _) => vec!["*".to_owned()],
        })
    }

    /// What is known of every request on the variable's object.
    pub(super) fn facts(&self, action: &str) -> Context {
        let mut facts = vec![("aws:ResourceAccount".to_owned(), Some(self.account.id.clone()))];
        let role = match self.variable {
            Variable::Role(role, _) => role,
            Variable::Free => Some(self.subject),
            Variable::Function(Some(function)) => {
                let tags = function.tags.known().into_iter().flatten();
                facts
                    .extend(tags.map(|(key, value)| (format!("aws:ResourceTag/{key}"), Some(value.clone()))));
                None
            }
            Variable::Function(None) => None,
        };
        // IAM does not look at a role's tags reliably when it is passed.
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
        if let Some(role) = role.filter(|_| action != "iam:PassRole" && is_about_roles(action)) {
            for (key, value) in &role.tags {
                facts.push((format!("iam:ResourceTag/{key}"), Some(value.clone())));
                facts.push((format!("aws:ResourceTag/{key}"), Some(value.clone())));
            }
            let boundary = match &role.boundary {
                Fact::Known(policy) => Some(Some(policy.arn.clone())),
                Fact::Absent => Some(None),
                Fact::Unread(_) => None,
            };
            facts.extend(boundary.map(|value| ("iam:PermissionsBoundary".to_owned(), value)));
        }
        facts
    }

    /// Every way to settle the step's condition keys.
    pub(super) fn contexts(&self, step: &Step) -> Vec<Context> {
        let mut contexts = vec![Context::new()];
        for (key, values) in &step.context {
            let values = values.iter().map(|value| self.values(key, value.as_deref()));
            // A value that is not settled yet may be any.
            let Some(values) = values.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let with = |context: &Context, value: &Option<String>| {
                context.iter().cloned().chain([(key.clone(), value.clone())]).collect()
            };
            let values = values.concat();
            contexts =
                contexts.iter().flat_map(|it| values.iter().map(move |value| with(it, value))).collect();
        }
        contexts
    }

    /// The values that one value of the data stands for; nothing if it is not settled.
    fn values(&self, key: &str, value: Option<&str>) -> Option<Vec<Option<String>>> {
        let Some(value) = value else {
            return Some(vec![None]);
        };
        let filled = self.fill(value)?;
        // Some services have principals of their own there.
        let china = key == "iam:PassedToService" && self.account.partition == Partition::China;
        let also = china.then(|| Some(format!("{filled}.cn")));
        Some(std::iter::once(Some(filled)).chain(also).collect())
    }

    /// The text without placeholders; nothing if one stands for an object that is not known.
    fn fill(&self, text: &str) -> Option<String> {
        let mut filled = text
            .replace("{partition}", self.account.partition.name())
            .replace("{account}", &self.account.id)
            .replace("{stranger}", STRANGER)
            .replace("{subject}", &self.subject.arn);
        for name in ["{role}", "{function}"] {
            if filled.contains(name) {
                let known = !matches!(self.variable, Variable::Role(None, _) | Variable::Function(None));
                filled = filled.replace(name, &self.variable_arn().filter(|_| known)?);
            }
        }
        Some(filled)
    }

    /// The ARN of the variable's object, or a pattern where it is some object.
    fn variable_arn(&self) -> Option<String> {
        match self.variable {
            Variable::Free => None,
            Variable::Role(Some(role), _) => Some(role.arn.clone()),
            Variable::Role(None, _) => self.fill("arn:{partition}:iam::{account}:role/*"),
            Variable::Function(Some(function)) => Some(function.arn.clone()),
            Variable::Function(None) => self.fill("arn:{partition}:lambda:*:{account}:function:*"),
        }
    }
}

/// Whether the action is one on a role itself.
fn is_about_roles(action: &str) -> bool {
    action == "sts:AssumeRole" || action.starts_with("iam:") && action.contains("Role")
}
