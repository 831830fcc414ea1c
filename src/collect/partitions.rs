//! A test for each partition: the hosts that are asked, the regions that are read, the ARNs that come out.

use crate::{Event, Observer, Settings, Stop, over};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use inventory::{CALLS, Inventory, Partition};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ACCOUNT: &str = "111122223333";

/// Answers in AWS's place, whatever the host, and remembers the hosts.
#[derive(Clone, Debug)]
struct FakeAws {
    partition: Partition,
    region: &'static str,
    hosts: Arc<Mutex<BTreeSet<String>>>,
}

impl FakeAws {
    fn answer(&self, host: &str, path: &str) -> String {
        let Self { partition, region, .. } = self;
        match (host.split('.').next().unwrap(), path) {
            ("sts", _) => format!(
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{ACCOUNT}</Account>\
                 <Arn>arn:{partition}:iam::{ACCOUNT}:user/auditor</Arn></GetCallerIdentityResult>\
                 </GetCallerIdentityResponse>"
            ),
            ("iam", _) => "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>\
                 <IsTruncated>false</IsTruncated></GetAccountAuthorizationDetailsResult>\
                 </GetAccountAuthorizationDetailsResponse>"
                .into(),
            ("account", _) => format!(r#"{{"Regions":[{{"RegionName":"{region}"}}]}}"#),
            ("organizations", _) => format!(r#"{{"Organization":{{"MasterAccountId":"{ACCOUNT}"}}}}"#),
            ("apigateway", "/restapis") => r#"{"item":[{"id":"a1","name":"orders"}]}"#.into(),
            ("apigateway", "/v2/apis") => r#"{"items":[{"apiId":"h1","protocolType":"HTTP"}]}"#.into(),
            _ => "{}".into(),
        }
    }
}

impl HttpConnector for FakeAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri = request.uri();
        let (_, rest) = uri.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = format!("/{}", path.split('?').next().unwrap());
        self.hosts.lock().unwrap().insert(host.to_owned());
        if self.partition == Partition::GovCloud && host.starts_with("appsync.") {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("no such host".into())));
        }
        let body = SdkBody::from(self.answer(host, &path));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(StatusCode::try_from(200).unwrap(), body)))
    }
}

impl HttpClient for FakeAws {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

struct Nobody;

impl Observer for Nobody {
    fn event(&self, _: &Event<'_>) {}
}

async fn read(partition: Partition, region: &'static str) -> (Inventory, BTreeSet<String>) {
    let aws = FakeAws { partition, region, hosts: Arc::default() };
    let credentials = Credentials::new("AKIDTEST", "secret", None, None, "test");
    let base = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws.clone())
        .build();
    let settings = Settings {
        profile: None,
        targets: Vec::new(),
        regions: Vec::new(),
        calls: CALLS.iter().copied().collect(),
        concurrency: 8,
        attempt_timeout: Duration::from_secs(5),
        attempts: 1,
    };
    let inventory = over(base, &settings, &Nobody, &Stop::default()).await.unwrap();
    let hosts = aws.hosts.lock().unwrap().clone();
    (inventory, hosts)
}

async fn check(partition: Partition, region: &'static str, suffix: &str, global: [&str; 3]) {
    let (inventory, hosts) = read(partition, region).await;
    let account = &inventory.accounts[0];
    assert_eq!((account.partition, account.id.as_str()), (partition, ACCOUNT));
    let regions: Vec<_> = account.regions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(regions, [region]);
    let prefix = format!("arn:{partition}:apigateway:{region}::");
    assert_eq!(account.regions.items[0].rest_apis.items[0].arn, format!("{prefix}/restapis/a1"));
    assert_eq!(account.regions.items[0].apis.items[0].arn, format!("{prefix}/apis/h1"));
    for service in ["sts", "lambda", "apigateway", "appsync", "wafv2"] {
        let host = format!("{service}.{region}.{suffix}");
        assert!(hosts.contains(&host), "{host} is not among {hosts:?}");
    }
    for host in global {
        assert!(hosts.contains(host), "{host} is not among {hosts:?}");
    }
    assert_eq!(inventory.gaps(), []);
}

#[tokio::test]
async fn commercial() {
    let global =
        ["iam.amazonaws.com", "account.us-east-1.amazonaws.com", "organizations.us-east-1.amazonaws.com"];
    check(Partition::Aws, "eu-west-1", "amazonaws.com", global).await;
}

#[tokio::test]
async fn china() {
    let global = [
        "iam.cn-north-1.amazonaws.com.cn",
        "account.cn-northwest-1.amazonaws.com.cn",
        "organizations.cn-northwest-1.amazonaws.com.cn",
    ];
    check(Partition::China, "cn-north-1", "amazonaws.com.cn", global).await;
}

/// It has no AppSync, which is no gap.
#[tokio::test]
async fn govcloud() {
    let global = [
        "iam.us-gov.amazonaws.com",
        "account.us-gov-west-1.amazonaws.com",
        "organizations.us-gov-west-1.amazonaws.com",
    ];
    check(Partition::GovCloud, "us-gov-east-1", "amazonaws.com", global).await;
}
