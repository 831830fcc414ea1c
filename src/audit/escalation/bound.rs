//! What stands in the way and can be lifted: permissions boundaries and code signing.

use super::search::Search;
use inventory::{CodeSigningMode, Fact, Function, Role};
use policy::Ask;

/// Whether something limits a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Nothing does, or whoever walks the path may lift it.
    No,
    /// Something does.
    Yes,
    /// Something may: it could not be read.
    Unread,
}

impl Search<'_> {
    /// Whether a permissions boundary limits what policies written into the role would allow.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    pub(super) fn boundary(&self, role: &Role) -> Limit {
        match self.directory.abilities(role).is_bounded() {
            Ok(false) => Limit::No,
            _ if self.may("iam:DeleteRolePermissionsBoundary", &role.arn) => Limit::No,
            Ok(true) => Limit::Yes,
            Err(_) => Limit::Unread,
        }
    }

    /// Whether a code-signing configuration refuses code of the caller's own.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html>
    pub(super) fn code_signing(&self, function: &Function) -> Limit {
        let lifted = || self.may("lambda:DeleteFunctionCodeSigningConfig", &function.arn);
        match &function.code_signing {
            Fact::Absent => Limit::No,
            Fact::Known(signing) if signing.mode == Fact::Known(CodeSigningMode::Warn) => Limit::No,
            _ if lifted() => Limit::No,
            Fact::Known(signing) if signing.mode == Fact::Known(CodeSigningMode::Enforce) => Limit::Yes,
            _ => Limit::Unread,
        }
    }

    fn may(&self, action: &str, resource: &str) -> bool {
        let ask = Ask { action, resource: Some(resource), context: &[] };
        self.abilities.can(&ask).is_some_and(|it| it.exact && !it.conditional)
    }
}
