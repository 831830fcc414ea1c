//! Secrets that only their name gives away: a literal value under `DB_PASSWORD`.

use super::SecretKind;

/// What a name's word promises of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Term {
    /// Chosen by people, so a number counts too.
    Password,
    /// Issued by a service.
    Token,
    /// A key that may also be the id of a KMS key.
    Key,
    /// Often a mode (`AUTH=iam`), so only a value that looks random counts.
    Auth,
}

/// Words that mean a credential, alone or at the end of a longer one (`dbpassword`).
const TERMS: &[(&str, Term)] = &[
    ("password", Term::Password),
    ("passwords", Term::Password),
    ("passwd", Term::Password),
    ("passphrase", Term::Password),
    ("pwd", Term::Password),
    ("secret", Term::Token),
    ("secrets", Term::Token),
    ("token", Term::Token),
    ("tokens", Term::Token),
    ("credential", Term::Token),
    ("credentials", Term::Token),
    ("apikey", Term::Token),
    ("privatekey", Term::Token),
    ("secretkey", Term::Token),
    ("accesskey", Term::Token),
];

/// Words that mean a credential, alone only (`bypass` means none).
const WORDS: &[(&str, Term)] =
    &[("pass", Term::Password), ("pw", Term::Password), ("cred", Term::Token), ("creds", Term::Token)];

/// Words that mean a credential when `key` follows.
const KEYS: &[(&str, Term)] = &[
    ("api", Term::Token),
    ("private", Term::Token),
    ("access", Term::Token),
    ("encryption", Term::Key),
    ("signing", Term::Key),
    ("master", Term::Key),
    ("hmac", Term::Key),
];

/// Words after which a name describes a credential and does not hold one: `DB_SECRET_ARN`,
/// `TOKEN_TTL`.
#[rustfmt::skip]
const DESCRIBES: &[&str] = &[
    "age", "alg", "algorithm", "alias", "arn", "arns", "aud", "audience", "backend", "bucket", "bytes",
    "cache", "claim", "claims", "class", "column", "cookie", "count", "days", "description", "dir",
    "directory", "disabled", "domain", "driver", "duration", "email", "enable", "enabled", "endpoint",
    "engine", "env", "environment", "event", "events", "expiration", "expires", "expiry", "field",
    "file", "filename", "format", "function", "group", "handler", "header", "host", "hostname", "hours",
    "id", "ids", "index", "interval", "issuer", "kind", "length", "level", "lifetime", "limit",
    "loader", "location", "manager", "max", "message", "method", "min", "minutes", "mode", "ms", "name",
    "names", "page", "param", "parameter", "parameters", "path", "pattern", "plugin", "policy", "pool",
    "port", "prefix", "rate", "provider", "queue", "ref", "reference", "regex", "region", "required", "reset",
    "role", "rotation", "rule", "rules", "schedule", "scope", "scopes", "seconds", "secs", "sender",
    "separator", "service", "size", "source", "stage", "store", "strategy", "subject", "suffix",
    "table", "tag", "template", "templates", "through", "thru", "timeout", "topic", "ttl", "type", "uri", "url", "usage",
    "use", "user", "username", "validity", "version", "window",
];

/// Values that stand for none.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "", "none", "null", "nil", "undefined", "n/a", "na", "true", "false", "yes", "no", "on", "off",
    "enabled", "disabled",
];

/// How references to a secret that is kept elsewhere begin; the last two are KMS ciphertexts.
#[rustfmt::skip]
const REFERENCES: &[&str] = &[
    "arn:", "alias/", "ssm:", "secretsmanager:", "vault:", "file:", "env:", "ENC[", "AQICAH",
    "AQECAH",
];

/// A credential, if the name promises one and the value is no reference, switch or placeholder.
pub(super) fn kind(name: &str, value: &str) -> Option<SecretKind> {
    let term = term(&words(name))?;
    let number = value.parse::<f64>().is_ok();
    let holds = match term {
        Term::Password => true,
        Term::Token => !number,
        Term::Key => !number && !uuid(value),
        Term::Auth => looks_random(value),
    };
    (holds && !placeholder(value) && !reference(value)).then_some(SecretKind::NamedCredential)
}

/// Whether the name speaks of AWS or of a secret, and does not merely describe one.
pub(super) fn says_aws_or_secret(name: &str) -> bool {
    let words = words(name);
    let says = |word: &String| word == "aws" || word.contains("secret");
    words.iter().any(says) && !words.last().is_some_and(|word| describes(word))
}

/// Whether the name says that the value may be seen by anyone.
pub(super) fn says_public(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "public" | "publishable" | "anon"))
}

/// Text that stands where a secret would: `<password>`, `${PASSWORD}`, `{{resolve:…}}`, `xxx`.
pub(super) fn placeholder(value: &str) -> bool {
    let enclosed = |start: &str, end: &str| value.starts_with(start) && value.ends_with(end);
    NOTHING.contains(&value.to_ascii_lowercase().as_str())
        || enclosed("<", ">")
        || enclosed("${", "}")
        || enclosed("{", "}")
        || enclosed("%", "%")
        || value == "%s"
        || value.ends_with("EXAMPLE")
        || value.ends_with("EXAMPLEKEY")
        || value.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_'))
}

fn term(words: &[String]) -> Option<Term> {
    if words.last().is_some_and(|word| describes(word))
        || words.iter().any(|word| matches!(word.as_str(), "public" | "publishable" | "anon"))
    {
        return None;
    }
    let found = words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1).map(String::as_str);
        let alone = TERMS.iter().find(|(term, _)| word.ends_with(term));
        let alone = alone.or_else(|| WORDS.iter().find(|(term, _)| word == term));
        let key = KEYS.iter().filter(|_| next == Some("key")).find(|(term, _)| word == term);
        alone.or(key).filter(|_| !next.is_some_and(describes)).map(|(_, term)| *term)
    });
    let auth = words.last().is_some_and(|word| matches!(word.as_str(), "auth" | "authorization"));
    found.or_else(|| auth.then_some(Term::Auth))
}

fn describes(word: &str) -> bool {
    DESCRIBES.contains(&word)
}

/// The words of a name, lower case: at punctuation, digits and changes of case
/// (`dbPassword2`, `DBPassword`, `DB_PASSWORD_2` → `db`, `password`).
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next = chars.get(at + 1);
        let hump = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase())
                || before.is_some_and(|b| b.is_uppercase()) && next.is_some_and(|n| n.is_lowercase()));
        if hump || !c.is_alphabetic() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Where the secret is kept, instead of the secret: an ARN, a URL, a parameter's path.
pub(super) fn reference(value: &str) -> bool {
    let part = |part: &str| {
        part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
    };
    let path = value.contains('/') && value.split('/').all(part);
    let parameter = value.starts_with('/') && !value.contains(['+', '=', ' ']);
    REFERENCES.iter().any(|start| value.starts_with(start))
        || value.contains("{{resolve:")
        || value.contains("://")
        || path
        || parameter
}

fn uuid(value: &str) -> bool {
    let lengths: Vec<_> = value.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && value.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn looks_random(value: &str) -> bool {
    value.len() >= 8
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
