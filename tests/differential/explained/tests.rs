use super::*;

#[test]
fn the_documentation_is_with_the_engine() {
    for Example { kind, case, verdict } in examples() {
        assert_eq!(verdict::engine(&case), verdict, "{kind}: {}\n{case:#}", named(kind).unwrap().says);
    }
}

#[test]
fn every_kind_has_an_example_that_it_rewrites_into_the_same() {
    for kind in KINDS {
        let own: Vec<Example> = examples().into_iter().filter(|example| example.kind == kind.name).collect();
        assert!(!own.is_empty(), "{} has no example", kind.name);
        for Example { case, verdict, .. } in own {
            let rewritten =
                rewritten(&case, &[kind]).unwrap_or_else(|| panic!("{} leaves {case}", kind.name));
            assert_eq!(verdict::engine(&rewritten), verdict, "{}: {rewritten:#}", kind.name);
        }
    }
}

#[test]
fn every_example_is_of_a_kind_and_every_kind_names_a_page() {
    assert!(examples().iter().all(|example| named(example.kind).is_some()));
    assert!(KINDS.iter().all(|kind| kind.page.starts_with("https://docs.aws.amazon.com/")));
}

#[test]
fn a_rewritten_case_stays_as_it_is() {
    for index in 0..500 {
        let case = crate::generate::case(7, index);
        for kind in KINDS {
            let once = (kind.rewrite)(&case);
            assert_eq!((kind.rewrite)(&once), once, "{}: {case}", kind.name);
        }
    }
}

fn case_of(name: &str) -> Value {
    examples().into_iter().find(|example| example.kind == name).unwrap().case
}

#[test]
fn an_address_that_is_compared_as_text_besides_stays() {
    let mut case = case_of("address-without-length");
    case["context"] = serde_json::json!({ "aws:SourceIp": "2001:DB8::9" });
    case["identityPolicies"] = serde_json::json!([{ "Statement": { "Effect": "Allow", "Action": "*",
        "Resource": "*", "Condition": { "NotIpAddress": { "AWS:SourceIp": "0.0.0.0" } } } }]);
    assert_eq!(conditions::addresses(&case)["context"]["aws:SourceIp"], "2001:db8::9");
    case["identityPolicies"][0]["Statement"]["Condition"]["StringLike"]["aws:sourceip"] = "*DB8*".into();
    let rewritten = conditions::addresses(&case);
    assert_eq!(rewritten["context"], case["context"]);
    assert_ne!(rewritten, case);
}

#[test]
fn only_an_allow_grants_to_the_session_itself() {
    let mut case = case_of("grant-to-the-session-itself");
    assert_ne!(principals::grants_to_the_session_itself(&case), case);
    for at in crate::walk::statements(&case).iter().filter(|at| at.starts_with("/resourcePolicy")) {
        case.pointer_mut(at).unwrap()["Effect"] = "Deny".into();
    }
    assert_eq!(principals::grants_to_the_session_itself(&case), case);
}

/// The README's table of kinds is written by `make docs`.
#[test]
fn the_readme_lists_the_kinds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("them -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end").unwrap();
    let head = "| kind | AWS | the simulator |\n|---|---|---|\n".to_owned();
    let table = KINDS.iter().fold(head, |table, kind| {
        let Kind { name, page, says, instead, .. } = kind;
        let title = page.rsplit('/').next().unwrap().replace(".html", "");
        format!("{table}| `{name}` | {says} [{title}]({page}) | {instead} |\n")
    });
    let new = format!("{before}them -->\n{table}<!-- end{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &new).unwrap();
    }
    assert!(readme == new || std::env::var_os("UPDATE").is_some(), "`make docs` writes the table");
}
