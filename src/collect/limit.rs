//! A token bucket for each quota, on a clock that the caller owns.

use inventory::Bucket;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A token bucket whose rate gives way to throttles and recovers with success (AIMD).
///
/// Kept as the time by which everything promised so far is paid for (GCRA), so that a change of the
/// rate never takes back or doubles what was promised before it.
#[derive(Clone, Debug)]
pub(crate) struct TokenBucket {
    /// The published rate, requests a second.
    ceiling: f64,
    /// How far the paid time may run ahead: the burst, in seconds.
    tolerance: f64,
    rate: f64,
    /// Seconds on the caller's clock.
    paid_until: f64,
}

/// The least share of the published rate that throttles can bring a bucket down to.
const FLOOR: f64 = 0.1;
/// What a throttle leaves of the rate.
const DECREASE: f64 = 0.7;
/// What a success adds, as a share of the published rate.
const INCREASE: f64 = 0.01;

impl TokenBucket {
    /// A full bucket: requests a second, and how many may come at once.
    pub(crate) fn new(rate: f64, burst: f64) -> Self {
        Self { ceiling: rate, tolerance: (burst - 1.0).max(0.0) / rate, rate, paid_until: 0.0 }
    }

    /// How long to wait until a token is there.
    pub(crate) fn due(&self, now: Duration) -> Duration {
        Duration::from_secs_f64((self.paid_until - self.tolerance - now.as_secs_f64()).max(0.0))
    }

    /// Takes a token.
    pub(crate) fn take(&mut self, now: Duration) {
        self.paid_until = self.paid_until.max(now.as_secs_f64()) + 1.0 / self.rate;
    }

    /// AWS refused a request for the rate: slow down, and let nothing burst.
    pub(crate) fn throttled(&mut self, now: Duration) {
        self.rate = (self.rate * DECREASE).max(self.ceiling * FLOOR);
        let empty = now.as_secs_f64() + self.tolerance + 1.0 / self.rate;
        self.paid_until = self.paid_until.max(empty);
    }

    /// AWS answered: recover.
    pub(crate) fn succeeded(&mut self) {
        self.rate = (self.rate + self.ceiling * INCREASE).min(self.ceiling);
    }
}

/// A bucket with a queue: whoever holds the turn is the next to take a token.
#[derive(Debug)]
struct Gate {
    turn: tokio::sync::Mutex<()>,
    bucket: Mutex<TokenBucket>,
}

impl Gate {
    fn with<T>(&self, act: impl FnOnce(&mut TokenBucket) -> T) -> T {
        // A bucket is plain numbers: a panic elsewhere leaves nothing half-done in it.
        act(&mut self.bucket.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The buckets of every account and region, and the bound on requests in flight.
#[derive(Debug)]
pub(crate) struct Limits {
    gates: Mutex<BTreeMap<(String, String, Bucket), Arc<Gate>>>,
    permits: Semaphore,
    started: Instant,
}

impl Limits {
    pub(crate) fn new(in_flight: usize) -> Self {
        Self { gates: Mutex::default(), permits: Semaphore::new(in_flight.max(1)), started: Instant::now() }
    }

    /// Waits for a token of each bucket, the narrowest first, and then for a permit to send. The
    /// tokens are taken at the moment of sending, so that no wait for a permit saves them up.
    pub(crate) async fn pass(
        &self,
        account: &str,
        region: &str,
        buckets: &[Bucket],
    ) -> Option<SemaphorePermit<'_>> {
        let gates: Vec<_> = buckets.iter().map(|bucket| self.gate(account, region, *bucket)).collect();
        let mut turns = Vec::with_capacity(gates.len());
        for gate in &gates {
            turns.push(gate.turn.lock().await);
            // A throttle may put the time off while we wait for it.
            while let wait = gate.with(|bucket| bucket.due(self.started.elapsed()))
                && !wait.is_zero()
            {
                tokio::time::sleep(wait).await;
            }
        }
        // The semaphore is never closed; without a permit we would only be less polite.
        let permit = self.permits.acquire().await.ok();
        for gate in &gates {
            gate.with(|bucket| bucket.take(self.started.elapsed()));
        }
        permit
    }

    /// Tells each bucket of a call how an attempt ended.
    pub(crate) fn learn(&self, account: &str, region: &str, buckets: &[Bucket], throttled: bool) {
        for bucket in buckets {
            self.gate(account, region, *bucket).with(|bucket| {
                if throttled {
                    bucket.throttled(self.started.elapsed());
                } else {
                    bucket.succeeded();
                }
            });
        }
    }

    fn gate(&self, account: &str, region: &str, bucket: Bucket) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry((account.into(), region.into(), bucket)).or_insert_with(|| {
            let (rate, burst) = bucket.rate();
            Arc::new(Gate {
                turn: tokio::sync::Mutex::default(),
                bucket: Mutex::new(TokenBucket::new(rate, burst)),
            })
        });
        Arc::clone(gate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Pass(u64),
        Take,
        Throttled,
        Succeeded,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (0_u64..500).prop_map(Step::Pass),
            Just(Step::Take),
            Just(Step::Take),
            Just(Step::Throttled),
            Just(Step::Succeeded),
        ];
        prop::collection::vec(step, 0..300)
    }

    proptest! {
        /// In every window, no more requests start than the published burst and rate allow.
        #[test]
        fn never_over_the_published_rate(steps in steps(), rate in 1_u32..100, burst in 1_u32..50) {
            let mut bucket = TokenBucket::new(rate.into(), burst.into());
            let mut now = Duration::ZERO;
            let mut starts = Vec::new();
            for step in steps {
                match step {
                    Step::Pass(ms) => now += Duration::from_millis(ms),
                    Step::Take => {
                        now += bucket.due(now);
                        bucket.take(now);
                        starts.push(now);
                    }
                    Step::Throttled => bucket.throttled(now),
                    Step::Succeeded => bucket.succeeded(),
                }
            }
            starts.sort();
            for (i, from) in starts.iter().enumerate() {
                for (j, to) in starts.iter().enumerate().skip(i) {
                    let allowed = f64::from(burst) + to.saturating_sub(*from).as_secs_f64() * f64::from(rate);
                    let count = u32::try_from(j - i + 1).unwrap();
                    prop_assert!(f64::from(count) <= allowed + 1.0 + 1e-6, "{count} in {:?}", to.saturating_sub(*from));
                }
            }
        }
    }

    #[test]
    fn a_throttle_slows_down_and_success_recovers() {
        let mut bucket = TokenBucket::new(10.0, 1.0);
        let now = Duration::ZERO;
        bucket.throttled(now);
        let close = |wait: Duration, seconds: f64| (wait.as_secs_f64() - seconds).abs() < 1e-6;
        assert!(close(bucket.due(now), 1.0 / 7.0));
        bucket.take(now);
        (0..100).for_each(|_| bucket.succeeded());
        assert!(close(bucket.due(now), 2.0 / 7.0));
        bucket.take(now);
        assert!(close(bucket.due(now), 2.0 / 7.0 + 1.0 / 10.0));
    }

    #[tokio::test]
    async fn accounts_regions_and_buckets_are_apart() {
        let limits = Limits::new(10);
        let waits = |account, region, bucket| {
            !limits.gate(account, region, bucket).with(|it| it.due(limits.started.elapsed())).is_zero()
        };
        drop(limits.pass("1", "a", &[Bucket::Wafv2Resources]).await);
        assert!(waits("1", "a", Bucket::Wafv2Resources));
        assert!(!waits("2", "a", Bucket::Wafv2Resources));
        assert!(!waits("1", "b", Bucket::Wafv2Resources));
        assert!(!waits("1", "a", Bucket::Wafv2));
    }
}
