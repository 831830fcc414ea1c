//! Every IAM action of every AWS service: how AWS classifies it, which resources it names, and which
//! condition keys it tests.
//!
//! The source is AWS's Service Authorization Reference, as `data/actions/` holds it:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! ```
//! use reference::actions::{self, Access};
//!
//! let names: Vec<_> = actions::expand("lambda:invoke*").map(|action| action.to_string()).collect();
//! assert!(names.contains(&"lambda:InvokeFunction".to_owned()));
//!
//! let action = actions::find("S3:getobject").unwrap();
//! assert_eq!((action.name(), action.access()), ("GetObject", Access::Read));
//! assert!(action.may_carry("s3:ExistingObjectTag/team") && !action.may_carry("s3:prefix"));
//! ```
//!
//! AWS adds actions every week, so **a name that is missing here is not a name that does not exist**: a
//! pattern that nothing matches expands to nothing, and whoever judges a policy then judges the pattern
//! itself as it stands, never as harmless.

mod pattern;
mod resource;
mod table;
#[cfg(test)]
mod tests;

pub use resource::{Resource, ResourceType};

use pattern::{Pattern, folded, matches};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::slice;
use table::{Row, Service, TABLE, rows_with_head, service};

/// AWS's access levels.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Lists resources, not what they hold.
    List,
    /// Reads what resources hold or how they are configured.
    Read,
    /// Creates, changes or deletes resources or what they hold.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Changes nothing but tags.
    Tagging,
}

/// One action of one service.
#[derive(Clone, Copy)]
pub struct Action {
    service: &'static Service,
    row: &'static Row,
}

impl Action {
    /// The prefix of its service: `lambda`.
    pub fn service(&self) -> &'static str {
        self.service.prefix
    }

    /// Its name without the prefix, as AWS writes it: `InvokeFunction`.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// Its access level.
    pub fn access(&self) -> Access {
        self.row.access
    }

    /// Whether a statement can allow it on some resources only. If not, a statement that names a
    /// resource other than `*` does not allow it.
    pub fn resource_level(&self) -> bool {
        !self.row.types.is_empty()
    }

    /// The types of resource that a statement can name for it.
    pub fn resources(&self) -> impl Iterator<Item = Resource> + use<> {
        let types = &self.service.types;
        resource::named(self.row.types)
            .filter_map(|(name, required)| Some((types.iter().find(|it| it.name() == name)?, required)))
            .map(|(resource_type, required)| Resource { resource_type, required })
    }

    /// Whether a request for it may carry this condition key, in any case.
    ///
    /// False only where AWS lists the keys and this is not among them: a condition that needs it is then
    /// never met. AWS's lists lag behind its services, so such a verdict deserves less confidence.
    pub fn may_carry(&self, key: &str) -> bool {
        let Some((prefix, rest)) = key.split_once(':') else { return true };
        let tags = || TAG_KEYS.iter().any(|tag| matches(tag, rest));
        // Global keys are carried whatever the action, but tags are for each service to support. A prefix
        // that is no service's is an identity provider's.
        let global = prefix.eq_ignore_ascii_case("aws");
        let everywhere = if global { !tags() } else { service(prefix).is_none() };
        let own = prefix.eq_ignore_ascii_case(self.service());
        let listed = |pattern: &str| match pattern.strip_prefix(':') {
            Some(pattern) => own && matches(pattern, rest),
            None => matches(pattern, key),
        };
        everywhere || self.listed_keys().any(listed) || table::list(TABLE.global).any(listed)
    }

    /// As the data writes them: without the prefix of the service.
    fn listed_keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        let theirs = self.resources().flat_map(|it| it.resource_type.keys());
        table::list(self.row.keys).chain(theirs)
    }
}

/// The global condition keys that each service decides to support or not, after their prefix.
const TAG_KEYS: [&str; 3] = ["ResourceTag/*", "RequestTag/*", "TagKeys"];

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service(), self.name())
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Ord for Action {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_name = || folded(self.name()).cmp(folded(other.name()));
        self.service().cmp(other.service()).then_with(by_name)
    }
}

impl PartialOrd for Action {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Action {}

impl Hash for Action {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.service(), self.name()).hash(state);
    }
}

/// The actions that an action pattern of a policy names: `s3:Get*`, `*`, `iam:?assRole`, in any case;
/// by service, then by name. Wildcards in the service's prefix work too.
///
/// Nothing, if nothing that is known matches. AWS may have added the action since, or retired it, or there
/// is a typing error: a policy's reader judges the pattern as it stands.
pub fn expand(pattern: &str) -> impl Iterator<Item = Action> + use<> {
    let pattern = Pattern::new(pattern);
    let services = match pattern.prefix() {
        Some(prefix) => service(prefix).map_or(&[][..], slice::from_ref),
        None => &TABLE.services,
    };
    let head = pattern.head().to_owned();
    let actions = services.iter().flat_map(move |service| {
        let rows = rows_with_head(&service.rows, &head);
        rows.iter().map(move |row| Action { service, row })
    });
    actions.filter(move |action| pattern.matches(action.service(), action.name()))
}

/// The action of this name, in any case. Wildcards are not read as such.
pub fn find(name: &str) -> Option<Action> {
    let (prefix, name) = name.split_once(':')?;
    let service = service(prefix)?;
    let shortest = rows_with_head(&service.rows, name).first()?;
    (shortest.name.len() == name.len()).then_some(Action { service, row: shortest })
}

/// Whether resource control policies apply to the service of this prefix; nothing if it is not known.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
pub fn rcp_supported(prefix: &str) -> Option<bool> {
    service(prefix).map(|service| service.rcp)
}
