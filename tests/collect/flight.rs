//! How many requests are in flight at once.

use crate::run::audit;
use crate::stub::Stub;
use crate::worlds::{ACCOUNT, rich};
use std::time::Duration;

#[test]
fn as_many_as_allowed_over_regions_and_services() {
    let stub = Stub::slow(rich(&|_| "hush".into()), Duration::from_millis(50), |_| None);
    let ran = audit(&stub, ACCOUNT).config("[collect]\nconcurrency = 6\n").run();
    assert_eq!(ran.report()["audit"]["complete"], true, "{:#}", ran.report()["gaps"]);
    let requests = stub.requests();
    assert_eq!(requests.iter().map(|it| it.in_flight).max(), Some(6));
    let wide = requests.iter().any(|it| it.regions.len() >= 2 && it.services.len() >= 3);
    assert!(wide, "regions or services wait for each other");
}
