//! Every published way in which a principal gains permissions that it was not given.
//!
//! The paths are those of `data/escalation/`: pathfinding.cloud's, and some of Lambda's own. Each says
//! what the steps must hit to work *for a role*; who may walk it is for others to judge.
//!
//! ```
//! use reference::escalation::{self, Actions, Target};
//!
//! let path = escalation::path("lambda-001").unwrap();
//! assert_eq!(path.name, "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction");
//! let pass = path.steps.first().unwrap();
//! assert_eq!(pass.actions, Actions::All(vec!["iam:PassRole".into()]));
//! assert_eq!(pass.target, Target::PassedRole(vec!["lambda.amazonaws.com".into()]));
//! ```

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A way to more permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// pathfinding.cloud's id, such as `iam-001`; ours count from 101.
    pub id: String,
    /// The permissions it takes.
    pub name: String,
    /// What kind of path it is.
    pub category: Category,
    /// What whoever walks it does, in one sentence.
    pub summary: String,
    /// Where it is described.
    pub reference: String,
    /// The path that this one varies: the same gain, by one permission more or another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_of: Option<String>,
    /// What it leads to.
    pub gives: Gives,
    /// What must be allowed; all of it.
    pub steps: Vec<Step>,
    /// What a role must be allowed besides, where the path as published is one of an IAM user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles_also: Vec<Step>,
    /// What else must be the case and no inventory of ours shows, each a clause for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

/// pathfinding.cloud's categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Changes the caller's own permissions.
    SelfEscalation,
    /// Becomes another principal.
    PrincipalAccess,
    /// Hands a role to a service.
    NewPassrole,
    /// Takes over something that already runs under a role.
    ExistingPassrole,
}

/// The permissions that a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gives {
    /// Any: whoever walks the path writes them.
    Chosen,
    /// Those of the role that the steps find: the one passed or assumed, or else the function's or the
    /// existing resource's.
    Role,
    /// Those of the roles that the passed role may assume.
    RoleBehind,
    /// Those of an IAM user, a group or an earlier version of a policy, which no inventory of ours shows.
    Unseen,
}

/// What must be allowed on one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The actions.
    #[serde(flatten)]
    pub actions: Actions,
    /// What they must be allowed on.
    #[serde(rename = "on")]
    pub target: Target,
    /// Condition keys whose values the step settles: any of the values will do, and `None` is a request
    /// without the key. They may hold [placeholders](Resource::arn), and `{subject}` for the caller's
    /// role, `{role}` for the role passed and `{function}` for the function changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, Vec<Option<String>>>,
}

/// The actions of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actions {
    /// Each must be allowed.
    All(Vec<String>),
    /// One will do.
    Any(Vec<String>),
}

/// What a step must be allowed on. Within a path, a target named twice is the same object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The caller's own role.
    OwnRole,
    /// A customer managed policy attached to the caller's own role.
    OwnPolicy,
    /// Another role, the one that the path leads to.
    AnotherRole,
    /// A customer managed policy attached to that role.
    PolicyOfAnotherRole,
    /// That role too; it must trust the caller.
    AssumableRole,
    /// Another role, which must trust one of these services.
    PassedRole(Vec<String>),
    /// An existing Lambda function with all these traits. Where no role is passed, the path leads to the
    /// function's role, which is another than the caller's then.
    Function(Vec<Trait>),
    /// A resource that must exist already, by its name in [`RESOURCES`].
    Existing(String),
    /// A resource that the steps create.
    New(String),
    /// Any resource of a kind that every account has, or a stranger provides.
    Some(String),
    /// Nothing: the action knows no resources, so a statement allows it only on `*`.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    NoResource,
}

/// What a function must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// It runs under the caller's role.
    Own,
    /// No code-signing configuration refuses code without a trusted signature.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html>
    UnsignedCode,
    /// It is no container image: those take no layers.
    TakesLayers,
    /// It has an alias.
    HasAlias,
    /// Its runtime is Node.js.
    Nodejs,
}

/// A kind of resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The kind with its article: `an EC2 instance`.
    pub what: String,
    /// The ARNs of all its resources in an account, with wildcards and the placeholders `{partition}`,
    /// `{account}` and `{stranger}`, an account that no policy has heard of.
    pub arn: String,
    /// The services one of which a role must trust for such a resource to run under it; empty where it
    /// runs under none, or the role does not matter to any path.
    pub role_trusts: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    paths: Vec<Path>,
}

/// Every path, pathfinding.cloud's first, each in the order of ids. If the data did not parse there
/// would be none; a test sees to it that it does.
pub static PATHS: LazyLock<Vec<Path>> = LazyLock::new(|| {
    let files = [PATHFINDING, ADDITIONS].map(serde_json::from_str::<File>);
    files.into_iter().flatten().flat_map(|file| file.paths).collect()
});

/// Every kind of resource that a step names.
pub static RESOURCES: LazyLock<BTreeMap<String, Resource>> =
    LazyLock::new(|| serde_json::from_str(KINDS).unwrap_or_default());

const PATHFINDING: &str = include_str!("../../data/escalation/pathfinding.json");
const ADDITIONS: &str = include_str!("../../data/escalation/additions.json");
const KINDS: &str = include_str!("../../data/escalation/resources.json");

/// The path of that id.
pub fn path(id: &str) -> Option<&'static Path> {
    PATHS.iter().find(|path| path.id == id)
}

impl Path {
    /// The path that this one varies, directly or not; itself if it varies none.
    pub fn family(&self) -> &Self {
        let mut family = self;
        // A path that varies itself in a circle ends somewhere too.
        for _ in PATHS.iter() {
            match family.variant_of.as_deref().and_then(path) {
                Some(simpler) => family = simpler,
                None => break,
            }
        }
        family
    }
}

impl Actions {
    /// The actions, whether all or any of them are needed.
    pub fn list(&self) -> &[String] {
        match self {
            Self::All(list) | Self::Any(list) => list,
        }
    }
}

impl Target {
    /// The kind of resource that the target names, where it names one.
    pub fn resource(&self) -> Option<&'static Resource> {
        match self {
            Self::Existing(kind) | Self::New(kind) | Self::Some(kind) => RESOURCES.get(kind),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
