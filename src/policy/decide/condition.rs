//! Whether a condition is fulfilled.
//!
//! | | key missing | one value | several values |
//! |---|---|---|---|
//! | `StringEquals` and the like | no | any value of the policy fits | no |
//! | `StringNotEquals` and the like | yes | no value of the policy fits | no |
//! | with `IfExists` | yes | as without | as without |
//! | `ForAllValues:` | yes | as without | each fits |
//! | `ForAnyValue:` | no (`IfExists`: yes) | as without | one fits |
//! | `Null` | `true` fits | `false` fits | `false` fits |
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use crate::compare::{compare, compare_expanded};
use crate::{Condition, Context, ContextValue, Operator, Qualifier, variables};

/// Whether the request fulfils the condition; `variables` says whether the language has any.
pub(super) fn holds(condition: &Condition, context: &Context, variables: bool) -> bool {
    let value = context.get(&condition.key);
    let Condition { operator, qualifier, if_exists, values, .. } = condition;
    if *operator == Operator::Null {
        let missing = value.is_none_or(|value| value.values().is_empty());
        let fits = if missing { "true" } else { "false" };
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
        (Some(qualifier), Some(value)) => {
            let mut given = value.values().iter();
            // A value that is empty is as good as none.
            let nothing = given.as_slice().iter().all(String::is_empty);
            match qualifier {
                Qualifier::ForAllValues => nothing || given.all(|value| fits(value)),
                Qualifier::ForAnyValue => !nothing && given.any(|value| fits(value)),
            }
        }
    }
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
