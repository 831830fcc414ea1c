//! The inventory's root: accounts, their regions, and what the audit was told.

use crate::{
    Api, ControlLevel, EventApi, EventSourceMapping, Fact, Function, Gap, GraphqlApi, Listing, Partition,
    RestApi, Role, UsagePlan, WebAcl,
    rest_api::{DomainName, Throttle},
};
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name and version of the inventory's form.
pub const SCHEMA: &str = "lambastion/inventory/1";

/// Everything that one collection saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// [`SCHEMA`].
    pub schema: String,
    /// When collection began.
    pub started: Timestamp,
    /// When collection ended: the "now" of every check.
    pub taken_at: Timestamp,
    /// The accounts, by id.
    pub accounts: Vec<Account>,
    /// What the audit is told rather than reads.
    #[serde(default)]
    pub assumptions: Assumptions,
    /// The calls that collection made.
    #[serde(default)]
    pub calls: Vec<CallCount>,
}

/// What the audit is told rather than reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Assumptions {
    /// Foreign accounts that may be granted access.
    pub trusted_accounts: Vec<String>,
    /// The day to judge dates by, instead of the day the inventory was taken.
    pub as_of: Option<Date>,
    /// Whether the strict checks and thresholds were asked for.
    pub strict: bool,
}

/// How often one operation was called in one account and region.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CallCount {
    /// The service's IAM prefix.
    pub service: String,
    /// The operation's name.
    pub operation: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Attempts, retries included.
    pub count: u64,
    /// Attempts that AWS refused for the rate.
    pub throttled: u64,
    /// Attempts that failed otherwise.
    pub failed: u64,
}

/// One AWS account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// The partition the account lives in.
    pub partition: Partition,
    /// The regions looked at; incomplete where the scope left regions out or they could not be listed.
    pub regions: Listing<Region>,
    /// The account's roles.
    pub roles: Listing<Role>,
    /// Web ACLs for CloudFront distributions.
    pub cloudfront_web_acls: Listing<WebAcl>,
    /// The service control policies above the account's principals, from the organization's root down
    /// to the account. Absent where none binds them: no organization, its management account, or an
    /// organization without such policies.
    pub service_control_policies: Fact<Vec<ControlLevel>>,
    /// The resource control policies above the account's resources; otherwise the same.
    pub resource_control_policies: Fact<Vec<ControlLevel>>,
}

/// One region of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Region {
    /// The region's name.
    pub name: String,
    /// Lambda functions.
    pub functions: Listing<Function>,
    /// Event source mappings.
    pub event_source_mappings: Listing<EventSourceMapping>,
    /// REST APIs.
    pub rest_apis: Listing<RestApi>,
    /// The throttle that API Gateway puts on the whole account in this region.
    pub api_throttle: Fact<Throttle>,
    /// Usage plans.
    pub usage_plans: Listing<UsagePlan>,
    /// Custom domain names.
    pub domain_names: Listing<DomainName>,
    /// HTTP and WebSocket APIs.
    pub apis: Listing<Api>,
    /// GraphQL APIs.
    pub graphql_apis: Listing<GraphqlApi>,
    /// Event APIs.
    pub event_apis: Listing<EventApi>,
    /// Regional web ACLs.
    pub web_acls: Listing<WebAcl>,
}

impl Inventory {
    /// The day that dates are judged by.
    pub fn today(&self) -> Date {
        let taken = || self.taken_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.assumptions.as_of.unwrap_or_else(taken)
    }

    /// Whether everything that was asked for was read, but for what could only restrict access.
    pub fn is_complete(&self) -> bool {
        !self.gaps().iter().any(Gap::is_failure)
    }

    /// Every gap of the inventory that somebody asked about, sorted, each once.
    ///
    /// Found in the serialised form, where an unread fact and a cut listing each hold their gap
    /// under a name of its own, so that a new field cannot be forgotten here.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut found = Vec::new();
        if let Ok(value) = serde_json::to_value(&self.accounts) {
            walk(&value, &mut found);
        }
        found.retain(|gap| !gap.not_asked);
        found.sort();
        found.dedup();
        found
    }
}

fn walk(value: &serde_json::Value, found: &mut Vec<Gap>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                if matches!(name.as_str(), "unread" | "gap")
                    && let Ok(gap) = serde_json::from_value(field.clone())
                {
                    found.push(gap);
                } else {
                    walk(field, found);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_wherever_they_stand_and_only_if_asked_for() {
        let gap = |message: &str| Gap { message: message.into(), ..Gap::default() };
        let function = Function { policy: Fact::Unread(gap("policy")), ..Function::default() };
        let region = Region { functions: Listing::cut(vec![function], gap("page")), ..Region::default() };
        let account = Account { regions: Listing::complete(vec![region]), ..Account::default() };
        let inventory = Inventory { accounts: vec![account], ..Inventory::default() };
        let messages: Vec<_> = inventory.gaps().into_iter().map(|gap| gap.message).collect();
        assert_eq!(messages, ["page", "policy"]);
        assert!(!inventory.is_complete());
    }

    #[test]
    fn what_could_only_restrict_is_a_gap_and_no_failure() {
        let gap = Gap { only_restricts: true, ..Gap::default() };
        let denied = Account { service_control_policies: Fact::Unread(gap.clone()), ..Account::default() };
        let mut inventory = Inventory { accounts: vec![denied], ..Inventory::default() };
        assert_eq!(inventory.gaps(), [gap]);
        assert!(inventory.is_complete());
        inventory.accounts[0].regions = Listing::cut(Vec::new(), Gap::default());
        assert!(!inventory.is_complete());
    }
}
