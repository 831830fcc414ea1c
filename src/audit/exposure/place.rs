//! Whether anything leads to an API of API Gateway, and from where.

use inventory::{Account, Arn, DomainName, Gap, Listing, Region};

/// Where the requests of an API come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// From nowhere: no stage is deployed, or no name leads to the API.
    #[default]
    Nowhere,
    /// From VPC endpoints.
    Vpc,
    /// From the internet.
    Internet,
}

/// A way on which requests arrive.
pub(super) struct Way {
    /// Why they may not after all.
    pub(super) doubt: Option<&'static str>,
}

/// What must hold for requests to arrive.
pub(super) struct Front<'a> {
    pub(super) arn: &'a str,
    pub(super) id: &'a str,
    pub(super) default_disabled: bool,
}

impl Front<'_> {
    /// How requests arrive, if they do.
    ///
    /// # Errors
    /// The gap of the stages, where none is known.
    pub(super) fn leads_in<T>(&self, stages: &Listing<T>, account: &Account) -> Result<Option<Way>, Gap> {
        let name = self.name(account);
        let deployed = || Ok::<_, Gap>(!stages.items.is_empty() || !stages.all()?.is_empty());
        Ok((name != Name::None && deployed()?).then(|| Way { doubt: name.doubt() }))
    }

    fn name(&self, account: &Account) -> Name {
        if !self.default_disabled {
            return Name::Some;
        }
        let Some(region) = self.region(account) else {
            return Name::Perhaps;
        };
        let names = &region.domain_names;
        if names.iter().flat_map(|it| &it.mappings).any(|it| it.api == self.id) {
            return Name::Some;
        }
        // A name without mappings may route by rules, which are not read.
        let elsewhere = |it: &DomainName| it.mappings.all().is_ok_and(|all| !all.is_empty());
        let read = names.all().is_ok_and(|all| all.iter().all(elsewhere));
        if read { Name::None } else { Name::Perhaps }
    }

    /// The region of an API, which may be another than that of the function that it calls.
    fn region<'b>(&self, account: &'b Account) -> Option<&'b Region> {
        let name = Arn::parse(self.arn)?.region;
        account.regions.iter().find(|it| it.name == name)
    }
}

/// Whether some name leads to an API.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Some,
    Perhaps,
    None,
}

impl Name {
    fn doubt(self) -> Option<&'static str> {
        (self == Self::Perhaps).then_some(
            "its default endpoint is switched off, and whether a custom domain name leads to it could not be read",
        )
    }
}
