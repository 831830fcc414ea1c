//! SARIF 2.1.0 as code scanning accepts it: one run, its rules the selected checks, its results the
//! failures, its notifications the gaps.

mod model;
mod results;
mod rules;
mod scale;
#[cfg(test)]
mod tests;

use crate::escape;
use crate::view::View;
use inventory::{Gap, Inventory, Reason};
use jiff::Timestamp;
use model::{
    AutomationDetails, DescriptorReference, Driver, Invocation, Log, Message, Notification, Run, Tool,
};

pub(crate) fn render(view: &View) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(&log(view))?;
    Ok(escape::json(&text) + "\n")
}

fn log<'a>(view: &'a View) -> Log<'a> {
    let report = view.report;
    let result = |finding| results::result(finding, report.checks, report.anchors);
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Lambastion",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: crate::URL,
                    rules: report.checks.iter().map(rules::rule).collect(),
                },
            },
            automation_details: AutomationDetails { id: category(report.inventory) },
            invocations: [invocation(view)],
            column_kind: "utf16CodeUnits",
            results: view.failures().map(result).collect(),
        }],
    }
}

/// GitHub's category: everything before the last slash. Alerts of another category stay open.
fn category(inventory: &Inventory) -> String {
    let scope = match inventory.accounts.as_slice() {
        [account] => escape::path([account.id.as_str()]),
        _ => "accounts".to_owned(),
    };
    format!("lambastion/{scope}/")
}

/// Gaps are notifications and no failure of the run, but for a run that was broken off.
fn invocation(view: &View) -> Invocation {
    let aborted = view.gaps.keys().any(|gap| gap.reason == Reason::Interrupted);
    Invocation {
        execution_successful: !aborted,
        start_time_utc: time(view.report.inventory.started),
        end_time_utc: time(view.report.inventory.taken_at),
        tool_execution_notifications: view.gaps.keys().map(notification).collect(),
    }
}

/// SARIF wants at most milliseconds' worth of sense and a `Z`.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn notification(gap: &Gap) -> Notification {
    let place = [&gap.account, &gap.region].map(String::as_str);
    let place = place.map(|it| if it.is_empty() { "-" } else { it }).join(" ");
    let resource = gap.resource.as_deref().unwrap_or_default();
    let place = format!("{place} {resource}");
    let text = match gap.permission().as_str() {
        _ if gap.not_asked => format!("not asked: {} ({})", gap.message, place.trim()),
        "" => format!("{} ({})", gap.message, place.trim()),
        permission => format!("{permission} {} ({}): {}", gap.reason.word(), place.trim(), gap.message),
    };
    Notification {
        descriptor: DescriptorReference { id: gap.reason.word() },
        level: if gap.is_failure() { "warning" } else { "note" },
        message: Message { text: escape::unlinked(&text) },
    }
}
