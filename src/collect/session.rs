//! Credentials, identity and clients.

use crate::guard::ReadOnly;
use crate::{Settings, Target};
use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use inventory::{Arn, Partition};

/// The name of our role sessions in the account's trail.
const SESSION: &str = "lambastion";

/// Credentials for one target account, not yet tried.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    config: SdkConfig,
    /// The region that answers the first questions, in the account's partition.
    pub(crate) first_region: String,
}

/// A client of each service for one region.
pub(crate) struct Clients {
    pub(crate) lambda: aws_sdk_lambda::Client,
    pub(crate) apigateway: aws_sdk_apigateway::Client,
    pub(crate) apigatewayv2: aws_sdk_apigatewayv2::Client,
    pub(crate) appsync: aws_sdk_appsync::Client,
    pub(crate) wafv2: aws_sdk_wafv2::Client,
}

/// The caller's own configuration: the SDK's default chain, or a profile.
///
/// The SDK's retries are off: ours wait for the quota before every attempt.
pub(crate) async fn base(settings: &Settings) -> SdkConfig {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(settings.attempt_timeout).build();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(https())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    if let Some(profile) = &settings.profile {
        let region = DefaultRegionChain::builder().profile_name(profile).build().region().await;
        // A profile may name a role, and STS wants to be asked in a region.
        let home = || Region::from_static(Partition::default().home_region());
        let region = region.unwrap_or_else(home);
        let there =
            ProviderConfig::without_region().with_region(Some(region.clone())).with_http_client(https());
        // A profile that was named beats credentials that happen to be in the environment.
        let credentials =
            ProfileFileCredentialsProvider::builder().configure(&there).profile_name(profile).build();
        loader = loader.profile_name(profile).region(region).credentials_provider(credentials);
    }
    loader.load().await
}

/// One connection pool and one set of trusted roots for every client.
fn https() -> SharedHttpClient {
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
    aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https()
}

/// The session of one target.
pub(crate) async fn open(base: &SdkConfig, settings: &Settings, target: &Target) -> Session {
    let role = target.role_arn.as_deref();
    let partition = role.and_then(|arn| Partition::of_name(Arn::parse(arn)?.partition));
    // Regions that were asked for may not be enabled: they only say which partition is meant.
    let asked = settings.regions.first().map(|region| Partition::of_region(region));
    let partition = partition.or(asked);
    let configured = base.region().map(Region::as_ref);
    let fits = |region: &&str| partition.is_none_or(|it| it == Partition::of_region(region));
    let home = partition.unwrap_or_default().home_region();
    let first_region = configured.filter(fits).unwrap_or(home).to_owned();
    let region = Region::new(first_region.clone());
    let base = base.to_builder().region(region.clone()).build();
    let Some(role) = role else {
        return Session { config: base, first_region };
    };
    // The provider assumes the role anew when credentials run out, where our own retries cannot reach.
    let patient = base.to_builder().retry_config(RetryConfig::standard()).build();
    let mut provider =
        AssumeRoleProvider::builder(role).session_name(SESSION).region(region).configure(&patient);
    if let Some(external_id) = &target.external_id {
        provider = provider.external_id(external_id);
    }
    let provider = aws_credential_types::provider::SharedCredentialsProvider::new(provider.build().await);
    Session { config: base.to_builder().credentials_provider(provider).build(), first_region }
}

/// A client that refuses whatever the call table does not hold.
macro_rules! client {
    ($sdk:ident, $config:expr) => {
        $sdk::Client::from_conf($sdk::config::Builder::from($config).interceptor(ReadOnly).build())
    };
}

impl Session {
    fn config(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        client!(aws_sdk_sts, &self.config)
    }

    pub(crate) fn account(&self, region: &str) -> aws_sdk_account::Client {
        client!(aws_sdk_account, &self.config(region))
    }

    pub(crate) fn iam(&self, region: &str) -> aws_sdk_iam::Client {
        client!(aws_sdk_iam, &self.config(region))
    }

    pub(crate) fn organizations(&self, region: &str) -> aws_sdk_organizations::Client {
        client!(aws_sdk_organizations, &self.config(region))
    }

    pub(crate) fn clients(&self, region: &str) -> Clients {
        let config = self.config(region);
        Clients {
            lambda: client!(aws_sdk_lambda, &config),
            apigateway: client!(aws_sdk_apigateway, &config),
            apigatewayv2: client!(aws_sdk_apigatewayv2, &config),
            appsync: client!(aws_sdk_appsync, &config),
            wafv2: client!(aws_sdk_wafv2, &config),
        }
    }
}
