//! What holds for what checks say of themselves.

use crate::ALL;
use audit::Rule;
use std::collections::BTreeSet;

#[test]
fn codes_and_names_are_well_formed_and_unique() {
    let mut words = BTreeSet::new();
    for check in ALL {
        let (layer, number) = check.code.split_once('-').unwrap();
        assert!(["EDGE", "SRC", "SVC", "FN", "DOWN"].contains(&layer), "{}", check.code);
        assert!(number.len() == 3 && number.parse::<u16>().is_ok(), "{}", check.code);
        for name in [&check.name].into_iter().chain(check.aliases) {
            let kebab = name.split('-').all(|word| {
                let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                !word.is_empty() && word.chars().all(fine)
            });
            assert!(kebab, "{name}");
            assert!(words.insert(*name), "{name} twice");
        }
        assert!(words.insert(check.code), "{} twice", check.code);
    }
}

#[test]
fn checks_are_documented() {
    for check in ALL {
        let code = check.code;
        assert!(!check.title.is_empty() && !check.title.ends_with('.'), "{code}");
        let text = check.markdown();
        assert!(!text.starts_with('#') && !text.trim().is_empty(), "{code}");
        assert!(check.section("Why it matters").is_some_and(|it| !it.is_empty()), "{code}");
        let fix = check.section("Fix").unwrap();
        let fences: Vec<_> = fix.lines().filter_map(|it| it.strip_prefix("```")).collect();
        assert!(!fences.is_empty() && fences.len().is_multiple_of(2), "{code}: {fences:?}");
        for pair in fences.chunks(2) {
            assert!(["sh", "yaml", "json"].contains(&pair[0]) && pair[1].is_empty(), "{code}");
        }
        let aws = |it: &&str| it.starts_with("https://docs.aws.amazon.com/");
        assert!(check.references.iter().any(aws), "{code} cites AWS");
        assert!(!check.calls.is_empty() && !check.rules.is_empty(), "{code}");
        assert!(!check.controls.is_empty(), "{code}");
    }
}

/// A check whose subjects come from a listing names the call that lists them, or an audit that asks
/// only for what its checks need would never see them.
#[test]
fn the_calls_of_a_check_reach_its_subjects() {
    use inventory::Call::{
        ApiGatewayGetResources, ApiGatewayGetRestApis, ApiGatewayGetStages, ApiGatewayV2GetApis,
        ApiGatewayV2GetRoutes, ApiGatewayV2GetStages, AppSyncListApis, AppSyncListGraphqlApis,
        IamGetAccountAuthorizationDetails, LambdaListFunctionUrlConfigs, LambdaListFunctions,
    };
    for check in ALL {
        for rule in check.rules {
            let needed = match rule {
                Rule::Function(_) | Rule::Invocable(_) => vec![LambdaListFunctions],
                Rule::FunctionUrl(_) => vec![LambdaListFunctions, LambdaListFunctionUrlConfigs],
                Rule::RestApi(_) => vec![ApiGatewayGetRestApis],
                Rule::RestStage(_) => vec![ApiGatewayGetRestApis, ApiGatewayGetStages],
                Rule::RestMethod(_) => vec![ApiGatewayGetRestApis, ApiGatewayGetResources],
                Rule::Api(_) => vec![ApiGatewayV2GetApis],
                Rule::ApiStage(_) => vec![ApiGatewayV2GetApis, ApiGatewayV2GetStages],
                Rule::Route(_) => vec![ApiGatewayV2GetApis, ApiGatewayV2GetRoutes],
                Rule::GraphqlApi(_) => vec![AppSyncListGraphqlApis],
                Rule::EventApi(_) => vec![AppSyncListApis],
                Rule::Role(_) => vec![IamGetAccountAuthorizationDetails],
                Rule::ExecutionRole(_) => {
                    vec![LambdaListFunctions, IamGetAccountAuthorizationDetails]
                }
            };
            for call in needed {
                assert!(check.calls.contains(&call), "{} needs {call:?}", check.code);
            }
        }
    }
}

/// Codes are never reused and renamed checks keep their old names: a change of this list is a
/// decision. `UPDATE=1` rewrites it.
#[test]
fn the_list_of_codes_is_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/codes.txt");
    let lines = ALL.iter().map(|check| format!("{} {}\n", check.code, check.name));
    let list: String = lines.collect();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &list).unwrap();
    }
    assert_eq!(list, std::fs::read_to_string(path).unwrap());
}
