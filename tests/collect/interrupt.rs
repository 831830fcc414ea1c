//! An interrupt ends the reading, not the report.

use crate::run::{audit, gaps};
use crate::stub::{Fault, Stub};
use crate::worlds::{ACCOUNT, one_region};

#[test]
fn an_interrupted_audit_reports_what_it_has() {
    let stub = Stub::with(one_region(), |it| (it.operation == "GetPolicy").then_some(Fault::Hang));
    let started = audit(&stub, ACCOUNT).start();
    stub.wait_for(|it| it.operation == "GetPolicy");
    started.interrupt();
    let ran = started.wait();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let report = ran.report();
    assert_eq!(report["audit"]["complete"], false);
    assert!(
        gaps(&report).contains(&("lambda:GetPolicy".into(), "interrupted".into())),
        "{:#}",
        report["gaps"]
    );
    assert!(gaps(&report).iter().all(|(_, reason)| reason == "interrupted"), "{:#}", report["gaps"]);
}
