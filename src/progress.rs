//! What is said on standard error while accounts are read.

use crate::{cli, terminal};
use collect::{Event, Observer};
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the running line changes at most.
const REPAINT: Duration = Duration::from_millis(100);
/// Back to the line's start, and clear it.
const CLEAR: &str = "\r\x1b[2K";

/// Tells a person how the reading goes: on a terminal a line that changes in place, else lines.
pub(crate) struct Progress {
    live: bool,
    quiet: bool,
    verbose: u8,
    started: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: usize,
    calls: u64,
    failed: u64,
    /// The account that something was last read of.
    account: String,
    /// How many readings ended, and of how many.
    done: (usize, usize),
    painted: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(flags: &cli::Progress) -> Self {
        Self {
            live: !flags.quiet && io::stderr().is_terminal(),
            quiet: flags.quiet,
            verbose: flags.verbose,
            started: Instant::now(),
            state: Mutex::default(),
        }
    }

    /// Says a line for good, above the one that changes.
    pub(crate) fn say(&self, line: &str) {
        self.clear();
        if !self.quiet {
            terminal::note(line);
        }
    }

    /// Takes the line that changes away.
    pub(crate) fn clear(&self) {
        if self.live {
            let _ = write!(io::stderr().lock(), "{CLEAR}");
        }
    }

    /// Says what was done in all.
    pub(crate) fn finish(&self) {
        let line = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let seconds = self.started.elapsed().as_secs_f64();
            let State { accounts, calls, failed, .. } = *state;
            let accounts = count(accounts, "account");
            format!("read {accounts} in {seconds:.1} s: {calls} calls, {failed} of them failed")
        };
        self.say(&line);
    }

    fn paint(&self, state: &mut State) {
        let due = state.painted.is_none_or(|at| at.elapsed() >= REPAINT);
        if self.live && due && state.accounts > 0 {
            state.painted = Some(Instant::now());
            let line: String = running(state).chars().take(terminal::width() - 1).collect();
            let mut err = io::stderr().lock();
            let _ = write!(err, "{CLEAR}{line}").and_then(|()| err.flush());
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.take(event);
        if level(event) <= self.verbose {
            self.say(&line(event));
        }
        self.paint(&mut state);
    }
}

impl State {
    fn take(&mut self, event: &Event<'_>) {
        match *event {
            Event::Account { id, .. } => {
                self.accounts += 1;
                id.clone_into(&mut self.account);
            }
            Event::Attempt { failure, .. } => {
                self.calls += 1;
                self.failed += u64::from(failure.is_some());
            }
            Event::Done { account, finished, total, .. } => {
                account.clone_into(&mut self.account);
                self.done = (finished, total);
            }
        }
    }
}

/// How often `-v` must be given for the event to have a line of its own.
fn level(event: &Event<'_>) -> u8 {
    match event {
        Event::Account { .. } => 0,
        Event::Done { .. } => 1,
        Event::Attempt { .. } => 2,
    }
}

fn line(event: &Event<'_>) -> String {
    match event {
        Event::Account { id, caller, regions } => {
            let regions = count(regions.len(), "region");
            format!("reading account {id} as {caller} in {regions}")
        }
        Event::Attempt { call, account, region, took, failure } => {
            let outcome = failure.map_or("ok", inventory::Reason::word);
            let (service, operation) = (call.service(), call.operation());
            let took = took.as_millis();
            // Until AWS says who we are, no account is known.
            let account = if account.is_empty() { "?" } else { account };
            format!("{account} {region} {service}:{operation} {took} ms {outcome}")
        }
        Event::Done { service, account, region, finished, total } => {
            format!("{account} {region} {service} read, {finished}/{total}")
        }
    }
}

fn running(state: &State) -> String {
    let State { account, calls, .. } = state;
    let (finished, total) = state.done;
    let account = report::visible(account);
    format!("reading {account}: {finished}/{total} · {calls} calls")
}

fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use inventory::{Call, Reason};

    #[test]
    fn the_running_line_counts() {
        let mut state = State::default();
        let attempt = |failure| Event::Attempt {
            call: Call::LambdaGetPolicy,
            account: "111122223333",
            region: "eu-west-1",
            took: Duration::from_millis(7),
            failure,
        };
        state.take(&attempt(None));
        state.take(&attempt(Some(Reason::Denied)));
        state.take(&Event::Done {
            service: "lambda",
            account: "111122223333",
            region: "eu-west-1",
            finished: 3,
            total: 9,
        });
        assert_eq!(running(&state), "reading 111122223333: 3/9 · 2 calls");
        assert_eq!((state.calls, state.failed), (2, 1));
        let line = line(&attempt(Some(Reason::Denied)));
        assert_eq!(line, "111122223333 eu-west-1 Lambda:GetPolicy 7 ms denied");
    }
}
