//! A scripted stand-in for AWS on the loopback: the wire shapes of the API models, answered from a
//! [`World`], with every failure that a network or a service can produce.

mod answer;
mod fault;
mod http;
mod organizations;
mod query;
mod request;
mod rest;
mod server;
mod world;

pub(crate) use fault::Fault;
pub(crate) use request::{OPERATIONS, Operation, Request};
pub(crate) use server::Stub;
pub(crate) use world::*;
