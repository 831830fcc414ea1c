//! What must hold of the policy engine whatever it is given.
//!
//! Each function takes any bytes and panics where the engine is wrong. `fuzz/` feeds them what libFuzzer
//! thinks of; the tests here feed them what it once thought of and was kept in `fuzz/corpus/`.

#![expect(clippy::panic, clippy::missing_panics_doc, reason = "a panic is how libFuzzer is told")]

mod audiences;
mod choices;
mod evaluator;
mod matcher;
mod parser;
mod vocabulary;

pub use audiences::audiences;
pub use evaluator::evaluator;
pub use matcher::matcher;
pub use parser::parser;

/// A property.
pub type Property = fn(&[u8]);

/// Every property by the name of its target.
pub const ALL: [(&str, Property); 4] =
    [("parser", parser), ("matcher", matcher), ("evaluator", evaluator), ("audiences", audiences)];
