//! Whether a condition is fulfilled.
//!
//! | | the request has no such key | one value | a list of values |
//! |---|---|---|---|
//! | `StringEquals`, … | no | if some value of the policy matches | no |
//! | `StringNotEquals`, … | yes | if no value of the policy matches | no |
//! | `…IfExists` | yes | as without | no |
//! | `ForAllValues:…` | yes | as without | if each value would, or there are none |
//! | `ForAnyValue:…` | no, `…IfExists` yes | as without | if some value would |
//! | `Null` | for `true` | for `false` | for `false`, and `true` if there are none |
//!
//! To the set operators and to `Null`, an empty text is no value.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use crate::compare::{compare, compare_expanded};
use crate::{Condition, Context, ContextValue, Operator, Qualifier, variables};

/// Whether the request fulfils the condition; `variables` says whether the language has any.
pub(super) fn holds(condition: &Condition, context: &Context, variables: bool) -> bool {
    let value = context.get(&condition.key);
    let Condition { operator, qualifier, if_exists, values, .. } = condition;
    if *operator == Operator::Null {
        let fits = if value.is_none_or(is_nothing) { "true" } else { "false" };
        return values.iter().any(|wanted| wanted.eq_ignore_ascii_case(fits));
    }
    let fits = |value: &str| fits(condition, value, context, variables);
    let negated = operator.negates().is_some();
    match (qualifier, value) {
        (_, None) if *if_exists => true,
        (None, None) => negated,
        (Some(qualifier), None) => *qualifier == Qualifier::ForAllValues,
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

/// Whether the values are what AWS calls a null dataset.
fn is_nothing(value: &ContextValue) -> bool {
    value.values().iter().all(String::is_empty)
}

/// Whether any value of the policy fits, or none for an operator that is negated.
fn fits(condition: &Condition, value: &str, context: &Context, variables: bool) -> bool {
    let negated = condition.operator.negates();
    let operator = negated.unwrap_or(condition.operator);
    let variables = variables && operator.takes_variables();
    let matches = |wanted: &String| {
        if variables && variables::occur_in(wanted) {
            let wanted = variables::expand(wanted, context);
            return wanted.is_some_and(|wanted| compare_expanded(operator, &wanted, value));
        }
        compare(operator, wanted, value)
    };
    condition.values.iter().any(matches) != negated.is_some()
}
