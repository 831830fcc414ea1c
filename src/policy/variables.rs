//! Policy variables: `${aws:username}` in a policy stands for the request's value of that key.
//!
//! What is put in is literal, so nobody gains anything by a tag named `*`; wildcards that stand around
//! it stay wildcards. `${*}`, `${?}` and `${$}` are those characters themselves.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use crate::Context;
use crate::glob::Glob;

/// Whether variables may stand in the text.
pub(crate) fn occur_in(text: &str) -> bool {
    // Most texts have no `$` at all, which is told faster.
    text.contains('$') && text.contains("${")
}

/// The pattern with every variable replaced. Nothing if a variable has no value and no default: then
/// no text matches the pattern. Keys with several values, and keys whose value is empty, have none.
pub(crate) fn expand<'a>(text: &'a str, context: &'a Context) -> Option<Glob<'a>> {
    let mut glob = Glob::default();
    for part in parts(text) {
        match part {
            Part::Text(text) => glob.push(text),
            Part::Variable(variable) => glob.push_literal(value(variable, context)?),
        }
    }
    Some(glob)
}

/// What a pattern can stand for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// With `*` for every variable that has a value.
    pub(crate) widest: String,
    /// The keys, lower case, without which it stands for nothing.
    pub(crate) needed: Vec<String>,
}

/// What the pattern can stand for: where a single variable has a default, with its value or with that.
pub(crate) fn readings(text: &str) -> Vec<Reading> {
    let defaults = parts(text).filter(|part| part.default().is_some()).count();
    let read = |by_default: bool| {
        let (mut widest, mut needed) = (String::new(), Vec::new());
        for part in parts(text) {
            match (part, part.default()) {
                (Part::Text(text), _) => widest.push_str(text),
                (_, Some(default)) if by_default => widest.push_str(default),
                (Part::Variable(variable), default) => {
                    widest.push('*');
                    let optional = default.is_some() && defaults > 1 || CHARACTERS.contains(&variable);
                    needed.extend((!optional).then(|| read_variable(variable).0.to_ascii_lowercase()));
                }
            }
        }
        Reading { widest, needed }
    };
    [false, true].into_iter().filter(|by_default| !by_default || defaults == 1).map(read).collect()
}

/// What stands for a character that is otherwise a wildcard or begins a variable.
const CHARACTERS: [&str; 3] = ["*", "?", "$"];

/// A piece of a pattern.
#[derive(Clone, Copy)]
enum Part<'a> {
    Text(&'a str),
    /// What stands in the braces.
    Variable(&'a str),
}

impl<'a> Part<'a> {
    /// What stands for a variable that has no value.
    fn default(self) -> Option<&'a str> {
        match self {
            Self::Variable(variable) => read_variable(variable).1,
            Self::Text(_) => None,
        }
    }
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    // How far before the end the last default ends: one that does not end is none.
    let defaults = text.rfind("'}").map_or(usize::MAX, |place| text.len() - place);
    let mut rest = Some(text);
    let split = move || {
        let text = rest?;
        let (before, variable, after) = next(text, defaults).map_or((text, None, None), |found| {
            let (before, variable, after) = found;
            (before, Some(variable), Some(after))
        });
        rest = after;
        Some([Some(Part::Text(before)), variable.map(Part::Variable)])
    };
    std::iter::from_fn(split).flatten().flatten()
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
    if CHARACTERS.contains(&variable) {
        return Some(variable);
    }
    let (key, default) = read_variable(variable);
    context.one(key).filter(|value| !value.is_empty()).or(default)
}

/// The key, and the default if there is one.
fn read_variable(variable: &str) -> (&str, Option<&str>) {
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key, default.trim().strip_prefix('\'').and_then(|it| it.strip_suffix('\''))),
        None => (variable, None),
    };
    (key.trim(), default)
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

    #[test]
    fn what_a_pattern_can_stand_for() {
        for (pattern, expected) in [
            ("a/${aws:UserName}/b", vec![("a/*/b", vec!["aws:username"])]),
            ("${aws:PrincipalTag/x, 'a}b'}c", vec![("*c", vec!["aws:principaltag/x"]), ("a}bc", vec![])]),
            ("${aws:a,'x'}${aws:b,'y'}", vec![("**", vec![])]),
            ("${aws:x, all}${*}", vec![("**", vec!["aws:x"])]),
            ("a${b", vec![("a${b", vec![])]),
        ] {
            let owned = |(wide, keys): (&str, Vec<&str>)| Reading {
                widest: wide.to_owned(),
                needed: keys.into_iter().map(str::to_owned).collect(),
            };
            assert_eq!(readings(pattern), expected.into_iter().map(owned).collect::<Vec<_>>(), "{pattern}");
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
