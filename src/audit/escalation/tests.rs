mod account;
mod found;
mod laws;
mod targets;
