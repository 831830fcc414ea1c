//! Code-signing configurations and the functions that carry them.

use super::LARGEST_PAGE;
use crate::call::{About, Caller};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{CodeSigningConfig, CodeSigningPolicy};
use futures::future::join_all;
use inventory::{Arn, Call, CodeSigning, Fact, Gap, Listing};
use std::collections::BTreeMap;

/// Which functions carry which code-signing configuration: one call for each configuration instead
/// of one for each function.
pub(super) struct Signing {
    attached: BTreeMap<String, CodeSigning>,
    gap: Option<Gap>,
}

impl Signing {
    pub(super) fn of(&self, function: &str) -> Fact<CodeSigning> {
        match (self.attached.get(function), &self.gap) {
            (Some(signing), _) => Fact::Known(signing.clone()),
            (None, Some(gap)) => Fact::Unread(Gap { resource: Some(function.into()), ..gap.clone() }),
            (None, None) => Fact::Absent,
        }
    }
}

pub(super) async fn read(caller: Caller<'_>, client: &Client) -> Signing {
    let fetch = |marker| client.list_code_signing_configs().max_items(LARGEST_PAGE).set_marker(marker).send();
    let configs = caller
        .pages(Call::LambdaListCodeSigningConfigs, About::default(), fetch, |page| {
            (page.code_signing_configs.unwrap_or_default(), page.next_marker)
        })
        .await;
    let signed = |config| async move { (config, signed_functions(caller, client, config).await) };
    let mut signing = Signing { attached: BTreeMap::new(), gap: configs.gap };
    for (config, functions) in join_all(configs.items.iter().map(signed)).await {
        for function in functions.items {
            let function = Arn::unqualified_function(&function).unwrap_or(function);
            signing.attached.insert(function, attached(caller, config));
        }
        signing.gap = signing.gap.or(functions.gap);
    }
    signing
}

async fn signed_functions(
    caller: Caller<'_>,
    client: &Client,
    config: &CodeSigningConfig,
) -> Listing<String> {
    let arn = config.code_signing_config_arn.as_str();
    let about = About { resource: Some(arn), ..About::default() };
    let fetch = |marker| {
        let request = client.list_functions_by_code_signing_config().code_signing_config_arn(arn);
        request.max_items(LARGEST_PAGE).set_marker(marker).send()
    };
    let call = Call::LambdaListFunctionsByCodeSigningConfig;
    caller.pages(call, about, fetch, |page| (page.function_arns.unwrap_or_default(), page.next_marker)).await
}

fn attached(caller: Caller<'_>, config: &CodeSigningConfig) -> CodeSigning {
    let arn = config.code_signing_config_arn.as_str();
    let about = About { resource: Some(arn), ..About::default() };
    let policies = config.code_signing_policies.as_ref();
    let mode =
        policies.and_then(|it| it.untrusted_artifact_on_deployment.as_ref()).map(CodeSigningPolicy::as_str);
    CodeSigning { arn: arn.into(), mode: caller.word(Call::LambdaListCodeSigningConfigs, about, mode) }
}
