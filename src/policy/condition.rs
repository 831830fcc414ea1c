//! Conditions: operator, key and values.

/// One operator on one key. [`Condition::is_met`] says what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How values are compared.
    pub operator: Operator,
    /// `ForAllValues:` or `ForAnyValue:`, if present.
    pub qualifier: Option<Qualifier>,
    /// Whether the operator ends in `IfExists`.
    pub if_exists: bool,
    /// The key as written; keys are compared without regard to case.
    pub key: String,
    /// The values; any of them may match (none of them for negated operators).
    pub values: Vec<String>,
}

/// A set qualifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the grammar's own words")]
pub enum Qualifier {
    ForAllValues,
    ForAnyValue,
}

macro_rules! operators {
    ($($name:ident),+ $(,)?) => {
        /// A comparison operator.
        ///
        /// | | compares | case | wildcards | variables |
        /// |---|---|---|---|---|
        /// | `StringEquals` | texts | matters | | yes |
        /// | `StringEqualsIgnoreCase` | texts | | | yes |
        /// | `StringLike` | texts | matters | yes | yes |
        /// | `ArnEquals`, `ArnLike` | ARNs, each of six fields by itself | matters | yes | yes |
        /// | `Bool` | `true` and `false` | | | yes |
        /// | `Numeric…` | whole and decimal numbers | | | |
        /// | `Date…` | ISO 8601 and seconds since 1970 | | | |
        /// | `IpAddress` | an address with addresses and ranges | | | |
        /// | `BinaryEquals` | bytes in Base64 | | | |
        /// | `Null` | whether there is a value | | | |
        ///
        /// Those with `Not` are the opposites. A value that cannot be read, such as a date that is none,
        /// equals nothing.
        /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the grammar's own words")]
        pub enum Operator { $($name),+ }

        impl Operator {
            /// Every operator with its name.
            pub(crate) const ALL: &[(Self, &str)] = &[$((Self::$name, stringify!($name))),+];
        }
    };
}

operators! {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnNotEquals,
    ArnLike,
    ArnNotLike,
    Null,
}

impl Operator {
    /// The operator of that name, in any case, without `IfExists`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, own)| own.eq_ignore_ascii_case(name));
        found.map(|(operator, _)| *operator)
    }

    /// The name in the grammar.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(operator, _)| *operator == self);
        found.map_or("", |(_, name)| *name)
    }

    /// The operator that a negated one negates.
    pub(crate) fn negates(self) -> Option<Self> {
        Some(match self {
            Self::StringNotEquals => Self::StringEquals,
            Self::StringNotEqualsIgnoreCase => Self::StringEqualsIgnoreCase,
            Self::StringNotLike => Self::StringLike,
            Self::NumericNotEquals => Self::NumericEquals,
            Self::DateNotEquals => Self::DateEquals,
            Self::NotIpAddress => Self::IpAddress,
            Self::ArnNotEquals => Self::ArnEquals,
            Self::ArnNotLike => Self::ArnLike,
            _ => return None,
        })
    }
}

impl Qualifier {
    /// The qualifier of that name, in any case, without the colon.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::ForAllValues, Self::ForAnyValue].into_iter().find(|own| own.name().eq_ignore_ascii_case(name))
    }

    /// The name in the grammar.
    pub fn name(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

impl Condition {
    /// The operator as a policy writes it: `ForAnyValue:StringLikeIfExists`.
    pub fn operator_name(&self) -> String {
        let qualifier = self.qualifier.map_or("", Qualifier::name);
        let colon = if self.qualifier.is_some() { ":" } else { "" };
        let suffix = if self.if_exists { "IfExists" } else { "" };
        format!("{qualifier}{colon}{}{suffix}", self.operator.name())
    }

    /// The key, lower case: keys are compared without regard to case.
    pub(crate) fn lower_key(&self) -> String {
        self.key.to_ascii_lowercase()
    }
}
