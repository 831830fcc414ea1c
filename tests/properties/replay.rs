//! What libFuzzer found worth keeping, again.

use std::fs;
use std::path::Path;

#[test]
fn the_properties_hold_of_the_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, property) in properties::ALL {
        let inputs = fs::read_dir(corpus.join(name)).unwrap();
        let ran = inputs.map(|input| property(&fs::read(input.unwrap().path()).unwrap())).count();
        assert!(ran >= 100, "{name} has only {ran} inputs");
    }
}
