use super::*;
use crate::glob::Glob;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_covered_matches(wide in "[ab*?]{0,6}", narrow in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        let (wide, narrow) = (Pattern::new(&wide), Pattern::new(&narrow));
        if wide.covers(&narrow) && narrow.matches(&text) {
            prop_assert!(wide.matches(&text));
        }
    }

    #[test]
    fn what_matches_both_overlaps(one in "[ab*?]{0,6}", two in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        let (one, two) = (Pattern::new(&one), Pattern::new(&two));
        prop_assert_eq!(one.overlaps(&two), two.overlaps(&one));
        if one.matches(&text) && two.matches(&text) {
            prop_assert!(one.overlaps(&two));
        }
    }

    #[test]
    fn overlap_with_a_text_is_a_match(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        let pattern = Pattern::new(&pattern);
        prop_assert_eq!(pattern.overlaps(&Pattern::literal(&text)), pattern.matches(&text));
    }
}

#[test]
fn a_segment_is_any_text_without_a_slash() {
    for (pattern, question, overlaps, covers) in [
        ("a/*", "a/{", true, true),
        ("a/?", "a/{", true, false),
        ("a/b", "a/{", true, false),
        ("a/", "a/{", true, false),
        ("a/*/c", "a/{", false, false),
        ("a/b/c", "a/{", false, false),
        ("a/b/c", "a/{/c", true, false),
        ("a/*/c", "a/{/c", true, true),
        ("a*", "a/{", true, true),
        ("*/c", "a/{", true, false),
        ("*/b/c", "a/{", false, false),
        ("a/{", "a/{", true, false),
    ] {
        let (own, their) = (Pattern::new(pattern), Pattern::question(question));
        assert_eq!(own.overlaps(&their), overlaps, "{pattern} {question}");
        assert_eq!(their.overlaps(&own), overlaps, "{question} {pattern}");
        assert_eq!(own.covers(&their), covers, "{pattern} {question}");
    }
}

#[test]
fn many_stars_cost_no_more_than_the_product() {
    let pattern = "a*".repeat(2_000) + "b";
    assert!(!Pattern::new(&pattern).matches(&"a".repeat(4_000)));
}

#[test]
fn actions_ignore_case() {
    let request = Pattern::action("lambda:InvokeFunction");
    assert!(Pattern::action("Lambda:invoke*").covers(&request));
    assert!(Pattern::action("lambda:?nvokeFunction").covers(&request));
    assert!(!Pattern::action("lambda:Get*").covers(&request));
}

#[test]
fn arn_fields_do_not_run_into_each_other() {
    let arn = "arn:aws:logs:eu-west-1:999999999999:log-group:111122223333:x";
    assert!(Pattern::new("arn:aws:logs:*:111122223333:*").matches(arn));
    assert!(!Pattern::arn("arn:aws:logs:*:111122223333:*").unwrap().matches(arn));
    assert!(Pattern::arn("arn:*:logs:*:9999*:log-group:*").unwrap().matches(arn));
    assert!(!Pattern::arn("arn:aws:logs:*:9*:111122223333:x").unwrap().matches(arn));
    assert!(!Pattern::arn("arn:aws:logs:*:9*?:111122223333:x").unwrap().matches(arn));
    assert!(Pattern::arn("*").is_none());
    assert_eq!(account_of_arn("arn:aws:s3:::bucket"), Some(""));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The matcher of single requests is another one, made for speed; it is held to the definition.
    #[test]
    fn both_matchers_are_one(pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}") {
        prop_assert_eq!(Pattern::new(&pattern).matches(&text), Glob::new(&pattern).matches(&text));
    }

    #[test]
    fn wildcards_without_colons_cover_as_they_match(
        wide in "[a:*?]{0,6}", narrow in "[a:*?]{0,6}", text in "[a:]{0,6}",
    ) {
        let within = |text: &str| Pattern::new(text).without(':');
        let (wide, narrow) = (within(&wide), within(&narrow));
        if wide.covers(&narrow) && narrow.matches(&text) {
            prop_assert!(wide.matches(&text));
        }
        prop_assert_eq!(wide.covers(&Pattern::literal(&text)), wide.matches(&text));
        prop_assert!(wide.covers(&wide));
    }
}
