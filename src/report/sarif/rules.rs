//! Checks as SARIF rules, with what GitHub reads of them.

use super::model::{Configuration, Help, Message, Rule, RuleProperties};
use super::scale;
use audit::Check;

/// GitHub's limit for descriptions, in characters.
const DESCRIPTION: usize = 1024;
/// GitHub keeps that many tags.
const TAGS: usize = 10;

pub(super) fn rule(check: &Check) -> Rule<'_> {
    let markdown = check.markdown();
    let help = help(check, &markdown);
    Rule {
        id: check.code,
        name: pascal(check.name),
        short_description: Message { text: cut(check.title) },
        full_description: Message { text: cut(&introduction(check, &markdown)) },
        help: Help { text: help.clone(), markdown: help },
        help_uri: links(check).next(),
        default_configuration: Configuration { level: scale::level(check.severity) },
        properties: RuleProperties {
            precision: check.confidence.word(),
            problem_severity: scale::problem(check.severity),
            security_severity: scale::security(check.severity),
            tags: tags(check),
        },
    }
}

fn help(check: &Check, markdown: &str) -> String {
    let mut help = format!("# {}: {}\n\n{}\n", check.code, check.title, markdown.trim());
    if !check.references.is_empty() {
        help.push_str("\n## References\n\n");
    }
    for reference in check.references {
        help.push_str("- ");
        help.push_str(reference);
        help.push('\n');
    }
    help
}

/// What the check finds: everything before the first heading, in one paragraph.
fn introduction(check: &Check, markdown: &str) -> String {
    let text = markdown.split("## ").next().unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { check.title.into() } else { text }
}

fn links(check: &Check) -> impl Iterator<Item = &'static str> {
    let references = check.references.iter().copied();
    references.filter(|reference| reference.starts_with("https://"))
}

fn tags(check: &Check) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), "aws".to_owned(), format!("layer:{}", check.layer().word())];
    tags.extend(check.references.iter().filter_map(|it| weakness(it)));
    tags.extend(check.controls.iter().map(|it| it.word().to_owned()));
    tags.truncate(TAGS);
    tags
}

/// GitHub's tag of a CWE entry, from its number (`CWE-306`) or its page.
fn weakness(reference: &str) -> Option<String> {
    let number = reference
        .strip_prefix("CWE-")
        .or_else(|| reference.strip_prefix("https://cwe.mitre.org/data/definitions/"))?;
    let number: u32 = number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some(format!("external/cwe/cwe-{number:03}"))
}

fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// The text within GitHub's limit, cut at a word.
fn cut(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.into();
    }
    let kept: String = text.chars().take(DESCRIPTION - 1).collect();
    let kept = kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weakness_is_tagged_by_number_or_page() {
        assert_eq!(weakness("CWE-79").unwrap(), "external/cwe/cwe-079");
        let page = "https://cwe.mitre.org/data/definitions/1188.html";
        assert_eq!(weakness(page).unwrap(), "external/cwe/cwe-1188");
        assert_eq!(weakness("https://docs.aws.amazon.com/"), None);
        assert_eq!(weakness("CWE-x"), None);
    }

    #[test]
    fn descriptions_and_tags_stay_within_the_limits() {
        use audit::Control::{
            Authentication, Concurrency, Firewall, Observability, Runtime, Secrets, Throttling, Transport,
        };
        let check = Check {
            docs: " word word\n\n ## Fix\n x",
            controls: &[
                Authentication,
                Concurrency,
                Firewall,
                Observability,
                Runtime,
                Secrets,
                Throttling,
                Transport,
            ],
            ..Check::BASE
        };
        assert_eq!(tags(&check).len(), TAGS);
        assert_eq!(introduction(&check, &check.markdown()), "word word");
        let long = cut(&"word ".repeat(1000));
        assert!(long.chars().count() <= DESCRIPTION && long.ends_with("word…"), "{long}");
        assert_eq!(pascal("function-url-unauthenticated"), "FunctionUrlUnauthenticated");
    }
}
