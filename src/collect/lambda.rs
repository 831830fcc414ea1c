//! Lambda: functions, versions, aliases, policies, URLs, event source mappings, code signing.

mod code_signing;

use crate::call::{About, Caller};
use crate::value::{tags, variables};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    AliasConfiguration, EventSourceMappingConfiguration, FunctionConfiguration, FunctionUrlConfig,
    FunctionVersion, TracingMode,
};
use futures::future::{join_all, join4};
use inventory::{
    Alias, Arn, Call, EventSourceMapping, Fact, Function, FunctionUrl, Gap, Listing, PublishedVersion,
    Reason, VpcPlacement,
};
use policy::{Audience, Document, Request, who_can};
use std::collections::BTreeMap;

/// Lambda accepts this for aliases and code signing, and returns what it will.
const LARGEST_PAGE: i32 = 10_000;

/// What a region's Lambda holds.
pub(crate) struct Lambda {
    pub(crate) functions: Listing<Function>,
    pub(crate) event_source_mappings: Listing<EventSourceMapping>,
}

pub(crate) async fn read(caller: Caller<'_>, client: &Client) -> Lambda {
    let (mut functions, event_source_mappings, signing) = futures::join!(
        functions(caller, client),
        mappings(caller, client),
        code_signing::read(caller, client)
    );
    for function in &mut functions.items {
        function.code_signing = signing.of(&function.arn);
    }
    Lambda { functions, event_source_mappings }
}

async fn functions(caller: Caller<'_>, client: &Client) -> Listing<Function> {
    let fetch = |marker| {
        let request = client.list_functions().function_version(FunctionVersion::All).max_items(50);
        request.set_marker(marker).send()
    };
    let listed = caller
        .pages(Call::LambdaListFunctions, About::default(), fetch, |page| {
            (page.functions.unwrap_or_default(), page.next_marker)
        })
        .await;
    let (versions, latest): (Vec<_>, Vec<_>) =
        listed.items.into_iter().partition(|it| !matches!(it.version.as_deref(), None | Some("$LATEST")));
    let mut by_function: BTreeMap<String, Vec<PublishedVersion>> = BTreeMap::new();
    for version in versions.iter().filter_map(published) {
        let function = Arn::unqualified_function(&version.arn).unwrap_or_default();
        by_function.entry(function).or_default().push(version);
    }
    let mut functions: Vec<_> = latest.iter().map(|it| configured(caller, it)).collect();
    functions.sort_by(|a, b| a.arn.cmp(&b.arn));
    functions.dedup_by(|a, b| a.arn == b.arn);
    for function in &mut functions {
        let items = by_function.remove(&function.arn).unwrap_or_default();
        function.versions = Listing { items, gap: listed.gap.clone() };
    }
    join_all(functions.iter_mut().map(|function| complete(caller, client, function))).await;
    Listing { items: functions, gap: listed.gap }
}

fn published(version: &FunctionConfiguration) -> Option<PublishedVersion> {
    let (arn, version) = (version.function_arn.clone()?, version.version.clone()?);
    Some(PublishedVersion { arn, version, policy: Fact::default() })
}

/// What the listing itself says of a function.
fn configured(caller: Caller<'_>, listed: &FunctionConfiguration) -> Function {
    let arn = listed.function_arn.as_deref().unwrap_or_default();
    let arn = Arn::unqualified_function(arn).unwrap_or_else(|| arn.to_owned());
    let call = Call::LambdaListFunctions;
    let about = About { resource: Some(&arn), ..About::default() };
    let environment = match listed.environment.as_ref() {
        // Lambda says so when it may not decrypt for us.
        Some(environment) if environment.error.is_some() => {
            let gap = caller.gap(call, about, Reason::Denied, "the variables could not be decrypted");
            Fact::Unread(Gap { action: "kms:Decrypt".into(), ..gap })
        }
        Some(environment) => Fact::Known(variables(environment.variables.as_ref())),
        None => Fact::Absent,
    };
    let tracing_active = match listed.tracing_config.as_ref().and_then(|it| it.mode.as_ref()) {
        Some(TracingMode::Active) => Fact::Known(true),
        Some(TracingMode::PassThrough) | None => Fact::Known(false),
        Some(_) => Fact::Unread(caller.gap(call, about, Reason::Malformed, "an unknown tracing mode")),
    };
    let vpc = listed.vpc_config.as_ref().filter(|vpc| !vpc.subnet_ids().is_empty());
    Function {
        name: listed.function_name.clone().unwrap_or_default(),
        runtime: listed.runtime.as_ref().map(|it| it.as_str().to_owned()),
        package_type: listed.package_type.as_ref().map_or("Zip", |it| it.as_str()).into(),
        role: listed.role.clone().unwrap_or_default(),
        last_modified: listed.last_modified.clone(),
        code_sha256: None,
        timeout: listed.timeout,
        environment,
        kms_key: listed.kms_key_arn.clone(),
        tracing_active,
        log_format: listed
            .logging_config
            .as_ref()
            .and_then(|it| Some(it.log_format.as_ref()?.as_str().into())),
        layers: listed.layers().iter().filter_map(|layer| layer.arn.clone()).collect(),
        dead_letter: listed.dead_letter_config.as_ref().and_then(|it| it.target_arn.clone()),
        vpc: vpc.map(|vpc| VpcPlacement {
            vpc: vpc.vpc_id.clone(),
            subnets: vpc.subnet_ids().to_vec(),
            security_groups: vpc.security_group_ids().to_vec(),
        }),
        arn,
        ..Function::default()
    }
}

/// What needs calls of the function's own.
async fn complete(caller: Caller<'_>, client: &Client, function: &mut Function) {
    let arn = function.arn.clone();
    let policies =
        function.versions.items.iter().map(|it| policy(caller, client, &arn, Some(&it.version), &it.arn));
    let (details, own, aliases, versions) = join4(
        details(caller, client, &arn),
        policy(caller, client, &arn, None, &arn),
        aliases(caller, client, &arn),
        join_all(policies),
    )
    .await;
    (function.tags, function.reserved_concurrency) = details;
    function.policy = own;
    function.aliases = aliases;
    for (version, policy) in function.versions.items.iter_mut().zip(versions) {
        version.policy = policy;
    }
    // The policy of an alias that is not known may speak of URLs too.
    if function.aliases.gap.is_some()
        || function.invocables().any(|it| speaks_of_urls(it.policy, it.arn, caller.account))
    {
        function.urls = urls(caller, client, &arn).await;
    } else {
        function.urls = Listing::complete(Vec::new());
    }
}

async fn details(
    caller: Caller<'_>,
    client: &Client,
    arn: &str,
) -> (Fact<BTreeMap<String, String>>, Fact<i32>) {
    let about = About { resource: Some(arn), ..About::default() };
    match caller.ask(Call::LambdaGetFunction, about, || client.get_function().function_name(arn).send()).await
    {
        // The answer also holds a presigned link to the code: it is dropped here.
        Ok(answer) => {
            let answer = answer.unwrap_or_else(|| {
                aws_sdk_lambda::operation::get_function::GetFunctionOutput::builder().build()
            });
            let concurrency = answer.concurrency.and_then(|it| it.reserved_concurrent_executions);
            let tags = match answer.tags_error {
                Some(_) => Fact::Unread(tags_withheld(caller, about)),
                None => tags(answer.tags),
            };
            (tags, concurrency.into())
        }
        Err(gap) => (Fact::Unread(gap.clone()), Fact::Unread(gap)),
    }
}

/// Tags need a permission of their own, which is not worth a gap in the audit: no check reads them.
fn tags_withheld(caller: Caller<'_>, about: About<'_>) -> Gap {
    let gap = caller.gap(Call::LambdaGetFunction, about, Reason::Denied, "Lambda withheld the tags");
    Gap { action: "lambda:ListTags".into(), not_asked: true, ..gap }
}

async fn policy(
    caller: Caller<'_>,
    client: &Client,
    function: &str,
    qualifier: Option<&str>,
    arn: &str,
) -> Fact<Document> {
    let about = About { resource: Some(arn), ..About::default() };
    let send = || client.get_policy().function_name(function).set_qualifier(qualifier.map(Into::into)).send();
    match caller.ask(Call::LambdaGetPolicy, about, send).await {
        Ok(answer) => {
            let text = answer.and_then(|answer| answer.policy);
            caller.document(Call::LambdaGetPolicy, about, text.as_deref())
        }
        Err(gap) => Fact::Unread(gap),
    }
}

async fn aliases(caller: Caller<'_>, client: &Client, function: &str) -> Listing<Alias> {
    let about = About { resource: Some(function), ..About::default() };
    let fetch = |marker| {
        client.list_aliases().function_name(function).max_items(LARGEST_PAGE).set_marker(marker).send()
    };
    let listed = caller
        .pages(Call::LambdaListAliases, about, fetch, |page| {
            (page.aliases.unwrap_or_default(), page.next_marker)
        })
        .await;
    let mut aliases: Vec<_> = listed.items.iter().filter_map(alias).collect();
    aliases.sort_by(|a, b| a.arn.cmp(&b.arn));
    let policies = aliases.iter().map(|it| policy(caller, client, function, Some(&it.name), &it.arn));
    let policies = join_all(policies).await;
    for (alias, policy) in aliases.iter_mut().zip(policies) {
        alias.policy = policy;
    }
    Listing { items: aliases, gap: listed.gap }
}

fn alias(listed: &AliasConfiguration) -> Option<Alias> {
    let weights = listed.routing_config.as_ref().and_then(|it| it.additional_version_weights.clone());
    Some(Alias {
        arn: listed.alias_arn.clone()?,
        name: listed.name.clone()?,
        version: listed.function_version.clone().unwrap_or_default(),
        weights: weights.unwrap_or_default().into_iter().collect(),
        policy: Fact::default(),
    })
}

/// Whether a policy may open a URL: then the URLs are worth a call. What could not be read may.
fn speaks_of_urls(policy: &Fact<Document>, arn: &str, owner: &str) -> bool {
    let document = match policy {
        Fact::Known(document) => document,
        Fact::Absent => return false,
        Fact::Unread(_) => return true,
    };
    let grants = |action, context| {
        who_can(document, &Request { action, resource: arn, owner, signed: false, context })
    };
    let via_url = [("lambda:InvokedViaFunctionUrl", Some("true"))];
    !grants("lambda:InvokeFunctionUrl", &[]).is_empty()
        || grants("lambda:InvokeFunction", &via_url).iter().any(|it| it.audience == Audience::Anonymous)
}

async fn urls(caller: Caller<'_>, client: &Client, function: &str) -> Listing<FunctionUrl> {
    let call = Call::LambdaListFunctionUrlConfigs;
    let about = About { resource: Some(function), ..About::default() };
    let fetch = |marker| {
        client.list_function_url_configs().function_name(function).max_items(50).set_marker(marker).send()
    };
    let listed = caller.pages(call, about, fetch, |page| (page.function_url_configs, page.next_marker)).await;
    let mut items: Vec<_> = listed.items.iter().map(|it| url(caller, it, function)).collect();
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    Listing { items, gap: listed.gap }
}

fn url(caller: Caller<'_>, listed: &FunctionUrlConfig, function: &str) -> FunctionUrl {
    let about = About { resource: Some(&listed.function_arn), ..About::default() };
    let qualifier = listed.function_arn.strip_prefix(function).and_then(|it| it.strip_prefix(':'));
    FunctionUrl {
        arn: listed.function_arn.clone(),
        qualifier: qualifier.map(Into::into),
        auth: caller.word(Call::LambdaListFunctionUrlConfigs, about, Some(listed.auth_type.as_str())),
        cors_origins: listed.cors.as_ref().map(|cors| cors.allow_origins().to_vec()).unwrap_or_default(),
        created: Some(listed.creation_time.clone()),
    }
}

async fn mappings(caller: Caller<'_>, client: &Client) -> Listing<EventSourceMapping> {
    let fetch = |marker| client.list_event_source_mappings().max_items(100).set_marker(marker).send();
    let listed = caller
        .pages(Call::LambdaListEventSourceMappings, About::default(), fetch, |page| {
            (page.event_source_mappings.unwrap_or_default(), page.next_marker)
        })
        .await;
    let mut items: Vec<_> = listed.items.iter().map(mapping).collect();
    items.sort_by(|a, b| a.uuid.cmp(&b.uuid));
    Listing { items, gap: listed.gap }
}

fn mapping(listed: &EventSourceMappingConfiguration) -> EventSourceMapping {
    let on_failure = listed.destination_config.as_ref().and_then(|it| it.on_failure.as_ref());
    EventSourceMapping {
        uuid: listed.uuid.clone().unwrap_or_default(),
        function: listed.function_arn.clone().unwrap_or_default(),
        source: listed.event_source_arn.clone(),
        state: listed.state.clone(),
        batch_size: listed.batch_size,
        maximum_concurrency: listed.scaling_config.as_ref().and_then(|it| it.maximum_concurrency),
        reports_batch_item_failures: !listed.function_response_types().is_empty(),
        on_failure: on_failure.and_then(|it| it.destination.clone()),
        filters: listed.filter_criteria.as_ref().map_or(0, |it| it.filters().len()),
    }
}
