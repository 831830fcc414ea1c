//! What stands in the way and can be lifted: permissions boundaries and code signing.

use super::Abilities;
use super::power;
use super::search::Search;
use inventory::{CodeSigningMode, Fact, Function, Role};

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

impl<A: Abilities> Search<'_, A> {
    /// Whether a permissions boundary limits what policies written into the role would allow.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    pub(super) fn boundary(&self, role: &Role) -> Limit {
        match power::bounds(role) {
            Some(false) => Limit::No,
            _ if self.may("iam:DeleteRolePermissionsBoundary", &role.arn) => Limit::No,
            Some(true) => Limit::Yes,
            None => Limit::Unread,
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
        self.abilities.can(self.subject, action, resource, &[]).is_some_and(|it| it.exact)
    }
}
