//! One call: its quota, its attempts, its time limit, and the gap where it fails.

use crate::limit::Limits;
use crate::mishap::{Failing, Mishap, classify};
use crate::{Event, Observer, Settings, Stop};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use inventory::{Call, CallCount, Gap, Listing, Reason};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What all calls of a collection share.
pub(crate) struct Desk<'a> {
    settings: &'a Settings,
    observer: &'a dyn Observer,
    stop: &'a Stop,
    limits: Limits,
    counts: Mutex<BTreeMap<(Call, String, String), CallCount>>,
}

/// Calls on behalf of one account in one region.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    desk: &'a Desk<'a>,
    /// The account's id.
    pub(crate) account: &'a str,
    /// The region.
    pub(crate) region: &'a str,
}

/// What a call is about, for the gap that it may leave.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    /// The ARN of the object whose facts are asked for.
    pub(crate) resource: Option<&'a str>,
    /// The id in API Gateway's path, in place of `*`.
    pub(crate) id: Option<&'a str>,
}

/// The longest wait between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Attempts at failures other than throttling, which waiting does not cure as surely.
const ATTEMPTS_UNLESS_THROTTLED: u32 = 3;

impl<'a> Desk<'a> {
    pub(crate) fn new(settings: &'a Settings, observer: &'a dyn Observer, stop: &'a Stop) -> Self {
        Self { settings, observer, stop, limits: Limits::new(settings.concurrency), counts: Mutex::default() }
    }

    pub(crate) fn caller(&'a self, account: &'a str, region: &'a str) -> Caller<'a> {
        Caller { desk: self, account, region }
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.observer.event(event);
    }

    /// The calls made, sorted. Those made before anybody knew the account are of `account`.
    pub(crate) fn counts(&self, account: &str) -> Vec<CallCount> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counts: Vec<_> = counts.values().cloned().collect();
        counts.iter_mut().filter(|it| it.account.is_empty()).for_each(|it| it.account = account.into());
        counts.sort();
        counts
    }

    /// Counts an attempt and shows it.
    pub(crate) fn count(
        &self,
        call: Call,
        account: &str,
        region: &str,
        took: Duration,
        failure: Option<Reason>,
    ) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((call, account.into(), region.into())).or_insert_with(|| CallCount {
            service: call.action().split(':').next().unwrap_or_default().into(),
            operation: call.operation().into(),
            account: account.into(),
            region: region.into(),
            ..CallCount::default()
        });
        count.count += 1;
        count.throttled += u64::from(failure == Some(Reason::Throttled));
        count.failed += u64::from(failure.is_some_and(|it| it != Reason::Throttled));
        drop(counts);
        self.tell(&Event::Attempt { call, account, region, took, failure });
    }
}

impl Caller<'_> {
    /// The gap that a failed call leaves.
    pub(crate) fn gap(
        &self,
        call: Call,
        about: About<'_>,
        reason: Reason,
        message: impl Into<String>,
    ) -> Gap {
        let path = call.path().map(|path| match about.id {
            Some(id) => path.replacen('*', id, 1),
            None => path.to_owned(),
        });
        Gap {
            action: call.action().into(),
            path,
            account: self.account.into(),
            region: self.region.into(),
            resource: about.resource.map(Into::into),
            reason,
            message: message.into(),
            not_asked: false,
            only_restricts: call.only_restricts(),
        }
    }

    /// Makes a call: waits for its quota before every attempt, tries again where that can help.
    /// Nothing means that AWS says there is no such object.
    ///
    /// # Errors
    /// The gap, when the call failed for good, was not asked for, or the collection was stopped.
    pub(crate) async fn ask<T, E, F>(
        &self,
        call: Call,
        about: About<'_>,
        send: impl Fn() -> F,
    ) -> Result<Option<T>, Gap>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: Failing,
    {
        let Desk { settings, stop, .. } = self.desk;
        if !Call::ALWAYS.contains(&call) && !settings.calls.contains(&call) {
            let message = "not collected: no selected check needs it";
            let gap = self.gap(call, about, Reason::Unavailable, message);
            return Err(Gap { not_asked: true, ..gap });
        }
        let interrupted = || self.gap(call, about, Reason::Interrupted, "the audit was stopped");
        let mut attempt = 0;
        loop {
            attempt += 1;
            let answer = tokio::select! {
                biased;
                () = stop.wait() => return Err(interrupted()),
                answer = self.attempt(call, &send) => answer,
            };
            let (reason, message, retry) = match answer {
                Ok(value) => return Ok(Some(value)),
                Err(Mishap::NotFound) => return Ok(None),
                Err(Mishap::Failed { reason, message, retry }) => (reason, message, retry),
            };
            let most = match reason {
                Reason::Throttled => settings.attempts,
                _ => settings.attempts.min(ATTEMPTS_UNLESS_THROTTLED),
            };
            if !retry || attempt >= most {
                return Err(self.gap(call, about, reason, message));
            }
            tokio::select! {
                () = stop.wait() => return Err(interrupted()),
                () = tokio::time::sleep(pause(attempt)) => {}
            }
        }
    }

    async fn attempt<T, E, F>(&self, call: Call, send: impl Fn() -> F) -> Result<T, Mishap>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: Failing,
    {
        let desk = self.desk;
        let buckets = call.buckets();
        let _permit = desk.limits.pass(self.account, self.region, buckets).await;
        let began = Instant::now();
        // Boxed: the SDK's futures are large, and thousands of calls wait here for their quota.
        let answer = tokio::time::timeout(desk.settings.attempt_timeout, Box::pin(send())).await;
        let took = began.elapsed();
        let answer = match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err(Mishap::Failed {
                reason: Reason::Timeout,
                message: format!("no answer in {} s", desk.settings.attempt_timeout.as_secs_f64()),
                retry: true,
            }),
        };
        let failure = match &answer {
            Err(Mishap::Failed { reason, .. }) => Some(*reason),
            Ok(_) | Err(Mishap::NotFound) => None,
        };
        let throttled = failure == Some(Reason::Throttled);
        desk.limits.learn(self.account, self.region, buckets, throttled);
        desk.count(call, self.account, self.region, took, failure);
        answer
    }

    /// Reads a listing to its last page. What arrived before a failure is kept and marked as cut.
    ///
    /// An object whose parts are listed may vanish meanwhile: then it has none.
    pub(crate) async fn pages<T, E, F, Item>(
        &self,
        call: Call,
        about: About<'_>,
        fetch: impl Fn(Option<String>) -> F,
        split: impl Fn(T) -> (Vec<Item>, Option<String>),
    ) -> Listing<Item>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: Failing,
    {
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token: Option<String> = None;
        loop {
            let page = match self.ask(call, about, || fetch(token.clone())).await {
                Ok(Some(page)) => page,
                Ok(None) if about.resource.is_some() => return Listing::complete(Vec::new()),
                Ok(None) => {
                    return Listing::cut(items, self.gap(call, about, Reason::Unavailable, "not found"));
                }
                Err(gap) => return Listing::cut(items, gap),
            };
            let (more, next) = split(page);
            items.extend(more);
            match next.filter(|next| !next.is_empty()) {
                None => return Listing::complete(items),
                Some(next) if !seen.insert(next.clone()) => {
                    let gap = self.gap(call, about, Reason::Malformed, "a page token came twice");
                    return Listing::cut(items, gap);
                }
                next => token = next,
            }
        }
    }
}

/// A pause before the next attempt: exponential, with jitter so that clients do not march in step.
fn pause(attempt: u32) -> Duration {
    let longest = Duration::from_millis(100).saturating_mul(1 << attempt.min(10)).min(LONGEST_PAUSE);
    #[expect(clippy::cast_precision_loss, reason = "jitter needs no precision")]
    let share = (RandomState::new().hash_one(attempt) as f64) / (u64::MAX as f64);
    longest.mul_f64(0.5 + share / 2.0)
}
