//! The report for people at a terminal: worst first, and first of all what is missing from it.

mod closing;
mod command;
mod coverage;
mod finding;
mod gaps;
mod header;
mod minor;
mod page;
mod sections;
#[cfg(test)]
mod tests;

use crate::view::View;
use audit::Kind;
use page::Page;

pub(crate) fn render(view: &View) -> String {
    let mut page = Page::new(view.report.options);
    gaps::banner(&mut page, view);
    header::block(&mut page, view);
    let checks = view.report.checks;
    let title_of = |code: &str| {
        let check = checks.iter().find(|check| check.code == code);
        check.map_or_else(|| code.to_owned(), |check| check.title.to_owned())
    };
    for section in sections::sections(view) {
        finding::section(&mut page, &section, title_of);
    }
    minor::findings(&mut page, view, title_of);
    gaps::block(&mut page, view);
    passed(&mut page, view);
    closing::scores(&mut page, view);
    closing::layers(&mut page, view);
    coverage::block(&mut page, view);
    closing::verdict(&mut page, view);
    page.finish()
}

/// Passes and not-applicable outcomes, where they were asked for.
fn passed(page: &mut Page, view: &View) {
    let mut rest = view.findings.iter().filter_map(|finding| {
        let word = match finding.outcome {
            Kind::Pass => "pass",
            Kind::NotApplicable => "not applicable",
            Kind::Fail | Kind::Unknown => return None,
        };
        Some((format!("{word}[{}] ", finding.check), finding))
    });
    let mut rest = rest.by_ref().peekable();
    if rest.peek().is_some() {
        page.title("== Passed, or not applicable");
    }
    for (lead, finding) in rest {
        page.item(&lead, page::PLAIN, &finding::place(finding));
    }
}
