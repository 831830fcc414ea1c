//! What the flags and the configuration together ask for. Flags beat the environment, and that beats
//! the file.

use crate::config::{Config, Limits};
use crate::exit::Failure;
use crate::values::{AccountId, RegionName};
use crate::{cli, config};
use audit::{Check, UnknownCheck};
use collect::{Settings, Target};
use inventory::{Assumptions, CALLS, Call};
use report::Anchors;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// An audit as it was asked for.
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) assumptions: Assumptions,
    pub(crate) checks: Vec<Check>,
    pub(crate) anchors: Anchors,
    /// The configuration file, where there is one.
    pub(crate) config: Option<PathBuf>,
}

impl Plan {
    pub(crate) fn of(access: &cli::Access, judging: &cli::Judging) -> Result<Self, Failure> {
        let checks = checks(&judging.selection)?;
        let loaded = config::find(judging.config.as_deref())?;
        let config = loaded.config;
        let targets = targets(access, &config);
        Ok(Self {
            settings: Settings {
                profile: access.profile.clone(),
                regions: regions(&access.regions, &config.regions),
                calls: calls(&judging.selection, &checks, targets.iter().any(|it| it.role_arn.is_some())),
                targets,
                concurrency: config.collect.concurrency,
                attempt_timeout: attempt_timeout(&config.collect),
                attempts: config.collect.attempts,
            },
            assumptions: Assumptions {
                trusted_accounts: trusted(&config.trusted_accounts),
                as_of: judging.as_of,
                strict: judging.selection.strict,
            },
            checks,
            anchors: loaded.anchors,
            config: loaded.path,
        })
    }
}

/// The checks that were chosen.
pub(crate) fn checks(selection: &cli::Selection) -> Result<Vec<Check>, Failure> {
    let selected = audit::select(checks::ALL, &selection.checks, selection.strict);
    Ok(selected.map_err(|it| unknown(&it))?.checks)
}

/// A word that should have named a check.
pub(crate) fn unknown(unknown: &UnknownCheck) -> Failure {
    Failure::usage(unknown.to_string())
}

/// The calls that an audit makes. Without named checks all of them, so that a saved inventory also
/// serves the checks of later versions; else who we are, where to look, and what the checks read.
pub(crate) fn calls(selection: &cli::Selection, checks: &[Check], assumes_roles: bool) -> BTreeSet<Call> {
    let named = checks.iter().flat_map(|check| check.calls).chain(Call::ALWAYS);
    let wanted: BTreeSet<_> =
        if selection.checks.is_empty() { CALLS.iter().copied().collect() } else { named.copied().collect() };
    wanted.into_iter().filter(|call| assumes_roles || *call != Call::StsAssumeRole).collect()
}

/// The accounts' ids, as the inventory keeps them.
pub(crate) fn trusted(accounts: &[AccountId]) -> Vec<String> {
    accounts.iter().map(ToString::to_string).collect()
}

fn targets(access: &cli::Access, config: &Config) -> Vec<Target> {
    if let Some(role) = &access.role_arn {
        return vec![Target {
            id: Some(role.account().to_owned()),
            role_arn: Some(role.to_string()),
            external_id: access.external_id.as_ref().map(|it| it.reveal().to_owned()),
        }];
    }
    let target = |account: &config::Account| Target {
        id: Some(account.id.get_ref().to_string()),
        role_arn: account.role_arn.as_ref().map(|it| it.get_ref().to_string()),
        external_id: account.external_id.as_ref().map(|it| it.get_ref().reveal().to_owned()),
    };
    config.accounts.iter().map(target).collect()
}

fn regions(flags: &[RegionName], file: &[RegionName]) -> Vec<String> {
    let chosen = if flags.is_empty() { file } else { flags };
    let unique: BTreeSet<_> = chosen.iter().map(ToString::to_string).collect();
    unique.into_iter().collect()
}

fn attempt_timeout(limits: &Limits) -> Duration {
    Duration::from_secs(limits.attempt_timeout_seconds)
}
