//! Hostile text made harmless. Names, tags and policies are written by whoever can write to the
//! audited account.

use std::fmt::Write;

/// The text with every character that a terminal or a viewer would obey instead of show replaced by
/// its code: `\u{1b}`.
pub fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Visible text in which no Markdown-like link is left: SARIF viewers follow `[text](target)`.
pub(crate) fn unlinked(text: &str) -> String {
    visible(text).replace("](", "] (")
}

/// JSON with the characters that a terminal would obey as `\uXXXX`, which means the same to a parser.
/// They only occur inside strings: everything else of JSON is ASCII, and the serialiser has escaped
/// the ASCII ones but DEL.
pub(crate) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c > '~' && commands(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// A relative URI of path segments, percent-encoded. No text can make it absolute, give it a scheme,
/// leave a segment empty, or climb out: separators split, and segments of dots only are replaced,
/// since `%2E%2E` climbs as well as `..` does.
pub(crate) fn path<'a>(segments: impl IntoIterator<Item = &'a str>) -> String {
    let mut uri = String::new();
    for segment in segments.into_iter().flat_map(parts) {
        if !uri.is_empty() {
            uri.push('/');
        }
        encode(segment, &mut uri);
    }
    uri
}

/// The longest segment kept, in characters; the ARN beside the path is never cut.
const SEGMENT: usize = 128;

fn parts(segment: &str) -> impl Iterator<Item = &str> {
    let mut kept = segment.split(['/', '\\']).filter(|part| !part.trim().is_empty()).peekable();
    let none = kept.peek().is_none().then_some("_");
    kept.chain(none)
}

fn encode(segment: &str, uri: &mut String) {
    if segment.chars().all(|c| c == '.') {
        uri.push('_');
        return;
    }
    for c in segment.chars().take(SEGMENT) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~') {
            uri.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
}

/// Whether a character steers the display: control characters, line and paragraph separators,
/// direction marks and overrides, and characters of no width that hide or split words.
fn commands(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_becomes_visible() {
        let hostile = "a\u{1b}[31mb\u{202e}c\u{9b}d\ne\u{7f}";
        assert_eq!(visible(hostile), r"a\u{1b}[31mb\u{202e}c\u{9b}d\u{a}e\u{7f}");
        assert_eq!(visible("Ünï 関数"), "Ünï 関数");
    }

    #[test]
    fn json_means_the_same_and_holds_no_steering_character() {
        let hostile = "\u{1b}\u{9b}\u{202e}\u{7f}\u{e0041}\"\\é";
        let safe = json(&serde_json::to_string(hostile).unwrap());
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), hostile);
        assert!(!safe.chars().any(commands), "{safe}");
    }

    #[test]
    fn no_link_is_left() {
        assert_eq!(unlinked("[x](https://example.com)"), "[x] (https://example.com)");
    }

    #[test]
    fn a_path_stays_below_its_root() {
        for (segments, uri) in [
            (vec!["aws", "../../etc"], "aws/_/_/etc"),
            (vec!["/etc/passwd"], "etc/passwd"),
            (vec!["arn:x"], "arn%3Ax"),
            (vec!["https://example.com"], "https%3A/example.com"),
            (vec!["a", "", "b"], "a/_/b"),
            (vec![" "], "_"),
            (vec!["..\\..\\x"], "_/_/x"),
            (vec!["é %2e"], "%C3%A9%20%252e"),
            (vec!["\u{1b}[31m\u{202e}"], "%1B%5B31m%E2%80%AE"),
        ] {
            assert_eq!(path(segments), uri);
        }
        assert_eq!(path(["x".repeat(500).as_str()]).len(), SEGMENT);
    }
}
