//! Lines on a terminal: colour where it is wanted, wrapped to the width, nothing hostile left.

use crate::Options;
use crate::escape;
use anstyle::{AnsiColor, Color, Style};
use audit::Severity;
use std::fmt::Write;

/// Below it, wrapping helps nobody.
const NARROWEST: usize = 40;

/// A text that grows by lines.
pub(super) struct Page {
    text: String,
    color: bool,
    width: usize,
}

impl Page {
    pub(super) fn new(options: Options) -> Self {
        Self { text: String::new(), color: options.color, width: options.width.max(NARROWEST) }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An empty line, but not at the top.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// A title of a block.
    pub(super) fn title(&mut self, text: &str) {
        self.gap();
        self.entry("", BOLD, text, BOLD);
    }

    /// A line of plain text; what it is indented by, its further lines are too.
    pub(super) fn line(&mut self, text: &str) {
        let rest = text.trim_start_matches(' ');
        let indent = text.strip_suffix(rest).unwrap_or_default();
        self.entry(indent, PLAIN, rest, PLAIN);
    }

    /// A plain text after a lead, which the following lines are indented to.
    pub(super) fn item(&mut self, lead: &str, style: Style, text: &str) {
        self.entry(lead, style, text, PLAIN);
    }

    /// A text after a lead, each in its style. Words are never broken: an ARN stays one.
    pub(super) fn entry(&mut self, lead: &str, lead_style: Style, text: &str, style: Style) {
        let (lead, text) = (escape::visible(lead), escape::visible(text));
        let indent = lead.chars().count();
        self.paint(lead_style, &lead);
        let room = self.width.saturating_sub(indent).max(NARROWEST / 2);
        for (number, line) in wrap(&text, room).into_iter().enumerate() {
            if number > 0 {
                self.text.push('\n');
                self.text.extend(std::iter::repeat_n(' ', indent));
            }
            if harmful(&line) && (number > 0 || lead.trim().is_empty()) {
                self.text.push('\\');
            }
            self.paint(style, &line);
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// A text after a lead on one line, however long: what is pasted must not be broken.
    pub(super) fn unbroken(&mut self, lead: &str, style: Style, text: &str) {
        self.paint(style, &escape::visible(lead));
        self.paint(PLAIN, &escape::visible(text));
        self.text.push('\n');
    }

    fn paint(&mut self, style: Style, text: &str) {
        if self.color && style != PLAIN && !text.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(text);
        }
    }
}

/// Whether a CI runner that reads the log would take the line for a command to itself: GitHub's and
/// Azure's runners look at the start of a line, after blanks.
fn harmful(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("::") || line.starts_with("##")
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const ARROW: Style = color(AnsiColor::Blue).bold();
pub(super) const FIX: Style = color(AnsiColor::Green).bold();
pub(super) const ALARM: Style = color(AnsiColor::Yellow).bold();

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

pub(super) fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => color(AnsiColor::Magenta).bold(),
        Severity::High => color(AnsiColor::Red).bold(),
        Severity::Medium => color(AnsiColor::Yellow).bold(),
        Severity::Low => color(AnsiColor::Cyan).bold(),
        Severity::Info => BOLD,
    }
}

/// `1 function`, `2 functions`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_hang_under_the_lead() {
        let mut page = Page::new(Options { width: 40, ..Options::default() });
        page.item("  = fix: ", FIX, "take the grant away from everyone who has it");
        page.item("  --> ", ARROW, &"a".repeat(60));
        let expected = format!(
            "  = fix: take the grant away from\n         everyone who has it\n  --> {}\n",
            "a".repeat(60)
        );
        assert_eq!(page.finish(), expected);
    }

    #[test]
    fn no_line_starts_with_a_command_to_a_ci_runner() {
        let mut page = Page::new(Options { width: 40, ..Options::default() });
        page.line("  ::stop-commands::x");
        page.item("  = ", FIX, "forty columns of a name that wraps, then ::error::x ##[error]y");
        let text = page.finish();
        assert!(text.contains("\\::stop-commands::x"), "{text}");
        let commands = |line: &&str| line.trim_start().starts_with("::");
        assert_eq!(text.lines().filter(commands).count(), 0, "{text}");
        assert!(text.lines().count() > 2, "it wrapped: {text}");
    }

    #[test]
    fn colour_is_only_where_it_is_asked_for() {
        for color in [false, true] {
            let mut page = Page::new(Options { color, ..Options::default() });
            page.item("lead ", BOLD, "\u{1b}[31mtext");
            let text = page.finish();
            assert_eq!(text.contains("\u{1b}[1m"), color, "{text}");
            assert!(!text.contains("\u{1b}[31m"), "{text}");
        }
    }
}
