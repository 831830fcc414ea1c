//! Which resources a statement is about.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use crate::glob::Glob;
use crate::{Context, variables};

/// The resource of a request, and what its policies may say about it in short.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) arn: &'a str,
    pub(super) context: &'a Context,
}

impl Target<'_> {
    /// Whether the pattern is about the resource. `variables` says whether the language has any, and
    /// `completes` whether missing fields of an ARN stand for all values, as in policies of identities.
    pub(super) fn matches(&self, pattern: &str, variables: bool, completes: bool) -> bool {
        if pattern == "*" {
            return true;
        }
        if let Some((api, rest)) = self.arn.split_once('/')
            && let Some(pattern) = pattern.strip_prefix("execute-api:/")
        {
            return api.contains(":execute-api:") && self.ends_with(pattern, rest, variables);
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
            let Some((value, later)) = arn.split_once(':') else {
                return false;
            };
            if !Glob::new(field).matches(value) {
                return false;
            }
            let Some(rest) = rest else {
                return completes;
            };
            (pattern, arn) = (rest, later);
        }
        self.ends_with(pattern, arn, variables)
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
