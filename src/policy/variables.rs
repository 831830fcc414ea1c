//! Policy variables: `${aws:username}` in a policy stands for the request's value of that key.
//!
//! What is put in is literal, so nobody gains anything by a tag named `*`; wildcards that stand around
//! it stay wildcards. `${*}`, `${?}` and `${$}` are those characters themselves.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use crate::Context;
use crate::glob::Glob;

/// Whether variables may stand in the text.
pub(crate) fn occur_in(text: &str) -> bool {
    text.contains("${")
}

/// The pattern with every variable replaced. Nothing if a variable has no value and no default: then
/// no text matches the pattern. Keys with several values, and keys whose value is empty, have none.
pub(crate) fn expand<'a>(text: &'a str, context: &'a Context) -> Option<Glob<'a>> {
    let mut glob = Glob::default();
    let mut rest = text;
    // How far before the end the last default ends: one that does not end is none.
    let defaults = text.rfind("'}").map_or(usize::MAX, |place| text.len() - place);
    while let Some((before, variable, after)) = next(rest, defaults) {
        glob.push(before);
        glob.push_literal(value(variable, context)?);
        rest = after;
    }
    glob.push(rest);
    Some(glob)
}

/// What stands before the first variable, in its braces, and after them.
fn next(text: &str, defaults: usize) -> Option<(&str, &str, &str)> {
    let (before, inside) = text.split_once("${")?;
    let (name, after) = inside.split_once('}')?;
    // A default is quoted and may hold a brace itself.
    if inside.len() >= defaults
        && let Some((key, _)) = name.split_once('\'')
        && let Some((default, after)) = inside.get(key.len() + 1..)?.split_once("'}")
    {
        let length = key.len() + default.len() + 2;
        return Some((before, inside.get(..length)?, after));
    }
    Some((before, name, after))
}

fn value<'a>(variable: &'a str, context: &'a Context) -> Option<&'a str> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(variable);
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key, default.trim().strip_prefix('\'').and_then(|it| it.strip_suffix('\''))),
        None => (variable, None),
    };
    context.one(key.trim()).filter(|value| !value.is_empty()).or(default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContextValue;

    fn context() -> Context {
        let mut context = Context::default();
        for (key, value) in
            [("aws:username", "ann"), ("aws:PrincipalTag/x", "a*?"), ("aws:PrincipalTag/none", "")]
        {
            context.insert(key, ContextValue::One(value.into()));
        }
        context.insert("aws:TagKeys", ContextValue::Many(vec!["a".into()]));
        context
    }

    #[test]
    fn variables_are_replaced_literally() {
        let context = context();
        for (pattern, text, expected) in [
            ("home/${aws:username}/*", "home/ann/x", true),
            ("home/${AWS:UserName}/*", "home/bob/x", false),
            ("${aws:principaltag/X}", "a*?", true),
            ("${aws:PrincipalTag/x}", "abc", false),
            ("${aws:PrincipalTag/x}*", "a*?bc", true),
            ("${*}${?}${$}", "*?$", true),
            ("${*}", "anything", false),
            ("${aws:nobody, 'all'}", "all", true),
            ("${aws:nobody,'all'}/x", "all/x", true),
            ("${aws:nobody, 'a}b'}/x", "a}b/x", true),
            ("${aws:nobody, '*'}", "all", false),
            ("${aws:username, 'all'}", "ann", true),
            ("${aws:TagKeys, 'all'}", "all", true),
            ("${aws:PrincipalTag/none, 'all'}", "all", true),
            ("a${", "a${", true),
            ("a${b", "a${b", true),
            ("${aws:username}${aws:username}", "annann", true),
        ] {
            let matched = expand(pattern, &context).unwrap().matches(text);
            assert_eq!(matched, expected, "{pattern} {text}");
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value>
    #[test]
    fn without_a_value_nothing_matches() {
        let context = context();
        for pattern in [
            "${aws:nobody}",
            "*${aws:nobody}*",
            "${aws:TagKeys}",
            "${aws:PrincipalTag/none}",
            "${aws:x, all}",
            "${}",
        ] {
            assert_eq!(expand(pattern, &context), None, "{pattern}");
        }
    }
}
