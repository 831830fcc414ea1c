//! Values that policies name, near to what requests carry: the same, almost the same, or a pattern of it.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::generate::keys::{self, Type};
use crate::generate::world::Scene;
use crate::random::Random;

/// One policy value for a request's, of an operator without its form and lower-cased: one that is meant
/// to match or one that is meant not to. Meant: luck may have it otherwise, and that is fine.
pub fn policy_value(
    random: &mut Random,
    scene: &Scene,
    operator: &str,
    actual: &str,
    matching: bool,
) -> Value {
    let text = match operator {
        _ if operator.starts_with("numeric") => return number(random, operator, actual, matching),
        _ if operator.starts_with("date") => return date(random, operator, actual, matching),
        "bool" => return boolean(random, actual, matching),
        "binaryequals" => return json!(binary(random, actual, matching)),
        "ipaddress" | "notipaddress" => return json!(address(random, actual, matching)),
        _ if operator.starts_with("arn") => arn(random, actual, matching),
        "stringlike" | "stringnotlike" => like(random, actual, matching),
        "stringequalsignorecase" | "stringnotequalsignorecase" if matching => recase(random, actual),
        _ if matching && random.chance(50) => literal(actual),
        _ if matching => actual.to_owned(),
        _ => other(random, actual),
    };
    json!(variable(random, scene, text, operator.starts_with("arn")))
}

/// Something else, or something close.
fn other(random: &mut Random, actual: &str) -> String {
    match random.below(6) {
        0 => recase(random, actual),
        1 => format!("{actual}x"),
        2 => actual.chars().skip(1).collect(),
        3 => format!("{}*", actual.chars().take(2).collect::<String>()),
        _ => keys::sample(random, Type::Text),
    }
}

/// In other letters.
pub fn recase(random: &mut Random, text: &str) -> String {
    match random.below(3) {
        0 => text.to_ascii_uppercase(),
        1 => text.to_ascii_lowercase(),
        _ => text.chars().map(|c| if random.chance(50) { c.to_ascii_uppercase() } else { c }).collect(),
    }
}

/// A text with its wildcard characters taken literally.
pub fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '*' | '?' | '$' => out.extend(['$', '{', c, '}']),
            _ => out.push(c),
        }
        out
    })
}

fn like(random: &mut Random, actual: &str, matching: bool) -> String {
    let actual = if matching { actual.to_owned() } else { other(random, actual) };
    match random.below(8) {
        0 if matching => "*".to_owned(),
        0 | 1 => literal(&actual),
        _ => pattern(random, &actual),
    }
}

/// A pattern of a text: some of it is covered by wildcards.
pub fn pattern(random: &mut Random, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(2) {
        let from = random.below(chars.len() + 1);
        let length = random.below(4).min(chars.len() - from);
        match random.below(5) {
            0 => chars.truncate(from),
            1 => drop(chars.drain(..from)),
            2 if from < chars.len() => {
                chars[from] = '?';
                continue;
            }
            3 => drop(chars.splice(from..from, ['*'])),
            _ => drop(chars.splice(from..from + length, ['*'])),
        }
        if !chars.contains(&'*') {
            let edge = if random.chance(50) { 0 } else { chars.len() };
            chars.insert(edge, '*');
        }
    }
    if random.chance(4) {
        chars.push('*');
    }
    chars.into_iter().collect()
}

/// Some of a text said by a policy variable: one with that value, one with that default, or one without.
pub fn variable(random: &mut Random, scene: &Scene, text: String, in_last_part_only: bool) -> String {
    if !random.chance(15) || text.contains("${") {
        return text;
    }
    // AWS takes variables only in the part of an ARN that follows its fifth colon.
    let start = if in_last_part_only || text.starts_with("arn:") {
        text.match_indices(':').nth(4).map_or(text.len(), |(at, _)| at + 1)
    } else {
        0
    };
    let (head, tail) = text.split_at(start);
    if random.chance(15) {
        let name = *random.pick(&["aws:PrincipalTag/None", "s3:none", "aws:TagKeys"]);
        return match tail.char_indices().nth(2) {
            Some((at, _)) => format!("{head}{}${{{name}}}", &tail[..at]),
            None => format!("{head}${{{name}}}"),
        };
    }
    if random.chance(20) {
        let default: String = tail.chars().take(3).collect();
        if !default.is_empty() && !default.contains(['*', '?', '$', '\'']) {
            let rest = &tail[default.len()..];
            return format!("{head}${{aws:PrincipalTag/None, '{default}'}}{rest}");
        }
    }
    let known: Vec<(&String, &str)> = scene
        .context
        .iter()
        .filter_map(|(key, value)| Some((key, value.as_str()?)))
        .filter(|(_, value)| value.len() > 1 && tail.contains(*value))
        // A date is written anew for the simulator, and stands for something else as a text.
        .filter(|(_, value)| super::keys::rank(value).is_none())
        .collect();
    if known.is_empty() {
        return text;
    }
    let (key, value) = *random.pick(&known);
    let key = if random.chance(20) { recase(random, key) } else { key.clone() };
    format!("{head}{}", tail.replacen(value, &format!("${{{key}}}"), 1))
}

/// A value that stands to the request's as the operator asks, or does not; the last one tried at worst.
fn ordered(
    random: &mut Random,
    operator: &str,
    actual: &str,
    matching: bool,
    sample: impl Fn(&mut Random) -> String,
    order: impl Fn(&str, &str) -> Option<Ordering>,
) -> String {
    let fits = |candidate: &str| match order(actual, candidate) {
        Some(Ordering::Less) => operator.contains("less"),
        Some(Ordering::Equal) => operator.ends_with("equals"),
        Some(Ordering::Greater) => operator.contains("greater"),
        None => false,
    };
    let mut candidate = actual.to_owned();
    for _ in 0..16 {
        if fits(&candidate) == matching && random.chance(85) {
            break;
        }
        candidate = sample(random);
    }
    candidate
}

fn number(random: &mut Random, operator: &str, actual: &str, matching: bool) -> Value {
    let value = |text: &str| text.parse::<f64>().ok();
    let order = |one: &str, other: &str| value(one)?.partial_cmp(&value(other)?);
    let text =
        ordered(random, operator, actual, matching, |random| keys::sample(random, Type::Number), order);
    let text = match text.parse::<i64>() {
        Ok(whole) if random.chance(20) => return json!(whole),
        Ok(_) if random.chance(10) => format!("{text}.00"),
        Err(_) if random.chance(20) => {
            return text.parse::<f64>().map_or(json!(text), |number| json!(number));
        }
        _ => text,
    };
    json!(text)
}

fn date(random: &mut Random, operator: &str, actual: &str, matching: bool) -> Value {
    let order = |one: &str, other: &str| Some(keys::rank(one)?.cmp(&keys::rank(other)?));
    let text = ordered(random, operator, actual, matching, |random| keys::sample(random, Type::Date), order);
    match text.parse::<i64>() {
        Ok(epoch) if random.chance(30) => json!(epoch),
        _ => json!(text),
    }
}

fn boolean(random: &mut Random, actual: &str, matching: bool) -> Value {
    let wanted = (actual == "true") == matching;
    match random.below(6) {
        0 => json!(wanted),
        1 => json!(recase(random, &wanted.to_string())),
        _ => json!(wanted.to_string()),
    }
}

fn binary(random: &mut Random, actual: &str, matching: bool) -> String {
    let text = if matching { actual.to_owned() } else { keys::sample(random, Type::Binary) };
    if random.chance(3) { text.trim_end_matches('=').to_owned() } else { text }
}

fn address(random: &mut Random, actual: &str, matching: bool) -> String {
    const RANGES: [&str; 12] = [
        "203.0.113.0/24",
        "203.0.113.9/24",
        "198.51.100.7/32",
        "10.0.0.0/8",
        "128.0.0.0/1",
        "0.0.0.0/1",
        "0.0.0.0/0",
        "192.0.2.0/24",
        "2001:DB8:1234:5678::/64",
        "2001:db8::/32",
        "::/0",
        "fe80::/10",
    ];
    if !matching {
        return if random.chance(50) {
            (*random.pick(&RANGES)).to_owned()
        } else {
            keys::sample(random, Type::Ip)
        };
    }
    let longest = if actual.contains(':') { 128 } else { 32 };
    match random.below(4) {
        0 => actual.to_owned(),
        1 => format!("{actual}/{longest}"),
        2 => recase(random, actual),
        _ => format!("{actual}/{}", random.below(longest + 1)),
    }
}

fn arn(random: &mut Random, actual: &str, matching: bool) -> String {
    let other_arn = keys::sample(random, Type::Arn);
    let parts: Vec<&str> = if matching { actual } else { &other_arn }.splitn(6, ':').collect();
    if parts.len() < 6 {
        return other_arn;
    }
    let mut parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    for (at, part) in parts.iter_mut().enumerate().skip(1) {
        let percent = if at == 5 { 50 } else { 12 };
        if random.chance(percent) {
            *part = if random.chance(50) { pattern(random, part) } else { "*".to_owned() };
        }
    }
    if !matching && random.chance(20) {
        parts[5] = recase(random, &parts[5]);
    }
    // Conditions take variables anywhere in an ARN.
    if random.chance(4) {
        let key = *random.pick(&[
            "aws:PrincipalAccount",
            "aws:SourceAccount",
            "aws:PrincipalTag/None, '111122223333'",
        ]);
        parts[4] = format!("${{{key}}}");
    }
    parts.join(":")
}
