//! Runs checks over an inventory: every subject of every rule, and one unknown outcome for every
//! listing that was cut short.

use crate::scope::Joins;
use crate::{Check, Finding, Kind, Outcome, Problem, Resource, Rule, Scope, Verdict};
use inventory::{Account, Api, Function, Gap, Inventory, Region, RestApi, Role};

/// The outcome of every check on every object, sorted by account, region, object and check.
pub fn evaluate(inventory: &Inventory, checks: &[Check]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for account in &inventory.accounts {
        let joins = Joins::of(account, inventory.today());
        for region in &account.regions {
            let scope = Scope::new(inventory, account, region, &joins);
            for check in checks {
                let mut judge = Judge { check, scope: &scope, global: false, findings: &mut findings };
                check.rules.iter().for_each(|rule| judge.region(rule));
            }
        }
        let nowhere = Region::default();
        let scope = Scope::new(inventory, account, account.regions.items.first().unwrap_or(&nowhere), &joins);
        for check in checks {
            let mut judge = Judge { check, scope: &scope, global: true, findings: &mut findings };
            check.rules.iter().for_each(|rule| judge.account(rule));
        }
    }
    findings.sort_by(|a, b| (&a.resource, &a.check, a.outcome).cmp(&(&b.resource, &b.check, b.outcome)));
    // Two rules of one check may meet the same cut listing.
    findings.dedup_by(|later, earlier| later.id == earlier.id);
    findings
}

/// One check at work in one scope.
struct Judge<'a> {
    check: &'a Check,
    scope: &'a Scope<'a>,
    global: bool,
    findings: &'a mut Vec<Finding>,
}

impl Judge<'_> {
    fn region(&mut self, rule: &Rule) {
        let region = self.scope.region;
        match *rule {
            Rule::Function(run) => self.functions(|judge, function| {
                judge.judge(judge.function(function), run(function, judge.scope));
            }),
            Rule::Invocable(run) => self.functions(|judge, function| {
                for invocable in function.invocables() {
                    let resource = Resource { arn: invocable.arn.into(), ..judge.function(function) };
                    judge.judge(resource, run(&invocable, function, judge.scope));
                }
                let gap = function.aliases.gap.as_ref().or(function.versions.gap.as_ref());
                judge.cut(gap, judge.qualified(function));
            }),
            Rule::FunctionUrl(run) => self.functions(|judge, function| {
                for url in &function.urls {
                    let resource = Resource { arn: url.arn.clone(), ..judge.function(function) };
                    judge.judge(resource, run(url, function, judge.scope));
                }
                judge.cut(function.urls.gap.as_ref(), judge.qualified(function));
            }),
            Rule::RestApi(run) => {
                self.rest_apis(|judge, api| judge.judge(judge.rest_api(api), run(api, judge.scope)));
            }
            Rule::RestStage(run) => self.rest_apis(|judge, api| {
                for stage in &api.stages {
                    let resource = stage_of(judge.rest_api(api), &stage.arn, &stage.name);
                    judge.judge(resource, run(stage, api, judge.scope));
                }
                let every = format!("{}/stages/*", api.arn);
                judge.cut(api.stages.gap.as_ref(), stage_of(judge.rest_api(api), &every, "*"));
            }),
            Rule::RestMethod(run) => self.rest_apis(|judge, api| {
                for method in &api.methods {
                    let detail = Some(method.name());
                    let resource = Resource { detail, ..judge.rest_api(api) };
                    judge.judge(resource, run(method, api, judge.scope));
                }
                judge.cut(api.methods.gap.as_ref(), rest(judge.rest_api(api)));
            }),
            Rule::Api(run) => self.apis(|judge, api| judge.judge(judge.api(api), run(api, judge.scope))),
            Rule::ApiStage(run) => self.apis(|judge, api| {
                for stage in &api.stages {
                    let resource = stage_of(judge.api(api), &stage.arn, &stage.name);
                    judge.judge(resource, run(stage, api, judge.scope));
                }
                let every = format!("{}/stages/*", api.arn);
                judge.cut(api.stages.gap.as_ref(), stage_of(judge.api(api), &every, "*"));
            }),
            Rule::Route(run) => self.apis(|judge, api| {
                for route in &api.routes {
                    let resource = Resource { detail: Some(route.key.clone()), ..judge.api(api) };
                    judge.judge(resource, run(route, api, judge.scope));
                }
                judge.cut(api.routes.gap.as_ref(), rest(judge.api(api)));
            }),
            Rule::GraphqlApi(run) => {
                for api in &region.graphql_apis {
                    let resource = self.resource(&api.arn, "AWS::AppSync::GraphQLApi", &api.name);
                    self.judge(resource, run(api, self.scope));
                }
                self.cut(
                    region.graphql_apis.gap.as_ref(),
                    self.every("appsync", "apis/*", "AWS::AppSync::GraphQLApi"),
                );
            }
            Rule::EventApi(run) => {
                for api in &region.event_apis {
                    let resource = self.resource(&api.arn, "AWS::AppSync::Api", &api.name);
                    self.judge(resource, run(api, self.scope));
                }
                // The ARNs of GraphQL APIs look alike, and two findings must not share an id.
                let every = Resource {
                    detail: Some("event APIs".into()),
                    ..self.every("appsync", "apis/*", "AWS::AppSync::Api")
                };
                self.cut(region.event_apis.gap.as_ref(), every);
            }
            Rule::Role(_) | Rule::ExecutionRole(_) => {}
        }
    }

    fn account(&mut self, rule: &Rule) {
        let account = self.scope.account;
        self.cut(unlisted_regions(account), self.whole_account());
        match *rule {
            Rule::Role(run) => {
                for role in &account.roles {
                    self.judge(self.role(role), run(role, self.scope));
                }
                self.cut(account.roles.gap.as_ref(), self.every("iam", "role/*", "AWS::IAM::Role"));
            }
            Rule::ExecutionRole(run) => self.execution_roles(run),
            _ => {}
        }
    }

    fn execution_roles(&mut self, run: fn(&Role, &Scope) -> Outcome) {
        let account = self.scope.account;
        let listed = self.scope.all_functions_listed();
        for role in &account.roles {
            let used = !self.scope.functions_of_role(&role.arn).is_empty();
            // Whether a role that no known function uses is an execution role is asked once, below.
            let outcome = if used { run(role, self.scope) } else { Ok(Verdict::NotApplicable) };
            if used || listed.as_ref().err().is_none_or(|gap| gap.not_asked) {
                self.judge(self.role(role), outcome);
            }
        }
        let unlisted = listed.err().filter(|gap| !gap.not_asked);
        let cut = account.roles.gap.clone().or(unlisted);
        self.cut(cut.as_ref(), self.every("iam", "role/*", "AWS::IAM::Role"));
    }

    fn functions(&mut self, mut visit: impl FnMut(&mut Self, &Function)) {
        let region = self.scope.region;
        region.functions.iter().for_each(|function| visit(self, function));
        self.cut(region.functions.gap.as_ref(), self.every("lambda", "function:*", "AWS::Lambda::Function"));
    }

    fn rest_apis(&mut self, mut visit: impl FnMut(&mut Self, &RestApi)) {
        let region = self.scope.region;
        region.rest_apis.iter().for_each(|api| visit(self, api));
        self.cut(
            region.rest_apis.gap.as_ref(),
            self.every("apigateway", "/restapis/*", "AWS::ApiGateway::RestApi"),
        );
    }

    fn apis(&mut self, mut visit: impl FnMut(&mut Self, &Api)) {
        let region = self.scope.region;
        region.apis.iter().for_each(|api| visit(self, api));
        self.cut(region.apis.gap.as_ref(), self.every("apigateway", "/apis/*", "AWS::ApiGatewayV2::Api"));
    }

    fn function(&self, function: &Function) -> Resource {
        self.resource(&function.arn, "AWS::Lambda::Function", &function.name)
    }

    fn rest_api(&self, api: &RestApi) -> Resource {
        self.resource(&api.arn, "AWS::ApiGateway::RestApi", &api.name)
    }

    fn api(&self, api: &Api) -> Resource {
        self.resource(&api.arn, "AWS::ApiGatewayV2::Api", &api.name)
    }

    fn role(&self, role: &Role) -> Resource {
        self.resource(&role.arn, "AWS::IAM::Role", &role.name)
    }

    fn resource(&self, arn: &str, kind: &str, name: &str) -> Resource {
        Resource {
            arn: arn.into(),
            kind: kind.into(),
            name: name.into(),
            account: self.scope.account.id.clone(),
            region: if self.global { String::new() } else { self.scope.region.name.clone() },
            detail: None,
        }
    }

    /// Stands for the regions that could not be listed.
    fn whole_account(&self) -> Resource {
        let Account { id, partition, .. } = self.scope.account;
        self.resource(&format!("arn:{partition}:account::{id}:account"), "AWS::Account", id)
    }

    /// Stands for the objects of a listing that was cut short.
    fn every(&self, service: &str, path: &str, kind: &str) -> Resource {
        let Account { id, partition, .. } = self.scope.account;
        let region = if self.global { "" } else { self.scope.region.name.as_str() };
        // API Gateway's ARNs have no account.
        let account = if service == "apigateway" { "" } else { id.as_str() };
        self.resource(&format!("arn:{partition}:{service}:{region}:{account}:{path}"), kind, "*")
    }

    /// Stands for the aliases, versions or URLs of a function that did not arrive.
    fn qualified(&self, function: &Function) -> Resource {
        Resource { arn: format!("{}:*", function.arn), ..self.function(function) }
    }

    /// One unknown outcome for the part of a listing that did not arrive.
    fn cut(&mut self, gap: Option<&Gap>, resource: Resource) {
        if let Some(gap) = gap {
            self.judge(resource, Err(gap.clone()));
        }
    }

    fn judge(&mut self, resource: Resource, outcome: Outcome) {
        match outcome {
            Ok(Verdict::Fail(problems)) => {
                for problem in problems {
                    let detail = problem.detail.clone().or_else(|| resource.detail.clone());
                    self.push(Resource { detail, ..resource.clone() }, Kind::Fail, problem, None);
                }
            }
            Ok(Verdict::Pass) => self.push(resource, Kind::Pass, Problem::new(self.check.title), None),
            Ok(Verdict::NotApplicable) => {
                self.push(resource, Kind::NotApplicable, Problem::new(self.check.title), None);
            }
            Err(gap) => {
                let problem = Problem::new(format!("cannot tell: {}", gap.cause()));
                self.push(resource, Kind::Unknown, problem, Some(gap));
            }
        }
    }

    fn push(&mut self, resource: Resource, outcome: Kind, problem: Problem, gap: Option<Gap>) {
        let Check { code, name, severity, confidence, .. } = *self.check;
        self.findings.push(Finding {
            id: Finding::id(self.check, self.scope.account.partition.name(), &resource),
            check: code.into(),
            name: name.into(),
            layer: self.check.layer(),
            outcome,
            severity: problem.severity.unwrap_or(severity),
            base_severity: severity,
            confidence: problem.confidence.unwrap_or(confidence),
            resource,
            message: problem.message,
            evidence: problem.evidence,
            remediation: self.check.section("Fix").unwrap_or_default(),
            gap,
        });
    }
}

/// What keeps the regions of the scope from being all there. Those that the scope leaves out are no
/// question; but an account without any region was not read.
pub(crate) fn unlisted_regions(account: &Account) -> Option<&Gap> {
    let regions = &account.regions;
    regions.gap.as_ref().filter(|gap| !gap.not_asked || regions.items.is_empty())
}

/// A stage, from its API.
fn stage_of(api: Resource, arn: &str, name: &str) -> Resource {
    let service = api.kind.rsplit_once("::").map_or("", |(service, _)| service);
    let kind = format!("{service}::Stage");
    Resource { arn: arn.into(), kind, name: format!("{}/{name}", api.name), ..api }
}

/// Stands for the methods or routes of an API that did not arrive.
fn rest(api: Resource) -> Resource {
    Resource { detail: Some("*".into()), ..api }
}
