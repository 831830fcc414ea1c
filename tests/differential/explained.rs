//! Where the simulator is known to differ, and AWS's documentation is with the engine.
//!
//! Nothing is skipped. Each kind rewrites a case into one that means the same by AWS's documentation and that
//! the simulator gets right. A disagreement is explained when the simulator agrees about the rewritten case
//! **and** the engine says of it what it said of the first: the rewriting is checked on both sides.

mod conditions;
mod examples;
mod principals;
mod resources;
mod rewrite;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use examples::{Example, examples};

use crate::verdict::{self, Verdict};

/// A kind of difference.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What it is called in reports and recordings.
    pub name: &'static str,
    /// The page of AWS's documentation that decides it.
    pub page: &'static str,
    /// What the page says.
    pub says: &'static str,
    /// What the simulator does instead.
    pub instead: &'static str,
    /// The case in words that the simulator understands; the case itself where the kind does not apply.
    pub rewrite: fn(&Value) -> Value,
}

const OPERATORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
const VARIABLES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html";
const EMPTY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html";

/// Every kind. Their order is that in which they are applied together.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "variables-of-the-old-version",
        page: VARIABLES,
        says: "Without Version 2012-10-17, variables like `${aws:username}` are treated as literal strings.",
        instead: "Replaces them in every version.",
        rewrite: conditions::variables_of_the_old_version,
    },
    Kind {
        name: "variable-without-value",
        page: VARIABLES,
        says: "Inverted operators do match against the null value of a variable that has none.",
        instead: "No condition with such a variable is met.",
        rewrite: conditions::variables_without_value,
    },
    Kind {
        name: "resource-variable-without-value",
        page: VARIABLES,
        says: "In Resource or NotResource, a resource with such a variable will not match any resource.",
        instead: "A NotResource with such a variable excludes everything.",
        rewrite: resources::variables_without_value,
    },
    Kind {
        name: "variable-before-the-fifth-colon",
        page: VARIABLES,
        says: "Variables can be used in any condition with the ARN operators; only Resource has them last alone.",
        instead: "Cuts the ARN at its colons first, and so at those inside of a variable.",
        rewrite: conditions::variables_before_the_fifth_colon,
    },
    Kind {
        name: "character-in-exact-value",
        page: VARIABLES,
        says: "`${*}`, `${?}` and `${$}` can be used in any string where variables can.",
        instead: "Takes them for themselves unless the operator has wildcards.",
        rewrite: conditions::characters_in_exact_values,
    },
    Kind {
        name: "short-form-of-an-api",
        page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html",
        says: "In the policy of an API, `execute-api:/stage/method/path` stands for the ARN of that API.",
        instead: "Takes it for an ARN that is not whole.",
        rewrite: resources::short_forms_of_an_api,
    },
    Kind {
        name: "pattern-in-the-first-segment",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        says: "Within a segment, wildcards stand anywhere and reach over slashes; after the fifth colon so do \
               variables, as in `${aws:username}-queue`.",
        instead: "Compares everything up to the first slash or colon character by character.",
        rewrite: resources::patterns_in_the_first_segment,
    },
    Kind {
        name: "address-without-length",
        page: OPERATORS,
        says: "An address without a prefix length is a range of one; ranges are CIDR, however they are written.",
        instead: "Compares such addresses as text, those of the other family never, and takes /0 for /32.",
        rewrite: conditions::addresses,
    },
    Kind {
        name: "date-forms",
        page: OPERATORS,
        says: "Dates are W3C's forms of ISO 8601 or seconds since 1970.",
        instead: "Takes seconds for milliseconds, and a year for seconds.",
        rewrite: conditions::dates,
    },
    Kind {
        name: "base64-padding",
        page: OPERATORS,
        says: "The value is compared byte for byte with what the Base64 text encodes.",
        instead: "Compares the texts.",
        rewrite: conditions::unpadded_base64,
    },
    Kind {
        name: "empty-value-in-a-set",
        page: EMPTY,
        says: "A key with an empty value is as if it were missing: ForAllValues is true of it, ForAnyValue false.",
        instead: "Takes the empty string for a value.",
        rewrite: conditions::empty_values_in_sets,
    },
    Kind {
        name: "if-exists-over-a-set",
        page: OPERATORS,
        says: "IfExists can be added to any operator but Null: if the key is not present, the condition is true.",
        instead: "ForAnyValue of a missing key is false all the same.",
        rewrite: conditions::if_exists_over_sets,
    },
    Kind {
        name: "null-of-nothing",
        page: EMPTY,
        says: "`Null` with `false` keeps out missing keys and keys with empty values.",
        instead: "Only asks whether the key is there.",
        rewrite: conditions::nothing_under_null,
    },
    Kind {
        name: "service-linked-role",
        page: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        says: "Service control policies do not affect service-linked roles, and resource control policies do not \
               either.",
        instead: "Knows no such roles.",
        rewrite: principals::service_linked_roles,
    },
    Kind {
        name: "federated-user-without-session-policy",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html",
        says: "Without a session policy, a federated user session has no permissions but what resources grant it.",
        instead: "Gives it the user's permissions.",
        rewrite: principals::federated_users_without_session_policy,
    },
    Kind {
        name: "grant-to-the-session-itself",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
        says: "What a resource grants to the ARN of the session is not limited by the session policy.",
        instead: "Lets an implicit deny of the session policy limit it.",
        rewrite: principals::grants_to_the_session_itself,
    },
    Kind {
        name: "not-principal-without-the-account",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
        says: "To except a principal from a Deny, its account must be named too, and the role of a session.",
        instead: "Excepts whoever one of the names fits.",
        rewrite: principals::not_principal_without_the_account,
    },
];

/// What a disagreement turned out to be.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The kinds that had to be applied.
    pub kinds: Vec<&'static Kind>,
    /// The case in words that the simulator understands.
    pub rewritten: Value,
}

/// The kind of that name.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The case after these kinds, or nothing if one of them does not change it.
pub fn rewritten(case: &Value, kinds: &[&Kind]) -> Option<Value> {
    kinds.iter().try_fold(case.clone(), |case, kind| {
        let new = (kind.rewrite)(&case);
        (new != case).then_some(new)
    })
}

/// Explains a disagreement, if it can be: by one kind where one is enough, else by all that apply, else by all
/// but one: what a kind is about may be changed by the others.
///
/// # Errors
/// As asking the simulator does.
pub fn explain<E>(
    case: &Value,
    ours: Verdict,
    mut ask: impl FnMut(&Value) -> Result<String, E>,
) -> Result<Option<Explanation>, E> {
    let mut all = Vec::new();
    let mut together = case.clone();
    for kind in KINDS {
        let next = (kind.rewrite)(&together);
        if next != together {
            all.push(kind);
            together = next;
        }
    }
    let alone = all.iter().map(|kind| vec![*kind]);
    let but_one = all.iter().map(|one| all.iter().copied().filter(|kind| kind.name != one.name).collect());
    for kinds in alone.chain([all.clone()]).chain(but_one) {
        let Some(rewritten) = rewritten(case, &kinds) else { continue };
        if verdict::engine(&rewritten) == ours && verdict::named(&ask(&rewritten)?) == Some(ours) {
            return Ok(Some(Explanation { kinds, rewritten }));
        }
    }
    Ok(None)
}
