//! The Markdown of our own documentation, for a terminal.

use clap::builder::styling::{AnsiColor, Style};
use std::fmt::Write;

/// Headings bold, code coloured, marks left out; without `color` the marks are just left out.
pub(super) fn rendered(markdown: &str, color: bool) -> String {
    let style = |style: Style| if color { style } else { Style::new() };
    let heading = style(Style::new().bold());
    let code = style(AnsiColor::Cyan.on_default());
    let mut text = String::new();
    let mut fenced = false;
    for line in markdown.lines() {
        // Writing to a string cannot fail.
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let _ = writeln!(text, "    {code}{line}{code:#}");
        } else if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches('#').trim_start();
            let _ = writeln!(text, "{heading}{title}{heading:#}");
        } else {
            let _ = writeln!(text, "{}", inline(line, code));
        }
    }
    text
}

/// Every second part between backticks is code.
fn inline(line: &str, code: Style) -> String {
    let mut text = String::new();
    for (number, part) in line.replace("**", "").split('`').enumerate() {
        if number % 2 == 1 {
            let _ = write!(text, "{code}{part}{code:#}");
        } else {
            text.push_str(part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_looks() {
        let markdown = "# T\n\nUse `x` **now**:\n```sh\naws # y\n```\n- z\n";
        assert_eq!(rendered(markdown, false), "T\n\nUse x now:\n    aws # y\n- z\n");
        assert_eq!(rendered("# T\n`x`\n", true), "\u{1b}[1mT\u{1b}[0m\n\u{1b}[36mx\u{1b}[0m\n");
    }
}
