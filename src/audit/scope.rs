//! Where a subject stands, and the joins that checks ask for.

use crate::abilities::{Abilities, Directory};
use crate::entry::{Entry, entries, unlisted};
use crate::escalation::{Judgement, Landscape, judge};
use crate::evaluate::unlisted_regions;
use inventory::{Account, Function, Gap, Inventory, Region, Role};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The inventory around a subject. One is made for each account and region, with the joins indexed.
#[derive(Debug)]
pub struct Scope<'a> {
    /// The whole inventory.
    pub inventory: &'a Inventory,
    /// The subject's account.
    pub account: &'a Account,
    /// The subject's region; the account's first one for global subjects.
    pub region: &'a Region,
    joins: &'a Joins<'a>,
}

/// Indexes over one account, made once so that a check over ten thousand functions stays linear.
#[derive(Debug)]
pub(crate) struct Joins<'a> {
    roles: BTreeMap<&'a str, &'a Role>,
    abilities: Directory<'a>,
    landscape: Landscape<'a>,
    functions_by_role: BTreeMap<&'a str, Vec<&'a Function>>,
    entries: BTreeMap<String, Vec<Entry<'a>>>,
    /// What keeps the APIs of the account's regions from being all the ways that APIs lead in.
    unlisted: Option<Gap>,
}

impl<'a> Joins<'a> {
    pub(crate) fn of(account: &'a Account, today: Date) -> Self {
        let mut functions_by_role: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut by_function: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for region in &account.regions {
            for function in &region.functions {
                functions_by_role.entry(function.role.as_str()).or_default().push(function);
            }
            for (function, entry) in entries(region, account, today) {
                by_function.entry(function).or_default().push(entry);
            }
        }
        let listed = all_functions_listed(account).is_ok();
        let abilities = Directory::of(account, today, |role| {
            let users = functions_by_role.get(role.arn.as_str()).filter(|_| listed);
            users.map_or(&[], Vec::as_slice)
        });
        let regions = unlisted_regions(account).cloned();
        Self {
            roles: account.roles.iter().map(|role| (role.arn.as_str(), role)).collect(),
            landscape: Landscape::of(account, today, &abilities),
            abilities,
            functions_by_role,
            entries: by_function,
            unlisted: regions.or_else(|| account.regions.iter().find_map(|it| unlisted(it).err())),
        }
    }

    /// The known ways into a function, by its unqualified ARN.
    pub(crate) fn entries(&self, function: &str) -> &[Entry<'a>] {
        self.entries.get(function).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        inventory: &'a Inventory,
        account: &'a Account,
        region: &'a Region,
        joins: &'a Joins<'a>,
    ) -> Self {
        Self { inventory, account, region, joins }
    }

    /// The role of that ARN.
    ///
    /// # Errors
    /// The listing's gap, where the role is not among those that arrived.
    pub fn role(&self, arn: &str) -> Result<Option<&'a Role>, Gap> {
        match self.joins.roles.get(arn) {
            Some(role) => Ok(Some(role)),
            None => self.account.roles.all().map(|_| None),
        }
    }

    /// What a role of the account may do.
    pub fn abilities(&self, role: &Role) -> &'a Abilities<'a> {
        self.joins.abilities.abilities(role)
    }

    /// How a role of the account can gain permissions that it was not given.
    pub fn escalation(&self, role: &Role) -> Judgement {
        judge(role, &self.joins.landscape, &self.joins.abilities)
    }

    /// The functions known to run under that role, in every region of the account.
    /// To conclude from absence, ask [`Self::all_functions_listed`] too.
    pub fn functions_of_role(&self, arn: &str) -> &[&'a Function] {
        self.joins.functions_by_role.get(arn).map_or(&[], Vec::as_slice)
    }

    /// Whether the functions of every region of the account are listed.
    ///
    /// # Errors
    /// The gap of the first listing that is not complete.
    pub fn all_functions_listed(&self) -> Result<(), Gap> {
        all_functions_listed(self.account)
    }

    /// The known ways into a function, by its unqualified ARN.
    /// To conclude from absence, ask [`Self::all_entries_listed`] too.
    pub fn entries(&self, function: &str) -> &[Entry<'a>] {
        self.joins.entries(function)
    }

    /// Whether everything that can lead into the function is listed: the APIs of every region that was
    /// read, the mappings of its own, and its URLs.
    ///
    /// # Errors
    /// The gap of the first listing or fact that is missing.
    pub fn all_entries_listed(&self, function: &Function) -> Result<(), Gap> {
        self.region.event_source_mappings.all()?;
        function.urls.all()?;
        self.joins.unlisted.clone().map_or(Ok(()), Err)
    }

    /// Whether an account may be granted access: the subject's own, or one that is trusted.
    pub fn trusts(&self, account: &str) -> bool {
        account == self.account.id
            || self.inventory.assumptions.trusted_accounts.iter().any(|id| id == account)
    }
}

fn all_functions_listed(account: &Account) -> Result<(), Gap> {
    account.regions.all()?.iter().try_for_each(|region| region.functions.all().map(drop))
}
