//! What API Gateway decides where a resource policy and an authorizer both speak.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>

use policy::Verdict;

/// Who authorizes the callers of a method of a REST API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorizer {
    /// Nobody: the resource policy alone decides.
    None,
    /// The caller's identity policies.
    Iam,
    /// A Lambda function.
    Lambda,
    /// A Cognito user pool, which knows a token or does not.
    Cognito,
}

/// What a policy or an authorizer says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table's own words")]
pub enum Says {
    Allow,
    /// Neither: an implicit Deny where nothing else allows.
    Silent,
    Deny,
}

/// What becomes of a request that the authorizer and the policy gave those answers to, by tables A
/// (caller and API in the same account) and B (in different ones) and by what the page says of the other
/// authorizers.
pub fn decide(authorizer: Authorizer, same_account: bool, answer: Says, policy: Says) -> Verdict {
    use Says::{Allow, Deny};
    let alone = authorizer == Authorizer::None;
    if policy == Deny || (answer == Deny && !alone) {
        return Verdict::ExplicitlyDenied;
    }
    let (answer, policy) = (answer == Allow, policy == Allow);
    let allowed = match authorizer {
        Authorizer::None => policy,
        Authorizer::Iam | Authorizer::Lambda if same_account => answer || policy,
        Authorizer::Iam | Authorizer::Lambda | Authorizer::Cognito => answer && policy,
    };
    if allowed { Verdict::Allowed } else { Verdict::ImplicitlyDenied }
}

/// Whether an authorizer's Allow is enough where the resource policy is silent, so that only a Deny of
/// the policy keeps callers out.
pub fn silence_suffices(authorizer: Authorizer, same_account: bool) -> bool {
    decide(authorizer, same_account, Says::Allow, Says::Silent) == Verdict::Allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// AWS's tables as the policy crate keeps them, a row for each cell.
    const ROWS: &str = include_str!("../../policy/documented/api-gateway-flow.json");

    fn says(value: &Value) -> Says {
        match value.as_str() {
            Some("Allow") => Says::Allow,
            Some("Deny") => Says::Deny,
            Some("silent") | None => Says::Silent,
            Some(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_row_of_the_tables_comes_out() {
        let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap();
        assert_eq!(rows.len(), 48);
        for row in rows {
            let authorizer = match row["authorizer"].as_str().unwrap() {
                "IAM" => Authorizer::Iam,
                "lambda" => Authorizer::Lambda,
                "cognito" => Authorizer::Cognito,
                other => {
                    assert_eq!(other, "none");
                    Authorizer::None
                }
            };
            let same = row["sameAccount"].as_bool().unwrap();
            let decision = decide(authorizer, same, says(&row["authorizerResult"]), says(&row["policy"]));
            assert_eq!(format!("{decision:?}"), row["outcome"].as_str().unwrap(), "{row}");
        }
    }

    #[test]
    fn silence_is_enough_for_signers_of_the_account_and_lambda_authorizers() {
        let sufficing = |same| {
            use Authorizer::{Cognito, Iam, Lambda, None};
            [None, Iam, Lambda, Cognito].map(|it| silence_suffices(it, same))
        };
        assert_eq!(sufficing(true), [false, true, true, false]);
        assert_eq!(sufficing(false), [false; 4]);
    }
}
