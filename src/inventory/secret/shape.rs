//! Secrets that their shape gives away, whatever they are called.

use super::{SecretKind, name};

/// A published token format: a prefix and what follows it.
struct Format {
    prefix: &'static str,
    /// How many characters follow: at least, at most.
    rest: (usize, usize),
    /// What may follow.
    alphabet: fn(char) -> bool,
}

/// Formats that vendors publish for secret scanning.
/// <https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns>
#[rustfmt::skip]
const VENDORS: &[Format] = &[
    Format { prefix: "ghp_", rest: (36, 255), alphabet: alnum },
    Format { prefix: "gho_", rest: (36, 255), alphabet: alnum },
    Format { prefix: "ghu_", rest: (36, 255), alphabet: alnum },
    Format { prefix: "ghs_", rest: (36, 255), alphabet: alnum },
    Format { prefix: "ghr_", rest: (36, 255), alphabet: alnum },
    Format { prefix: "github_pat_", rest: (82, 255), alphabet: base64url },
    Format { prefix: "glpat-", rest: (20, 255), alphabet: dotted },
    Format { prefix: "xoxb-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "xoxp-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "xoxa-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "xoxr-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "xoxs-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "xapp-", rest: (20, 255), alphabet: base64url },
    Format { prefix: "sk_live_", rest: (24, 255), alphabet: alnum },
    Format { prefix: "rk_live_", rest: (24, 255), alphabet: alnum },
    Format { prefix: "whsec_", rest: (32, 255), alphabet: alnum },
    Format { prefix: "AIza", rest: (35, 35), alphabet: base64url },
    Format { prefix: "SG.", rest: (66, 66), alphabet: dotted },
    Format { prefix: "npm_", rest: (36, 36), alphabet: alnum },
    Format { prefix: "pypi-AgEI", rest: (50, 500), alphabet: base64url },
    Format { prefix: "dop_v1_", rest: (64, 64), alphabet: hex },
    Format { prefix: "shpat_", rest: (32, 32), alphabet: hex },
    Format { prefix: "dapi", rest: (32, 32), alphabet: hex },
    Format { prefix: "hf_", rest: (34, 34), alphabet: alnum },
    Format { prefix: "sk-ant-", rest: (80, 255), alphabet: base64url },
    Format { prefix: "sk-proj-", rest: (40, 255), alphabet: base64url },
    Format { prefix: "ATATT3", rest: (100, 255), alphabet: base64url },
    Format { prefix: "NRAK-", rest: (27, 27), alphabet: alnum },
];

/// Addresses that are secrets themselves: whoever knows one can post.
const WEBHOOKS: &[&str] = &[
    "hooks.slack.com/services/T",
    "hooks.slack.com/workflows/T",
    "hooks.slack.com/triggers/T",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/webhookb2/",
];

/// What precedes a secret in a connection string, lower case and without spaces; and whether it does
/// so beside other pairs only.
const CONNECTION_KEYS: &[(&str, bool)] =
    &[("password", true), ("pwd", true), ("accountkey", false), ("sharedaccesskey", false)];

/// How base64 of a PEM private key begins: RSA, PKCS #8, EC, OpenSSH, DSA, encrypted.
const ENCODED_PEM: &[&str] = &[
    "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt",
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0t",
    "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0t",
    "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ",
    "LS0tLS1CRUdJTiBEU0EgUFJJVkFURSBLRVkt",
    "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRVkt",
];

/// The kind of secret in the value, if its shape tells.
pub(super) fn kind(name: &str, value: &str) -> Option<SecretKind> {
    let mut words = value.split(|c| !dotted(c)).filter(|word| !word.is_empty());
    if private_key(value) {
        Some(SecretKind::PrivateKey)
    } else if alnum_words(value).any(access_key) {
        Some(SecretKind::AwsAccessKey)
    } else if secret_key(value) && name::says_aws_or_secret(name) {
        Some(SecretKind::AwsSecretKey)
    } else if words.clone().any(vendor_token) || WEBHOOKS.iter().any(|url| posts_to(value, url)) {
        Some(SecretKind::VendorToken)
    } else if words.clone().any(app_sync_key) {
        Some(SecretKind::AppSyncApiKey)
    } else if url_with_password(value) {
        Some(SecretKind::UrlWithPassword)
    } else if connection_string(value) {
        Some(SecretKind::ConnectionString)
    } else if words.any(json_web_token) && !name::says_public(name) {
        Some(SecretKind::JsonWebToken)
    } else {
        None
    }
}

fn private_key(value: &str) -> bool {
    let pem = value
        .split("-----BEGIN ")
        .skip(1)
        .filter_map(|rest| rest.split_once("-----"))
        .any(|(label, _)| label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK");
    pem || ENCODED_PEM.iter().any(|start| value.contains(start))
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>
fn access_key(word: &str) -> bool {
    let rest = word.strip_prefix("AKIA").or_else(|| word.strip_prefix("ASIA"));
    rest.is_some_and(|rest| {
        rest.len() == 16
            && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && !rest.ends_with("EXAMPLE")
            && varied(rest)
    })
}

/// Forty characters of base64 that are no hexadecimal digest and no path.
fn secret_key(value: &str) -> bool {
    value.len() == 40
        && value.chars().all(|c| alnum(c) || matches!(c, '+' | '/'))
        && value.contains(|c: char| c.is_ascii_uppercase())
        && value.contains(|c: char| c.is_ascii_lowercase())
        && value.contains(|c: char| c.is_ascii_digit())
        && !value.ends_with("EXAMPLEKEY")
}

fn vendor_token(word: &str) -> bool {
    VENDORS.iter().any(|format| {
        let (least, most) = format.rest;
        word.strip_prefix(format.prefix).is_some_and(|rest| {
            (least..=most).contains(&rest.len()) && rest.chars().all(format.alphabet) && varied(rest)
        })
    })
}

fn posts_to(value: &str, webhook: &str) -> bool {
    let path = value.split_once(webhook).map(|(_, path)| path);
    path.is_some_and(|path| path.len() >= 20 && varied(path))
}

/// <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#api-key-authorization>
fn app_sync_key(word: &str) -> bool {
    word.strip_prefix("da2-").is_some_and(|rest| {
        rest.len() == 26 && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) && varied(rest)
    })
}

/// Three base64url parts; the first two begin as base64 of `{"` does.
fn json_web_token(word: &str) -> bool {
    let mut parts = word.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    header.starts_with("eyJ")
        && claims.starts_with("eyJ")
        && header.len() >= 16
        && signature.len() >= 22
        && [header, claims, signature].iter().all(|part| part.chars().all(base64url))
}

/// `scheme://user:password@host`, anywhere in the value.
fn url_with_password(value: &str) -> bool {
    let authority = |rest: &str| {
        let ends = |c: char| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace();
        rest.split(ends).next().unwrap_or_default().to_owned()
    };
    value.split("://").skip(1).map(authority).any(|authority| {
        let password = authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .map(|(_, password)| password);
        password.is_some_and(|password| !name::placeholder(password))
    })
}

/// `Server=db;User ID=app;Password=hunter2`, or the same with spaces between.
/// <https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-string-syntax>
fn connection_string(value: &str) -> bool {
    let parts: Vec<&str> =
        if value.contains(';') { value.split(';').collect() } else { value.split_whitespace().collect() };
    let pairs: Vec<_> = parts.iter().filter_map(|part| part.split_once('=')).collect();
    let holds = |(key, value): &(&str, &str)| {
        let key: String = key.chars().filter(|c| alnum(*c)).collect();
        let value = value.trim().trim_matches(['"', '\'']);
        let known = CONNECTION_KEYS.iter().find(|(known, _)| key.eq_ignore_ascii_case(known));
        known.is_some_and(|(_, beside)| !beside || pairs.len() > 1)
            && !name::placeholder(value)
            && !name::reference(value)
    };
    pairs.iter().any(holds)
}

/// Whether the text is no filler such as `xxxxxxxx`.
fn varied(text: &str) -> bool {
    let mut seen: Vec<char> = text.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= 6
}

fn alnum_words(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c| !alnum(c))
}

fn alnum(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn base64url(c: char) -> bool {
    alnum(c) || matches!(c, '-' | '_')
}

fn dotted(c: char) -> bool {
    base64url(c) || c == '.'
}

fn hex(c: char) -> bool {
    c.is_ascii_hexdigit()
}

#[cfg(test)]
mod tests;
