//! What users write in flags and in the configuration: checked once, where it is read.

use inventory::{Arn, Partition};
use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::{fmt, marker::PhantomData, str::FromStr};

/// Declares a text that holds only if a function says so, else the message says what would.
macro_rules! checked_text {
    ($(#[$meta:meta])* $name:ident, $valid:path, $message:literal, $pattern:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
        #[schemars(extend("pattern" = $pattern))]
        pub(crate) struct $name(String);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                if $valid(&text) { Ok(Self(text)) } else { Err(format!("`{text}` is not {}", $message)) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Checked(PhantomData))
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text! {
    /// An AWS account's id.
    AccountId, is_account, "an account id: twelve digits in quotes, such as \"111122223333\"", r"^\d{12}$"
}
checked_text! {
    /// A region's name.
    RegionName, is_region, "a region's name, such as eu-west-1", r"^[a-z]{2}(-[a-z]+)+-\d{1,2}$"
}
checked_text! {
    /// The ARN of a role to assume.
    RoleArn, is_role, "a role's ARN, such as arn:aws:iam::111122223333:role/audit",
    r"^arn:aws(-cn|-us-gov)?:iam::\d{12}:role/.+$"
}

/// Checks while the text is read, so that the parser knows the place of what it refuses.
struct Checked<T>(PhantomData<T>);

impl<T: TryFrom<String, Error = String>> Visitor<'_> for Checked<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::try_from(text.to_owned()).map_err(E::custom)
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(text: &str) -> bool {
    let lower = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let parts: Vec<_> = text.split('-').collect();
    let [continent, middle @ .., number] = parts.as_slice() else {
        return false;
    };
    continent.len() == 2
        && lower(continent)
        && !middle.is_empty()
        && middle.iter().all(lower)
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_role(text: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    Arn::parse(text).is_some_and(|arn| {
        Partition::of_name(arn.partition).is_some()
            && (arn.service, arn.region) == ("iam", "")
            && is_account(arn.account)
            && arn.resource.strip_prefix("role/").is_some_and(plain)
    })
}

impl AccountId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl RoleArn {
    /// The account that the role lives in.
    pub(crate) fn account(&self) -> &str {
        Arn::parse(&self.0).map_or("", |arn| arn.account)
    }
}

/// A value that no message shows.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// The value itself, for the call that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// By hand, because a derived one would quote a value of the wrong type in its message.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) if !text.is_empty() => Ok(Self(text)),
            _ => Err(D::Error::custom("an external id is a text in quotes, not empty")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_every_partition_are_known_by_their_shape() {
        for good in ["eu-west-1", "us-gov-east-1", "cn-northwest-1", "us-iso-b-east-1"] {
            assert!(is_region(good), "{good}");
        }
        for bad in ["", "eu", "eu-1", "eu-west", "EU-west-1", "eu-west-1a", "eu--1", "europe-west-1"] {
            assert!(!is_region(bad), "{bad}");
        }
    }

    #[test]
    fn only_role_arns_are_role_arns() {
        assert!(is_role("arn:aws-cn:iam::111122223333:role/path/audit"));
        for bad in [
            "arn:aws:iam::111122223333:user/u",
            "arn:aws:iam::1111:role/r",
            "arn:gcp:iam::111122223333:role/r",
            "arn:aws:iam::111122223333:role/",
            "role/r",
        ] {
            assert!(!is_role(bad), "{bad}");
        }
    }

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", Some(Secret::from("hush"))), "Some([secret])");
    }
}
