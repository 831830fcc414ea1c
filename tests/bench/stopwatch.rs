//! How long something takes.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The median of that many runs.
pub fn median<T>(runs: usize, mut run: impl FnMut() -> T) -> Duration {
    let mut times: Vec<_> = (0..runs.max(1)).map(|_| once(&mut run)).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The least of that many runs: what it takes where nothing else runs.
pub fn least<T>(runs: usize, mut run: impl FnMut() -> T) -> Duration {
    (0..runs.max(1)).map(|_| once(&mut run)).min().unwrap_or_default()
}

/// One run; its result is dropped outside the measured time.
pub fn once<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(run());
    let taken = start.elapsed();
    drop(result);
    taken
}
