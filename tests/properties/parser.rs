//! Reading and writing documents.

use policy::{Case, Document, PolicyType};

const TYPES: [PolicyType; 4] =
    [PolicyType::Identity, PolicyType::Resource, PolicyType::ServiceControl, PolicyType::ResourceControl];

/// No text makes the parser panic, and a document that is written reads as itself.
pub fn parser(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = Case::parse(text);
    let Ok(document) = Document::parse(text) else {
        return;
    };
    for policy_type in TYPES {
        let _ = document.validate(policy_type);
    }
    let written = serde_json::to_string(&document).unwrap_or_default();
    match Document::parse(&written) {
        Ok(read) => assert_eq!(read, document, "{written}"),
        Err(error) => panic!("{error}: {written}"),
    }
    let masked = document.masked();
    assert_eq!(masked.clone().masked(), masked, "masking once is enough");
}
