//! What checks refer to, and what the shipped frameworks say of them.

use audit::frameworks;
use std::collections::BTreeSet;

/// The weaknesses that a check refers to are those it is mapped to: one is shown by `explain` and SARIF,
/// the other by `--framework cwe`.
#[test]
fn checks_refer_to_the_weaknesses_that_they_are_mapped_to() {
    for check in checks::ALL {
        let named = check.references.iter().copied().filter(|it| it.starts_with("CWE-"));
        let weaknesses = frameworks::of_check(check.code).filter(|(framework, _)| framework.id == "cwe");
        let mapped = weaknesses.flat_map(|(_, mapping)| &mapping.controls).map(String::as_str);
        let (named, mapped): (BTreeSet<_>, BTreeSet<_>) = (named.collect(), mapped.collect());
        assert_eq!(named, mapped, "{}: references, and data/frameworks.json", check.code);
    }
}
