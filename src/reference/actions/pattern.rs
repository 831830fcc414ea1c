//! Action patterns. Names of actions and of condition keys are ASCII, in any case.
//!
//! The crate `policy` has a matcher of its own, which compares patterns with patterns. This one is here
//! because facts about AWS need no policy engine: `reference` depends on no crate of ours. The tests
//! hold one against the other.

/// An action pattern, ready for comparison.
pub(super) enum Pattern {
    /// What its prefix and its name must match.
    Parted(String, String),
    /// No colon, which IAM refuses: one of its wildcards may still stand for it.
    Whole(String),
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        // One star is as good as many, and matching then takes no longer than names are long.
        let mut last = None;
        let kept = text.chars().filter(|c| last.replace(*c) != Some('*') || *c != '*');
        let text: String = kept.collect();
        match text.split_once(':') {
            Some((prefix, name)) => Self::Parted(prefix.into(), name.into()),
            None if text == "*" => Self::Parted(text.clone(), text),
            None => Self::Whole(text),
        }
    }

    pub(super) fn matches(&self, prefix: &str, name: &str) -> bool {
        match self {
            Self::Parted(prefixes, names) => matches(names, name) && matches(prefixes, prefix),
            Self::Whole(pattern) => matches(pattern, &format!("{prefix}:{name}")),
        }
    }

    /// The prefix it names, if it names one without a wildcard.
    pub(super) fn prefix(&self) -> Option<&str> {
        match self {
            Self::Parted(prefix, _) if !prefix.contains(WILDCARDS) => Some(prefix),
            _ => None,
        }
    }

    /// What every name that matches begins with.
    pub(super) fn head(&self) -> &str {
        match self {
            Self::Parted(_, name) => name.split(WILDCARDS).next().unwrap_or_default(),
            Self::Whole(_) => "",
        }
    }
}

const WILDCARDS: [char; 2] = ['*', '?'];

/// What is compared where case is ignored.
pub(super) fn folded(text: &str) -> impl Iterator<Item = u8> + Clone {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// Whether a text matches a pattern, in any case: `*` is any text, `?` one character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut own, mut their) = (0, 0);
    // Where the last `*` stood, and how much of the text it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(their) {
        match pattern.get(own) {
            Some(b'*') => {
                star = Some((own, their));
                own += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted.eq_ignore_ascii_case(byte) => {
                (own, their) = (own + 1, their + 1);
            }
            _ => {
                let Some((position, swallowed)) = star else { return false };
                star = Some((position, swallowed + 1));
                (own, their) = (position + 1, swallowed + 1);
            }
        }
    }
    pattern.iter().skip(own).all(|byte| *byte == b'*')
}
