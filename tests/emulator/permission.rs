//! Permissions, as the program prints them, makes use of them and misses them.

use crate::run::said;
use inventory::{CALLS, Call};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

const GATEWAY: &str = "arn:aws:apigateway:*::";

/// An IAM action, for API Gateway on one resource path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission {
    action: String,
    path: String,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", [self.action.as_str(), &self.path].join(" ").trim_end())
    }
}

impl Permission {
    /// As it is written in `checks --format json` and in messages.
    pub(crate) fn named(text: &str) -> Self {
        let (action, path) = text.split_once(' ').unwrap_or((text, ""));
        Self { action: action.into(), path: path.into() }
    }

    pub(crate) fn of(call: Call) -> Self {
        Self::named(&call.permission())
    }

    /// As the fields of a gap.
    pub(crate) fn missed(gap: &Value) -> Self {
        let text = |field: &str| gap[field].as_str().unwrap_or_default().to_owned();
        Self { action: text("action"), path: text("path") }
    }

    /// Whether it is needed for what the other one asks, whose path has ids instead of `*`.
    pub(crate) fn covers(&self, asked: &Self) -> bool {
        let (mine, theirs) = (self.path.split('/'), asked.path.split('/'));
        self.action == asked.action
            && mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(mine, theirs)| mine == "*" || mine == theirs)
    }

    /// Whether an audit is complete without it.
    pub(crate) fn is_needless(&self) -> bool {
        self.action.starts_with("organizations:")
    }

    /// Whether it is asked for only where a listing gave an object.
    pub(crate) fn needs_an_object(&self) -> bool {
        const OF_AN_OBJECT: [&str; 9] = [
            "appsync:GetIntrospectionSchema",
            "appsync:ListApiKeys",
            "appsync:ListDataSources",
            "lambda:GetFunction",
            "lambda:GetPolicy",
            "lambda:ListAliases",
            "lambda:ListFunctionUrlConfigs",
            "lambda:ListFunctionsByCodeSigningConfig",
            "wafv2:ListResourcesForWebACL",
        ];
        self.path.contains("/*/") || OF_AN_OBJECT.contains(&self.action.as_str())
    }
}

/// A policy, as far as the program prints one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Policy {
    version: String,
    statement: Vec<Statement>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Statement {
    sid: String,
    effect: String,
    action: Vec<String>,
    resource: Vec<String>,
}

impl Policy {
    /// What `lambastion permissions` prints.
    pub(crate) fn printed() -> Self {
        serde_json::from_value(said(&["permissions", "--format", "json"])).unwrap()
    }

    /// What it allows.
    fn permissions(&self) -> BTreeSet<Permission> {
        let each = |statement: &Statement| -> Vec<_> {
            assert_eq!(statement.effect, "Allow");
            let of = |action: &String| -> Vec<_> {
                let path = |arn: &String| match arn.strip_prefix(GATEWAY) {
                    Some(path) if action == "apigateway:GET" => path.to_owned(),
                    _ if arn == "*" => String::new(),
                    _ => panic!("{action} on {arn}"),
                };
                let paths = statement.resource.iter().map(path);
                paths.map(|path| Permission { action: action.clone(), path }).collect()
            };
            statement.action.iter().flat_map(of).collect()
        };
        self.statement.iter().flat_map(each).collect()
    }

    /// The same, but for one permission.
    pub(crate) fn without(&self, taken: &Permission) -> Self {
        let mut policy = self.clone();
        for statement in &mut policy.statement {
            if taken.path.is_empty() {
                statement.action.retain(|action| *action != taken.action);
            } else if statement.action == [taken.action.as_str()] {
                let arn = format!("{GATEWAY}{}", taken.path);
                statement.resource.retain(|resource| *resource != arn);
            }
        }
        policy
    }

    /// The same, but nothing other than that.
    pub(crate) fn only(&self, kept: &Permission) -> Self {
        let others = self.permissions().into_iter().filter(|permission| permission != kept);
        let mut policy = others.fold(self.clone(), |policy, taken| policy.without(&taken));
        policy.statement.retain(|statement| !statement.action.is_empty() && !statement.resource.is_empty());
        policy
    }
}

/// What an audit needs, by the printed policy.
pub(crate) fn granted() -> BTreeSet<Permission> {
    Policy::printed().permissions()
}

/// The calls of a log at `-vv`: the one output that tells the two APIs of API Gateway apart.
pub(crate) fn called(log: &str) -> Vec<Call> {
    let named = |line: &str| {
        let is = |call: &&Call| line.contains(&format!(" {}:{} ", call.service(), call.operation()));
        CALLS.iter().find(is).copied()
    };
    log.lines().filter_map(named).collect()
}
