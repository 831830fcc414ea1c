//! Every condition operator in each of its forms: what has to be covered.

use crate::generate::keys::Type;

/// An operator, and the type of the values it compares.
#[derive(Debug, Clone, Copy)]
pub struct Operator {
    /// As AWS writes it.
    pub name: &'static str,
    /// What it compares.
    pub kind: Type,
}

const fn operator(name: &'static str, kind: Type) -> Operator {
    Operator { name, kind }
}

/// AWS's condition operators but `Null`, which has no forms.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
pub const OPERATORS: [Operator; 26] = [
    operator("StringEquals", Type::Text),
    operator("StringNotEquals", Type::Text),
    operator("StringEqualsIgnoreCase", Type::Text),
    operator("StringNotEqualsIgnoreCase", Type::Text),
    operator("StringLike", Type::Text),
    operator("StringNotLike", Type::Text),
    operator("NumericEquals", Type::Number),
    operator("NumericNotEquals", Type::Number),
    operator("NumericLessThan", Type::Number),
    operator("NumericLessThanEquals", Type::Number),
    operator("NumericGreaterThan", Type::Number),
    operator("NumericGreaterThanEquals", Type::Number),
    operator("DateEquals", Type::Date),
    operator("DateNotEquals", Type::Date),
    operator("DateLessThan", Type::Date),
    operator("DateLessThanEquals", Type::Date),
    operator("DateGreaterThan", Type::Date),
    operator("DateGreaterThanEquals", Type::Date),
    operator("Bool", Type::Bool),
    operator("BinaryEquals", Type::Binary),
    operator("IpAddress", Type::Ip),
    operator("NotIpAddress", Type::Ip),
    operator("ArnEquals", Type::Arn),
    operator("ArnNotEquals", Type::Arn),
    operator("ArnLike", Type::Arn),
    operator("ArnNotLike", Type::Arn),
];

/// How an operator is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// `…IfExists`
    IfExists,
    /// `ForAllValues:…`
    ForAllValues,
    /// `ForAnyValue:…`
    ForAnyValue,
    /// `ForAllValues:…IfExists`
    ForAllValuesIfExists,
    /// `ForAnyValue:…IfExists`
    ForAnyValueIfExists,
}

/// The forms.
pub const FORMS: [Form; 6] = [
    Form::Plain,
    Form::IfExists,
    Form::ForAllValues,
    Form::ForAnyValue,
    Form::ForAllValuesIfExists,
    Form::ForAnyValueIfExists,
];

impl Form {
    /// Whether it is meant for multivalued keys.
    pub const fn over_sets(self) -> bool {
        !matches!(self, Self::Plain | Self::IfExists)
    }

    /// Whether a request without the key meets it.
    pub const fn met_without_key(self, negated: bool) -> bool {
        match self {
            Self::Plain => negated,
            Self::ForAnyValue => false,
            _ => true,
        }
    }

    /// The operator in this form, as AWS writes it.
    pub fn of(self, operator: &str) -> String {
        match self {
            Self::Plain => operator.to_owned(),
            Self::IfExists => format!("{operator}IfExists"),
            Self::ForAllValues => format!("ForAllValues:{operator}"),
            Self::ForAnyValue => format!("ForAnyValue:{operator}"),
            Self::ForAllValuesIfExists => format!("ForAllValues:{operator}IfExists"),
            Self::ForAnyValueIfExists => format!("ForAnyValue:{operator}IfExists"),
        }
    }
}

/// Every operator in every form, as AWS writes them, `Null` last.
pub fn all() -> Vec<String> {
    let mut all: Vec<String> =
        OPERATORS.iter().flat_map(|operator| FORMS.map(|form| form.of(operator.name))).collect();
    all.push("Null".to_owned());
    all
}
