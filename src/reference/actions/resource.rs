//! Types of resource, and how their ARNs look.

use super::table::list;

/// What nearly every ARN pattern begins with, and the data leaves out.
const USUAL: &str = "arn:${Partition}:SERVICE:${Region}:${Account}:";

/// A type of resource that an action names.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// The type.
    pub resource_type: &'static ResourceType,
    /// Whether every request for the action names one. If not, an action that names nothing else can
    /// also be allowed on `*` alone.
    pub required: bool,
}

/// A type of resource of a service.
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceType {
    service: &'static str,
    name: &'static str,
    arns: &'static str,
    keys: &'static str,
}

impl ResourceType {
    pub(super) fn new(service: &'static str, [name, arns, keys]: [&'static str; 3]) -> Self {
        Self { service, name, arns, keys }
    }

    /// Its name, as AWS writes it: `function`, `accesspointobject`. Its service may not be the one that
    /// its ARN names: Systems Manager has a type `instance`, which is EC2's.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its ARNs as AWS writes them: `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`. Nearly
    /// always one.
    pub fn arns(&self) -> impl Iterator<Item = String> + use<> {
        let usual = USUAL.replace("SERVICE", self.service);
        list(self.arns)
            .map(move |arn| if arn.starts_with("arn:") { arn.into() } else { format!("{usual}{arn}") })
    }

    /// Those of an account as patterns, `*` for what is left open: `arn:aws:sqs:*:111122223333:*`. An ARN
    /// may fit more than one type: S3's bucket, `arn:aws:s3:::*`, fits every object as well.
    pub fn arn_patterns(&self, partition: &str, account: &str) -> impl Iterator<Item = String> {
        let of = |arn: String| arn.replace("${Partition}", partition).replace("${Account}", account);
        self.arns().map(move |arn| starred(&of(arn)))
    }

    /// The condition keys that AWS lists for it.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        list(self.keys)
    }
}

/// The types that a line of the data names, and whether each is required.
pub(super) fn named(types: &'static str) -> impl Iterator<Item = (&'static str, bool)> {
    list(types).map(|name| name.strip_suffix('*').map_or((name, false), |name| (name, true)))
}

fn starred(arn: &str) -> String {
    let mut parts = arn.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('*');
        out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    out
}
