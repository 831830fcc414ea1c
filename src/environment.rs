//! Variables of the environment that the AWS SDK would not survive.

use crate::exit::Failure;
use std::ffi::OsString;

const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// The services we call, as the SDK names them in its variables.
const SERVICES: [&str; 10] =
    ["ACCOUNT", "API_GATEWAY", "APIGATEWAYV2", "APPSYNC", "IAM", "LAMBDA", "SSO", "SSO_OIDC", "STS", "WAFV2"];

/// Fails where an endpoint is set and is no URL. The value stays unsaid: it can hold a password.
pub(crate) fn endpoints() -> Result<(), Failure> {
    wrong(|name| std::env::var_os(name)).map_or(Ok(()), |flaw| Err(Failure::usage(flaw)))
}

fn wrong(value_of: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let own = SERVICES.map(|service| format!("{ENDPOINT}_{service}"));
    let names = [ENDPOINT.to_owned()].into_iter().chain(own);
    names.into_iter().find_map(|name| {
        let value = value_of(&name)?;
        let mend = "name one, such as http://127.0.0.1:4566, or unset it";
        match value.to_str() {
            Some("") => Some(format!("{name} is set and empty; {mend}")),
            Some(url) if is_url(url) => None,
            _ => Some(format!("{name} is not the URL of an endpoint; {mend}")),
        }
    })
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((address, rest)) => (address, rest.strip_prefix(':')),
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    matches!(scheme.as_str(), "http" | "https")
        && text.chars().all(|c| c.is_ascii_graphic())
        && !name.is_empty()
        && name.chars().all(plain)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_are_endpoints() {
        for good in [
            "http://127.0.0.1:4566",
            "https://vpce-1.sts.eu-west-1.vpce.amazonaws.com",
            "HTTP://localhost",
            "http://[::1]:4566/base",
            "http://user:word@localhost:1/",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "localhost:4566",
            "ftp://x",
            "http://",
            "http:///x",
            "http://a b",
            "http://x:99999",
            "x",
            "/x",
            "http://[::1",
            "https://ü.example",
            "http://%%",
            "://x",
            "http://:80",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn the_variable_is_named_and_its_value_is_not() {
        let set = |name: &'static str, value: &'static str| {
            wrong(move |asked| (asked == name).then(|| value.into()))
        };
        assert_eq!(wrong(|_| None), None);
        assert_eq!(set("AWS_ENDPOINT_URL", "http://localhost:4566"), None);
        assert_eq!(set("AWS_ENDPOINT_URL_S3", ""), None, "nobody asks S3");
        let empty = set("AWS_ENDPOINT_URL", "").unwrap();
        assert!(empty.starts_with("AWS_ENDPOINT_URL is set and empty; "), "{empty}");
        let wrong = set("AWS_ENDPOINT_URL_STS", "hush:hush").unwrap();
        assert!(wrong.starts_with("AWS_ENDPOINT_URL_STS is not the URL"), "{wrong}");
        assert!(!wrong.contains("hush"), "{wrong}");
    }
}
