//! The server: connections, faults, and the record of what was asked.

use super::answer::answer;
use super::fault::{Fault, refuse};
use super::http::{self, Response};
use super::request::Request;
use super::world::World;
use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

type Faults = dyn Fn(&Request) -> Option<Fault> + Send + Sync;

struct Shared {
    world: World,
    faults: Box<Faults>,
    latency: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    ended: bool,
    requests: Vec<Request>,
    /// Region and service of each request that is being answered.
    in_flight: Vec<(String, String)>,
}

/// A server on the loopback that ends when it is dropped.
pub(crate) struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Stub {
    /// Answers from a world.
    pub(crate) fn of(world: World) -> Self {
        Self::with(world, |_| None)
    }

    /// Answers from a world, except where a fault is told.
    pub(crate) fn with(
        world: World,
        faults: impl Fn(&Request) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Self::slow(world, Duration::ZERO, faults)
    }

    /// As [`Self::with`], and every answer takes its time.
    pub(crate) fn slow(
        world: World,
        latency: Duration,
        faults: impl Fn(&Request) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            world,
            faults: Box::new(faults),
            latency,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let ours = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ours.state.lock().unwrap().ended {
                    break;
                }
                let shared = Arc::clone(&ours);
                // A client that leaves early is no failure of the stub.
                thread::spawn(move || stream.and_then(|it| shared.serve(&it)));
            }
        });
        Self { address, shared }
    }

    /// Where the stub listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.state.lock().unwrap().requests.clone()
    }

    /// Waits until a request like that has arrived.
    pub(crate) fn wait_for(&self, wanted: impl Fn(&Request) -> bool) {
        let state = self.shared.state.lock().unwrap();
        let missing = |state: &mut State| !state.requests.iter().any(&wanted);
        let limit = Duration::from_mins(1);
        let (_guard, timeout) = self.shared.changed.wait_timeout_while(state, limit, missing).unwrap();
        assert!(!timeout.timed_out(), "no such request came");
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        if let Ok(mut state) = self.shared.state.lock() {
            state.ended = true;
        }
        self.shared.changed.notify_all();
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
        if !thread::panicking() {
            only_reads(&self.requests());
        }
    }
}

/// Whatever was asked for, by any test, stands in the table of reads.
fn only_reads(requests: &[Request]) {
    let foreign = requests.iter().filter(|it| it.operation.is_empty());
    let foreign: Vec<_> = foreign.map(|it| format!("{} {} {}", it.service, it.method, it.path)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

impl Shared {
    fn serve(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(message) = http::read(&mut reader)? {
            let request = self.record(Request::of(message));
            thread::sleep(self.latency);
            let fault = (self.faults)(&request);
            let response = self.respond(&request, fault);
            // Before the client can know: it may ask again at once.
            self.forget(&request);
            let half = fault == Some(Fault::HalfBody);
            match response {
                Some(response) => response.write(&mut stream, half)?,
                None => break,
            }
            if half {
                break;
            }
        }
        Ok(())
    }

    /// Nothing where the connection is to be closed without a response.
    fn respond(&self, request: &Request, fault: Option<Fault>) -> Option<Response> {
        match fault {
            Some(Fault::Hang) => {
                let state = self.state.lock().unwrap();
                drop(self.changed.wait_while(state, |state| !state.ended).unwrap());
                None
            }
            Some(Fault::Hangup) => None,
            Some(fault) => fault
                .response()
                .or_else(|| Some(refuse(request, fault.refusal(request)?)))
                .or_else(|| Some(self.answer(request, fault == Fault::LoopToken))),
            None => Some(self.answer(request, false)),
        }
    }

    fn answer(&self, request: &Request, loops: bool) -> Response {
        answer(&self.world, request, loops).unwrap_or_else(|refusal| refuse(request, refusal))
    }

    fn record(&self, mut request: Request) -> Request {
        let mut state = self.state.lock().unwrap();
        state.in_flight.push((request.region.clone(), request.service.clone()));
        request.in_flight = state.in_flight.len();
        request.regions = state.in_flight.iter().map(|(region, _)| region.clone()).collect();
        request.services = state.in_flight.iter().map(|(_, service)| service.clone()).collect();
        state.requests.push(request.clone());
        self.changed.notify_all();
        request
    }

    fn forget(&self, request: &Request) {
        let mut state = self.state.lock().unwrap();
        let mut all = state.in_flight.iter();
        let at = all.position(|it| (&it.0, &it.1) == (&request.region, &request.service));
        if let Some(at) = at {
            state.in_flight.swap_remove(at);
        }
    }
}
