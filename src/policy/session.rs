//! The requests of a role's session that a service asked for, such as those of a function's code.

use crate::solve::{Domain, Ground, Values};

/// What is known of every such request.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const KNOWN: [(&str, Option<&str>); 15] = [
    ("aws:calledvia", None),
    ("aws:calledviafirst", None),
    ("aws:calledvialast", None),
    ("aws:multifactorauthage", None),
    ("aws:multifactorauthpresent", Some("false")),
    ("aws:principalisawsservice", Some("false")),
    ("aws:principalservicename", None),
    ("aws:principaltype", Some("AssumedRole")),
    ("aws:securetransport", Some("true")),
    ("aws:sourceaccount", None),
    ("aws:sourcearn", None),
    ("aws:sourceorgid", None),
    ("aws:sourceorgpaths", None),
    ("aws:username", None),
    ("aws:viaawsservice", Some("false")),
];

/// Keys that whoever asks chooses with the request.
const CHOSEN: [&str; 6] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:referer",
    "aws:requestedregion",
    "aws:tagkeys",
    "aws:useragent",
];

/// The sessions of one role.
#[derive(Clone, Debug)]
pub(crate) struct Session<'a> {
    facts: &'a [(&'a str, Option<&'a str>)],
}

/// The requests of a session for something of which more is known.
#[derive(Clone, Debug)]
pub(crate) struct Asking<'a> {
    facts: [&'a [(&'a str, Option<&'a str>)]; 2],
    anywhere: bool,
}

impl<'a> Session<'a> {
    /// A role of whose requests those keys are known, `None` for one that is missing.
    pub(crate) fn of_role(facts: &'a [(&'a str, Option<&'a str>)]) -> Self {
        Self { facts }
    }

    /// Its requests with that context, from networks that no policy names if from `anywhere`.
    pub(crate) fn asking<'b>(&self, context: &'b [(&'b str, Option<&'b str>)], anywhere: bool) -> Asking<'b>
    where
        'a: 'b,
    {
        Asking { facts: [context, self.facts], anywhere }
    }
}

impl Ground for Asking<'_> {
    fn domain(&self, key: &str) -> Domain {
        let given = self.facts.iter().flat_map(|facts| facts.iter());
        let mut known = given.chain(&KNOWN);
        if let Some((_, value)) = known.find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return value.map_or_else(Domain::none, Domain::one);
        }
        match key {
            "aws:sourceip" => {
                let values = Values::Address { anywhere: self.anywhere };
                Domain { missing: true, values, sure: true }
            }
            _ if CHOSEN.contains(&key) || key.starts_with("aws:requesttag/") => Domain::any(),
            // A tag that the role does not have: sessions that services ask for bring none along.
            _ if key.starts_with("aws:principaltag/") => Domain::none(),
            _ => Domain::any().unsure(),
        }
    }
}
