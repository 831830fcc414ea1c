//! Whether a condition is fulfilled.

use crate::compare::{compare, compare_expanded};
use crate::{Condition, Context, ContextValue, Operator, Qualifier, Version, variables};

impl Condition {
    /// Whether a request of that context fulfils the condition, in a policy of that version.
    ///
    /// | | the request has no such key | one value | a list of values |
    /// |---|---|---|---|
    /// | `StringEquals`, … | no | if some value of the policy matches | no |
    /// | `StringNotEquals`, … | yes | if no value of the policy matches | no |
    /// | `…IfExists` | yes | as without | no |
    /// | `ForAllValues:…` | yes | as without | if each value would, or there are none |
    /// | `ForAnyValue:…` | no, `…IfExists` yes | as without | if some value would |
    /// | `Null` | for `true` | for `false` | for `false`, and for `true` if there are none |
    ///
    /// To the set operators and to `Null`, an empty text is no value. A value of the policy whose
    /// variable has none matches nothing, so a negated operator holds.
    ///
    /// ```
    /// use policy::{Context, ContextValue, Document, Version};
    ///
    /// let policy = Document::parse(r#"{ "Statement": {
    ///     "Effect": "Deny", "Action": "*", "Resource": "*",
    ///     "Condition": { "StringNotEquals": { "aws:PrincipalOrgID": ["o-a", "o-b"] } }
    /// } }"#)?;
    /// let condition = &policy.statements[0].conditions[0];
    /// let mut context = Context::default();
    /// assert!(condition.is_met(&context, Version::V2012), "nobody without the key is spared");
    /// context.insert("AWS:principalorgid", ContextValue::One("o-b".into()));
    /// assert!(!condition.is_met(&context, Version::V2012));
    /// # Ok::<(), policy::ParseError>(())
    /// ```
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    pub fn is_met(&self, context: &Context, version: Version) -> bool {
        let value = context.get(&self.key);
        if self.operator == Operator::Null {
            let fits = if value.is_none_or(is_nothing) { "true" } else { "false" };
            return self.values.iter().any(|wanted| wanted.eq_ignore_ascii_case(fits));
        }
        let fits = |value: &str| self.fits(value, context, version);
        match (self.qualifier, value) {
            (_, None) if self.if_exists => true,
            (None, None) => self.operator.negates().is_some(),
            (Some(qualifier), None) => qualifier == Qualifier::ForAllValues,
            (None, Some(ContextValue::One(value))) => fits(value),
            // A key with several values needs to be told how to compare them.
            (None, Some(ContextValue::Many(_))) => false,
            (Some(Qualifier::ForAllValues), Some(value)) => {
                is_nothing(value) || value.values().iter().all(|value| fits(value))
            }
            (Some(Qualifier::ForAnyValue), Some(value)) => {
                !is_nothing(value) && value.values().iter().any(|value| fits(value))
            }
        }
    }

    /// Whether any value of the policy matches, or none for an operator that is negated.
    fn fits(&self, value: &str, context: &Context, version: Version) -> bool {
        let negated = self.operator.negates();
        let operator = negated.unwrap_or(self.operator);
        let variables = version == Version::V2012 && operator.takes_variables();
        let matches = |wanted: &String| {
            if variables && variables::occur_in(wanted) {
                let wanted = variables::expand(wanted, context);
                return wanted.is_some_and(|wanted| compare_expanded(operator, &wanted, value));
            }
            compare(operator, wanted, value)
        };
        self.values.iter().any(matches) != negated.is_some()
    }
}

/// Whether the values are what AWS calls a null dataset.
fn is_nothing(value: &ContextValue) -> bool {
    value.values().iter().all(String::is_empty)
}
