//! Failures as SARIF results.

use super::model::{
    ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, Region, ResourceProperties,
    ResultProperties, SarifResult,
};
use super::scale;
use crate::{Anchor, Anchors, escape};
use audit::{Check, Finding, Resource};
use std::collections::BTreeMap;

pub(super) fn result<'a>(finding: &'a Finding, checks: &[Check], anchors: &Anchors) -> SarifResult<'a> {
    let Resource { arn, kind, account, region, detail, .. } = &finding.resource;
    SarifResult {
        rule_id: &finding.check,
        rule_index: checks.iter().position(|check| check.code == finding.check),
        // A level other than `none` goes with this kind only (SARIF 3.27.10).
        kind: "fail",
        level: scale::level(finding.severity),
        message: message(finding),
        locations: [location(&finding.resource, anchors)],
        partial_fingerprints: fingerprints(&finding.id),
        rank: scale::rank(finding.severity, finding.confidence),
        properties: ResultProperties {
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            resource: ResourceProperties {
                kind,
                arn: escape::visible(arn),
                account,
                region,
                detail: detail.as_deref().map(escape::visible),
            },
        },
    }
}

/// Code scanning shows the rule's severity, so a differing one comes first; the ARN is there because
/// all alerts of an account can share one anchor.
fn message(finding: &Finding) -> Message {
    let severity = if finding.severity == finding.base_severity {
        String::new()
    } else {
        format!("[{}] ", finding.severity.word())
    };
    let said = escape::unlinked(&finding.message);
    let end = if said.ends_with(['.', '!', '?']) { "" } else { "." };
    let detail = finding.resource.detail.as_deref().unwrap_or_default();
    let place = format!("{} {detail}", finding.resource.arn);
    let place = escape::unlinked(place.trim());
    Message { text: format!("{severity}{said}{end} ({place})") }
}

/// Ours, not of the source line: one line can declare many objects. GitHub reads the first one only
/// and keeps it where it differs from its own.
fn fingerprints(id: &str) -> BTreeMap<&'static str, String> {
    let short: String = id.chars().take(16).collect();
    BTreeMap::from([("lambastion/v1", id.to_owned()), ("primaryLocationLineHash", format!("{short}:1"))])
}

/// Exactly one physical location: a single result without one makes GitHub refuse the whole file.
fn location(resource: &Resource, anchors: &Anchors) -> Location {
    let (uri, line) = match anchors.accounts.get(&resource.account) {
        Some(Anchor { path, line }) => (escape::path([path.as_str()]), (*line).max(1)),
        None => (virtual_path(resource), 1),
    };
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri },
            region: Region { start_line: line, start_column: 1, end_line: line, end_column: 1 },
        },
        logical_locations: [LogicalLocation {
            name: escape::visible(&resource.name),
            fully_qualified_name: escape::visible(&resource.arn),
            kind: "resource",
        }],
    }
}

/// `aws/ACCOUNT/REGION/SERVICE/NAME`: groups alerts by path; no such file exists.
fn virtual_path(resource: &Resource) -> String {
    let region = if resource.region.is_empty() { "global" } else { &resource.region };
    let service = resource.kind.split("::").nth(1).unwrap_or_default();
    let service = service.to_ascii_lowercase();
    escape::path(["aws", &resource.account, region, &service, &resource.name])
}
