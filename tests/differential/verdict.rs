//! What a case comes to, as the engine says it.

use serde_json::Value;

pub use policy::Verdict;

/// The engine's verdict.
pub fn engine(case: &Value) -> Verdict {
    policy::decide(&read(case)).decision
}

/// The case as the engine reads it.
///
/// # Panics
/// If the engine refuses the case: nothing is generated that AWS would not save.
pub fn read(case: &Value) -> policy::Case {
    policy::Case::parse(&case.to_string()).unwrap_or_else(|error| panic!("{error}: {case}"))
}

/// What both call it.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "Allowed",
        Verdict::ExplicitlyDenied => "ExplicitlyDenied",
        Verdict::ImplicitlyDenied => "ImplicitlyDenied",
    }
}

/// The verdict of that word.
pub fn named(text: &str) -> Option<Verdict> {
    let all = [Verdict::Allowed, Verdict::ExplicitlyDenied, Verdict::ImplicitlyDenied];
    all.into_iter().find(|verdict| word(*verdict) == text)
}
