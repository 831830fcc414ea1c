use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const BOTH: [AuthMode; 2] = [AuthMode::AwsIam, AuthMode::ApiKey];

fn names(schema: &str, modes: &[AuthMode], mode: AuthMode) -> Vec<String> {
    let found = open_fields(schema.as_bytes(), modes).unwrap();
    let found = found.into_iter().find(|it| it.mode == mode).unwrap();
    found.fields.into_iter().map(|it| it.name).collect()
}

/// The example of the page that the module names, and what the page says of it.
#[test]
fn the_page_s_own_example() {
    let schema = r"
        schema { query: Query mutation: Mutation }
        type Query {
            getPost(id: ID): Post
            getAllPosts: [Post] @aws_api_key
        }
        type Mutation {
            addPost(id: ID! author: String! title: String!): Post!
        }
        type Post @aws_api_key @aws_iam {
            id: ID!
            author: String
            restrictedContent: String! @aws_iam
        }
    ";
    let by_iam = ["Mutation.addPost", "Query.getPost", "Post.author", "Post.id", "Post.restrictedContent"];
    assert_eq!(names(schema, &BOTH, AuthMode::AwsIam), by_iam);
    let by_key = ["Query.getAllPosts", "Post.author", "Post.id"];
    assert_eq!(names(schema, &BOTH, AuthMode::ApiKey), by_key);
    let found = open_fields(schema.as_bytes(), &BOTH).unwrap();
    let counts: Vec<_> = found.iter().map(|it| (it.mode, it.operations, it.total)).collect();
    assert_eq!(counts, [(AuthMode::AwsIam, 2, 5), (AuthMode::ApiKey, 1, 3)]);
}

#[test]
fn every_directive_names_its_mode() {
    let directives = [
        ("aws_api_key", AuthMode::ApiKey),
        ("aws_iam", AuthMode::AwsIam),
        ("aws_cognito_user_pools", AuthMode::Cognito),
        ("aws_oidc", AuthMode::OpenIdConnect),
        ("aws_lambda", AuthMode::Lambda),
    ];
    let modes = directives.map(|(_, mode)| mode);
    for (directive, mode) in directives {
        let schema =
            format!("directive @{directive} on FIELD_DEFINITION type Query {{ a: Int @{directive} }}");
        for other in modes {
            let expected: &[&str] = if other == mode { &["Query.a"] } else { &[] };
            assert_eq!(names(&schema, &modes, other), expected, "{directive}");
        }
    }
    // Without meaning beside other modes, and no directive of AppSync's.
    for directive in ["aws_auth(cognito_groups: [\"a\"])", "aws_subscribe(mutations: [\"b\"])", "deprecated"]
    {
        let schema = format!("type Query {{ a: Int @{directive} }}");
        assert_eq!(names(&schema, &BOTH, AuthMode::AwsIam), ["Query.a"], "{directive}");
        assert!(names(&schema, &BOTH, AuthMode::ApiKey).is_empty(), "{directive}");
    }
}

#[test]
fn groups_are_kept_and_other_arguments_are_not() {
    let modes = [AuthMode::ApiKey, AuthMode::Cognito];
    let schema = r#"type Query @aws_cognito_user_pools(cognito_groups: "staff") {
        listed: Int @aws_cognito_user_pools(cognito_groups: ["z", "admins", "z"])
        everyone: Int @aws_cognito_user_pools
        of_the_type(a: Int = 1 @other(cognito_groups: ["x"])): Int
    }"#;
    let found = open_fields(schema.as_bytes(), &modes).unwrap();
    let groups: Vec<_> = found[1].fields.iter().map(|it| (it.name.as_str(), it.groups.join(" "))).collect();
    let expected = [("Query.everyone", ""), ("Query.listed", "admins z"), ("Query.of_the_type", "staff")];
    assert_eq!(groups, expected.map(|(name, groups)| (name, groups.to_owned())));
    assert_eq!((found[0].total, found[1].operations), (0, 3));
}

#[test]
fn roots_have_the_names_that_the_schema_gives_them_and_extensions_belong_to_their_types() {
    let schema = "
        schema { query: Read }
        extend schema { subscription: Watch }
        type A { a: Int @aws_api_key }
        type Query { q: Int @aws_api_key }
        type Read { b: Int }
        extend type Read @aws_api_key { c: Int d: Int @aws_iam }
        type Watch { e: Int @aws_api_key }
        type __Hidden { f: Int @aws_api_key }
        interface I { g: Int @aws_api_key }
        input In { h: Int }
        union U = A | Query
    ";
    let expected = ["Read.b", "Read.c", "Watch.e", "A.a", "Query.q"];
    assert_eq!(names(schema, &BOTH, AuthMode::ApiKey), expected);
    assert_eq!(names(schema, &BOTH, AuthMode::AwsIam), ["Read.d"]);
    assert_eq!(open_fields(schema.as_bytes(), &BOTH).unwrap()[1].operations, 3);
}

#[test]
fn few_are_named_and_all_are_counted() {
    let fields: Vec<_> = (0..1000).map(|number| format!("f{number}: Int @aws_api_key")).collect();
    let schema = format!("type A {{ {0} }} type Query {{ {0} }}", fields.join(" "));
    let found = open_fields(schema.as_bytes(), &BOTH).unwrap();
    assert_eq!((found[1].operations, found[1].total), (1000, 2000));
    assert_eq!(found[1].fields.len(), OpenFields::MOST);
    assert!(found[1].fields.iter().all(|it| it.name.starts_with("Query.")));
}

#[test]
fn what_is_no_schema_is_refused_and_not_quoted() {
    for text in ["", "type Query {", "{\"data\": \"hush\"}", "type Query { a: Int @aws_iam( }", "hush-hush"] {
        let error = open_fields(text.as_bytes(), &BOTH).unwrap_err();
        assert!(error.contains("at byte") && !error.contains("hush"), "{error}");
    }
    assert!(open_fields(b"type Query { a\xff: Int }", &BOTH).is_err());
    assert!(open_fields(&vec![b' '; LONGEST + 1], &BOTH).is_err());
}

/// On a stack as small as that of the threads that read.
#[test]
fn hostile_text_ends_soon() {
    let many = 50_000;
    let texts = [
        format!("type A @x(a: {}", "[".repeat(many)),
        format!("type A @x(a: {}", "{a: ".repeat(many)),
        format!("type A {{ a: {}", "[".repeat(many)),
        format!("query {}", "{a".repeat(many)),
        format!("type A implements {} B {{ a: Int }}", "C & ".repeat(many)),
        format!("union A = {} B", "C | ".repeat(many)),
        format!("type A {} {{ a: Int }}", "@a ".repeat(many)),
        format!("type A {{ a: Int{} }}", "!".repeat(many)),
        "extend ".repeat(many),
        "\"\" ".repeat(many),
        ",".repeat(many),
    ];
    let began = Instant::now();
    let reads = move || texts.iter().for_each(|text| drop(open_fields(text.as_bytes(), &BOTH)));
    std::thread::Builder::new().stack_size(2 << 20).spawn(reads).unwrap().join().unwrap();
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in r#"([ -~\n]|type|extend|schema|Query|@aws_iam|[{}()\[\]:!&|="]|\PC){0,80}"#) {
        let _ = open_fields(text.as_bytes(), &BOTH);
    }

    /// Whatever a directive says, each field is open to some mode or its directives name another.
    #[test]
    fn each_field_is_counted_once_for_each_mode(
        fields in prop::collection::btree_map("[a-z]{1,3}", 0_u8..4, 1..20)
    ) {
        let directives = ["", "@aws_iam", "@aws_api_key", "@aws_iam @aws_api_key"];
        let line = |(name, kind): (&String, &u8)| format!("{name}: Int {}", directives[usize::from(*kind)]);
        let lines: Vec<_> = fields.iter().map(line).collect();
        let found = open_fields(format!("type Query {{ {} }}", lines.join("\n")).as_bytes(), &BOTH).unwrap();
        let of = |kinds: &[u8]| fields.values().filter(|kind| kinds.contains(kind)).count();
        prop_assert_eq!((found[0].total, found[1].total), (of(&[0, 1, 3]), of(&[2, 3])));
    }
}
