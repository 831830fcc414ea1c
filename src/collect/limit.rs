//! A token bucket for each quota, on a clock that the caller owns.

use inventory::Bucket;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

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

    /// Takes a token; the answer says how long to wait until it is there.
    pub(crate) fn take(&mut self, now: Duration) -> Duration {
        let now = now.as_secs_f64();
        self.paid_until = self.paid_until.max(now);
        let wait = (self.paid_until - self.tolerance - now).max(0.0);
        self.paid_until += 1.0 / self.rate;
        Duration::from_secs_f64(wait)
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

/// The buckets of every account and region.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<BTreeMap<(String, String, Bucket), TokenBucket>>);

impl Limits {
    /// Takes a token from each bucket of a call and says how long to wait for the last of them.
    pub(crate) fn take(&self, account: &str, region: &str, buckets: &[Bucket], now: Duration) -> Duration {
        let wait = |bucket: &Bucket| self.with(account, region, *bucket, |it| it.take(now));
        buckets.iter().map(wait).max().unwrap_or_default()
    }

    /// Tells each bucket of a call how an attempt ended.
    pub(crate) fn learn(
        &self,
        account: &str,
        region: &str,
        buckets: &[Bucket],
        now: Duration,
        throttled: bool,
    ) {
        for bucket in buckets {
            self.with(account, region, *bucket, |it| {
                if throttled {
                    it.throttled(now);
                } else {
                    it.succeeded();
                }
            });
        }
    }

    fn with<T>(
        &self,
        account: &str,
        region: &str,
        bucket: Bucket,
        act: impl FnOnce(&mut TokenBucket) -> T,
    ) -> T {
        // A bucket is plain numbers: a panic elsewhere leaves nothing half-done in it.
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (rate, burst) = bucket.rate();
        act(buckets
            .entry((account.into(), region.into(), bucket))
            .or_insert_with(|| TokenBucket::new(rate, burst)))
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
                    Step::Take => starts.push(now + bucket.take(now)),
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
        assert!(close(bucket.take(now), 1.0 / 7.0));
        (0..100).for_each(|_| bucket.succeeded());
        assert!(close(bucket.take(now), 2.0 / 7.0));
        assert!(close(bucket.take(now), 2.0 / 7.0 + 1.0 / 10.0));
    }

    #[test]
    fn accounts_regions_and_buckets_are_apart() {
        let limits = Limits::default();
        let take = |account, region, bucket| limits.take(account, region, &[bucket], Duration::ZERO);
        assert_eq!(take("1", "a", Bucket::Wafv2Resources), Duration::ZERO);
        assert!(take("1", "a", Bucket::Wafv2Resources) > Duration::ZERO);
        assert_eq!(take("2", "a", Bucket::Wafv2Resources), Duration::ZERO);
        assert_eq!(take("1", "b", Bucket::Wafv2Resources), Duration::ZERO);
        assert_eq!(take("1", "a", Bucket::Wafv2), Duration::ZERO);
    }
}
