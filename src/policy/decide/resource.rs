//! Which resources a statement is about.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::statement::Layer;
use crate::glob::Glob;
use crate::{Context, Version, variables};

/// The resource of a request, and what its policies may say about it in short.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) arn: &'a str,
    pub(super) context: &'a Context,
}

impl Target<'_> {
    /// Whether a pattern of a policy of that layer and version is about the resource.
    pub(super) fn matches(&self, pattern: &str, version: Version, layer: Layer) -> bool {
        if pattern == "*" {
            return true;
        }
        let variables = version == Version::V2012;
        if layer == Layer::OfResources
            && let Some(of_the_api) = self.in_its_own_policy(pattern, variables)
        {
            return of_the_api;
        }
        let (mut pattern, mut arn) = (pattern, self.arn);
        for colons_left in (1..6).rev() {
            let (field, rest) =
                pattern.split_once(':').map_or((pattern, None), |(field, rest)| (field, Some(rest)));
            // A wildcard at the end of a field may run on beyond the colon.
            if field.ends_with('*') {
                let early = variables && has_early_variable(pattern, colons_left);
                return !early && self.ends_with(pattern, arn, variables);
            }
            let Some((value, after)) = arn.split_once(':') else {
                return false;
            };
            if !Glob::new(field).matches(value) {
                return false;
            }
            let Some(rest) = rest else {
                // "AWS automatically completes the ARN by adding wildcard characters (*) to all missing
                // fields" in policies of identities.
                // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
                return layer == Layer::OfPrincipals;
            };
            (pattern, arn) = (rest, after);
        }
        self.ends_with(pattern, arn, variables)
    }

    /// An API's own policy may shorten the API's ARN to `execute-api:/`, and may mean the whole API by
    /// its ARN and a slash; nothing for a pattern that does neither.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>
    fn in_its_own_policy(&self, pattern: &str, variables: bool) -> Option<bool> {
        let (api, rest) = self.arn.split_once('/').filter(|(api, _)| api.contains(":execute-api:"))?;
        match pattern.strip_prefix("execute-api:/") {
            Some(pattern) => Some(self.ends_with(pattern, rest, variables)),
            None => (pattern.strip_suffix('/') == Some(api)).then_some(true),
        }
    }

    /// Whether the last part of the pattern matches the last part of the ARN.
    fn ends_with(&self, pattern: &str, arn: &str, variables: bool) -> bool {
        if variables && variables::occur_in(pattern) {
            return variables::expand(pattern, self.context).is_some_and(|glob| glob.matches(arn));
        }
        Glob::new(pattern).matches(arn)
    }
}

/// Variables stand for parts of the sixth field only.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement>
fn has_early_variable(pattern: &str, colons_left: usize) -> bool {
    let before = pattern.split_once("${").map(|(before, _)| before);
    before.is_some_and(|before| before.matches(':').count() < colons_left)
}
