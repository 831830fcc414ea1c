//! The recorded cases again, without the simulator.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::LazyLock;
use std::thread;

use differential::coverage::Coverage;
use differential::explained;
use differential::record::{self, Recorded};
use differential::verdict;

static RECORDED: LazyLock<Vec<Recorded>> = LazyLock::new(|| record::read().unwrap());

/// The engine says of every recorded case what the simulator said, or what AWS's documentation says where
/// the simulator is known to be wrong: then the simulator agreed about the case in other words.
#[test]
fn the_engine_still_agrees() {
    let recorded = &*RECORDED;
    assert!(recorded.len() >= 20_000, "{} cases are too few", recorded.len());
    let workers = thread::available_parallelism().unwrap().get();
    let coverage = thread::scope(|scope| {
        let parts = recorded.chunks(recorded.len().div_ceil(workers));
        let replays: Vec<_> = parts.map(|part| scope.spawn(|| replay(part))).collect();
        replays.into_iter().fold(Coverage::default(), |mut all, replay| {
            all.merge(&replay.join().unwrap_or_else(|failure| std::panic::resume_unwind(failure)));
            all
        })
    });
    assert!((20..=80).contains(&coverage.percent_allowed()), "{}", coverage.table());
    // As many as a thousand in a million.
    let rare = coverage.below(recorded.len() / 1_000);
    assert!(rare.is_empty(), "{rare:?}\n{}", coverage.table());
}

fn replay(part: &[Recorded]) -> Coverage {
    let mut coverage = Coverage::default();
    for Recorded { case, theirs, explained } in part {
        let ours = verdict::engine(case);
        let word = verdict::word(ours);
        match explained {
            None => assert_eq!(word, theirs, "{case:#}"),
            Some((kinds, rewritten)) => {
                let kinds: Vec<_> = kinds.iter().map(|kind| explained::named(kind).unwrap()).collect();
                let names = || kinds.iter().map(|kind| kind.name).collect::<Vec<_>>();
                assert_ne!(word, theirs, "{:?} is no longer needed for {case:#}", names());
                assert_eq!(word, rewritten, "{:?}: {case:#}", names());
                let other =
                    explained::rewritten(case, &kinds).unwrap_or_else(|| panic!("{:?}: {case:#}", names()));
                assert_eq!(verdict::engine(&other), ours, "{:?}: {other:#}", names());
            }
        }
        coverage.add(case, ours);
    }
    coverage
}

/// Every kind of difference that is told of has been met, so that the replay watches over it.
#[test]
fn every_explained_difference_is_recorded() {
    for kind in explained::KINDS {
        let met = RECORDED
            .iter()
            .filter_map(|it| it.explained.as_ref())
            .any(|(kinds, _)| kinds.contains(&kind.name.to_owned()));
        assert!(met, "no recorded case is explained by {}", kind.name);
    }
}
