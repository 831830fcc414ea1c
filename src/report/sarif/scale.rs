//! Severities on the scales of those who read SARIF.

use audit::{Confidence, Severity};

/// SARIF's own.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub's `problem.severity`.
pub(super) fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// GitHub's `security-severity`, in the middle of its bands; 0.0 is not allowed.
pub(super) fn security(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// SARIF's `rank`, 0 to 100, which GitLab reads before `security-severity`: ten times that, less a
/// little for doubt, never enough to reach the band below.
pub(super) fn rank(severity: Severity, confidence: Confidence) -> f64 {
    let rank = match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 20.0,
        Severity::Info => 5.0,
    };
    rank - match confidence {
        Confidence::High => 0.0,
        Confidence::Medium => 2.0,
        Confidence::Low => 4.0,
    }
}
