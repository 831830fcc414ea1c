//! AWS partitions: separate sets of regions with their own ARNs and endpoints.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A partition, as in the second field of every ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Partition {
    /// The commercial regions.
    #[default]
    #[serde(rename = "aws")]
    Aws,
    /// The regions in China.
    #[serde(rename = "aws-cn")]
    China,
    /// The US government's regions.
    #[serde(rename = "aws-us-gov")]
    GovCloud,
}

impl Partition {
    /// The name in ARNs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The partition of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Aws, Self::China, Self::GovCloud].into_iter().find(|p| p.name() == name)
    }

    /// The partition that a region belongs to, by its name.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::GovCloud
        } else {
            Self::Aws
        }
    }

    /// The region that answers for global services (IAM, account management, CloudFront's web ACLs).
    pub fn home_region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-north-1",
            Self::GovCloud => "us-gov-west-1",
        }
    }

    /// The regions that are enabled in a new account: where `ListRegions` is denied, what we look at.
    /// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
    pub fn default_regions(self) -> &'static [&'static str] {
        match self {
            Self::Aws => &[
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-northeast-3",
                "ap-south-1",
                "ap-southeast-1",
                "ap-southeast-2",
                "ca-central-1",
                "eu-central-1",
                "eu-north-1",
                "eu-west-1",
                "eu-west-2",
                "eu-west-3",
                "sa-east-1",
                "us-east-1",
                "us-east-2",
                "us-west-1",
                "us-west-2",
            ],
            Self::China => &["cn-north-1", "cn-northwest-1"],
            Self::GovCloud => &["us-gov-east-1", "us-gov-west-1"],
        }
    }
}

/// Regions for which AWS publishes no AppSync endpoint, as of 2026-11. Lambda, API Gateway and WAF are
/// everywhere. <https://docs.aws.amazon.com/general/latest/gr/appsync.html>
const WITHOUT_APPSYNC: &[&str] =
    &["ap-east-2", "ap-southeast-6", "mx-central-1", "us-gov-east-1", "us-gov-west-1"];

/// Whether a region is known to have no AppSync. It may have got it since: ask all the same.
pub fn lacks_appsync(region: &str) -> bool {
    WITHOUT_APPSYNC.contains(&region)
}

impl std::fmt::Display for Partition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
