//! The command that mends a finding: taken from the check's advice, filled in with what is known.
//!
//! A user pastes it. So it must be a command for this kind of object, and no name may mean anything
//! to the shell.

use crate::escape;
use audit::{Finding, Resource};
use inventory::Arn;

/// A command, ready to be pasted.
pub(super) struct Command {
    /// As the check documents it.
    pub template: String,
    /// With what the finding knows in place of the placeholders.
    pub filled: String,
}

/// Options that replace all there is by an example's value.
const REPLACING: [&str; 2] = ["--environment", "--runtime"];

/// Operations that take an alias or version beside the function.
const QUALIFIABLE: [&str; 3] = ["add-permission", "remove-permission", "update-function-url-config"];

/// The first command of the advice that mends this kind of object, if there is one.
pub(super) fn command(finding: &Finding) -> Option<Command> {
    let known = Known::of(finding)?;
    let mut all = commands(&finding.remediation).into_iter().map(|command| words(&command));
    let words = all.find(|words| fits(words, &known))?;
    Some(Command { template: words.join(" "), filled: known.fill(&words) })
}

/// Every command of the shell code blocks, continued lines joined.
fn commands(markdown: &str) -> Vec<String> {
    let mut commands = vec![];
    // Every second part is a code block, with its language on the first line.
    for code in markdown.split("```").skip(1).step_by(2).filter_map(|code| code.strip_prefix("sh\n")) {
        let mut command = vec![];
        for line in code.lines() {
            let continued = line.trim_end().strip_suffix('\\');
            command.push(continued.unwrap_or(line).trim());
            if continued.is_none() {
                commands.push(std::mem::take(&mut command).join(" "));
            }
        }
    }
    commands
}

/// The shell's words, quotes kept.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match quote {
            None if c == ' ' => {
                words.push(String::new());
                continue;
            }
            None if matches!(c, '\'' | '"') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn fits(words: &[String], known: &Known) -> bool {
    let [aws, service, operation, options @ ..] = words else {
        return false;
    };
    let reads = ["get-", "list-", "describe-"].iter().any(|verb| operation.starts_with(verb));
    let replaces = options.iter().zip(options.iter().skip(1)).any(|(option, value)| {
        let placeholder = value.chars().all(placeholds);
        REPLACING.contains(&option.as_str()) && !placeholder
    });
    let graphql = operation.contains("graphql");
    let kind = known.resource.kind.as_str();
    let of_this_kind = match (kind, service.as_str()) {
        ("AWS::ApiGateway::Stage" | "AWS::AppSync::GraphQLApi", "wafv2")
        | ("AWS::IAM::Role", "iam" | "accessanalyzer") => true,
        ("AWS::AppSync::GraphQLApi", "appsync") => graphql || !operation.ends_with("-api"),
        ("AWS::AppSync::Api", "appsync") => !graphql,
        (_, "lambda") => kind.starts_with("AWS::Lambda::"),
        (_, "apigateway") => kind.starts_with("AWS::ApiGateway::"),
        (_, "apigatewayv2") => kind.starts_with("AWS::ApiGatewayV2::"),
        _ => false,
    };
    let qualified = known.qualifier.is_none() || QUALIFIABLE.contains(&operation.as_str());
    aws == "aws" && of_this_kind && !reads && !replaces && qualified
}

/// What a finding says of its object.
struct Known<'a> {
    resource: &'a Resource,
    qualifier: Option<&'a str>,
    /// The method's, where the detail is `VERB /path`.
    verb: Option<&'a str>,
    /// By placeholder.
    values: Vec<(&'static str, &'a str)>,
}

impl<'a> Known<'a> {
    /// Nothing where a value could not be pasted.
    fn of(finding: &'a Finding) -> Option<Self> {
        let resource = &finding.resource;
        let path = Arn::parse(&resource.arn).map_or("", |arn| arn.resource);
        let mut values = vec![];
        let (mut qualifier, mut verb) = (None, None);
        match resource.kind.as_str() {
            "AWS::Lambda::Function" => {
                qualifier = path.split(':').nth(2);
                values.push(("FUNCTION", resource.name.as_str()));
                values.extend(sid(finding).map(|sid| ("SID", sid)));
            }
            "AWS::IAM::Role" => {
                let name = resource.name.as_str();
                values.extend([("ROLE", name), ("ROLE_NAME", name), ("ROLE_ARN", resource.arn.as_str())]);
            }
            _ => {
                let mut parts = path.trim_start_matches('/').split('/').skip(1);
                values.extend(parts.next().map(|id| ("API_ID", id)));
                values.extend(parts.nth(1).map(|stage| ("STAGE", stage)));
                let detail = resource.detail.as_deref().and_then(|it| it.split_once(" /"));
                verb = detail.map(|(verb, _)| verb);
            }
        }
        let known = Self { resource, qualifier, verb, values };
        let texts = known.values.iter().map(|(_, value)| *value).chain(qualifier).chain(verb);
        let region = Some(resource.region.as_str()).filter(|it| !it.is_empty());
        let mut texts = texts.chain([resource.arn.as_str()]).chain(region);
        texts.all(pasteable).then_some(known)
    }

    fn fill(&self, words: &[String]) -> String {
        let mut filled: Vec<String> = vec![];
        let mut option = "";
        for word in words {
            filled.push(match (option, self.verb) {
                ("--resource-arn", _) => quoted(&self.resource.arn),
                ("--http-method", Some(verb)) => quoted(verb),
                _ => self.substituted(word),
            });
            option = word;
        }
        let qualifier = self.qualifier.map(|it| ("--qualifier", it));
        let region = Some(("--region", self.resource.region.as_str())).filter(|(_, it)| !it.is_empty());
        for (option, value) in qualifier.into_iter().chain(region) {
            filled.extend([option.to_owned(), quoted(value)]);
        }
        filled.join(" ")
    }

    /// The word with values for its placeholders.
    fn substituted(&self, word: &str) -> String {
        if word.contains(['\'', '"']) {
            return word.to_owned();
        }
        let mut text = String::new();
        for piece in word.split_inclusive(|c| !placeholds(c)) {
            let name = piece.trim_end_matches(|c| !placeholds(c));
            let value = self.values.iter().find(|(placeholder, _)| *placeholder == name);
            text.push_str(value.map_or(name, |(_, value)| value));
            text.push_str(piece.strip_prefix(name).unwrap_or_default());
        }
        if text == word { text } else { quoted(&text) }
    }
}

/// The statement that a finding on a function is about. One without a Sid is known by its number.
fn sid(finding: &Finding) -> Option<&str> {
    let number = |label: &str| label.strip_prefix('#').is_some_and(|it| it.parse::<usize>().is_ok());
    let label = finding.resource.detail.as_deref().filter(|label| !number(label))?;
    let lead = format!("statement {label}");
    let is_statement =
        |text: &String| text.strip_prefix(&lead).is_some_and(|rest| rest.starts_with([':', ' ']));
    finding.evidence.iter().chain([&finding.message]).any(is_statement).then_some(label)
}

fn placeholds(c: char) -> bool {
    c.is_ascii_uppercase() || c == '_'
}

/// Whether a value stays itself on a terminal, in a shell and for the AWS CLI, to which a leading `-`
/// is an option and `file://` a file to read.
fn pasteable(value: &str) -> bool {
    !value.is_empty() && escape::visible(value) == value && !value.starts_with('-') && !value.contains("://")
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
