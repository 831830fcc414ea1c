use super::super::SecretKind;
use super::*;

fn flagged(name: &str, value: &str) -> bool {
    SecretKind::of(name, value) == Some(SecretKind::NamedCredential)
}

#[test]
fn names_are_split_at_punctuation_digits_and_humps() {
    for (name, expected) in [
        ("DB_PASSWORD_2", "db password"),
        ("dbPassword", "db password"),
        ("DBPassword2", "db password"),
        ("spring.datasource.password", "spring datasource password"),
        ("githubAPIKey", "github api key"),
        ("", ""),
        ("__", ""),
    ] {
        assert_eq!(words(name).join(" "), expected, "{name}");
    }
}

#[test]
fn literal_values_under_telling_names_are_credentials() {
    for (name, value) in [
        ("DB_PASSWORD", "hunter2"),
        ("DB_PASSWORD", "changeme"),
        ("DB_PASSWORD", "12345678"),
        ("dbpassword", "hunter2"),
        ("dbPwd", "hunter2"),
        ("DB_PASS", "hunter2"),
        ("SMTP_PASS_2", "12345678"),
        ("smtpPass", "hunter2"),
        ("PW", "hunter2"),
        ("GITHUB_CREDS", "app:hunter2"),
        ("MYSQL_PASSWD", "p/w+="),
        ("STRIPE_SECRET", "abcdef"),
        ("SECRET_KEY", "django-insecure-abc"),
        ("CLIENT_SECRET_PROD", "abcdef"),
        ("githubToken", "abcdef"),
        ("TOKEN_GITHUB", "abcdef"),
        ("API_KEY", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("apiKey", "abcdef"),
        ("X_APIKEY", "abcdef"),
        ("PRIVATE_KEY", "abcdef"),
        ("JWT_SIGNING_KEY", "abcdef"),
        ("SERVICE_CREDENTIALS", "user:abcdef"),
        ("BASIC_AUTH", "dXNlcjpodW50ZXIy"),
        ("PASSWORD", "trustno1\n"),
    ] {
        assert!(flagged(name, value), "{name}={value}");
    }
}

#[test]
fn names_that_describe_a_credential_hold_none() {
    for name in [
        "DB_SECRET_ARN",
        "secretArn",
        "DB_SECRET_ARN_PROD",
        "SECRET_NAME",
        "TOKEN_TABLE",
        "TOKEN_TABLE_V2",
        "API_KEY_ID",
        "AWS_ACCESS_KEY_ID",
        "TOKEN_URL",
        "SECRETS_PATH",
        "SECRET_PREFIX",
        "TOKEN_TTL",
        "TOKEN_EXPIRY",
        "PASSWORD_MIN_LENGTH",
        "PASSWORD_PARAMETER",
        "TOKEN_ISSUER",
        "AUTH_MODE",
        "AUTH_TYPE",
        "SECRETS_MANAGER_ENDPOINT",
        "CREDENTIALS_PROVIDER",
        "PUBLIC_TOKEN",
        "STRIPE_PUBLISHABLE_API_KEY",
        "AUTHOR",
        "TOKENIZER",
        "SECRETARY",
        "KEYBOARD",
        "COMPASS",
        "BYPASS",
        "PASS_THROUGH",
        "SACRED",
        "CREDS_FILE",
        "PASSWORD_RESET_TEMPLATE",
        "PASSWORDLESS",
        "SECRETS_BACKEND",
        "PRIMARY_KEY",
        "PARTITION_KEY",
    ] {
        assert!(!flagged(name, "some-value-1"), "{name}");
    }
}

#[test]
fn references_switches_and_placeholders_are_no_credentials() {
    for value in [
        "",
        "  ",
        "true",
        "False",
        "none",
        "null",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/db",
        "{{resolve:secretsmanager:db:SecretString:password}}",
        "{{resolve:ssm-secure:db:1}}",
        "${DB_PASSWORD}",
        "{{ password }}",
        "{password}",
        "%PASSWORD%",
        "<password>",
        "xxx",
        "********",
        "/prod/db/Password",
        "prod/db/password",
        "alias/MyKey",
        "https://example.com/token",
        "AQICAHhC1XcE0",
    ] {
        assert!(!flagged("DB_PASSWORD", value), "{value}");
    }
    assert!(!flagged("MAX_TOKENS", "4096"));
    assert!(!flagged("API_KEY", "3.5"));
    assert!(!flagged("ENCRYPTION_KEY", "0f8fad5b-d9cb-469f-a165-70867728950e"));
    assert!(!flagged("DB_AUTH", "iam"));
    assert!(!flagged("AUTHORIZATION", "AWS_IAM"));
}
