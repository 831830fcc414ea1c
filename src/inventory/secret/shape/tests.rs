use super::super::SecretKind::{self, *};

fn of(name: &str, value: &str) -> Option<SecretKind> {
    SecretKind::of(name, value)
}

/// Built at run time, so that no scanner takes this file for a leak.
fn filler(length: usize) -> String {
    "aB3dE6gH9jK2mN5pQ8sT1vW4".chars().cycle().take(length).collect()
}

fn hex_filler(length: usize) -> String {
    "0123456789abcdef".chars().cycle().take(length).collect()
}

fn upper(length: usize) -> String {
    filler(length).to_uppercase()
}

#[test]
fn access_keys_have_an_exact_length_and_alphabet() {
    for prefix in ["AKIA", "ASIA"] {
        let key = format!("{prefix}{}", upper(16));
        assert_eq!(of("X", &key), Some(AwsAccessKey), "{key}");
        assert_eq!(of("X", &format!("id={key};")), Some(AwsAccessKey));
        assert_eq!(of("X", &format!("{key}A")), None, "too long");
        assert_eq!(of("X", &format!("{prefix}{}", upper(15))), None, "too short");
        assert_eq!(of("X", &key.to_lowercase()), None);
        assert_eq!(of("X", &format!("{prefix}{}", "X".repeat(16))), None);
    }
    assert_eq!(of("AWS_ACCESS_KEY", "AKIAIOSFODNN7EXAMPLE"), None);
    assert_eq!(of("X", &format!("AROA{}", upper(16))), None, "a role id is no secret");
}

#[test]
fn secret_keys_need_a_name_beside_their_shape() {
    let key = format!("{}/+{}", filler(19), filler(19));
    assert_eq!(of("AWS_SECRET_ACCESS_KEY", &key), Some(AwsSecretKey));
    assert_eq!(of("awsKey", &key), Some(AwsSecretKey));
    assert_eq!(of("BUILD", &key), None);
    assert_eq!(of("AWS_BUILD_PATH", &key), None);
    assert_eq!(of("AWS_COMMIT", &hex_filler(40)), None, "a digest");
    assert_eq!(of("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), None);
}

#[test]
fn private_keys_are_found_plain_escaped_and_encoded() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\\nMIIB\\n-----END {label}-----");
    for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
        assert_eq!(of("X", &pem(label)), Some(PrivateKey), "{label}");
    }
    for label in ["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY"] {
        assert_eq!(of("X", &pem(label)), None, "{label}");
    }
    assert_eq!(of("X", "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUI="), Some(PrivateKey));
    assert_eq!(of("X", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI="), None);
}

#[test]
fn vendor_tokens_follow_their_length_rules() {
    let found = [
        format!("ghp_{}", filler(36)),
        format!("Bearer ghs_{}", filler(36)),
        format!("github_pat_{}", filler(82)),
        format!("glpat-{}", filler(20)),
        format!("xoxb-{}", filler(40)),
        format!("sk_live_{}", filler(24)),
        format!("rk_live_{}", filler(99)),
        format!("AIza{}", filler(35)),
        format!("SG.{}.{}", filler(22), filler(43)),
        format!("npm_{}", filler(36)),
        format!("dop_v1_{}", hex_filler(64)),
        format!("https://hooks.slack.com/services/T{}/B{}/{}", upper(8), upper(8), filler(24)),
        format!("https://discord.com/api/webhooks/123456789012345678/{}", filler(60)),
    ];
    for value in found {
        assert_eq!(of("X", &value), Some(VendorToken), "{value}");
    }
    let passed = [
        format!("ghp_{}", filler(35)),
        format!("ghp_{}", "x".repeat(36)),
        format!("sk_test_{}", filler(24)),
        format!("pk_live_{}", filler(24)),
        format!("AIza{}", filler(34)),
        "npm_config_registry".into(),
        "xoxb-".into(),
        "https://hooks.slack.com/services/".into(),
        "https://hooks.slack.com/services/Txxxxxxxxx/Bxxxxxxxxx/xxxxxxxxxxxx".into(),
    ];
    for value in passed {
        assert_eq!(of("X", &value), None, "{value}");
    }
}

#[test]
fn json_web_tokens_have_three_parts_and_a_signature() {
    let token = format!("eyJ{}.eyJ{}.{}", filler(30), filler(60), filler(43));
    assert_eq!(of("X", &token), Some(JsonWebToken));
    assert_eq!(of("X", &format!("Bearer {token}")), Some(JsonWebToken));
    assert_eq!(of("NEXT_PUBLIC_ANON_KEY", &token), None, "meant to be seen");
    assert_eq!(of("X", &format!("eyJ{}.eyJ{}", filler(30), filler(60))), None);
    assert_eq!(of("X", &format!("eyJ{}.eyJ{}.", filler(30), filler(60))), None, "unsigned");
    assert_eq!(of("X", "com.example.service"), None);
}

#[test]
fn urls_count_with_a_literal_password_only() {
    for value in [
        "postgres://app:hunter2@db.internal:5432/app",
        "redis://:hunter2@cache:6379",
        "mongodb+srv://u:p%40ss@cluster.example.net/?retryWrites=true",
        "primary=amqp://u:p@mq/ secondary=none",
        "postgres://app:a@b@db/app",
    ] {
        assert_eq!(of("X", value), Some(UrlWithPassword), "{value}");
    }
    for value in [
        "https://example.com:8443/a@b",
        "https://user@example.com/",
        "postgres://app:${DB_PASSWORD}@db/app",
        "postgres://app:{{resolve:secretsmanager:db:SecretString:password}}@db/app",
        "postgres://app:<password>@db/app",
        "postgres://app:****@db/app",
        "postgres://app:@db/app",
        "https://example.com/?next=a:b@c",
        "mailto:a@example.com",
    ] {
        assert_eq!(of("X", value), None, "{value}");
    }
}

#[test]
fn connection_strings_count_with_a_literal_password_only() {
    for value in [
        "Server=db;Database=app;User Id=sa;Password=hunter2;",
        "server=db;uid=app;PWD='hunter2'",
        "host=db user=app password=hunter2",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YWJj==;EndpointSuffix=core.windows.net",
        "AccountKey=YWJj==",
        "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=YWJj=",
    ] {
        assert_eq!(of("DB", value), Some(ConnectionString), "{value}");
    }
    for value in [
        "Server=db;Database=app;Integrated Security=true",
        "Server=db;Password=",
        "Server=db;Password=${DB_PASSWORD};",
        "Server=db;Password=<password>;",
        "Server=db;Password={0};",
        "Server=db;Password=****;",
        "Server=db;Password={{resolve:secretsmanager:db:SecretString:password}};",
        "password=hunter2",
        "a=b;c=d",
        ";;==",
    ] {
        assert_eq!(of("DB", value), None, "{value}");
    }
}

#[test]
fn app_sync_keys_are_exact() {
    let key = format!("da2-{}", filler(26).to_lowercase());
    assert_eq!(of("X", &key), Some(AppSyncApiKey));
    assert_eq!(of("X", &format!("{key}a")), None);
    assert_eq!(of("X", &key.to_uppercase()), None);
    assert_eq!(of("X", "da2-short"), None);
}

#[test]
fn hostile_text_is_only_text() {
    for value in ["\u{0}", "://", "://@", "://:@", "-----BEGIN ", "eyJ..", "é://ü:ß@ñ", "{", "[[["] {
        let _ = of("\u{202e}NAME\u{0}", value);
    }
}
