//! What an account has that is worth reaching, prepared once for all its roles.

use super::power::Power;
use super::trust::{self, Service};
use crate::abilities::Directory;
use inventory::{Account, Function, Gap, Role};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The roles and functions of an account, the most powerful first.
#[derive(Debug)]
pub(crate) struct Landscape<'a> {
    pub(super) account: &'a Account,
    /// The day that it is judged by.
    pub(super) today: Date,
    pub(super) roles: Vec<Candidate<'a>>,
    pub(super) functions: Vec<Host<'a>>,
    /// What keeps the functions from being all of the account's.
    pub(super) unlisted_functions: Option<Gap>,
}

/// A role that may be worth reaching.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) role: &'a Role,
    pub(super) power: Power,
    /// The services that may assume it.
    pub(super) services: Result<Vec<Service>, Gap>,
}

/// A function and the role it runs under; none where that role is not among those listed.
#[derive(Debug)]
pub(super) struct Host<'a> {
    pub(super) function: &'a Function,
    pub(super) role: Option<(&'a Role, Power)>,
}

impl<'a> Landscape<'a> {
    /// Of an account on that day.
    pub(crate) fn of(account: &'a Account, today: Date, directory: &Directory) -> Self {
        let candidate = |role: &'a Role| Candidate {
            role,
            power: Power::of(directory.abilities(role)),
            services: trust::services(role, account, today),
        };
        let mut roles: Vec<_> = account.roles.iter().map(candidate).collect();
        roles.sort_by_key(|it| (Reverse(it.power), &it.role.arn));
        let by_arn: BTreeMap<_, _> =
            roles.iter().map(|it| (it.role.arn.as_str(), (it.role, it.power))).collect();
        let host =
            |function: &'a Function| Host { function, role: by_arn.get(function.role.as_str()).copied() };
        let regions = account.regions.iter();
        let mut functions: Vec<_> =
            regions.clone().flat_map(|region| region.functions.iter()).map(host).collect();
        functions.sort_by_key(|it| (Reverse(it.role.map(|(_, power)| power)), &it.function.arn));
        let unlisted = account.regions.gap.as_ref();
        let unlisted_functions =
            unlisted.or_else(|| regions.clone().find_map(|it| it.functions.gap.as_ref()));
        Self { account, today, roles, functions, unlisted_functions: unlisted_functions.cloned() }
    }
}

impl Candidate<'_> {
    /// Whether one of the services may assume the role, and whether that is certain.
    pub(super) fn trusts(&self, services: &[String]) -> Result<Option<bool>, Gap> {
        let trusted = self.services.as_ref().map_err(Clone::clone)?;
        let mut matching = trusted.iter().filter(|it| services.contains(&it.name)).map(|it| it.exact);
        let first = matching.next();
        Ok(first.map(|exact| exact || matching.any(|it| it)))
    }

    /// Whether AWS keeps the role for itself: it cannot be changed, and not be passed at will.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
    pub(super) fn is_of_aws(&self) -> bool {
        self.role.arn.contains(":role/aws-service-role/") || self.role.arn.contains(":role/aws-reserved/")
    }
}
