//! From the world to a response.

use super::fault::Refusal;
use super::http::Response;
use super::request::Request;
use super::world::{Region, World};
use super::{organizations, query, rest};
use serde_json::{Map, Value, json};

/// What a service says.
pub(crate) type Answer = Result<Value, Refusal>;

/// Answers a request from the world.
pub(crate) fn answer(world: &World, request: &Request, loops: bool) -> Result<Response, Refusal> {
    let region = || {
        let account = world.account(&request.account);
        let region = account.and_then(|it| it.regions.get(&request.region));
        region.ok_or((
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.".into(),
        ))
    };
    let pager = Pager { request, cap: world.page, loops };
    match request.service.as_str() {
        "sts" | "iam" => query::answer(world, request, &pager),
        "account" => {
            let account = world.account(&request.account).ok_or_else(|| missing("no such account"))?;
            let regions = account.regions.keys();
            let regions: Vec<_> = regions
                .map(|it| json!({ "RegionName": it, "RegionOptStatus": "ENABLED_BY_DEFAULT" }))
                .collect();
            pager.page("Regions", "NextToken", 50, &regions).map(|it| json_response(&it))
        }
        "wafv2" => waf(world, request, &pager).map(|it| json_response(&it)),
        "organizations" => organizations::answer(world, request, &pager).map(|it| json_response(&it)),
        "lambda" => rest::lambda(region()?, request, &pager).map(|it| json_response(&it)),
        "apigateway" => rest::apigateway(region()?, request, &pager).map(|it| json_response(&it)),
        "appsync" if request.operation == "GetIntrospectionSchema" => {
            rest::schema(region()?, request).map(|body| Response { body, ..json_response(&Value::Null) })
        }
        "appsync" => rest::appsync(region()?, request, &pager).map(|it| json_response(&it)),
        other => Err((400, "UnknownOperationException", format!("no such service: {other}"))),
    }
}

pub(crate) fn missing(what: &str) -> Refusal {
    (404, "ResourceNotFoundException", what.into())
}

fn json_response(body: &Value) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type", "application/json".into())],
        body: body.to_string(),
    }
}

/// Cuts listings into pages as the request asks.
pub(crate) struct Pager<'a> {
    pub(crate) request: &'a Request,
    pub(crate) cap: Option<usize>,
    pub(crate) loops: bool,
}

impl Pager<'_> {
    /// The page that the request's token names, and the next token.
    pub(crate) fn cut<'v>(&self, most: usize, items: &'v [Value]) -> (&'v [Value], Option<String>) {
        let token = self.request.token();
        let from = token.and_then(|it| it.strip_prefix("from ")?.parse().ok()).unwrap_or(0);
        let size = self.request.limit().unwrap_or(most).min(most).min(self.cap.unwrap_or(most));
        let to = items.len().min(from + size);
        let next =
            if self.loops { Some("from 0".into()) } else { (to < items.len()).then(|| format!("from {to}")) };
        (items.get(from..to).unwrap_or_default(), next)
    }

    /// A page as an object with the items and the token under the API's names.
    #[expect(clippy::unnecessary_wraps, reason = "a page is the whole answer nearly everywhere")]
    pub(crate) fn page(&self, items: &str, token: &str, most: usize, all: &[Value]) -> Answer {
        let (page, next) = self.cut(most, all);
        let mut object = Map::from_iter([(items.to_owned(), json!(page))]);
        object.extend(next.map(|next| (token.to_owned(), next.into())));
        Ok(object.into())
    }
}

fn waf(world: &World, request: &Request, pager: &Pager<'_>) -> Answer {
    let nonexistent = || (400, "WAFNonexistentItemException", "no such web ACL".to_owned());
    let account = world.account(&request.account).ok_or_else(nonexistent)?;
    let region = account.regions.get(&request.region);
    let region = || -> Result<&Region, Refusal> {
        region.ok_or((
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.".into(),
        ))
    };
    let scope = request.field("Scope");
    match (request.operation.as_str(), scope.as_deref()) {
        ("ListWebACLs", scope) => {
            let acls = match scope {
                Some("CLOUDFRONT") if request.region == "us-east-1" => &account.cloudfront_web_acls,
                Some("REGIONAL") => &region()?.web_acls,
                _ => return Err((400, "WAFInvalidParameterException", "scope".into())),
            };
            let all: Vec<_> = acls.iter().map(|it| it.acl.clone()).collect();
            let mut page = pager.page("WebACLs", "NextMarker", 100, &all)?;
            // WAF gives a marker with its last page too, and then an empty page.
            if page["NextMarker"].is_null() && page["WebACLs"].as_array().is_some_and(|it| !it.is_empty()) {
                page["NextMarker"] = format!("from {}", all.len()).into();
            }
            Ok(page)
        }
        ("ListResourcesForWebACL", _) => {
            let arn = request.field("WebACLArn").unwrap_or_default();
            let kind = request.field("ResourceType").unwrap_or("APPLICATION_LOAD_BALANCER".into());
            let mut acls = region()?.web_acls.iter();
            let acl = acls.find(|it| it.acl["ARN"] == arn.as_str()).ok_or_else(nonexistent)?;
            Ok(json!({ "ResourceArns": acl.resources.get(&kind).cloned().unwrap_or_default() }))
        }
        _ => Err((400, "UnknownOperationException", request.path.clone())),
    }
}
