//! Identity providers in the trust policies of roles.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>

use policy::{Condition, Operator, Qualifier, Statement};

const SAML: &str = "sts:AssumeRoleWithSAML";
const WEB: &str = "sts:AssumeRoleWithWebIdentity";

/// What whoever has a token of a provider calls, unsigned.
pub(crate) const ACTIONS: [&str; 2] = [SAML, WEB];

/// The identity pools of the whole world share this provider.
const COGNITO: &str = "cognito-identity.amazonaws.com";
/// All repositories share this one.
const GITHUB: &str = "token.actions.githubusercontent.com";

/// What whoever has a token of that provider calls.
pub(crate) fn action(provider: &str) -> &'static str {
    if provider.contains(":saml-provider/") { SAML } else { WEB }
}

/// Whether the statement's conditions tie tokens of the provider to some of its users: a condition on
/// a claim other than the audience, which any client of the provider can have. For SAML, whose
/// assertions name the role, the audience is enough; for Cognito it names the identity pool, and is
/// needed too. Without a provider, any claim will do.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
pub(crate) fn is_tied(statement: &Statement, provider: Option<&str>) -> bool {
    let fixed: Vec<_> = statement
        .conditions
        .iter()
        .filter_map(|it| Some((it, claim(it, provider)?)))
        .filter(|(it, _)| is_fixed(it))
        .map(|(_, claim)| claim)
        .collect();
    let audience = fixed.contains(&"aud");
    let user = fixed.iter().any(|claim| *claim != "aud");
    match provider {
        Some(name) if action(name) == SAML => audience || user,
        Some(COGNITO) => audience && user,
        _ => user,
    }
}

/// Whether every condition of the statement is on a claim of the provider.
pub(crate) fn is_all_there_is(statement: &Statement, provider: Option<&str>) -> bool {
    statement.conditions.iter().all(|it| claim(it, provider).is_some())
}

/// The claim of the provider that a condition is on.
fn claim<'a>(condition: &'a Condition, provider: Option<&str>) -> Option<&'a str> {
    let (prefix, claim) = condition.key.rsplit_once(':')?;
    let own = match provider {
        Some(name) if action(name) == SAML => "saml",
        Some(name) => name.split_once(":oidc-provider/").map_or(name, |(_, issuer)| issuer),
        None => return (!["aws", "sts"].iter().any(|it| prefix.eq_ignore_ascii_case(it))).then_some(claim),
    };
    prefix.eq_ignore_ascii_case(own).then_some(claim)
}

/// Whether a claim must be there and have one of a few values.
fn is_fixed(condition: &Condition) -> bool {
    use Operator::{ArnEquals, ArnLike, StringEquals, StringEqualsIgnoreCase, StringLike};
    let narrow = |value: &String| match condition.operator {
        StringEquals | StringEqualsIgnoreCase => true,
        StringLike | ArnEquals | ArnLike => names_somebody(value, &condition.key),
        _ => false,
    };
    !condition.if_exists
        && condition.qualifier != Some(Qualifier::ForAllValues)
        && condition.values.iter().all(narrow)
}

/// Whether a pattern begins with somebody's name: `repo:acme/*`, not `repo:*`. GitHub's names of
/// owners end in a slash: `repo:acme*` is anyone's whose name begins so.
fn names_somebody(pattern: &str, key: &str) -> bool {
    let Some((head, _)) = pattern.split_once(['*', '?']) else {
        return true;
    };
    let owner = head.split_once(':').map_or(head, |(_, rest)| rest);
    let github = key.get(..GITHUB.len()).is_some_and(|it| it.eq_ignore_ascii_case(GITHUB));
    if github && key.ends_with(":sub") { owner.contains('/') } else { !owner.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Document;
    use serde_json::{Value, json};

    fn tied(provider: &str, conditions: &Value) -> bool {
        let statement = json!({ "Effect": "Allow", "Action": "sts:*", "Condition": conditions });
        let document = Document::from_value(&json!({ "Statement": statement })).unwrap();
        is_tied(&document.statements[0], Some(provider))
    }

    #[test]
    fn a_claim_beside_the_audience_ties_tokens() {
        let github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
        let saml = "arn:aws:iam::111122223333:saml-provider/corp";
        let sub = |value| json!({ "StringLike": { "token.actions.githubusercontent.com:sub": value } });
        for (provider, conditions, expected) in [
            (github, json!({}), false),
            (
                github,
                json!({ "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
                false,
            ),
            (github, sub(json!("repo:acme/shop:*")), true),
            (github, sub(json!("repo:acme/*")), true),
            (github, sub(json!("repo:acme*")), false),
            (github, sub(json!("repo:*")), false),
            (github, sub(json!("*")), false),
            (github, sub(json!(["repo:acme/*", "*"])), false),
            (
                github,
                json!({ "StringEquals": { "Token.actions.githubusercontent.com:SUB": "repo:acme/shop:ref:refs/heads/main" } }),
                true,
            ),
            (
                github,
                json!({ "StringEqualsIfExists": { "token.actions.githubusercontent.com:sub": "repo:acme/shop:x" } }),
                false,
            ),
            (
                github,
                json!({ "ForAllValues:StringEquals": { "token.actions.githubusercontent.com:sub": "x" } }),
                false,
            ),
            (github, json!({ "StringNotEquals": { "token.actions.githubusercontent.com:sub": "x" } }), false),
            (github, json!({ "StringEquals": { "gitlab.com:sub": "project_path:acme/shop" } }), false),
            (saml, json!({}), false),
            (saml, json!({ "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } }), true),
            (
                COGNITO,
                json!({ "StringEquals": { "cognito-identity.amazonaws.com:aud": "eu-west-1:pool" } }),
                false,
            ),
            (
                COGNITO,
                json!({ "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } }),
                false,
            ),
            (
                COGNITO,
                json!({
                    "StringEquals": { "cognito-identity.amazonaws.com:aud": "eu-west-1:pool" },
                    "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
                }),
                true,
            ),
        ] {
            assert_eq!(tied(provider, &conditions), expected, "{provider} {conditions}");
        }
    }
}
