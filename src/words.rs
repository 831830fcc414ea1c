//! What the parsers say of a file, without the names of our types.

/// The words of a parser's message that mean something only to who knows the code.
const TYPES: [(&str, &str); 11] = [
    ("struct variant ", "an object"),
    ("tuple variant ", "a list"),
    ("newtype variant ", "an object"),
    ("unit variant ", "a text"),
    ("tuple struct ", "a list"),
    ("struct ", "an object"),
    ("internally tagged enum ", "an object"),
    ("adjacently tagged enum ", "an object"),
    ("enum ", "a text or an object"),
    ("a sequence", "a list"),
    ("a map", "an object"),
];

const NUMBERS: [&str; 10] = ["i64", "u64", "i32", "u32", "u16", "u8", "usize", "f64", "f32", "i128"];

/// The message with `an object` for `struct Account`.
pub(crate) fn plain(message: &str) -> String {
    if message.starts_with("data did not match any variant of ") {
        return "of no form that is known here".into();
    }
    let Some((found, expected)) = message.rsplit_once(", expected ") else {
        return message.to_owned();
    };
    let found = found.replace("invalid type: map", "invalid type: object");
    let found = found.replace("invalid type: sequence", "invalid type: list");
    let known = TYPES.iter().find(|(theirs, _)| expected.starts_with(theirs)).map(|(_, ours)| *ours);
    let number = NUMBERS.contains(&expected).then_some("a number");
    format!("{found}, expected {}", known.or(number).unwrap_or(expected))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_type_of_ours_is_named() {
        for (theirs, ours) in [
            (
                "invalid type: integer `7`, expected struct Account",
                "invalid type: integer `7`, expected an object",
            ),
            (
                "invalid length 1, expected struct Inventory with 6 elements",
                "invalid length 1, expected an object",
            ),
            ("invalid type: map, expected a sequence", "invalid type: object, expected a list"),
            ("invalid type: string \"x\", expected i64", "invalid type: string \"x\", expected a number"),
            ("invalid type: null, expected a string", "invalid type: null, expected a string"),
            ("data did not match any variant of untagged enum X", "of no form that is known here"),
            ("missing field `id`", "missing field `id`"),
        ] {
            assert_eq!(plain(theirs), ours);
        }
    }
}
