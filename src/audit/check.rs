//! What a check is: metadata, one pure function for each kind of subject, and two examples.

use crate::Scope;
use inventory::{
    Account, Api, ApiStage, Call, EventApi, Function, FunctionUrl, Gap, GraphqlApi, Invocable, Method,
    RestApi, Role, Route, Stage,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hygiene.
    Low,
    /// Weakens a layer.
    Medium,
    /// A layer is missing.
    High,
    /// Anyone can act on it now.
    Critical,
}

/// How sure a finding is, surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Likely; something that could not be read may contradict it.
    Medium,
    /// Read from AWS.
    High,
}

/// A layer of defence on the way Client → Edge → Source → Service → Function → Downstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// CDN, WAF, TLS.
    Edge,
    /// API, URL, queue.
    Source,
    /// Resource policy, concurrency.
    Service,
    /// Runtime, secrets, code.
    Function,
    /// Execution role, data stores.
    Downstream,
}

/// The kind of control whose absence a check reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's own terms")]
pub enum Control {
    Firewall,
    Authentication,
    NetworkLimit,
    Throttling,
    RequestValidation,
    Transport,
    InvokePermission,
    Concurrency,
    FailureHandling,
    CodeIntegrity,
    Runtime,
    Secrets,
    Observability,
    LeastPrivilege,
}

/// One shortcoming of a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Which part of the subject: a method, path, route or statement. Part of the finding's id.
    pub detail: Option<String>,
    /// What is wrong, for people: one sentence that names the objects.
    pub message: String,
    /// What shows it: short lines, secrets masked.
    pub evidence: Vec<String>,
    /// Where it differs from the check's.
    pub severity: Option<Severity>,
    /// Where it differs from the check's.
    pub confidence: Option<Confidence>,
}

/// What a check says of a subject whose facts were readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The control stands.
    Pass,
    /// The check does not concern this subject.
    NotApplicable,
    /// Shortcomings; at least one.
    Fail(Vec<Problem>),
}

/// A verdict; or the gap in the facts that the check needs, which makes the outcome unknown.
pub type Outcome = Result<Verdict, Gap>;

/// The logic of a check for one kind of subject. The last argument is for joins.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant is named after its subject")]
pub enum Rule {
    Function(fn(&Function, &Scope) -> Outcome),
    /// A function, alias or version with its own resource policy.
    Invocable(fn(&Invocable, &Function, &Scope) -> Outcome),
    FunctionUrl(fn(&FunctionUrl, &Function, &Scope) -> Outcome),
    RestApi(fn(&RestApi, &Scope) -> Outcome),
    RestStage(fn(&Stage, &RestApi, &Scope) -> Outcome),
    /// A REST method; the finding's detail is `VERB PATH` unless the problem has one.
    RestMethod(fn(&Method, &RestApi, &Scope) -> Outcome),
    /// An HTTP or WebSocket API.
    Api(fn(&Api, &Scope) -> Outcome),
    ApiStage(fn(&ApiStage, &Api, &Scope) -> Outcome),
    /// A route; the finding's detail is the route key unless the problem has one.
    Route(fn(&Route, &Api, &Scope) -> Outcome),
    GraphqlApi(fn(&GraphqlApi, &Scope) -> Outcome),
    EventApi(fn(&EventApi, &Scope) -> Outcome),
    /// A role, whoever uses it.
    Role(fn(&Role, &Scope) -> Outcome),
    /// A role that some function uses as its execution role.
    ExecutionRole(fn(&Role, &Scope) -> Outcome),
}

/// A check. Declare one with [`check!`](crate::check).
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Layer and number, never reused: `SRC-106`.
    pub code: &'static str,
    /// Kebab-case, names the bad thing: `function-url-unauthenticated`.
    pub name: &'static str,
    /// Earlier names, still accepted.
    pub aliases: &'static [&'static str],
    /// One line for people.
    pub title: &'static str,
    /// The base severity.
    pub severity: Severity,
    /// The base confidence.
    pub confidence: Confidence,
    /// Whether it runs without `--strict`.
    pub default: bool,
    /// The controls whose absence it reports.
    pub controls: &'static [Control],
    /// AWS pages, CWE entries, other catalogues' ids.
    pub references: &'static [&'static str],
    /// The calls whose answers it reads.
    pub calls: &'static [Call],
    /// The doc comment, Markdown: what it finds, `## Why it matters`, `## Fix`.
    pub docs: &'static str,
    /// The logic, by kind of subject.
    pub rules: &'static [Rule],
    /// An account that it fails.
    pub bad: fn() -> Account,
    /// An account that it passes.
    pub good: fn() -> Account,
}

/// Declares a check; its doc comment becomes the documentation that `explain` and reports show.
#[macro_export]
macro_rules! check {
    ($(#[doc = $doc:literal])+ $code:literal $name:literal: $title:literal, $($field:ident: $value:expr),+ $(,)?) => {
        $(#[doc = $doc])+
        pub const CHECK: $crate::Check = $crate::Check {
            code: $code, name: $name, title: $title, docs: concat!($($doc, "\n"),+),
            $($field: $value,)+ ..$crate::Check::BASE };
    };
}

impl Check {
    /// What most checks share.
    pub const BASE: Self = Self {
        code: "",
        name: "",
        aliases: &[],
        title: "",
        severity: Severity::Medium,
        confidence: Confidence::High,
        default: true,
        controls: &[],
        references: &[],
        calls: &[],
        docs: "",
        rules: &[],
        bad: Account::default,
        good: Account::default,
    };

    /// The layer, by the code.
    pub fn layer(&self) -> Layer {
        match self.code.split_once('-').map(|(layer, _)| layer) {
            Some("EDGE") => Layer::Edge,
            Some("SRC") => Layer::Source,
            Some("SVC") => Layer::Service,
            Some("FN") => Layer::Function,
            _ => Layer::Downstream,
        }
    }

    /// Whether the user's word means this check: its code in any case, its name or an alias.
    pub fn answers_to(&self, word: &str) -> bool {
        self.code.eq_ignore_ascii_case(word) || self.name == word || self.aliases.contains(&word)
    }

    /// The documentation without its common indent.
    pub fn markdown(&self) -> String {
        let lines = self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The documentation's section of that title, without the heading.
    pub fn section(&self, title: &str) -> Option<String> {
        let text = self.markdown();
        let (_, rest) = text.split_once(&format!("## {title}\n"))?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim().to_owned())
    }
}

impl Severity {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Confidence {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Layer {
    /// The layers in the order that a request meets them.
    pub const ALL: [Self; 5] = [Self::Edge, Self::Source, Self::Service, Self::Function, Self::Downstream];

    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Source => "source",
            Self::Service => "service",
            Self::Function => "function",
            Self::Downstream => "downstream",
        }
    }
}

impl Control {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Firewall => "firewall",
            Self::Authentication => "authentication",
            Self::NetworkLimit => "network-limit",
            Self::Throttling => "throttling",
            Self::RequestValidation => "request-validation",
            Self::Transport => "transport",
            Self::InvokePermission => "invoke-permission",
            Self::Concurrency => "concurrency",
            Self::FailureHandling => "failure-handling",
            Self::CodeIntegrity => "code-integrity",
            Self::Runtime => "runtime",
            Self::Secrets => "secrets",
            Self::Observability => "observability",
            Self::LeastPrivilege => "least-privilege",
        }
    }
}

impl Problem {
    /// A problem with the check's own severity and confidence.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// With the part of the subject that it concerns.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With one more line of evidence.
    #[must_use]
    pub fn evidence(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }

    /// With a severity of its own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// With a confidence of its own.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }
}

impl Verdict {
    /// A failure with one problem.
    pub fn fail(problem: Problem) -> Self {
        Self::Fail(vec![problem])
    }

    /// A failure if there are problems, else a pass.
    pub fn of(problems: Vec<Problem>) -> Self {
        if problems.is_empty() { Self::Pass } else { Self::Fail(problems) }
    }
}
