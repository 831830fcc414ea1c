//! Reading accounts: nobody to be, nobody to ask, and a user who gives up.

use crate::support::{Place, Ran, endpoint};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn without_credentials_there_is_one_line() {
    let place = Place::new();
    for args in [&["audit"][..], &["collect"], &["audit", "--format", "json"]] {
        place.run(args).failed(4, &["credentials"]);
    }
    place.run(["audit", "--profile", "nobody"]).failed(4, &["credentials", "nobody"]);
}

#[test]
fn an_endpoint_that_nothing_answers_at_is_said_soon() {
    let place = Place::new();
    let started = std::time::Instant::now();
    let mut command = place.against("http://127.0.0.1:1", &["audit", "--region", "eu-west-1"]);
    let ran = Ran::of(&command.output().unwrap());
    ran.failed(4, &["does not answer", "http://127.0.0.1:1", "AWS_ENDPOINT_URL"]);
    assert!(!ran.stderr.contains("hush-hush"));
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn an_endpoint_that_is_none_is_refused_before_anything_is_read() {
    let place = Place::new();
    for (name, value) in [
        ("AWS_ENDPOINT_URL", ""),
        ("AWS_ENDPOINT_URL", "hush-hush"),
        ("AWS_ENDPOINT_URL_LAMBDA", ""),
        ("AWS_ENDPOINT_URL_API_GATEWAY", "hush-hush:1"),
    ] {
        for args in [&["audit"][..], &["collect"]] {
            let ran = Ran::of(&place.against("http://127.0.0.1:1", args).env(name, value).output().unwrap());
            ran.failed(2, &[name, "http://127.0.0.1:4566"]);
            assert!(!ran.stderr.contains("hush-hush"), "{}", ran.stderr);
        }
    }
}

/// Everything but who we are and which regions there are stays unanswered, until the user gives up.
#[test]
fn an_interrupt_ends_the_reading_with_a_partial_report() {
    let place = Place::new();
    let flags = ["audit", "--region", "eu-west-1", "--format", "json", "--save-inventory", "i.json"];
    let mut command = place.against(&endpoint(), &flags);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    assert!(first.starts_with("reading account 111122223333 as arn:aws:iam:"), "{first}");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let second = said.next().unwrap().unwrap();
    assert!(second.starts_with("stopping"), "{second}");
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, 3);
    let report = ran.json();
    assert_eq!(report["audit"]["complete"], false);
    let gaps = report["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty());
    assert!(gaps.iter().all(|gap| gap["reason"] == "interrupted"), "{gaps:?}");
    assert_eq!(place.names(), ["i.json"]);
    assert_eq!(place.run(["evaluate", "i.json", "--format", "json"]).json()["gaps"], report["gaps"]);
}
