//! Which throttles limit anything: those below the throttle that the whole account has anyway.

use audit::Scope;
use inventory::{Fact, Gap, Method, RestApi, Stage, Throttle};

/// The throttles of one stage, beside what limits the whole account.
pub(crate) struct Throttles<'a> {
    own: &'a [Throttle],
    scope: &'a Scope<'a>,
}

impl<'a> Throttles<'a> {
    /// # Errors
    /// The gap of throttles that could not be read.
    pub(crate) fn new(own: &'a Fact<Vec<Throttle>>, scope: &'a Scope<'a>) -> Result<Self, Gap> {
        let own = own.read()?.map_or(&[][..], Vec::as_slice);
        Ok(Self { own, scope })
    }

    /// Whether the stage limits that target: by the target's own setting where it has one, else by
    /// the stage's default.
    ///
    /// # Errors
    /// The gap of the account's throttle, where there is a rate to compare with it.
    pub(crate) fn limit(&self, target: &str, default: &str) -> Result<bool, Gap> {
        let setting = |target| {
            let target = plain(target);
            self.own.iter().find(|it| plain(&it.target) == target)
        };
        setting(target).or_else(|| setting(default)).map_or(Ok(false), |it| self.limits(it))
    }

    /// Whether the stage is known to limit everything: its default limits, and so does every setting
    /// beside it.
    pub(crate) fn limit_all(&self, default: &str) -> bool {
        let limited = matches!(self.limit(default, default), Ok(true));
        limited && self.own.iter().all(|it| matches!(self.limits(it), Ok(true)))
    }

    /// Whether every usage plan that opens the stage to API keys limits each key.
    ///
    /// # Errors
    /// The gap of the usage plans, or of the account's throttle.
    pub(crate) fn by_usage_plans(&self, api: &RestApi, stage: &Stage) -> Result<bool, Gap> {
        let plans = &self.scope.region.usage_plans;
        let mut covering = plans
            .iter()
            .filter(|plan| {
                let mut stages = plan.stages.iter();
                stages.any(|it| it.api == api.id && it.stage == stage.name)
            })
            .peekable();
        let some = covering.peek().is_some();
        for plan in covering {
            let throttled = plan.throttle.as_ref().map_or(Ok(false), |it| self.limits(it))?;
            if !throttled {
                return Ok(false);
            }
        }
        plans.all()?;
        Ok(some)
    }

    fn limits(&self, throttle: &Throttle) -> Result<bool, Gap> {
        let Some(rate) = throttle.rate else {
            return Ok(false);
        };
        let account = self.scope.region.api_throttle.read()?;
        Ok(account.and_then(|it| it.rate).is_none_or(|limit| rate < limit))
    }
}

/// The key of a method's settings.
pub(crate) fn method_key(method: &Method) -> String {
    format!("{}/{}", method.path, method.verb)
}

/// A key without the escapes of JSON pointers and without the leading slash, which AWS writes in
/// some answers only.
fn plain(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~").trim_start_matches('/').to_owned()
}
